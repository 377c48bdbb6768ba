"""Families by name, and where a network finds the posters it reads itself."""

import pandas as pd
import pytest
from PIL import Image

from genrelab.features.families import build_frames, join_frames, parse_spec
from genrelab.models.encode.encoder import make_encoder


def test_image_is_the_path_of_a_poster_that_can_be_read(tmp_path):
    good, broken = tmp_path / "good.jpg", tmp_path / "broken.jpg"
    Image.new("RGB", (90, 130), (200, 30, 40)).save(good)
    broken.write_bytes(b"\xff\xd8\xff no picture")
    titles = pd.DataFrame({"imdb_id": ["a", "b", "c", "d"]}, index=[3, 5, 7, 9])
    frames = build_frames(titles, [good, broken, None, tmp_path / "gone.jpg"], ["image"])
    assert list(frames) == ["image"]
    assert frames["image"]["image_path"].tolist() == [str(good), None, None, None]
    assert frames["image"].index.tolist() == [3, 5, 7, 9]


def test_posters_are_read_once_for_the_image_and_its_neighbours(tmp_path):
    good = tmp_path / "good.jpg"
    Image.new("RGB", (90, 130), (200, 30, 40)).save(good)
    counted = []
    frames = build_frames(
        pd.DataFrame({"imdb_id": ["a"]}),
        [good],
        ["image", "brightness"],
        progress=lambda name, total: counted.append((name, total)) or (lambda count: None),
    )
    assert counted == [("posters", 1)]
    assert list(join_frames(frames, ["image", "brightness"]).columns[:1]) == ["image_path"]


def test_an_image_is_no_column_to_encode():
    assert parse_spec("image") == ("image", ())
    with pytest.raises(ValueError, match="for networks that read it themselves"):
        make_encoder(["image"], ["image_path"])
    with pytest.raises(ValueError, match="unknown option 'grey'"):
        parse_spec("image:grey")
