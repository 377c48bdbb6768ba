import shutil
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from genrelab.pipeline.catalog.thumbnails import thumbnail
from genrelab.reports.evaluation.details.training_curves import training_curves
from genrelab.reports.pages.figures.curves import plot_training
from genrelab.reports.pages.report import Report
from genrelab.reports.pages.sections.training import TRAINING
from genrelab.reports.runs.read import RunFolder, read_run


def written(
    run: Path,
    folder: Path,
    validation: list[float],
    loss: list[float],
    hits: list[float] | None = None,
    accuracy: list[float] | None = None,
) -> RunFolder:
    shutil.copytree(run, folder, dirs_exist_ok=True)
    rows = [
        {"experiment": "e", "feature_set": "poster", "model": "mini_vgg", "balance": "none", "repeat": 0, "fold": fold}
        | {"stage": 1 + (epoch > 2), "epoch": epoch, "loss": loss[epoch - 1], "learning_rate": 1e-3}
        | {"monitor": hits[epoch - 1] if hits else validation[epoch - 1] + fold / 100}
        | {"validation_loss": validation[epoch - 1] + fold / 100, "seconds": 2.0}
        | ({"validation_accuracy": accuracy[epoch - 1]} if accuracy else {})
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
    assert curve.kept == [2, 2] and not curve.watches_hits and curve.stages == [3] and curve.seconds == 2.0
    assert np.allclose(curve.epochs["validation_loss"], [0.705, 0.605, 0.655, 0.805])
    assert np.allclose(curve.epochs["validation_loss_high"] - curve.epochs["validation_loss_low"], 0.01)
    assert (
        "the weights of epoch 2 of 4 were kept, by the loss on validation titles; after that it memorised"
        in curve.sentence
    )


def test_what_a_curve_says(multilabel_run: Path, tmp_path):
    (worse,) = training_curves(written(multilabel_run, tmp_path / "worse", [0.7, 0.9], [0.7, 0.75]))
    assert "after that it got worse" in worse.sentence
    (flat,) = training_curves(written(multilabel_run, tmp_path / "flat", [0.7, 0.7], [0.7, 0.699]))
    assert "it hardly learnt anything" in flat.sentence
    (rising,) = training_curves(written(multilabel_run, tmp_path / "rising", [0.7, 0.5], [0.7, 0.4]))
    assert "still improving at the end" in rising.sentence


def test_a_network_that_watches_its_hits_keeps_the_epoch_of_the_most_hits(multilabel_run: Path, tmp_path):
    made = written(multilabel_run, tmp_path, [0.5, 0.6, 0.7, 0.65], [0.7, 0.5, 0.3, 0.1], [0.1, 0.2, 0.4, 0.4])
    (curve,) = training_curves(made)
    assert curve.watches_hits and curve.kept == [4, 4], "equal hits: the smaller validation loss"


def test_the_section_shows_curves_and_the_augmented_poster(multilabel_run: Path, tmp_path):
    made = written(multilabel_run, tmp_path, [0.7, 0.6], [0.7, 0.5], [0.3, 0.4])
    Image.new("RGB", (40, 60), "red").save(tmp_path / "augmented.png")
    report = Report(made, thumbnail)
    html = "".join(part.html() for part in TRAINING.parts(report, TRAINING.data(report)))
    assert "hit rate" in html and "the ring marks the one that was kept" in html and "twenty ways" in html
    assert "data:image/jpeg" in html and "data:image/jpeg" not in "".join(
        part.html() for part in TRAINING.parts(Report(made), TRAINING.data(Report(made)))
    )


def test_accuracy_is_drawn_where_the_run_kept_it(multilabel_run: Path, tmp_path: Path):
    losses = [0.7, 0.6, 0.5]
    old = training_curves(written(multilabel_run, tmp_path / "old", losses, losses))[0]
    assert old.epochs["validation_accuracy"].isna().all() and ">accuracy<" not in plot_training(old, "old")
    new = training_curves(written(multilabel_run, tmp_path / "new", losses, losses, accuracy=[0.5, 0.6, 0.7]))[0]
    assert new.epochs["validation_accuracy"].round(3).tolist() == [0.5, 0.6, 0.7]
    assert ">accuracy<" in plot_training(new, "new")
