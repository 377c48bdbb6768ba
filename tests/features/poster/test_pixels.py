"""Rows of pixel values."""

import numpy as np
from PIL import Image

from genrelab.features.poster.pixels import pixels, poster_pixels


def test_order_is_rows_then_columns_then_channels():
    image = Image.new("RGB", (128, 192), "black")
    image.putpixel((5, 2), (10, 20, 30))
    row = poster_pixels(image)
    assert row.shape == (128 * 192 * 3,)
    assert row[(2 * 128 + 5) * 3 :][:3].tolist() == [10, 20, 30]
    assert row.sum() == 60


def test_grey_is_the_luma_at_its_own_size():
    row = poster_pixels(Image.new("RGB", (300, 444), (255, 0, 0)), grey=True)
    assert row.shape == (200 * 320,)
    assert row.dtype == np.uint8
    assert (row == round(0.2126 * 255)).all()
    assert (poster_pixels(Image.new("RGB", (300, 444), "white"), grey=True) == 255).all()


def test_names_are_zero_padded_and_in_order():
    table = pixels(np.arange(12, dtype=np.uint8).reshape(1, 12))
    assert list(table) == sorted(table)
    assert table.loc[0, "pixels_00011"] == 11
