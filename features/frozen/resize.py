"""A picture at a network's input size, by Pillow's bilinear filter, which averages when it shrinks.

Each direction is a pass of its own with rounding in between, so which comes first shows in the last bit. Pillow has
changed its mind about that (before 13 columns first, then rows first where the height shrinks by much more), and with
it every embedding would change. Here the order is fixed, Pillow 13's, whatever Pillow there is.
"""

from functools import lru_cache
from math import ceil

import numpy as np
from PIL import Image

from ..poster.raster import packed_pixels

__all__ = ["fitted", "stretch"]


def stretch(image: Image.Image, size: tuple[int, int], *, compiled: bool = False) -> np.ndarray:
    """Bring a picture to a size with the bilinear filter; the aspect is not kept.

    Parameters
    ----------
    image : PIL.Image.Image
        Mode RGB.
    size : (int, int)
        Width and height in pixels.
    compiled : bool
        Use `stretch_kernels`, which need numba: the same values, in about half of Pillow's time for a poster.

    Returns
    -------
    ndarray, uint8, shape (height, width, 3)

    Examples
    --------
    >>> halves = Image.new("RGB", (8, 12), "black")
    >>> halves.paste("white", (4, 0, 8, 12))
    >>> stretch(halves, (4, 6))[0, :, 0]
    array([  0,  32, 223, 255], dtype=uint8)
    """
    width, height = size
    rows_first = image.height > height and image.height - height > 2 * (image.width - width)
    if not (compiled and rows_first):
        between = (image.width, height) if rows_first else (width, image.height)
        bilinear = Image.Resampling.BILINEAR
        return np.asarray(image.resize(between, bilinear).resize(size, bilinear))
    from .resize_kernels import narrow, shorten

    lines = packed_pixels(image).view(np.uint8).reshape(image.height, -1)
    between = np.empty((height, lines.shape[1]), np.uint8)
    shorten(lines, *_weights(image.height, height), between)
    out = np.empty((height, 3 * width), np.uint8)
    narrow(between, *_weights(image.width, width), out)
    return out.reshape(height, width, 3)


def fitted(image: Image.Image, size: tuple[int, int], way: str = "stretch", *, compiled: bool = False) -> np.ndarray:
    """Bring a picture to a network's input in the way its description asks for.

    Parameters
    ----------
    image : PIL.Image.Image
        Mode RGB.
    size : (int, int)
        Width and height in pixels.
    way : {"stretch", "crop", "pad"}
        `crop` covers the input and cuts off what stands out, the same on both sides; `pad` puts the whole picture
        inside and fills up with black.
    compiled : bool
        As in `stretch`.

    Returns
    -------
    ndarray, uint8, shape (height, width, 3)

    Examples
    --------
    >>> tall = Image.new("RGB", (4, 8), "white")
    >>> [fitted(tall, (4, 4), way)[:, :, 0].mean().round(1).item() for way in ("stretch", "crop", "pad")]
    [255.0, 255.0, 127.5]
    """
    if way == "stretch":
        return stretch(image, size, compiled=compiled)
    width, height = size
    choose = max if way == "crop" else min
    scale = choose(width / image.width, height / image.height)
    inner = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    resized = stretch(image, inner, compiled=compiled)
    left, top = (inner[0] - width) // 2, (inner[1] - height) // 2
    if way == "crop":
        return np.ascontiguousarray(resized[top : top + height, left : left + width])
    out = np.zeros((height, width, 3), np.uint8)
    out[-top : -top + inner[1], -left : -left + inner[0]] = resized
    return out


@lru_cache(maxsize=512)
def _weights(old: int, new: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Which old pixels each new one is made of, and their weights of 2**22, computed and rounded as Pillow does."""
    scale = old / new
    reach = max(scale, 1.0)
    first, count = np.zeros(new, np.int64), np.zeros(new, np.int64)
    weights = np.zeros((new, 2 * ceil(reach) + 1), np.int32)
    for place in range(new):
        centre = (place + 0.5) * scale
        low, high = max(int(centre - reach + 0.5), 0), min(int(centre + reach + 0.5), old)
        parts = [max(0.0, 1.0 - abs((pixel - centre + 0.5) * (1.0 / reach))) for pixel in range(low, high)]
        total = 0.0
        for part in parts:  # in this order, as Pillow adds: `sum` is exact to more bits
            total += part
        weights[place, : len(parts)] = [int(0.5 + part / total * (1 << 22)) for part in parts]
        first[place], count[place] = low, high - low
    return first, count, weights
