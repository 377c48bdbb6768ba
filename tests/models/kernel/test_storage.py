import numpy as np
import pytest

from genrelab.models.kernel import storage as kernel_memory
from genrelab.models.kernel.storage import EXACT_ROWS, kernel_limits, plan_kernel, plan_memory, square_matrix


def test_the_three_places():
    assert plan_memory(1000, limit=4e6).place == "memory"
    assert plan_memory(1000, limit=4e6 - 1, disk_free=10**7).place == "disk"
    assert plan_memory(1000, limit=1e6, disk_free=10**6).place == "nowhere"
    assert plan_memory(1000, itemsize=8).n_bytes == 8_000_000


def test_the_sentence_has_estimate_and_alternatives():
    plan = plan_memory(200_000, limit=2**33, disk_free=2**34)
    assert plan.sentence.startswith("200,000 rows need a 149.0 GiB matrix, more than the limit of 8.0 GiB")
    assert "16.0 GiB free" in plan.sentence and "NystroemSVC" in plan.sentence


def test_a_matrix_that_fits_nowhere_is_refused_before_work(monkeypatch):
    monkeypatch.setattr(kernel_memory.shutil, "disk_usage", lambda path: type("usage", (), {"free": 0}))
    with pytest.raises(MemoryError, match="Fit fewer rows"):
        square_matrix(10, np.float32, 10)


def test_a_mapped_matrix_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(kernel_memory.tempfile, "tempdir", str(tmp_path))
    with pytest.warns(UserWarning, match="mapped file"):
        matrix = square_matrix(10, np.float32, 10)
    matrix[:] = 3
    assert list(tmp_path.iterdir()) == [] and matrix.sum() == 300


def test_the_kernel_has_three_ways():
    assert plan_kernel(1000).place == "memory"
    assert plan_kernel(1000, memory=8e6).place == "memory"
    assert plan_kernel(1000, memory=8e6 - 1, disk=8e6).place == "disk"
    assert plan_kernel(1000, memory=8e6 - 1, disk=8e6 - 1).place == "nystroem"
    assert plan_kernel(EXACT_ROWS + 1, memory=2**50).place == "nystroem"


def test_limits_around_a_fit_hold_until_its_end_and_give_way_to_its_own():
    with kernel_limits(memory=1, disk=0):
        assert plan_kernel(100).place == "nystroem"
        with kernel_limits():
            assert plan_kernel(100).place == "memory"
        assert plan_kernel(100, memory=1e6).place == "memory"
    assert plan_kernel(100).place == "memory"
