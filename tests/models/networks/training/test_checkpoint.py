import numpy as np
import pytest

from genrelab.models.networks.training.checkpoint import FILE, State, read_state, write_state


def test_state_comes_back(tmp_path):
    state = State(
        [{"stage": 1, "loss": 0.5}],
        [3, 7],
        [np.arange(3.0), np.array(2)],
        [np.ones((2, 2))],
        [np.zeros(3), np.array(1)],
    )
    write_state(tmp_path / "new" / "folder", "me", state)
    found = read_state(tmp_path / "new" / "folder", "me")
    assert found is not None and found.history == state.history and found.lost == [3, 7] and not found.finished
    for name in ("model", "optimizer", "best"):
        for one, other in zip(getattr(found, name), getattr(state, name), strict=True):
            assert np.array_equal(one, other) and one.shape == other.shape
    assert read_state(tmp_path / "new" / "folder", "somebody") is None


def test_best_weights_that_are_the_last_are_written_once(tmp_path):
    values = [np.zeros(10_000)]
    write_state(tmp_path, "me", State(model=values, best=values))
    assert (tmp_path / FILE).stat().st_size < 1.5 * values[0].nbytes
    found = read_state(tmp_path, "me")
    assert found is not None and np.array_equal(found.best[0], values[0])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no archive", b"text"])
def test_a_damaged_file_is_no_state(tmp_path, content):
    (tmp_path / FILE).write_bytes(content)
    assert read_state(tmp_path, "me") is None


def test_a_truncated_file_is_no_state(tmp_path):
    write_state(tmp_path, "me", State(model=[np.arange(1000.0)]))
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole[: len(whole) // 2])
    assert read_state(tmp_path, "me") is None
