"""The tables that a run writes are those that are described, and docs/run-folder.md describes them."""

import json

import pyarrow.parquet as pq
import pytest

from genrelab.reports.runs.tables import FILES, INFO_KEYS, TABLES, page


def test_the_page_is_made_from_the_tables(repository):
    assert (repository / "docs" / "run-folder.md").read_text("utf-8") == page()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.file)
def test_a_run_writes_the_columns_that_are_described(small_run, table):
    path = small_run / table.file
    if table.file in ("curves.parquet", "corrections.parquet", "learning.parquet"):
        assert not path.exists(), "no network, no corrections, no learning curve was asked for"
        return
    written = pq.read_schema(path)
    more = [name for name in written.names if name not in table.columns]
    assert written.remove_metadata().names[: len(table.columns)] == list(table.columns)
    assert all(written.field(name).type == kind for name, (kind, _) in table.columns.items())
    assert all(table.prefix and name.startswith(table.prefix) for name in more)


def test_run_json_has_the_keys_that_are_described(small_run):
    info = json.loads((small_run / "run.json").read_text("utf-8"))
    assert set(info) <= set(INFO_KEYS)
    assert set(INFO_KEYS) - set(info) <= {"scale", "vectors", "start", "filter", "corrections"}
    identity = json.loads((small_run / "identity.json").read_text("utf-8"))
    assert all(info[key] == value for key, value in identity.items())


def test_a_run_leaves_no_file_that_is_not_described(small_run):
    known = {name.partition("/")[0] for name in FILES} | {table.file for table in TABLES}
    assert {path.name for path in small_run.iterdir()} <= known
