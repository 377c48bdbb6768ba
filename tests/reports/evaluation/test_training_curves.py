import shutil
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from genrelab.reports.evaluation.training_curves import plot_training, training_curves
from genrelab.reports.pages.page import render_html
from genrelab.reports.pages.summary import summarize
from genrelab.reports.runs.read import RunFolder, read_run


def written(run: Path, folder: Path, validation: list[float], loss: list[float]) -> RunFolder:
    shutil.copytree(run, folder, dirs_exist_ok=True)
    rows = [
        {"experiment": "e", "feature_set": "poster", "model": "mini_vgg", "balance": "none", "repeat": 0, "fold": fold}
        | {"stage": 1 + (epoch > 2), "epoch": epoch, "loss": loss[epoch - 1], "monitor": 0.1, "learning_rate": 1e-3}
        | {"validation_loss": validation[epoch - 1] + fold / 100, "seconds": 2.0}
        for fold in range(2)
        for epoch in range(1, len(loss) + 1)
    ]
    pd.DataFrame(rows).to_parquet(folder / "curves.parquet")
    return read_run(folder)


def test_a_run_without_networks_has_no_curves(multilabel_run: Path):
    assert training_curves(read_run(multilabel_run)) == []


def test_curves_hold_the_mean_and_the_range_over_folds(multilabel_run: Path, tmp_path):
    (curve,) = training_curves(written(multilabel_run, tmp_path, [0.7, 0.6, 0.65, 0.8], [0.7, 0.5, 0.3, 0.1]))
    assert str(curve.configuration) == "poster · mini_vgg"
    assert curve.best_epochs == [2, 2] and curve.stages == [3] and curve.seconds == 2.0
    assert np.allclose(curve.epochs["validation_loss"], [0.705, 0.605, 0.655, 0.805])
    assert np.allclose(curve.epochs["validation_loss_high"] - curve.epochs["validation_loss_low"], 0.01)
    assert "best in epoch 2 of 4; after that it learns its training titles by heart" in curve.sentence


def test_what_a_curve_says(multilabel_run: Path, tmp_path):
    (worse,) = training_curves(written(multilabel_run, tmp_path / "worse", [0.7, 0.9], [0.7, 0.75]))
    assert "after that it gets worse" in worse.sentence
    (flat,) = training_curves(written(multilabel_run, tmp_path / "flat", [0.7, 0.7], [0.7, 0.699]))
    assert "it hardly learns" in flat.sentence
    (rising,) = training_curves(written(multilabel_run, tmp_path / "rising", [0.7, 0.5], [0.7, 0.4]))
    assert "still getting better at the end" in rising.sentence


def test_the_page_shows_curves_and_the_augmented_poster(multilabel_run: Path, tmp_path):
    made = written(multilabel_run, tmp_path, [0.7, 0.6], [0.7, 0.5])
    Image.new("RGB", (40, 60), "red").save(tmp_path / "augmented.png")
    (curve,) = training_curves(made)
    assert "<svg" in plot_training(curve, "t") and "validation" in plot_training(curve, "t")
    page = render_html(summarize(made, resample=False))
    assert "How the networks learnt" in page and "augmented twenty ways" in page
