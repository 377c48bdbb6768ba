"""Posters and labels as one compressed array file, the layout study S1 trained its networks from."""

from __future__ import annotations

import os
from collections.abc import Callable

import numpy as np
from PIL import Image

from ...features.files import replacing
from ...features.poster.read import read_poster
from .genres import indicator_matrix, title_genres
from .table import Catalog

WIDTH, HEIGHT = 128, 192


def export_npz(
    catalog: Catalog,
    path: str | os.PathLike,
    *,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    source: str = "imdb",
    drop_grey: bool = True,
    progress: Callable[[int], None] | None = None,
) -> dict[str, int]:
    """Write every readable poster, resized, with its title's genres.

    Parameters
    ----------
    catalog : Catalog
    path : path
        The `.npz` to write, atomically.
    size : (int, int)
        Width and height in pixels.
    source : {"imdb", "tmdb", "movielens"}
        Whose genres.
    drop_grey : bool
        Leave posters without colour out, as the study does.
    progress
        Called with 1 after each title.

    Returns
    -------
    dict
        Titles `kept`, and left out by reason. The file holds `images` (uint8, shape (n, height, width, 3)),
        `labels` (uint8, shape (n, genres)), `genres` (names) and `imdb_id`.
    """
    from ..sources.download import is_grey

    genres, _ = title_genres(catalog.titles, source)
    names = sorted({name for row in genres for name in row})
    counts = {"kept": 0}
    kept: list[int] = []
    images: list[np.ndarray] = []
    for row, poster in enumerate(catalog.poster_paths()):
        read = read_poster(poster, draft=size)
        reason = None if read.ok else read.status
        if read.image is not None:
            pixels = np.asarray(read.image.resize(size, Image.Resampling.BILINEAR, reducing_gap=3.0))
            reason = "grey" if drop_grey and is_grey(pixels) else "no genre" if not genres[row] else None
            if reason is None:
                kept.append(row)
                images.append(pixels)
        counts[reason or "kept"] = counts.get(reason or "kept", 0) + 1
        if progress is not None:
            progress(1)
    stack = np.stack(images) if images else np.empty((0, size[1], size[0], 3), np.uint8)
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(
            file,
            images=stack,
            labels=indicator_matrix([genres[row] for row in kept], names),
            genres=np.array(names, dtype=np.str_),
            imdb_id=catalog.titles["imdb_id"].iloc[kept].to_numpy(dtype=np.str_),
        )
    return counts
