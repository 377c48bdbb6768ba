"""Pillow's bilinear filter for pictures of 8 bits, compiled by numba where it is installed: the same values, faster.

Pillow works in fixed point: every weight is rounded to 22 bits, a sum of weighted pixels is rounded back to 8 bits
after each of the two passes. Integers add up to the same in any order, so the compiler may use vector instructions and
the answer stays equal, bit for bit. numba compiles this file at the first call and keeps the result, as it does with
`poster_kernels`. Without numba the functions are plain Python, used by the tests only.
"""

import numpy as np

from ..poster.kernels import COMPILED, _jit

__all__ = ["COMPILED", "narrow", "shorten"]

BITS = 22  # of a weight
HALF = 1 << (BITS - 1)


@_jit
def shorten(lines, first, count, weights, out):
    """Average rows: one line of the result from some lines of the picture.

    Parameters
    ----------
    lines : uint8 array (height, 4 * width)
    first, count : int64 arrays (new height,)
        Which lines each new one is made of.
    weights : int32 array (new height, most lines)
        Of 2**22.
    out : uint8 array (new height, 4 * width)
        Filled.

    Examples
    --------
    >>> out = np.zeros((1, 4), np.uint8)
    >>> weights = np.full((1, 2), 1 << 21, np.int32)
    >>> shorten(np.array([[0] * 4, [9] * 4], np.uint8), np.zeros(1, int), np.full(1, 2), weights, out)
    >>> out.tolist()
    [[5, 5, 5, 5]]
    """
    sums = np.empty(lines.shape[1], np.int32)
    for y in range(first.shape[0]):
        sums[:] = HALF
        for k in range(count[y]):
            weight, line = weights[y, k], lines[first[y] + k]
            for x in range(sums.shape[0]):
                sums[x] += np.int32(line[x]) * weight
        made = out[y]
        for x in range(sums.shape[0]):
            made[x] = sums[x] >> BITS


@_jit
def narrow(lines, first, count, weights, out):
    """Average columns: one pixel of the result from some neighbours in its line.

    Parameters
    ----------
    lines : uint8 array (height, 4 * width)
        Red, green, blue and a fourth byte that is left out.
    first, count : int64 arrays (new width,)
        Which pixels each new one is made of.
    weights : int32 array (new width, most pixels)
        Of 2**22.
    out : uint8 array (height, 3 * new width)
        Filled.

    Examples
    --------
    >>> out = np.zeros((1, 3), np.uint8)
    >>> weights = np.full((1, 2), 1 << 21, np.int32)
    >>> narrow(np.array([[1, 2, 3, 0, 5, 6, 7, 0]], np.uint8), np.zeros(1, int), np.full(1, 2), weights, out)
    >>> out.tolist()
    [[3, 4, 5]]
    """
    for y in range(lines.shape[0]):
        line, made = lines[y], out[y]
        for x in range(first.shape[0]):
            red = green = blue = np.int32(HALF)
            place = 4 * first[x]
            for k in range(count[x]):
                weight = weights[x, k]
                red += np.int32(line[place]) * weight
                green += np.int32(line[place + 1]) * weight
                blue += np.int32(line[place + 2]) * weight
                place += 4
            made[3 * x] = red >> BITS
            made[3 * x + 1] = green >> BITS
            made[3 * x + 2] = blue >> BITS
