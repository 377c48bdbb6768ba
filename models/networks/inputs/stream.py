"""Posters from disk to batches, decoded by worker threads ahead of the network; never more than a few in memory."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from ....features.compiled import compiled_loops
from ....features.frozen.embeddings import COMPILED_FROM, decode_poster
from ....features.prefetch import in_order

AHEAD = 3  # batches that wait decoded, or are being decoded, while the network works on another


def stream_posters(
    paths: Sequence[str | os.PathLike[str]], size: tuple[int, int], batch_size: int, *, workers: int = 2
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield posters in batches, in order, stretched to one size as they are for embeddings.

    A poster that cannot be read is passed over and the batch filled from those behind it, so all batches but the last
    have the same number, and which posters share a batch does not depend on the workers.

    Parameters
    ----------
    paths : sequence of n paths
    size : (int, int)
        Height and width in pixels.
    batch_size : int
        At least 1.
    workers : int
        Threads, at least 1. Three batches at most are decoded ahead.

    Yields
    ------
    rows : ndarray of int64, shape (b,)
        Positions in `paths`, ascending.
    images : ndarray of uint8, shape (b, height, width, 3)
        RGB.

    Raises
    ------
    ValueError
        When `batch_size` or `workers` is below 1.

    Examples
    --------
    >>> list(stream_posters(["/no/such/poster.jpg"], (8, 8), 2))
    []
    """
    if batch_size < 1 or workers < 1:
        raise ValueError(f"expected at least 1 for batch_size and workers, found {batch_size} and {workers}")
    return _stream(paths, size, batch_size, workers)


def _stream(
    paths: Sequence[str | os.PathLike[str]], size: tuple[int, int], batch_size: int, workers: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    compiled = compiled_loops(None, len(paths), COMPILED_FROM)

    def picture(row: int) -> np.ndarray | None:
        return _picture(paths[row], size, compiled)

    pool = ThreadPoolExecutor(workers, thread_name_prefix="posters")
    rows: list[int] = []
    images: list[np.ndarray] = []
    try:
        for row, image in in_order(pool, picture, range(len(paths)), AHEAD * batch_size):
            if image is not None:
                rows.append(row)
                images.append(image)
            if len(rows) == batch_size:
                yield np.array(rows), np.stack(images)
                rows, images = [], []
        if rows:
            yield np.array(rows), np.stack(images)
    finally:  # also when the caller leaves early
        pool.shutdown(wait=True, cancel_futures=True)


def _picture(path: str | os.PathLike[str], size: tuple[int, int], compiled: bool) -> np.ndarray | None:
    return decode_poster(Path(path), size, compiled)[1]
