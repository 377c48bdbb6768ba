"""Blocks as arrays and as tables."""

import io

import numpy as np
import pytest
from colorthief import ColorThief
from PIL import Image

from genrelab.features.poster.blocks import BLOCK_OF, FAMILIES, compute, empty_block, family_frame


def content(colour):
    sink = io.BytesIO()
    Image.new("RGB", (150, 220), colour).save(sink, "JPEG")
    return sink.getvalue()


@pytest.mark.filterwarnings("ignore:Image.Image.getdata is deprecated:DeprecationWarning")  # ColorThief's
def test_a_batch_holds_each_poster_and_each_failure():
    sources = [content("red"), b"junk", None, content((99, 99, 99))]
    keys, rows = compute(sources, set(BLOCK_OF.values()))
    assert [key is not None for key in keys] == [True, True, False, True]
    assert rows["posters"][:, 0].tolist() == ["ok", "unknown format", "missing", "ok"]
    assert rows["posters"][:, 3].tolist() == [False, False, False, True]
    assert tuple(rows["colours"][0, :3]) == ColorThief(io.BytesIO(sources[0])).get_color()
    assert np.isnan(rows["colours"][1:3]).all()
    assert not rows["pixels"][1:3].any()
    assert rows["pixels"][0, 0] > 200


def test_alone_is_as_in_a_batch():
    sources = [content("red"), b"junk", content("blue")]
    _, together = compute(sources, set(BLOCK_OF.values()))
    for row, source in enumerate(sources):
        _, alone = compute([source], set(BLOCK_OF.values()))
        for block, values in together.items():
            np.testing.assert_array_equal(alone[block][0], values[row])


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_names_its_columns(family):
    frame = family_frame(family, empty_block(BLOCK_OF[family], 2))
    assert len(frame) == 2
    assert all(str(name).startswith(family.partition(":")[0] + "_") for name in frame)
    assert frame.columns.is_unique
