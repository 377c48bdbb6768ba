"""Reading runs, whole and broken."""

from pathlib import Path

import pandas as pd
import pytest

from genrelab.reports.runs.read import Configuration, RunFolderError, read_run


def test_kind_is_told_by_the_metrics(multilabel_run: Path, single_run: Path):
    assert read_run(multilabel_run).kind == "multilabel"
    assert read_run(single_run).kind == "single"


def test_predictions_of_one_configuration(multilabel_run: Path):
    run = read_run(multilabel_run)
    rows = run.predictions(Configuration("metadata", "rf", "none"))
    assert len(rows) == 120 * 6 * 2
    assert not rows.duplicated(["repeat", "imdb_id", "label"]).any()
    assert run.predictions(Configuration("no", "such", "model")).empty
    assert sum(len(part) for part in run.prediction_parts(["truth"])) % len(rows) == 0


def test_absent_predictions_are_no_rows(make_run, tmp_path: Path):
    run = make_run(titles=40, seed=3)
    (run / "predictions.parquet").unlink()
    found = read_run(run)
    assert found.predictions(Configuration("metadata", "rf", "none")).empty
    assert list(found.prediction_parts(["truth"])) == []


@pytest.mark.parametrize(
    ("breakage", "message"),
    [
        (lambda run: (run / "results.parquet").unlink(), "expected the results of a run, found no file"),
        (lambda run: pd.DataFrame({"a": [1]}).to_parquet(run / "results.parquet"), "experiment"),
        (lambda run: pd.read_parquet(run / "results.parquet").iloc[:0].to_parquet(run / "results.parquet"), "one row"),
        (lambda run: pd.DataFrame({"a": [1]}).to_parquet(run / "predictions.parquet"), "imdb_id"),
        (lambda run: (run / "run.json").write_text("{"), "expected JSON"),
        (lambda run: (run / "run.json").write_text("[]"), "expected a JSON object, found a list"),
    ],
)
def test_broken_runs_are_refused_by_name(make_run, breakage, message: str):
    run = make_run(titles=30, seed=4)
    breakage(run)
    with pytest.raises(RunFolderError, match=message):
        read_run(run)
