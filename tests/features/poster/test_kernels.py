"""The compiled loops against numpy's and against ColorThief."""

import numpy as np
import pytest
from colorthief import MMCQ
from PIL import Image

from genrelab.features.poster import kernels as poster_kernels
from genrelab.features.poster.dominant import dominant_palette
from genrelab.features.poster.fingerprint import fingerprints
from genrelab.features.poster.pixels import poster_pixels
from genrelab.features.poster.raster import shrink


def picture(seed, size=(150, 220), mode="RGB"):
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (9, 7, 4), dtype=np.uint8)
    return Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC).convert(mode)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("count", [2, 5, 10, 64])
def test_colours_equal_those_of_numpy(mode, count):
    for seed in range(4):
        image = picture(seed, mode=mode)
        for quality in (1, 10):
            expected = dominant_palette(image, count, quality=quality)
            assert dominant_palette(image, count, quality=quality, compiled=True) == expected


def test_a_few_pixels_equal_colorthief():
    """Tiny pictures meet every odd corner: empty boxes, single pixels, ties."""
    rng = np.random.default_rng(1)
    for _ in range(300):
        spread = int(rng.choice([8, 40, 40, 256]))
        kinds = rng.integers(0, spread, (int(rng.choice([1, 2, 3, 6, 40])), 3)) + rng.integers(0, 257 - spread, 3)
        values = kinds[rng.integers(0, len(kinds), int(rng.choice([1, 2, 3, 8, 100])))].astype(np.uint8)
        count = int(rng.choice([2, 3, 5, 10, 17]))
        valid = [tuple(pixel) for pixel in values.tolist() if min(pixel) <= 250]
        expected = MMCQ.quantize(valid, count).palette if valid and spread < 256 else None
        image = Image.fromarray(values[None])
        if expected is None:
            expected = dominant_palette(image, count, quality=1)
        assert dominant_palette(image, count, quality=1, compiled=True) == expected


def test_nothing_to_count_gives_no_colour():
    assert dominant_palette(Image.new("RGB", (30, 30), (255, 251, 252)), compiled=True) == []
    assert dominant_palette(Image.new("RGBA", (30, 30), (200, 0, 0, 124)), compiled=True) == []
    with pytest.raises(ValueError, match="2 to 256 colours, found 257"):
        dominant_palette(Image.new("RGB", (3, 3)), 257, compiled=True)


@pytest.mark.parametrize("size", [(300, 444), (128, 192), (433, 999), (780, 1170), (90, 100)])
def test_small_pictures_equal_those_of_numpy(size):
    image = picture(0, size)
    for small in ((128, 192), (200, 320), (30, 50)):  # 30 is no multiple of 4: numpy does it
        expected = shrink(image, small)
        assert np.array_equal(shrink(image, small, compiled=True), expected)
        room = np.zeros((2, *expected.shape), dtype=np.uint8)
        assert shrink(image, small, out=room[1], compiled=True).base is not None
        assert np.array_equal(room[1], expected)
        assert not room[0].any()
        apart = np.zeros((*expected.shape[:2], 4), dtype=np.uint8)[..., :3]
        shrink(image, small, out=apart, compiled=True)
        assert np.array_equal(apart, expected)
    assert np.array_equal(poster_pixels(image, grey=True, compiled=True), poster_pixels(image, grey=True))


def test_hashes_and_grey_flags_equal_those_of_numpy():
    images = [picture(seed) for seed in range(6)]
    images += [image.convert("L").convert("RGB") for image in images]
    pictures = np.stack([shrink(image, (128, 192)) for image in images])
    hashes, grey = fingerprints(pictures)
    compiled_hashes, compiled_grey = fingerprints(pictures, compiled=True)
    assert hashes == compiled_hashes
    assert grey.tolist() == compiled_grey.tolist() == [False] * 6 + [True] * 6
    with pytest.raises(ValueError, match=r"expected pictures of shape \(n, 192, 128, 3\), found \(1, 2, 2, 3\)"):
        fingerprints(np.zeros((1, 2, 2, 3), dtype=np.uint8), compiled=True)


@pytest.mark.skipif(not poster_kernels.COMPILED, reason="numba is not installed")
def test_compiled_and_plain_python_agree():
    plain = getattr(poster_kernels.cut_colours, "py_func", poster_kernels.cut_colours)
    points = np.random.default_rng(0).integers(0, 2**32, 900, dtype=np.uint32)
    for transparent in (False, True):
        found = poster_kernels.cut_colours(points, 1, transparent, 12)
        assert np.array_equal(found, plain(points, 1, transparent, 12))
