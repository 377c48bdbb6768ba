"""Stretching a poster to a network's input: Pillow's filter to the last bit, in a fixed order of passes."""

import numpy as np
import PIL
import pytest
from PIL import Image

from genrelab.features.frozen.resize import stretch
from genrelab.features.frozen.resize_kernels import COMPILED

SIZES = [
    (300, 440),
    (300, 375),
    (300, 377),
    (200, 300),
    (150, 203),
    (224, 224),
    (500, 281),
    (100, 90),
    (37, 901),
    (1, 1),
]
BILINEAR = Image.Resampling.BILINEAR


def noise(width: int, height: int) -> Image.Image:
    random = np.random.default_rng(width * height)
    return Image.fromarray(random.integers(0, 256, (height, width, 3), dtype=np.uint8))


@pytest.mark.skipif(not COMPILED, reason="needs numba")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("target", [(224, 224), (299, 299), (64, 96)])
def test_compiled_values_are_pillows_own(size, target):
    picture = noise(*size)
    ours = stretch(picture, target, compiled=True)
    assert ours.shape == (target[1], target[0], 3)
    assert ours.dtype == np.uint8
    assert np.array_equal(ours, stretch(picture, target))


@pytest.mark.skipif(int(PIL.__version__.partition(".")[0]) < 13, reason="Pillow took another order before 13")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("target", [(224, 224), (299, 299), (64, 96)])
def test_the_order_of_passes_is_pillow_13s(size, target):
    picture = noise(*size)
    assert np.array_equal(stretch(picture, target), np.asarray(picture.resize(target, BILINEAR)))


def test_the_order_is_rows_first_only_where_the_height_shrinks_by_more_than_twice_as_much():
    tall, wide = noise(300, 440), noise(300, 375)
    rows_first = tall.resize((300, 224), BILINEAR).resize((224, 224), BILINEAR)
    columns_first = wide.resize((224, 375), BILINEAR).resize((224, 224), BILINEAR)
    assert np.array_equal(stretch(tall, (224, 224)), np.asarray(rows_first))
    assert np.array_equal(stretch(wide, (224, 224)), np.asarray(columns_first))
    assert not np.array_equal(stretch(tall, (224, 224)), np.asarray(tall.resize((224, 440)).resize((224, 224))))


def test_it_averages_what_it_shrinks_and_keeps_what_is_flat():
    assert (stretch(Image.new("RGB", (900, 1300), (7, 80, 250)), (224, 224)) == (7, 80, 250)).all()
    stripes = Image.fromarray(np.tile(np.array([0, 255], np.uint8)[:, None, None], (448, 448, 3)))
    assert abs(stretch(stripes, (224, 224)).mean() - 127.5) < 1
