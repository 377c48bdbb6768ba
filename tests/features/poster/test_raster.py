"""The view on Pillow's memory and the fast reduction."""

import numpy as np
import pytest
from PIL import Image

from genrelab.features.poster import raster
from genrelab.features.poster.raster import packed_pixels, shrink


def textured(size):
    rng = np.random.default_rng(0)
    coarse = Image.fromarray(rng.integers(0, 256, (20, 14, 3), dtype=np.uint8))
    return coarse.resize(size, Image.Resampling.BICUBIC)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_packed_pixels_are_the_pixels(mode):
    image = textured((37, 53)).convert(mode)
    channels = packed_pixels(image).view(np.uint8).reshape(53, 37, 4)
    assert np.array_equal(channels[..., : len(mode)], np.asarray(image))


def test_packed_pixels_outlive_the_picture():
    pixels = packed_pixels(textured((300, 444)))
    for _ in range(20):
        textured((300, 444))
    assert np.array_equal(pixels, packed_pixels(textured((300, 444))))


def test_without_shared_memory_a_copy_is_taken(monkeypatch):
    image = textured((20, 30))
    expected = packed_pixels(image) & 0xFFFFFF

    def refuse(image):
        raise ValueError("several blocks")

    monkeypatch.setattr(raster, "_Lent", refuse)
    assert np.array_equal(packed_pixels(image) & 0xFFFFFF, expected)


def test_a_large_picture_in_several_blocks():
    image = textured((3000, 4000))
    channels = packed_pixels(image).view(np.uint8).reshape(4000, 3000, 4)
    assert np.array_equal(channels[::97, ::89, :3], np.asarray(image)[::97, ::89])


@pytest.mark.parametrize(
    "size", [(300, 444), (200, 300), (128, 192), (500, 750), (1000, 1500), (780, 1170), (433, 999)]
)
def test_shrink_stands_for_the_area_average(size):
    image = textured(size)
    small = shrink(image, (128, 192))
    average = np.asarray(image.resize((128, 192), Image.Resampling.BOX))
    assert small.shape == (192, 128, 3)
    assert small.dtype == np.uint8
    assert np.abs(small.astype(int) - average).mean() < 3


def test_shrink_of_a_flat_picture_is_exact_and_of_a_small_one_interpolates():
    assert (shrink(Image.new("RGB", (301, 445), (3, 254, 77)), (128, 192)) == (3, 254, 77)).all()
    image = textured((90, 100))
    assert np.array_equal(shrink(image, (128, 192)), image.resize((128, 192), Image.Resampling.BILINEAR))
