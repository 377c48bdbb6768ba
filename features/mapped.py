"""Tables too large for memory: in a temporary file that the system maps, and drops from memory when it needs room."""

import os
import tempfile
import weakref
from pathlib import Path

import numpy as np
import pandas as pd

__all__ = ["take_rows", "zeros"]

FROM_BYTES = 2**28  # smaller tables stay in memory
_COPIED_AT_ONCE = 2**26  # bytes


def zeros(shape: tuple[int, int], dtype: np.typing.DTypeLike) -> np.ndarray:
    """A table of zeros; from 256 MiB on in a file of the temporary folder, which goes when the table does.

    Parameters
    ----------
    shape : (int, int)
    dtype : data type

    Returns
    -------
    ndarray

    Raises
    ------
    OSError
        When the temporary folder has no room for it.

    Examples
    --------
    >>> zeros((2, 3), np.uint8).sum()
    np.uint64(0)
    """
    size = shape[0] * shape[1] * np.dtype(dtype).itemsize
    if size < FROM_BYTES:
        return np.zeros(shape, dtype)
    descriptor, name = tempfile.mkstemp(prefix="genrelab-table-")
    try:
        # Reserved now: a page that finds the disk full later would end the process.
        os.posix_fallocate(descriptor, 0, size) if hasattr(os, "posix_fallocate") else os.truncate(descriptor, size)
        table = np.memmap(name, dtype, "r+", shape=shape)
    except OSError as error:
        Path(name).unlink()
        raise OSError(
            f"{Path(name).parent}: expected {size / 1e9:.1f} GB free for a table that memory should not hold "
            f"({error.strerror}); TMPDIR names another folder"
        ) from error
    finally:
        os.close(descriptor)
    # Bound to the mapping, which every view of the table keeps alive.
    weakref.finalize(table._mmap, Path(name).unlink, missing_ok=True)  # pyright: ignore[reportAttributeAccessIssue]
    return table


def take_rows(frame: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Some rows of a frame, numbered from 0; those of a large table of one type go where `zeros` puts them.

    Parameters
    ----------
    frame : DataFrame
    rows : ndarray of int
        Positions.

    Examples
    --------
    >>> take_rows(pd.DataFrame({"a": [1, 2, 3]}), np.array([2, 0]))["a"].tolist()
    [3, 1]
    """
    kinds = set(frame.dtypes) if frame.shape[1] else set()
    kind = next(iter(kinds)) if len(kinds) == 1 else None
    if not isinstance(kind, np.dtype) or kind.hasobject or len(rows) * frame.shape[1] * kind.itemsize < FROM_BYTES:
        return frame.iloc[rows].reset_index(drop=True)
    values, made = frame.to_numpy(), zeros((len(rows), frame.shape[1]), kind)
    step = max(1, _COPIED_AT_ONCE // (frame.shape[1] * kind.itemsize))
    for first in range(0, len(rows), step):
        made[first : first + step] = values[rows[first : first + step]]
    return pd.DataFrame(made, columns=frame.columns, copy=False)
