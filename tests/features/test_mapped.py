"""Large tables lie in a file that goes with them, and hold what a table in memory holds."""

import errno
import gc
import os
import tempfile

import joblib
import numpy as np
import pandas as pd
import pytest

from genrelab.features import mapped
from genrelab.features.mapped import take_rows, zeros
from genrelab.features.poster.blocks import empty_block
from genrelab.features.poster.pixels import pixels


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Tables of a kilobyte count as large; their files are in this folder."""
    monkeypatch.setattr(mapped, "FROM_BYTES", 1000)
    monkeypatch.setattr(mapped, "_COPIED_AT_ONCE", 300)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_small_table_is_in_memory(small):
    assert type(zeros((3, 9), np.uint8)) is np.ndarray
    assert not list(small.iterdir())


def test_a_large_one_is_a_file_as_long_as_a_view_of_it_lives(small):
    table = empty_block("pixels", 3)
    assert isinstance(table, np.memmap) and not table.any()
    assert [path.stat().st_size for path in small.iterdir()] == [3 * 73_728]
    table[1] = 7
    frame = pixels(table)
    del table
    gc.collect()
    assert int(frame.iloc[1].sum()) == 7 * 73_728
    assert len(list(small.iterdir())) == 1
    del frame
    gc.collect()
    assert not list(small.iterdir())


def test_rows_of_a_large_table_are_copied_into_another(small):
    values = zeros((40, 50), np.uint8)
    values[:] = np.random.default_rng(0).integers(0, 256, (40, 50))
    frame = pd.DataFrame(values, columns=[f"c{place}" for place in range(50)], copy=False)
    rows = np.array([39, 3, 3, *range(25)])
    taken = take_rows(frame, rows)
    pd.testing.assert_frame_equal(taken, frame.iloc[rows].reset_index(drop=True))
    assert len(list(small.iterdir())) == 2
    mixed = frame.assign(name="x")
    pd.testing.assert_frame_equal(take_rows(mixed, rows), mixed.iloc[rows].reset_index(drop=True))


def test_workers_map_the_same_file(small):
    values = zeros((40, 50), np.uint8)
    values[:] = 3
    frame = pd.DataFrame(values, copy=False)
    with joblib.parallel_config("loky", n_jobs=2):
        sums = joblib.Parallel()(joblib.delayed(np.sum)(part) for part in (frame.to_numpy(), values))
    assert list(map(int, sums)) == [6000, 6000]


def test_a_full_disk_is_said_before_anything_is_written(small, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    with pytest.raises(OSError, match=r"expected 0\.0 GB free for a table .* TMPDIR names another folder"):
        zeros((40, 50), np.uint8)
    assert not list(small.iterdir())
