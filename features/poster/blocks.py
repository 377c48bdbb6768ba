"""What one decode of a poster yields, as arrays of one row per poster, and the tables made of them."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from ..mapped import zeros
from .colour import COLOURS, brightness, palette, palette_array
from .dominant import dominant_palette
from .fingerprint import SMALL, fingerprints
from .pixels import COLOUR_SIZE, GREY_SIZE, pixels, poster_pixels
from .raster import packed_pixels, shrink
from .read import Source, reading

__all__ = ["BLOCK_OF", "FAMILIES", "IDENTITIES", "compute", "empty_block", "family_frame", "posters_frame"]

# Family -> the block it is made of: brightness and palette are two views of the same colours.
BLOCK_OF = {
    "posters": "posters",
    "brightness": "colours",
    "palette": "colours",
    "pixels": "pixels",
    "pixels:grey": "pixels:grey",
}
FAMILIES = tuple(BLOCK_OF)

# Block -> its name in the store. The number rises when values change.
IDENTITIES = {
    "posters": "posters;v1",
    "colours": "colours;colorthief;quality=10;count=5;v1",
    "pixels": "pixels;128x192;rgb;v1",
    "pixels:grey": "pixels grey;200x320;bt709;v1",
}

_WIDTHS = {
    "colours": 3 * COLOURS,
    "pixels": 3 * COLOUR_SIZE[0] * COLOUR_SIZE[1],
    "pixels:grey": GREY_SIZE[0] * GREY_SIZE[1],
}
_POSTER_TYPES = {
    "posters_status": "str",
    "posters_sha256": "str",
    "posters_phash": "str",
    "posters_grey": "bool",
    "posters_width": "int32",
    "posters_height": "int32",
}
_MISSING = np.array(["missing", None, None, False, 0, 0], dtype=object)


def empty_block(block: str, count: int) -> np.ndarray:
    """Make a block of posters that are missing.

    Parameters
    ----------
    block : str
        `posters`, `colours`, `pixels` or `pixels:grey`.
    count : int
        Number of posters.

    Returns
    -------
    ndarray of shape (count, width of the block)
        object for `posters`, NaN in float32 for `colours`, zeros in uint8 for pixels, mapped where they are many.

    Examples
    --------
    >>> empty_block("posters", 1).tolist()
    [['missing', None, None, False, 0, 0]]
    """
    if block == "posters":
        return np.tile(_MISSING, (count, 1))
    if block == "colours":
        return np.full((count, _WIDTHS[block]), np.nan, dtype=np.float32)
    return zeros((count, _WIDTHS[block]), np.uint8)


def compute(
    sources: Sequence[Source],
    blocks: Collection[str],
    known: Sequence[str | None] | None = None,
    *,
    compiled: bool = False,
) -> tuple[list[str | None], dict[str, np.ndarray]]:
    """Decode a few posters, once each, and compute all blocks.

    Parameters
    ----------
    sources : sequence of bytes, path, Refused or None
        As `read_poster` takes them.
    blocks : collection of str
        What to compute.
    known : sequence of str or None, optional
        The sha256 of each source that is bytes, where it was computed before.
    compiled : bool
        Use `poster_kernels`, which need numba: the same rows.

    Returns
    -------
    keys : list of str or None
        The sha256 of each; None where there are no bytes.
    rows : dict of block to ndarray
        As `empty_block` describes them.

    Examples
    --------
    >>> keys, rows = compute([b""], ["posters", "colours"])
    >>> rows["posters"][0, 0], bool(np.isnan(rows["colours"]).all())
    ('empty', True)
    """
    keys: list[str | None] = []
    rows = {block: empty_block(block, len(sources)) for block in blocks}
    seen: list[int] = []
    wants_small = "posters" in rows or "pixels" in rows
    small = rows["pixels"] if "pixels" in rows else empty_block("pixels", len(sources) if wants_small else 0)
    small = small.reshape(-1, SMALL[1], SMALL[0], 3)  # a view: what is written here is in the block
    for row, source in enumerate(sources):
        with reading(source, sha256=known[row] if known else None) as poster:
            keys.append(poster.sha256)
            if "posters" in rows:
                rows["posters"][row] = (poster.status, poster.sha256, None, False, poster.width, poster.height)
            if poster.image is None or poster.stored is None:
                continue
            points = packed_pixels(poster.stored)
            if "colours" in rows:
                colours = dominant_palette(poster.stored, COLOURS, points=points, compiled=compiled)
                rows["colours"][row] = palette_array(colours).reshape(-1)
            if wants_small:
                same = points if poster.image is poster.stored else None
                shrink(poster.image, SMALL, points=same, out=small[row], compiled=compiled)
            if "pixels:grey" in rows:
                rows["pixels:grey"][row] = poster_pixels(poster.image, grey=True, compiled=compiled)
            del points, poster  # freed before their pixels are given back
        seen.append(row)
    if "posters" in rows and seen:
        readable = small if len(seen) == len(sources) else small[seen]
        rows["posters"][seen, 2], rows["posters"][seen, 3] = fingerprints(readable, compiled=compiled)
    return keys, rows


def posters_frame(rows: np.ndarray) -> pd.DataFrame:
    """Name and type the columns of the `posters` block.

    Parameters
    ----------
    rows : object ndarray of shape (n, 6)
        Status, sha256, perceptual hash, grey flag, width, height.

    Returns
    -------
    DataFrame of n rows
        str `posters_status` (`ok`, or the reason as `Poster` lists them), `posters_sha256`, `posters_phash`
        (16 hex digits; missing where there is none), bool `posters_grey` (False where unreadable), int32
        `posters_width`, `posters_height` (pixels, upright; 0 where unreadable).

    Examples
    --------
    >>> posters_frame(empty_block("posters", 1)).dtypes.astype(str).tolist()
    ['str', 'str', 'str', 'bool', 'int32', 'int32']
    """
    return pd.DataFrame(
        {name: pd.Series(rows[:, k], dtype=kind) for k, (name, kind) in enumerate(_POSTER_TYPES.items())}
    )


def family_frame(family: str, rows: np.ndarray) -> pd.DataFrame:
    """Make a family's table of its block.

    Parameters
    ----------
    family : str
        One of `FAMILIES`.
    rows : ndarray
        The block named by `BLOCK_OF`.

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> list(family_frame("brightness", empty_block("colours", 2)))[-1]
    'brightness_level'
    """
    if family == "posters":
        return posters_frame(rows)
    if family in ("brightness", "palette"):
        make = brightness if family == "brightness" else palette
        return make(rows.reshape(len(rows), COLOURS, 3))
    return pixels(rows)
