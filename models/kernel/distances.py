"""Distances kept while several models are fitted on the same rows."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

__all__ = ["keep_distances", "keeping_distances", "remembered"]

_lock = threading.RLock()
_kept: dict[bytes, np.ndarray] = {}
_capacity = 0


@contextmanager
def keep_distances(matrices: int = 1) -> Iterator[None]:
    """Let every `SharedKernelSVC` fitted inside share the squared distances of equal rows.

    One fold of an experiment fits the same rows with several class weights, and again for out-of-fold scores; inside
    this context the distances are computed by the first and used by all, in any thread of this process. Answers do not
    change by a bit.

    Parameters
    ----------
    matrices : int
        Row sets to remember, each n * n * 8 bytes; the oldest goes first. All are dropped at the end.

    Examples
    --------
    >>> X = np.zeros((2, 1))
    >>> with keep_distances():
    ...     first, second = (remembered(X, lambda: np.zeros((2, 2))) for _ in range(2))
    >>> first is second
    True
    """
    global _capacity
    with _lock:
        before, _capacity = _capacity, max(matrices, _capacity)
    try:
        yield
    finally:
        with _lock:
            _capacity = before
            while len(_kept) > _capacity:
                _kept.pop(next(iter(_kept)))


def keeping_distances() -> bool:
    """Tell whether distances are being kept.

    Examples
    --------
    >>> keeping_distances()
    False
    """
    return _capacity > 0


def remembered(X: np.ndarray, compute: Callable[[], np.ndarray]) -> np.ndarray:
    """Return what was computed for rows with these very bytes, or compute it now.

    Parameters
    ----------
    X : array (n, d), contiguous
    compute : callable
        Called at most once at a time; other threads wait, for they most likely want the same.

    Returns
    -------
    array
        Not to be written to.

    Examples
    --------
    >>> remembered(np.zeros((1, 1)), lambda: np.ones((1, 1)))
    array([[1.]])
    """
    if not keeping_distances():
        return compute()
    digest = hashlib.blake2b(f"{X.shape} {X.dtype}".encode())
    digest.update(np.ascontiguousarray(X).data)
    key = digest.digest()
    with _lock:
        if key not in _kept:
            while len(_kept) >= max(_capacity, 1):
                _kept.pop(next(iter(_kept)))
            _kept[key] = compute()
        return _kept[key]
