import math

import numpy as np
import pytest
from PIL import Image, ImageDraw

from genrelab.pipeline.demo.motifs import MOTIFS, draw_motif

RED, BLUE = (255, 0, 0), (0, 0, 255)


def drawn(name: str, turn: float = 0.0) -> np.ndarray:
    image = Image.new("RGB", (80, 80))
    draw_motif(ImageDraw.Draw(image), name, 40, 40, 36, RED, BLUE, turn)
    return np.asarray(image)


def test_every_motif_is_a_picture_of_its_own_inside_its_square():
    pictures = {name: drawn(name) for name in MOTIFS}
    for name, picture in pictures.items():
        inked = picture.any(axis=2)
        assert 0.04 < inked.mean() < 0.9, name
        assert not inked[:2].any() and not inked[:, :2].any(), name
    assert len({picture.tobytes() for picture in pictures.values()}) == len(MOTIFS)


def test_a_capital_letter_draws_in_the_second_colour():
    sun = drawn("sun")
    assert tuple(sun[40, 40]) == BLUE and tuple(sun[40, 19]) == RED


def test_a_quarter_turn_is_a_quarter_turn():
    far = np.abs(drawn("hat", math.pi / 2).astype(int) - np.rot90(drawn("hat"), -1)).mean()
    assert far < 6 < np.abs(drawn("hat").astype(int) - np.rot90(drawn("hat"), -1)).mean()


@pytest.mark.parametrize("name", ["hat", "gun"])
def test_only_two_colours(name):
    assert {tuple(pixel) for row in drawn(name) for pixel in row.tolist()} == {(0, 0, 0), RED, BLUE}
