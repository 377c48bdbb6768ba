"""The poster pass's inner loops, compiled by numba where it is installed: the same answers, several times faster.

numpy walks the same few thousand cells and pixels a dozen times, once per operation; compiled, one walk does it.
numba compiles this file at the first call and keeps the result beside the file, or in the user's cache folder,
or nowhere if neither can be written. Without numba the functions are plain Python: right, slow, and used by the
tests only (the pass then takes `dominant` and `raster` in numpy).
"""

from collections.abc import Callable

import numpy as np

try:
    from numba import njit
except ImportError:
    njit = None

__all__ = ["COMPILED", "cut_colours", "halve_and_weigh", "mean_of_two"]

COMPILED = njit is not None
CELLS = 32**3  # of ColorThief's colour space
OPAQUE, WHITE = 125, 250  # alpha from which a pixel counts; all channels above: near-white, which does not


def _jit(function: Callable) -> Callable:
    """Compile without the interpreter's lock."""
    if njit is None:
        return function
    try:
        return njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # no folder can be written: compile in each process
        return njit(nogil=True, error_model="numpy")(function)


@_jit
def _sort(order, number, keys):
    """Sort box numbers by their keys, stably as Python does: one that is added last stays last among equals."""
    for k in range(1, number):
        box = order[k]
        j = k
        while j > 0 and keys[order[j - 1]] > keys[box]:
            order[j] = order[j - 1]
            j -= 1
        order[j] = box


@_jit
def _volume(first, last, box):
    volume = 1
    for axis in range(3):
        volume *= last[box, axis] - first[box, axis] + 1
    return volume


@_jit
def _cut(box, new, codes, counts, parts, first, last, total, sums):
    """Cut one box across its longest side as ColorThief does; the upper part becomes box `new`."""
    axis, longest = 0, last[box, 0] - first[box, 0]
    for k in range(1, 3):
        if last[box, k] - first[box, k] > longest:
            axis, longest = k, last[box, k] - first[box, k]
    shift = 10 - 5 * axis
    start, stop, whole = first[box, axis], last[box, axis], total[box]
    begin, end = parts[box, 0], parts[box, 1]
    for k in range(32):
        sums[k] = 0
    for k in range(begin, end):
        sums[(codes[k] >> shift) & 31] += counts[k]
    middle = -1
    for k in range(start, stop + 1):
        if k > start:
            sums[k] += sums[k - 1]
        if middle < 0 and 2 * sums[k] > whole:
            middle = k
    left, right = middle - start, stop - middle
    place = min(stop - 1, middle + right // 2) if left <= right else max(start, int(middle - 1 - left / 2))
    while place < start or sums[place] == 0:  # no box without pixels on the low side
        place += 1
    while sums[place] == whole and place > start and sums[place - 1] > 0:  # nor on the high side
        place -= 1
    low, high = begin, end - 1
    while low <= high:  # cells of the lower part to the front
        if (codes[low] >> shift) & 31 <= place:
            low += 1
        else:
            codes[low], codes[high] = codes[high], codes[low]
            counts[low], counts[high] = counts[high], counts[low]
            high -= 1
    for k in range(3):
        first[new, k], last[new, k] = first[box, k], last[box, k]
    last[box, axis], first[new, axis] = place, place + 1
    parts[box, 1], parts[new, 0], parts[new, 1] = low, low, end
    total[box], total[new] = sums[place], whole - sums[place]


@_jit
def cut_colours(points, quality, transparent, count):
    """Find the palette of a picture as ColorThief does; `dominant.dominant_palette` in one walk.

    Parameters
    ----------
    points : uint32 array
        From `packed_pixels`.
    quality : int
        Every how manieth pixel is looked at.
    transparent : bool
        Whether the highest byte of each is its alpha.
    count : int
        Colours wanted, 2 to 256.

    Returns
    -------
    int64 array (k, 3)
        Red, green, blue; most important first, empty where no pixel counts.

    Examples
    --------
    >>> cut_colours(np.full(90, 0x281EC8, np.uint32), 10, False, 5)[0].tolist()
    [204, 28, 44]
    """
    histogram = np.zeros(CELLS, np.int32)
    codes = np.empty(min(CELLS, points.shape[0] // quality + 1), np.int32)
    occupied, pixels = 0, 0
    for k in range(0, points.shape[0], quality):
        point = np.int64(points[k])
        red, green, blue = point & 255, (point >> 8) & 255, (point >> 16) & 255
        if (transparent and point >> 24 < OPAQUE) or min(red, green, blue) > WHITE:
            continue
        code = (red >> 3) << 10 | (green >> 3) << 5 | blue >> 3
        if histogram[code] == 0:
            codes[occupied] = code
            occupied += 1
        histogram[code] += 1
        pixels += 1
    if occupied == 0:
        return np.empty((0, 3), np.int64)
    counts = np.empty(occupied, np.int32)
    first, last = np.empty((count + 2, 3), np.int64), np.empty((count + 2, 3), np.int64)
    for axis in range(3):
        first[0, axis], last[0, axis] = 31, 0
    for k in range(occupied):
        code = codes[k]
        counts[k] = histogram[code]
        for axis in range(3):
            value = (code >> (10 - 5 * axis)) & 31
            first[0, axis], last[0, axis] = min(first[0, axis], value), max(last[0, axis], value)
    parts, total = np.zeros((count + 2, 2), np.int64), np.zeros(count + 2, np.int64)
    parts[0, 1], total[0] = occupied, pixels
    order, keys, sums = np.zeros(count + 2, np.int64), np.zeros(count + 2, np.int64), np.zeros(32, np.int64)
    keys[0] = pixels
    boxes = 1
    for by_volume in (False, True):
        target = count - boxes if by_volume else 0.75 * count
        if by_volume:  # ColorThief moves them from one queue to another, largest first
            for k in range(boxes // 2):
                order[k], order[boxes - 1 - k] = order[boxes - 1 - k], order[k]
            for k in range(boxes):
                keys[k] = total[k] * _volume(first, last, k)
            _sort(order, boxes, keys)
        colours = 1  # as ColorThief counts, and at least one box is cut
        while total[order[boxes - 1]] > 1:  # a single pixel cannot be cut
            box = order[boxes - 1]
            _cut(box, boxes, codes, counts, parts, first, last, total, sums)
            order[boxes] = boxes
            for k in (box, boxes):
                keys[k] = total[k] * (_volume(first, last, k) if by_volume else 1)
            boxes += 1
            _sort(order, boxes, keys)
            colours += 1
            if colours >= target:
                break
    palette = np.empty((boxes, 3), np.int64)
    for k in range(boxes):
        box = order[boxes - 1 - k]
        for axis in range(3):
            if total[box] == 0:
                palette[k, axis] = 4 * (first[box, axis] + last[box, axis] + 1)
                continue
            weight = 0
            for cell in range(parts[box, 0], parts[box, 1]):
                weight += counts[cell] * ((codes[cell] >> (10 - 5 * axis)) & 31)
            palette[k, axis] = (8 * weight + 4 * total[box]) // total[box]
    return palette


@_jit
def _mean(a, b):
    """Average the three lower bytes of two points at once: (a | b) - (a ^ b) / 2."""
    return ((a | b) - (((a ^ b) & np.uint32(0xFEFEFEFE)) >> np.uint32(1))) & np.uint32(0xFFFFFF)


@_jit
def mean_of_two(points, rows, columns, out):
    """Take two points for each pixel of a small picture and average them; `raster.shrink` in one walk.

    Parameters
    ----------
    points : uint32 array
        From `packed_pixels`.
    rows : uintp array (2, height)
        Where the rows of the first and of the second points begin.
    columns : uintp array (2, width)
        How far into their rows they are; width a multiple of 4.
    out : uint32 array (height * width * 3 / 4,)
        Filled with the pixels, three bytes each, four pixels in three numbers.

    Examples
    --------
    >>> out = np.zeros(3, np.uint32)
    >>> columns = np.array([[0, 0, 1, 1], [0, 1, 1, 1]], np.uintp)
    >>> mean_of_two(np.array([0, 0x0A0602], np.uint32), np.zeros((2, 1), np.uintp), columns, out)
    >>> out.view(np.uint8).tolist()
    [0, 0, 0, 1, 3, 5, 2, 6, 10, 2, 6, 10]
    """
    width = columns.shape[1]
    for y in range(rows.shape[1]):
        first, second = points[rows[0, y] :], points[rows[1, y] :]
        line = out[y * width * 3 // 4 : (y + 1) * width * 3 // 4]
        place = 0
        for x in range(0, width, 4):
            p = _mean(first[columns[0, x]], second[columns[1, x]])
            q = _mean(first[columns[0, x + 1]], second[columns[1, x + 1]])
            r = _mean(first[columns[0, x + 2]], second[columns[1, x + 2]])
            s = _mean(first[columns[0, x + 3]], second[columns[1, x + 3]])
            line[place] = p | q << np.uint32(24)
            line[place + 1] = q >> np.uint32(8) | r << np.uint32(16)
            line[place + 2] = r >> np.uint32(16) | s << np.uint32(8)
            place += 3


@_jit
def halve_and_weigh(pictures, spread, luma):
    """Take every second pixel both ways; count the grey ones and weigh the channels to 256 times the luma.

    Parameters
    ----------
    pictures : uint8 array (n, height, width, 3)
        RGB.
    spread : int
        How far apart the channels of a grey pixel may be, 0 to 255.
    luma : float32 array (n, height / 2, width / 2)
        Filled.

    Returns
    -------
    int64 array (n,)
        Grey pixels in each.

    Examples
    --------
    >>> luma = np.empty((1, 1, 1), np.float32)
    >>> halve_and_weigh(np.full((1, 2, 2, 3), 9, np.uint8), 24, luma).tolist(), float(luma[0, 0, 0]) / 256
    ([1], 9.0)
    """
    grey = np.zeros(pictures.shape[0], np.int64)
    for k in range(luma.shape[0]):
        number = 0
        for y in range(luma.shape[1]):
            line = pictures[k, 2 * y]
            for x in range(luma.shape[2]):
                red, green, blue = np.int32(line[2 * x, 0]), np.int32(line[2 * x, 1]), np.int32(line[2 * x, 2])
                luma[k, y, x] = 54 * red + 183 * green + 19 * blue
                number += max(red, green, blue) - min(red, green, blue) <= spread
        grey[k] = number
    return grey
