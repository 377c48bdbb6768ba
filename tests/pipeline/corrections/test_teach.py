"""A comparison learns from corrected labels and is scored on the labels before, in the same folds."""

import json

import numpy as np
import pandas as pd
import pytest

from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.cli import main
from genrelab.pipeline.corrections.apply import Decision
from genrelab.pipeline.corrections.labels import Labels
from genrelab.pipeline.corrections.teach import teach, without_decisions
from genrelab.pipeline.experiments.dataset import prepare
from genrelab.pipeline.experiments.plan import load_experiment
from genrelab.pipeline.experiments.run import Run
from genrelab.pipeline.experiments.runner import compare
from genrelab.reports.evaluation.details.corrected import corrected_scores
from genrelab.reports.runs.format import Cell

BARE = 6  # titles whose labels are taken away


@pytest.fixture(scope="module")
def bare_catalog(demo_catalog, tmp_path_factory):
    """The demo with some titles that no source labels, and what a person says of them and of others."""
    whole = load_catalog(demo_catalog)
    titles = whole.titles.copy()
    has = np.flatnonzero(titles["genres_imdb"].notna())
    bare, doubted, confirmed = has[:BARE], has[BARE : BARE + 20], has[BARE + 20 : BARE + 30]
    path = tmp_path_factory.mktemp("bare") / "labels.sqlite"
    labels = Labels(path, "ann")
    for row in bare:
        labels.decide(titles["imdb_id"][row], "label", [], list(titles["genres_imdb"][row]), "unlabelled")
    for row in doubted:
        labels.decide(titles["imdb_id"][row], "label", list(titles["genres_imdb"][row]), ["Drama"], "suspicious")
    for row in confirmed:
        labels.decide(titles["imdb_id"][row], "label", list(titles["genres_imdb"][row]), ["Comedy"], "gallery")
    titles["genres_imdb"] = pd.Series(
        [None if row in set(bare) else names for row, names in enumerate(titles["genres_imdb"])], dtype=object
    )
    from dataclasses import replace

    return replace(whole, titles=titles), path, titles["imdb_id"].to_numpy()[bare]


@pytest.fixture(scope="module")
def runs(bare_catalog, small_experiment, tmp_path_factory):
    catalog, path, _ = bare_catalog
    folder = tmp_path_factory.mktemp("runs")
    plain = compare(str(small_experiment), catalog, folder / "plain", features=None, jobs=1)
    return plain, compare(str(small_experiment), catalog, folder / "taught", features=None, jobs=1, corrections=path)


def test_the_same_titles_are_tested_in_the_same_folds_on_the_same_labels(runs, bare_catalog):
    plain, taught = runs
    keys = ["feature_set", "model", "balance", "repeat", "fold", "imdb_id", "label", "truth"]
    before, after = (pd.read_parquet(run.path / "predictions.parquet") for run in runs)
    assert before[keys].astype(str).equals(after[keys].astype(str))
    assert not np.allclose(before["score"], after["score"])
    assert not set(after["imdb_id"]) & set(bare_catalog[2])
    assert taught.titles.equals(plain.titles) and taught.info["titles"] == plain.info["titles"]
    assert taught.info["fingerprint"] != plain.info["fingerprint"]
    counts = taught.info["corrections"]
    assert (counts["titles"], counts["doubted"], counts["added"]) == (36, 20, BARE)
    kept = taught.corrections()
    assert kept["added"].sum() == BARE and set(kept["imdb_id"][kept["added"]]) == set(bare_catalog[2])
    assert plain.corrections() is None and "corrections" not in plain.info


def test_another_file_of_corrections_is_another_run(runs, bare_catalog, small_experiment, tmp_path):
    catalog, _, ids = bare_catalog
    other = Labels(tmp_path / "labels.sqlite", "ann")
    other.decide(str(ids[0]), "label", [], ["Drama"], "unlabelled")
    with pytest.raises(RuntimeError, match="another run|different run|other"):
        compare(str(small_experiment), catalog, runs[1].path, features=None, jobs=1, corrections=other.path)


def test_what_teaches_is_in_no_split_that_tests_its_group(bare_catalog, small_experiment):
    catalog, _, ids = bare_catalog
    data = prepare(load_experiment(str(small_experiment), {}), catalog)
    taught = teach(data, catalog, {str(key): Decision(("Drama",)) for key in ids})
    assert taught.measured == len(data.catalog) and len(taught.catalog) == len(data.catalog) + BARE
    drama = data.target.labels.index("Drama")
    assert taught.learnt[taught.measured :, drama].all() and not taught.target.y[taught.measured :].any()
    for split, before in zip(taught.splits, data.splits, strict=True):
        assert split.test.tolist() == before.test.tolist()
        assert not set(taught.groups[split.train]) & set(taught.groups[split.test])
        assert set(before.train) <= set(split.train)
    back = without_decisions(taught)
    assert back.fingerprint() == data.fingerprint()


def test_the_report_gives_both_scores_and_leaves_doubted_titles_out(runs):
    taught = runs[1]
    cell = Cell("both", "glm", "none")
    row = corrected_scores(taught, [cell]).iloc[0]
    from sklearn.metrics import f1_score

    frame, kept = taught.predictions(cell), taught.corrections().set_index("imdb_id")
    scores = {"original": [], "original_kept": [], "corrected": []}
    labels = sorted(frame["label"].unique())
    for _, part in frame.groupby("fold"):
        wide = part.pivot(index="imdb_id", columns="label", values=["truth", "predicted"])
        truth, guess = wide["truth"][labels], wide["predicted"][labels]
        scores["original"].append(f1_score(truth, guess, average="macro", zero_division=0))
        clean = [key for key in truth.index if not (key in kept.index and kept["doubted"][key])]
        scores["original_kept"].append(f1_score(truth.loc[clean], guess.loc[clean], average="macro", zero_division=0))
        after = truth.copy()
        for key in truth.index.intersection(kept.index):
            after.loc[key] = [int(label in kept["genres"][key]) for label in labels]
        scores["corrected"].append(f1_score(after.loc[clean], guess.loc[clean], average="macro", zero_division=0))
    for name, values in scores.items():
        assert row[name] == pytest.approx(np.mean(values))
    assert row["corrected"] != row["original_kept"]
    page = taught.report().read_text("utf-8")
    assert "Corrected labels" in page and "a title corrected for that reason is no gain" in page


def test_an_export_of_the_run_learns_from_its_corrections(runs, bare_catalog, tmp_path):
    from genrelab.pipeline.handover.export import export

    catalog, _, ids = bare_catalog
    _, path = export(Run.open(runs[1].path), tmp_path / "m.joblib", catalog, model="glm", features=None, jobs=1)
    manifest = json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert manifest["corrections"]["added"] == BARE
    assert sum("learn from the corrected labels" in note for note in manifest["notes"]) == 1
    from genrelab.pipeline.handover.evidence import short_hash

    assert {short_hash(str(key)) for key in ids} <= set(manifest["seen"]["titles"])


def test_the_command_takes_the_file(bare_catalog, small_experiment, demo_catalog, tmp_path, capsys):
    words = ["compare", small_experiment, "--catalog", demo_catalog, "--out", tmp_path / "run", "--features", tmp_path]
    words += ["--corrections", tmp_path / "no.sqlite", "--no-report", "-q"]
    assert main(list(map(str, words))) == 2
    assert "expected the labels.sqlite" in capsys.readouterr().err
