"""The audit of a real run: it passes as made, and fails when a leak is planted in the run's files."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from genrelab.pipeline.audit.audit import audit, passed
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.cli import main
from genrelab.pipeline.experiments import run as finished
from genrelab.pipeline.experiments.plan import load_experiment
from genrelab.pipeline.experiments.runner import RunError, compare
from genrelab.reports.runs.read import read_run
from genrelab.reports.runs.write import write_audit

NAMES = [
    "row overlap",
    "poster overlap",
    "near-duplicate posters across folds",
    "franchises across folds",
    "genre names in text features",
    "features known only after release",
    "poster-only score below the plausible ceiling",
    "people across folds",
    "train-test gap",
    "label-shuffle test",
]


@pytest.fixture(scope="module")
def catalog(demo_catalog):
    return load_catalog(demo_catalog)


@pytest.fixture
def run(small_run, tmp_path):
    """A copy to plant leaks in."""
    for name in ("run.json", "results.parquet", "predictions.parquet", "titles.parquet"):
        shutil.copy(small_run / name, tmp_path / name)
    return tmp_path


def statuses(checks) -> dict[str, str]:
    return {check.name: check.status for check in checks}


def change(path, edit) -> None:
    about = json.loads(path.read_text())
    edit(about)
    path.write_text(json.dumps(about))


def test_a_run_passes_as_it_was_made(run, catalog):
    checks = audit(catalog, run, allow=("after_release",), n_jobs=1)
    found = statuses(checks)
    assert list(found) == NAMES
    assert passed(checks), [check for check in checks if check.status == "failed"]
    assert found["label-shuffle test"] == found["train-test gap"] == found["row overlap"] == "passed"
    gap = checks[NAMES.index("train-test gap")].evidence
    reported, again = gap.split(" reported, ")[0].split()[-1], gap.split(" reported, ")[1].split()[0]
    assert reported == again, "a second fit of the same cell is the same fit"


@pytest.mark.parametrize("target", ["multilabel", "custom"])
def test_a_run_of_a_part_of_the_catalogue_is_fitted_again_as_it_was(catalog, tmp_path, target):
    """The sample, and the draws among tied classes, are those of the whole catalogue."""
    text = f"""
        title = "part"
        [target]
        name = "{target}"
        min_support = 10
        [split]
        folds = 2
        [thresholds]
        inner_folds = 2
        [feature_sets]
        year = ["metadata:as_of_release"]
        [[grid]]
        models = ["glm"]
    """
    (tmp_path / "part.toml").write_text(text.replace("min_support = 10", "") if target == "custom" else text)
    experiment = load_experiment(str(tmp_path / "part.toml"))
    run = compare(experiment, catalog, tmp_path / "run", features=None, jobs=1, limit=110)
    gap = audit(catalog, run, n_jobs=1)[NAMES.index("train-test gap")].evidence
    assert gap.split(" reported, ")[0].split()[-1] == gap.split(" reported, ")[1].split()[0]
    assert json.loads((run.path / "run.json").read_text())["limit"] == 110


def test_labels_that_changed_since_are_not_fitted(run, catalog):
    titles = pd.read_parquet(run / "titles.parquet")
    titles["labels"] = titles["labels"].map(lambda own: list(own)[1:])
    titles.to_parquet(run / "titles.parquet")
    found = statuses(audit(catalog, run, allow=("after_release",), n_jobs=1))
    assert found["train-test gap"] == found["label-shuffle test"] == "not run"


def test_a_run_may_declare_what_it_allows(run, catalog):
    checks = audit(catalog, run, refit=False)
    assert statuses(checks)["features known only after release"] == "failed"
    change(run / "run.json", lambda about: about.update(allow=["after_release"]))
    assert statuses(audit(catalog, run, refit=False))["features known only after release"] == "passed"


def test_planted_titles_in_two_folds(run, catalog):
    predictions = pd.read_parquet(run / "predictions.parquet")
    leaked = predictions[predictions["fold"] == 0]["imdb_id"].iloc[0]
    again = predictions[predictions["imdb_id"] == leaked].assign(fold=1)
    pd.concat([predictions, again]).to_parquet(run / "predictions.parquet")
    checks = audit(catalog, run, refit=False)
    assert statuses(checks)["row overlap"] == "failed"
    assert leaked in checks[0].evidence


def test_planted_ungrouped_folds(run, catalog):
    predictions = pd.read_parquet(run / "predictions.parquet")
    ids = pd.read_parquet(run / "titles.parquet")["imdb_id"]
    fold = dict(zip(ids, np.random.default_rng(0).integers(0, 2, len(ids)), strict=True))
    predictions["fold"] = predictions["imdb_id"].map(fold)
    predictions.to_parquet(run / "predictions.parquet")
    found = statuses(audit(catalog, run, refit=False))
    assert found["row overlap"] == "passed"
    assert found["poster overlap"] == found["franchises across folds"] == "failed"


def test_planted_genre_words(run, catalog):
    change(run / "run.json", lambda about: about["feature_sets"]["both"].append("keywords:unmasked"))
    assert statuses(audit(catalog, run, refit=False))["genre names in text features"] == "failed"


def test_planted_ceiling(run, catalog):
    def only_posters(about):
        about["feature_sets"]["both"] = ["brightness"]

    change(run / "run.json", only_posters)
    results = pd.read_parquet(run / "results.parquet")
    results.loc[(results["feature_set"] == "both") & (results["metric"] == "f1_macro"), "value"] = 0.81
    results.to_parquet(run / "results.parquet")
    found = statuses(audit(catalog, run, refit=False))
    assert found["poster-only score below the plausible ceiling"] == "failed"


def test_planted_scores_of_training_titles(run, catalog):
    results = pd.read_parquet(run / "results.parquet")
    leader = (results["model"] == "glm") & (results["balance"] == "balanced")
    results.loc[leader & (results["metric"] == "f1_macro"), "value"] = 0.97
    results.to_parquet(run / "results.parquet")
    assert statuses(audit(catalog, run, n_jobs=1))["train-test gap"] == "failed"


def test_planted_training_on_test_titles(run, catalog, monkeypatch):
    """A pipeline that sees the test titles knows even labels that mean nothing."""
    prepare = finished.prepare

    def leaking(*arguments, **settings):
        data = prepare(*arguments, **settings)
        everything = np.arange(len(data.catalog))
        return replace(data, splits=[replace(split, train=everything) for split in data.splits])

    monkeypatch.setattr(finished, "prepare", leaking)
    results = pd.read_parquet(run / "results.parquet")
    results.loc[results["model"].str.startswith("rf") & (results["metric"] == "f1_macro"), "value"] += 0.3
    results.to_parquet(run / "results.parquet")
    assert statuses(audit(catalog, run, n_jobs=1))["label-shuffle test"] == "failed"


def test_a_catalogue_alone(catalog):
    checks = audit(catalog)
    found = statuses(checks)
    assert list(found) == NAMES
    assert {found[name] for name in NAMES[:5]} == {"passed"}
    assert {found[name] for name in NAMES[5:]} == {"not run"}


def test_other_titles_or_no_run_are_refused(run, catalog, tmp_path):
    with pytest.raises(RunError, match="titles in the catalogue, found"):
        audit(catalog.take(np.arange(5)), run)
    with pytest.raises(RunError, match=r"found no run\.json"):
        audit(catalog, tmp_path / "none")


def test_the_outcome_is_kept_with_the_run(run, catalog):
    checks = audit(catalog, run, refit=False)
    write_audit(run, checks)
    assert read_run(run).checks() == checks
    assert [entry["check"] for entry in read_run(run).info["audit"]] == NAMES


def test_command_says_not_evidence_and_exits_with_1(run, demo_catalog, tmp_path, capsys):
    words = ["audit", "--catalog", str(demo_catalog), "--run", str(run), "--no-refit", "--jobs", "1"]
    words += ["--features", str(tmp_path / "features")]
    assert main(words) == 1
    printed = capsys.readouterr().out
    assert "FAILED   features known only after release" in printed
    assert "NOT EVIDENCE: features known only after release" in printed
    assert main([*words, "--allow", "after_release"]) == 0
    assert "no check failed" in capsys.readouterr().out
    assert [check.name for check in read_run(run).checks()] == NAMES
