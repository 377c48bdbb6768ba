"""Cells, splits and checks: equal however they were made."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from genrelab.reports.runs.cells import cell_file
from genrelab.reports.runs.format import KEYS, Cell, Check, Split


def test_a_cell_read_from_a_table_is_the_one_that_was_measured():
    measured = Cell("table", "rf", "none", (("max_features", 4), ("max_depth", 2)))
    read = Cell("table", "rf(max_features=4,max_depth=2)", "none")
    assert measured == read == ("table", "rf(max_features=4,max_depth=2)", "none")
    assert len({measured, read}) == 1 and pickle.loads(pickle.dumps(measured)) == measured
    assert dict(zip(KEYS, measured, strict=True))["model"] == read.model
    assert measured != Cell("table", "rf", "none")
    split = Split(1, 2, np.arange(2), np.arange(2))
    assert cell_file(Path(), measured, split) == cell_file(Path(), read, split)


@pytest.mark.parametrize(("repeat", "words"), [(0, "fold 3"), (2, "repeat 2 fold 3")])
def test_a_split_names_itself(repeat, words):
    assert str(Split(repeat, 3, np.arange(1), np.arange(1))) == words


def test_a_check_knows_whether_it_failed():
    assert [Check("x", status, "").failed for status in ("passed", "failed", "not run")] == [False, True, False]
