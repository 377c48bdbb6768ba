"""Workers: one that was replaced is no news, one that was killed is an error."""

import os
import signal
import time
import warnings

import joblib
import pytest
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import TerminatedWorkerError

from genrelab.pipeline.experiments.memory.pool import REPLACED, on_this_machine, workers

HELD: list[bytearray] = []


def grow(megabytes: int) -> int:
    """Hold memory as a worker does that has fitted a large cell; longer than loky waits between two looks."""
    HELD.append(bytearray(os.urandom(1) * (megabytes * 2**20)))
    time.sleep(1.2)
    return os.getpid()


def die(_: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def grown() -> tuple[list[int], list[str]]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with workers(2, 1):
            pids = joblib.Parallel(batch_size=1)(joblib.delayed(grow)(size) for size in (1, 1, 450, 450, 1, 1, 1))
    return list(pids), [str(warning.message) for warning in caught]


def test_a_worker_that_grew_is_replaced_without_a_word(monkeypatch):
    pytest.importorskip("psutil")
    pids, said = grown()
    assert len(set(pids)) > 2, "loky replaces a worker that grew by more than 300 MB"
    assert said == []
    get_reusable_executor().shutdown(wait=True)
    monkeypatch.setattr("genrelab.pipeline.experiments.memory.pool.REPLACED", "nothing is hidden")
    pids, said = grown()
    assert any(text.startswith(REPLACED) for text in said), "loky says so by itself"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs signals of POSIX")
def test_a_worker_that_was_killed_is_an_error():
    with pytest.raises(TerminatedWorkerError), workers(2, 1):
        joblib.Parallel()(joblib.delayed(die)(k) for k in range(2))


def test_a_backend_that_the_caller_chose_stays():
    with joblib.parallel_config("multiprocessing", n_jobs=1):
        assert not on_this_machine()
        with workers(7, 1):
            backend, jobs = joblib.parallel.get_active_backend()
            assert type(backend).__name__ != "LokyBackend" and jobs == -1
