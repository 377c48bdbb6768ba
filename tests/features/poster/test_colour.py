"""Luma, levels and the table of top colours."""

import math

import numpy as np
import pytest

from genrelab.features.poster.colour import brightness, brightness_level, luma, palette, palette_array


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


def test_colours_and_grey_flags():
    table = palette(np.stack([palette_array([(252, 4, 4), (100, 110, 124)]), palette_array([])]))
    assert table.shape == (2, 20)
    assert (table.dtypes == "float32").all()
    assert table.loc[0, ["palette_1_red", "palette_1_grey", "palette_2_blue", "palette_2_grey"]].tolist() == [
        252,
        0,
        124,
        1,
    ]
    assert table.loc[0, "palette_3_red":].isna().all()
    assert table.loc[1].isna().all()


def test_more_colours_than_columns_are_cut():
    assert palette_array([(value, 0, 0) for value in range(7)])[:, 0].tolist() == [0, 1, 2, 3, 4]


def test_wrong_shape_is_refused():
    with pytest.raises(ValueError, match=r"found \(2, 3\)"):
        palette(np.zeros((2, 3)))
