"""The table of top colours."""

import numpy as np
import pytest

from genrelab.features.poster.colour import palette, palette_array


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
