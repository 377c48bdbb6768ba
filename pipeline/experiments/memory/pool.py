"""The workers that fit cells: processes on this machine, or the joblib backend that the caller chose."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import joblib

# Loky replaces a worker that holds 300 MB more after a task than after its first, which any real cell does after a
# trivial rule, and takes that for a leak or a timeout. Nothing is lost: the next task gets a new worker. A worker that
# the system kills is another matter, and raises TerminatedWorkerError.
REPLACED = "A worker stopped while some jobs were given to the executor"


def on_this_machine() -> bool:
    """Whether workers are processes here: the caller may have chosen a joblib backend of its own (a Dask cluster).

    Examples
    --------
    >>> on_this_machine()
    True
    """
    backend, _ = joblib.parallel.get_active_backend()
    return isinstance(backend, joblib.parallel.ThreadingBackend | joblib.parallel.LokyBackend)


@contextmanager
def workers(jobs: int, threads: int) -> Iterator[None]:
    """The workers that `joblib.Parallel` uses inside.

    Parameters
    ----------
    jobs : int
        Processes, where they are on this machine.
    threads : int
        Of the numerical libraries of each of them.
    """
    if not on_this_machine():
        with joblib.parallel_config(n_jobs=-1):
            yield
        return
    with joblib.parallel_config("loky", n_jobs=jobs, inner_max_num_threads=threads), warnings.catch_warnings():
        warnings.filterwarnings("ignore", REPLACED, UserWarning)
        yield
