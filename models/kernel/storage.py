"""Where a Gram matrix goes as the number of rows grows, said before it is computed."""

import os
import shutil
import tempfile
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["MemoryPlan", "plan_memory", "size_words", "square_matrix"]


@dataclass(frozen=True)
class MemoryPlan:
    """Where a square matrix will live: `place` is "memory", "disk" or "nowhere"; `sentence` says why."""

    place: str
    n_bytes: int
    sentence: str


def size_words(n_bytes: float) -> str:
    """Write a size for a reader.

    Examples
    --------
    >>> size_words(3 * 2**29)
    '1.5 GiB'
    """
    return f"{n_bytes / 2**30:.1f} GiB" if n_bytes >= 2**30 else f"{n_bytes / 2**20:.1f} MiB"


def plan_memory(
    n_samples: int, *, itemsize: int = 4, limit: float | None = None, disk_free: int | None = None
) -> MemoryPlan:
    """Decide where the square matrix of `n_samples` rows goes, before anything is computed.

    Parameters
    ----------
    n_samples : int
    itemsize : int, bytes per value
        4 for the Gram matrix, 8 for squared distances.
    limit : float, bytes, optional
        Largest matrix kept in memory; half of the machine's memory by default (8 GiB on Windows).
    disk_free : int, bytes, optional
        Free space for the mapped file; that of the temporary folder by default.

    Returns
    -------
    MemoryPlan

    Examples
    --------
    >>> plan_memory(5000, limit=2**30).place
    'memory'
    >>> plan_memory(5000, limit=2**20, disk_free=2**40).sentence
    '5,000 rows need a 95.4 MiB matrix, more than the limit of 1.0 MiB: it is written to a mapped file in \
the temporary folder, and fitting becomes slower. To avoid that, raise memory_limit, fit fewer rows, or use \
NystroemSVC.'
    """
    needed = n_samples * n_samples * itemsize
    if limit is None:
        known = hasattr(os, "sysconf")  # not on Windows
        limit = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2 if known else 2**33
    matrix = f"{n_samples:,} rows need a {size_words(needed)} matrix"
    if needed <= limit:
        return MemoryPlan("memory", needed, f"{matrix}, kept in memory.")
    if disk_free is None:
        disk_free = shutil.disk_usage(tempfile.gettempdir()).free
    over = f"{matrix}, more than the limit of {size_words(limit)}"
    if needed <= 0.8 * disk_free:
        text = (
            f"{over}: it is written to a mapped file in the temporary folder, and fitting becomes slower. "
            "To avoid that, raise memory_limit, fit fewer rows, or use NystroemSVC."
        )
        return MemoryPlan("disk", needed, text)
    text = (
        f"{over}, and the temporary folder has only {size_words(disk_free)} free. Fit fewer rows, point TMPDIR at "
        "a larger disk, raise memory_limit, or use NystroemSVC, which approximates the kernel."
    )
    return MemoryPlan("nowhere", needed, text)


def square_matrix(n: int, dtype: Any, limit: float | None = None) -> np.ndarray:
    """Allocate a square matrix where `plan_memory` says.

    Parameters
    ----------
    n : int
    dtype : NumPy type
    limit : float, bytes, optional

    Returns
    -------
    array (n, n), not initialised
        On disk it is a mapped file without a name, gone as soon as the array is.

    Raises
    ------
    MemoryError
        If neither memory nor disk can hold it.

    Examples
    --------
    >>> square_matrix(2, np.float32).shape
    (2, 2)
    """
    plan = plan_memory(n, itemsize=np.dtype(dtype).itemsize, limit=limit)
    if plan.place == "nowhere":
        raise MemoryError(plan.sentence)
    if plan.place == "memory":
        return np.empty((n, n), dtype)
    warnings.warn(plan.sentence, UserWarning, stacklevel=4)
    with tempfile.TemporaryFile(prefix="genrelab-gram-") as file:  # the mapping keeps the unnamed file alive
        return np.asarray(np.memmap(file, dtype, "w+", shape=(n, n)))
