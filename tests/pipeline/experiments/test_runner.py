"""Runs: complete, resumable, the same bytes however they were interrupted or spread over workers."""

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from genrelab.models.trivial import BASELINES
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.experiments.plan import load_experiment
from genrelab.pipeline.experiments.runner import RunError, compare
from genrelab.reports.runs.format import Check
from genrelab.reports.runs.metrics import MULTILABEL, PER_LABEL
from genrelab.reports.runs.read import read_run
from genrelab.reports.runs.write import write_audit

COLUMNS = [
    "experiment",
    "feature_set",
    "model",
    "balance",
    "repeat",
    "fold",
    "metric",
    "label",
    "value",
    "fit_seconds",
    "predict_seconds",
]
CELLS = {
    ("metadata", "rf(n_estimators=20)", "none"),
    ("both", "rf(n_estimators=20)", "none"),
    ("both", "glm", "none"),
    ("both", "glm", "balanced"),
}


def without_seconds(run):
    return pd.read_parquet(run / "results.parquet").drop(columns=["fit_seconds", "predict_seconds"])


def test_results_hold_every_cell_fold_and_metric_beside_the_trivial_rules(small_run):
    results = pd.read_parquet(small_run / "results.parquet")
    about = json.loads((small_run / "run.json").read_text())
    assert list(results.columns) == COLUMNS
    assert set(results["experiment"]) == {"small"}
    trivial = {("-", f"trivial:{rule}", "none") for rule in BASELINES["multilabel"]}
    about_encodings = results["model"] == "encoder"
    words = results[about_encodings]
    assert set(words["metric"]) == {"top_word"} and set(words["feature_set"]) == {"both"}
    assert words.groupby("fold").size().eq(40).all() and words["value"].between(0, 1).all()
    results = results[~about_encodings]
    for key, cell in results.groupby(["feature_set", "model", "balance"]):
        assert key in CELLS | trivial
        for _, fold in cell.groupby(["repeat", "fold"]):
            whole = fold[fold["label"].isna()]
            assert sorted(whole["metric"]) == sorted(MULTILABEL)
            assert len(fold) == len(MULTILABEL) + len(PER_LABEL) * len(about["labels"])
    assert set(results.groupby(["feature_set", "model", "balance"]).groups) == CELLS | trivial
    assert set(results["fold"]) == {0, 1}


def test_every_title_is_predicted_once_per_cell_and_scores_come_from_predictions(small_run):
    from sklearn.metrics import f1_score

    predictions = pd.read_parquet(small_run / "predictions.parquet")
    results = pd.read_parquet(small_run / "results.parquet")
    titles = pd.read_parquet(small_run / "titles.parquet")
    for key, cell in predictions.groupby(["feature_set", "model", "balance"], observed=True):
        assert not cell.duplicated(["imdb_id", "label"]).any()
        assert set(cell["imdb_id"]) == set(titles["imdb_id"])
        for fold, own in cell.groupby("fold"):
            wide = own.pivot(index="imdb_id", columns="label", values=["truth", "predicted"])
            again = f1_score(wide["truth"], wide["predicted"], average="micro", zero_division=0)
            row = results[(results["metric"] == "f1_micro") & (results["fold"] == fold) & results["label"].isna()]
            row = row[(row["feature_set"] == key[0]) & (row["model"] == key[1]) & (row["balance"] == key[2])]
            assert row["value"].item() == pytest.approx(again)


def test_no_group_stands_on_both_sides(small_run):
    predictions = pd.read_parquet(small_run / "predictions.parquet").drop_duplicates("imdb_id")
    titles = pd.read_parquet(small_run / "titles.parquet")
    folds = titles.merge(predictions[["imdb_id", "fold"]], on="imdb_id")
    assert (folds.groupby("group")["fold"].nunique() == 1).all()
    assert titles["group"].nunique() < len(titles)


def test_several_workers_give_the_same_results_and_say_how_far_they_are(
    small_run, demo_catalog, small_experiment, tmp_path, capsys
):
    experiment, catalog = load_experiment(str(small_experiment)), load_catalog(demo_catalog)
    run = compare(experiment, catalog, tmp_path / "small", features=None, jobs=4, progress=True)
    cells = len(list((run.path / "cells").glob("*.npz")))
    said = capsys.readouterr()
    assert f"cells: {cells} of {cells} cells, " in said.err and "posters: " in said.err and said.out == ""
    pd.testing.assert_frame_equal(without_seconds(run.path), without_seconds(small_run), check_exact=True)


def test_a_finished_run_is_not_computed_again_and_another_is_refused(
    small_run, demo_catalog, small_experiment, tmp_path
):
    experiment, catalog = load_experiment(str(small_experiment)), load_catalog(demo_catalog)
    small_run = Path(shutil.copytree(small_run, tmp_path / "kept"))  # others read the shared one
    before = {path: path.stat().st_mtime_ns for path in (small_run / "cells").iterdir()}
    write_audit(small_run, [Check("kept", "passed", "")])
    compare(experiment, catalog, small_run, features=None, jobs=1)
    assert read_run(small_run).checks() == [Check("kept", "passed", "")]
    assert {path: path.stat().st_mtime_ns for path in (small_run / "cells").iterdir()} == before
    with pytest.raises(RunError, match="limit differ"):
        compare(experiment, catalog, small_run, features=None, jobs=1, limit=100)
    other = tmp_path / "other"
    other.mkdir()
    (other / "notes.txt").write_text("mine")
    with pytest.raises(RunError, match="is not empty and holds no run"):
        compare(experiment, catalog, other, features=None, jobs=1)


@pytest.mark.slow
def test_a_run_killed_three_times_ends_as_an_undisturbed_one(small_run, demo_catalog, small_experiment, tmp_path):
    out = tmp_path / "small"
    command = [sys.executable, "-m", "genrelab.pipeline", "compare", str(small_experiment), "--no-report"]
    command += ["--catalog", str(demo_catalog), "--out", str(out), "--features", str(tmp_path / "f"), "--jobs", "1"]
    moments = random.Random(3)
    for _ in range(3):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        done = len(list(out.glob("cells/*.npz")))
        until = time.monotonic() + 60
        while len(list(out.glob("cells/*.npz"))) <= done and process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(moments.random() * 0.3)
        process.send_signal(signal.SIGKILL)
        process.wait()
    (out / "cells" / ".half-written.npz").write_bytes(b"killed while it was written")
    assert not (out / "results.parquet").exists() or len(list(out.glob("cells/*.npz"))) > 0
    subprocess.run(command, check=True, capture_output=True)
    pd.testing.assert_frame_equal(without_seconds(out), without_seconds(small_run), check_exact=True)
    mine, undisturbed = (np.sort([p.name for p in (run / "cells").iterdir()]) for run in (out, small_run))
    assert mine.tolist() == undisturbed.tolist()


def test_other_genres_than_the_experiment_says_are_predicted_and_exported(demo_catalog, small_experiment, tmp_path):
    from genrelab.pipeline.catalog.table import Catalog
    from genrelab.pipeline.handover.export import export

    whole = load_catalog(demo_catalog)
    names = {"Drama": "Ernst", "Comedy": "Heiter", "Thriller": "Spannend"}
    own = [
        None if genres is None else [names[name] for name in genres if name in names] or None
        for genres in whole.titles["genres_imdb"]
    ]
    titles = whole.titles.assign(genres_own=pd.Series(own, index=whole.titles.index), genres_imdb=None)
    catalog = Catalog(titles, whole.root)
    with pytest.raises(
        ValueError, match=r"expected at least two labels .*; the catalogue has other genres: say --genres"
    ):
        compare(str(small_experiment), catalog, tmp_path / "none", features=None, jobs=1)
    with pytest.raises(ValueError, match="genres: expected one of tmdb, imdb, movielens, own, got 'mine'"):
        compare(str(small_experiment), catalog, tmp_path / "none", features=None, genres="mine")
    run = compare(str(small_experiment), catalog, tmp_path / "run", features=None, jobs=1, genres="own")
    assert run.info["target"]["source"] == "own" and set(run.info["labels"]) == set(names.values())
    _, path = export(run, tmp_path / "model.joblib", catalog, model="glm", features=None, jobs=1)
    assert set(json.loads(path.with_suffix(".json").read_text("utf-8"))["labels"]) == set(names.values())
