"""Where a Gram matrix goes as the number of rows grows, said before it is computed."""

import os
import shutil
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = [
    "EXACT_ROWS",
    "LANDMARKS",
    "KernelPlan",
    "MemoryPlan",
    "kernel_limits",
    "plan_kernel",
    "plan_memory",
    "size_words",
    "square_matrix",
]

EXACT_ROWS = 20_000
LANDMARKS = 2_000
DISK_SHARE = 0.2

_lock = threading.Lock()
_limits: tuple[float | None, float | None] = (None, None)


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


@dataclass(frozen=True)
class KernelPlan:
    """What fits a kernel machine: `place` is "memory", "disk" or "nystroem"; `sentence` says why, None for memory."""

    place: str
    sentence: str | None = None


@contextmanager
def kernel_limits(memory: float | None = None, disk: float | None = None) -> Iterator[None]:
    """Limit every `SharedKernelLabels` fitted inside that states no limits itself, in any thread of this process.

    A stack makes its machines itself, inside models that know nothing of memory; so the limits stand around a fit, as
    `threadpool_limits` does.

    Parameters
    ----------
    memory : float, bytes, optional
        For the square matrices of one fit, both at once.
    disk : float, bytes, optional
        For mapped files in the temporary folder.

    Examples
    --------
    >>> with kernel_limits(memory=2**20, disk=0):
    ...     plan_kernel(5000).place
    'nystroem'
    """
    global _limits
    with _lock:
        before, _limits = _limits, (memory, disk)
    try:
        yield
    finally:
        with _lock:
            _limits = before


def plan_kernel(rows: int, *, itemsize: int = 4, memory: float | None = None, disk: float | None = None) -> KernelPlan:
    """Choose between the exact kernel, the same in mapped files, and its approximation, before anything is computed.

    A fit holds two square matrices, the distances of all rows and a Gram matrix: 8 bytes times the square of the
    rows in single precision. Past `EXACT_ROWS` rows the exact machine is not solved at all, whatever the memory: the
    matrices take 3.2 GB at 20,000 rows and 80 GB at 100,000, and the time to solve them grows with their size.

    Parameters
    ----------
    rows : int
        Training rows.
    itemsize : int, bytes per value
    memory, disk : float, bytes, optional
        What `kernel_limits` says, if not given. Without any limit, memory is not looked at here (`square_matrix`
        turns to a mapped file beyond half of the machine's), and mapped files may take a fifth of what the temporary
        folder has free.

    Returns
    -------
    KernelPlan

    Examples
    --------
    >>> plan_kernel(4000).place
    'memory'
    >>> plan_kernel(10_000, memory=2**29, disk=2**30).sentence
    'its kernel is kept in mapped files, because 10,000 training rows need 762.9 MiB for it and 512.0 MiB of memory \
are left'
    >>> plan_kernel(10_000, memory=2**29, disk=2**20).sentence
    'ran as Nyström (2,000 landmarks), because the exact kernel of 10,000 training rows needs 762.9 MiB: more than the \
512.0 MiB of memory and the 1.0 MiB of disk it may use'
    >>> plan_kernel(67_000).sentence
    'ran as Nyström (2,000 landmarks), because the exact kernel is solved up to 20,000 training rows and there are \
67,000'
    """
    memory = _limits[0] if memory is None else memory
    disk = _limits[1] if disk is None else disk
    needed = (4.0 + itemsize) * rows**2  # the Gram matrix is in single precision always
    instead = f"ran as Nyström ({min(LANDMARKS, rows):,} landmarks), because the exact kernel"
    if rows > EXACT_ROWS:
        return KernelPlan("nystroem", f"{instead} is solved up to {EXACT_ROWS:,} training rows and there are {rows:,}")
    if memory is None or needed <= memory:
        return KernelPlan("memory")
    free = DISK_SHARE * shutil.disk_usage(tempfile.gettempdir()).free if disk is None else disk
    if needed <= free:
        return KernelPlan(
            "disk",
            f"its kernel is kept in mapped files, because {rows:,} training rows need {size_words(needed)} for it and "
            f"{size_words(memory)} of memory are left",
        )
    return KernelPlan(
        "nystroem",
        f"{instead} of {rows:,} training rows needs {size_words(needed)}: more than the {size_words(memory)} of memory "
        f"and the {size_words(free)} of disk it may use",
    )
