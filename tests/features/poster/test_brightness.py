"""Luma and levels."""

import math

import numpy as np
import pytest

from genrelab.features.poster.colour import brightness, brightness_level, luma


def test_luma_of_the_corners():
    assert luma(255, 255, 255) == pytest.approx(255)
    assert luma(0, 255, 0) == pytest.approx(0.7152 * 255)
    assert luma(0, 0, 0) == 0


@pytest.mark.parametrize(
    ("value", "level"), [(0, "Low"), (84.99, "Low"), (85, "Medium"), (169.9, "Medium"), (170, "High"), (255, "High")]
)
def test_levels_at_their_cut_points(value, level):
    assert brightness_level(value) == level


def test_table_of_a_few_posters():
    colours = np.full((3, 5, 3), np.nan)
    colours[0, 0] = (252, 252, 252)
    colours[1, 0] = (10, 20, 30)
    table = brightness(colours)
    assert list(table) == [
        "brightness_red",
        "brightness_green",
        "brightness_blue",
        "brightness_luma",
        "brightness_level",
    ]
    assert (table.dtypes.iloc[:4] == "float32").all()
    assert table["brightness_level"].iloc[:2].tolist() == ["High", "Low"]
    assert table["brightness_luma"].iloc[1] == pytest.approx(0.2126 * 10 + 0.7152 * 20 + 0.0722 * 30)
    assert table.iloc[2].isna().all()
    assert brightness_level(math.nan) is None


def test_no_posters_is_an_empty_table():
    assert brightness(np.empty((0, 5, 3))).shape == (0, 5)
