"""A poster's own pixels at a small size, for principal components."""

from functools import lru_cache

import numpy as np
import pandas as pd
from PIL import Image

from .colour import luma
from .fingerprint import SMALL
from .raster import shrink

__all__ = ["COLOUR_SIZE", "GREY_SIZE", "pixels", "poster_pixels"]

COLOUR_SIZE = SMALL  # 128 x 192: width, height
GREY_SIZE = (200, 320)


def poster_pixels(image: Image.Image, *, grey: bool = False, compiled: bool = False) -> np.ndarray:
    """Reduce one poster to its row of pixel values.

    Parameters
    ----------
    image : PIL.Image.Image
        Mode RGB, upright.
    grey : bool
        BT.709 luma at 200 x 320 instead of RGB at 128 x 192 (width x height).
    compiled : bool
        Use `poster_kernels`, which need numba: the same values.

    Returns
    -------
    ndarray, uint8, shape (73728,) or (64000,)
        Row by row from the top, red, green and blue of each pixel together. How near the values are to the
        exact area average is said in `shrink`.

    Examples
    --------
    >>> poster_pixels(Image.new("RGB", (300, 444), (9, 8, 7)))[:6]
    array([9, 8, 7, 9, 8, 7], dtype=uint8)
    """
    if not grey:
        return shrink(image, COLOUR_SIZE, compiled=compiled).reshape(-1)
    red, green, blue = shrink(image, GREY_SIZE, compiled=compiled).reshape(-1, 3).T.astype(np.float32)
    return np.asarray(luma(red, green, blue) + 0.5).astype(np.uint8)


def pixels(values: np.ndarray) -> pd.DataFrame:
    """Name the columns of posters' pixel values.

    Parameters
    ----------
    values : uint8 ndarray of shape (n, m)
        Rows from `poster_pixels`; zeros for a poster that could not be read.

    Returns
    -------
    DataFrame of n rows, uint8
        `pixels_00000`, `pixels_00001`, ...; shares the memory of `values`.

    Examples
    --------
    >>> list(pixels(np.zeros((1, 3), dtype=np.uint8)))
    ['pixels_00000', 'pixels_00001', 'pixels_00002']
    """
    return pd.DataFrame(values, columns=_names(values.shape[1]), copy=False)


@lru_cache(maxsize=4)
def _names(width: int) -> pd.Index:
    return pd.Index([f"pixels_{place:05d}" for place in range(width)])
