"""What tells posters apart and which are grey: the perceptual hash and the grey-only flag."""

import numpy as np

__all__ = ["GREY_SPREAD", "SMALL", "fingerprints", "hamming_distance", "is_grey", "perceptual_hash"]

# What grey means, for every flag, option and page: a colour whose largest channel is at most so far from its smallest,
# of 255 (faded black and white, sepia's lighter half; skin and wood are above it); a poster of which so much is grey.
GREY_SPREAD = 24
GREY_SHARE = 0.99

SMALL = (128, 192)  # width, height: those of the pixels feature, so that a pass shrinks a poster once


def _cosines(frequencies: int, length: int) -> np.ndarray:
    places = (np.arange(length) + 0.5) / length
    return (np.cos(np.pi * np.outer(np.arange(frequencies), places)) / length).astype(np.float32)


_DOWN, _ACROSS = _cosines(8, SMALL[1] // 2), _cosines(8, SMALL[0] // 2).T


def fingerprints(pictures: np.ndarray, *, compiled: bool = False) -> tuple[list[str], np.ndarray]:
    """Compute `perceptual_hash` and `is_grey` of the same pictures.

    Parameters
    ----------
    pictures : uint8 ndarray of shape (n, 192, 128, 3)
        As both take them.
    compiled : bool
        Use `poster_kernels`, which need numba: the same answers.

    Returns
    -------
    hashes : list of n str
    grey : ndarray, bool, shape (n,)

    Examples
    --------
    >>> fingerprints(np.zeros((1, 192, 128, 3), dtype=np.uint8))
    (['0000000000000000'], array([ True]))
    """
    if not compiled:
        return perceptual_hash(pictures), is_grey(pictures)
    from .kernels import halve_and_weigh

    _check(pictures)
    luma = np.empty((len(pictures), SMALL[1] // 2, SMALL[0] // 2), dtype=np.float32)
    grey = halve_and_weigh(pictures, GREY_SPREAD, luma)
    return _hashes(luma), grey / luma[0].size >= GREY_SHARE


def perceptual_hash(pictures: np.ndarray) -> list[str]:
    """Hash what pictures look like: those that look alike have hashes that differ in few bits.

    The luma's 8 x 8 lowest frequencies (discrete cosine transform) each give one bit: whether it is above
    their median. Resizing and recompressing change a few bits, another poster about 32 of the 64.

    Parameters
    ----------
    pictures : uint8 ndarray of shape (n, 192, 128, 3)
        Upright posters brought to 128 x 192 by `shrink`. Every second row and column is looked at.

    Returns
    -------
    list of n str
        64 bits as 16 hex digits.

    References
    ----------
    C. Zauner, Implementation and benchmarking of perceptual image hash functions, 2010.

    Examples
    --------
    >>> from PIL import Image
    >>> from genrelab.features.poster.raster import shrink
    >>> half = Image.new("RGB", (300, 440), "black")
    >>> half.paste("white", (150, 0, 300, 440))
    >>> sizes = [(300, 440), (600, 880)]
    >>> first, second = perceptual_hash(np.stack([shrink(half.resize(size), SMALL) for size in sizes]))
    >>> hamming_distance(first, second) <= 4
    True
    """
    red, green, blue = (values.astype(np.uint16) for values in _channels(pictures))
    return _hashes((54 * red + 183 * green + 19 * blue).astype(np.float32))  # BT.709 in 256ths


def _hashes(luma: np.ndarray) -> list[str]:
    waves = (_DOWN @ (luma @ _ACROSS)).round(1).reshape(len(luma), 64)  # flat areas must not be noise
    ordered = np.sort(waves, axis=1)
    bits = waves > (ordered[:, 31:32] + ordered[:, 32:33]) / 2
    digits = np.packbits(bits, axis=1).tobytes().hex()
    return [digits[start : start + 16] for start in range(0, len(digits), 16)]


def hamming_distance(first: str, second: str) -> int:
    """Count the bits in which two perceptual hashes differ.

    Parameters
    ----------
    first, second : str
        From `perceptual_hash`.

    Returns
    -------
    int
        0 to 64.

    Examples
    --------
    >>> hamming_distance("00000000000000ff", "000000000000000f")
    4
    """
    return (int(first, 16) ^ int(second, 16)).bit_count()


def is_grey(pictures: np.ndarray) -> np.ndarray:
    """Tell which posters are grey only: black and white, or so faintly tinted that no colour is left.

    Parameters
    ----------
    pictures : uint8 ndarray of shape (n, 192, 128, 3)
        Posters brought to 128 x 192 by `shrink`. Every second row and column is looked at.

    Returns
    -------
    ndarray, bool, shape (n,)
        Whether at least 99 % of the pixels have channels at most 24 apart.

    Examples
    --------
    >>> from PIL import Image
    >>> from genrelab.features.poster.raster import shrink
    >>> tinted, red = Image.new("RGB", (300, 440), (90, 90, 96)), Image.new("RGB", (300, 440), "red")
    >>> is_grey(np.stack([shrink(tinted, SMALL), shrink(red, SMALL)]))
    array([ True, False])
    """
    red, green, blue = _channels(pictures)
    spread = np.maximum(np.maximum(red, green), blue) - np.minimum(np.minimum(red, green), blue)
    share = np.count_nonzero(spread <= GREY_SPREAD, axis=(1, 2)) / spread[0].size
    return share >= GREY_SHARE


def _check(pictures: np.ndarray) -> None:
    if pictures.shape[1:] != (SMALL[1], SMALL[0], 3):
        raise ValueError(f"expected pictures of shape (n, {SMALL[1]}, {SMALL[0]}, 3), found {pictures.shape}")


def _channels(pictures: np.ndarray) -> list[np.ndarray]:
    _check(pictures)
    return [np.ascontiguousarray(pictures[:, ::2, ::2, channel]) for channel in range(3)]
