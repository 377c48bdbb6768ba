"""Reading runs, whole and broken."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from genrelab.reports.runs.read import ENCODER, KEYS, Configuration, RunFolderError, read_run


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


@pytest.mark.parametrize("rows", [101, 1 << 20])
@pytest.mark.parametrize("coded", [True, False])
def test_predictions_are_those_of_the_file_however_it_was_written(make_run, rows: int, coded: bool):
    folder = make_run(titles=30, seed=7)
    path = folder / "predictions.parquet"
    table = pq.read_table(path)
    if not coded:  # as another tool would write the strings, without dictionaries or statistics
        kinds = [pa.string() if pa.types.is_dictionary(field.type) else field.type for field in table.schema]
        table = table.cast(pa.schema(list(zip(table.schema.names, kinds, strict=True))))
    pq.write_table(table, path, row_group_size=rows, use_dictionary=coded, write_statistics=coded)
    frame = table.to_pandas().astype({"label": str, "imdb_id": str})
    run = read_run(folder)
    keys = run.results.loc[run.results["model"] != ENCODER, KEYS].to_numpy().tolist()
    for cell in {Configuration(*key) for key in keys}:
        own = frame[(frame["feature_set"] == cell[0]) & (frame["model"] == cell[1]) & (frame["balance"] == cell[2])]
        found = run.predictions(cell)
        assert found["imdb_id"].cat.categories.tolist() == sorted(set(own["imdb_id"])) and len(own)
        assert found["label"].cat.ordered and found["fold"].dtype == np.int16
        plain = found.astype({"repeat": int, "fold": int, "imdb_id": str, "label": str})
        pd.testing.assert_frame_equal(plain, own[list(found)].reset_index(drop=True), check_dtype=False)


def test_facts_are_the_rows_of_the_titles_asked_for(multilabel_run: Path):
    run = read_run(multilabel_run)
    first = run.titles.iloc[3]
    facts = run.facts([first["imdb_id"], "tt9999999"])
    assert list(facts) == [first["imdb_id"]] and facts[first["imdb_id"]]["title"] == first["title"]
    assert replace(run, titles=None).facts([first["imdb_id"]]) == {}


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
