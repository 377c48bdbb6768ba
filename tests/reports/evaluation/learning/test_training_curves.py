import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from genrelab.pipeline.catalog.thumbnails import thumbnail
from genrelab.reports.evaluation.learning.training_curves import genre_epochs, training_curves
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
    f1: list[list[float]] | None = None,
    models: tuple[str, ...] = ("mini_vgg",),
) -> RunFolder:
    shutil.copytree(run, folder, dirs_exist_ok=True)
    rows = [
        {"experiment": "e", "feature_set": "poster", "model": model, "balance": "none", "repeat": 0, "fold": fold}
        | {"stage": 1 + (epoch > 2), "epoch": epoch, "loss": loss[epoch - 1], "learning_rate": 1e-3}
        | {"monitor": hits[epoch - 1] if hits else validation[epoch - 1] + fold / 100}
        | {"validation_loss": validation[epoch - 1] + fold / 100, "seconds": 2.0}
        | ({"validation_accuracy": accuracy[epoch - 1], "accuracy": accuracy[epoch - 1] + 0.1} if accuracy else {})
        | ({"validation_f1": [value + fold / 10 for value in f1[epoch - 1]]} if f1 else {})
        for model in models
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
    assert ">hit rate<" in html and "the ring marks the one that was kept" in html and "twenty ways" in html
    assert "data:image/jpeg" in html and "data:image/jpeg" not in "".join(
        part.html() for part in TRAINING.parts(Report(made), TRAINING.data(Report(made)))
    )


def test_accuracy_is_drawn_where_the_run_kept_it(multilabel_run: Path, tmp_path: Path):
    losses = [0.7, 0.6, 0.5]
    old = training_curves(written(multilabel_run, tmp_path / "old", losses, losses))[0]
    assert old.epochs["validation_accuracy"].isna().all() and ">accuracy<" not in plot_training(old, "old")
    new = training_curves(written(multilabel_run, tmp_path / "new", losses, losses, accuracy=[0.5, 0.6, 0.7]))[0]
    assert new.epochs["validation_accuracy"].round(3).tolist() == [0.5, 0.6, 0.7]
    assert new.epochs["accuracy"].round(3).tolist() == [0.6, 0.7, 0.8]
    assert ">accuracy<" in plot_training(new, "new")


@pytest.mark.parametrize(("epochs", "wanted"), [(1, [1]), (2, [1, 2]), (7, [3, 7]), (20, [10, 20]), (50, [10, 20])])
def test_genres_are_told_after_two_fixed_epochs(multilabel_run: Path, tmp_path: Path, epochs, wanted):
    labels = ["Drama", "Comedy"]
    losses, f1 = [0.5] * epochs, [[epoch / 100, 0.0] for epoch in range(1, epochs + 1)]
    run = written(multilabel_run, tmp_path, losses, losses, f1=f1, models=("resnet_random", "resnet_transfer"))
    run = replace(run, info=run.info | {"labels": labels})
    tables = genre_epochs(run, ["Comedy", "Drama"])
    assert list(tables) == wanted
    for epoch, table in tables.items():
        assert table.index.tolist() == ["Comedy", "Drama"]
        assert table.columns.tolist() == ["poster · resnet_random", "poster · resnet_transfer"]
        assert table.loc["Drama"].tolist() == pytest.approx([epoch / 100 + 0.05] * 2), "mean over folds"
    report = Report(run)
    html = "".join(part.html() for part in TRAINING.parts(report, TRAINING.data(report)))
    assert all(f"After {epoch} epoch" in html for epoch in wanted) and "coin toss" in html
    assert set(TRAINING.tables(TRAINING.data(report))["training_genres"]["epoch"]) == set(wanted)


def test_a_network_that_stopped_before_is_left_out_of_the_later_picture(multilabel_run: Path, tmp_path: Path):
    run = written(multilabel_run, tmp_path, [0.5] * 4, [0.5] * 4, f1=[[0.1]] * 4, models=("one", "two"))
    run = replace(run, info=run.info | {"labels": ["Drama"]})
    curves = pd.read_parquet(tmp_path / "curves.parquet")
    curves[(curves["model"] == "one") | (curves["epoch"] <= 2)].to_parquet(tmp_path / "curves.parquet")
    assert {epoch: len(table.columns) for epoch, table in genre_epochs(run, ["Drama"]).items()} == {2: 2, 4: 1}


def test_runs_that_kept_no_scores_by_genre_have_no_such_picture(multilabel_run: Path, tmp_path: Path):
    assert genre_epochs(written(multilabel_run, tmp_path, [0.7], [0.7]), ["Drama"]) == {}
    assert genre_epochs(read_run(multilabel_run), ["Drama"]) == {}
