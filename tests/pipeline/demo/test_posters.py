import numpy as np
import pytest
from PIL import Image

from genrelab.pipeline.demo.posters import GROUNDS, LAYOUTS, LETTERINGS, Cast, _ground, _write, render_poster


def pixels(genre: str, year: int, seed: int) -> np.ndarray:
    image = render_poster("Synthetic Red Moon", [genre], year, np.random.default_rng(seed))
    return np.asarray(image.resize((30, 44)), dtype=float)


@pytest.mark.parametrize("lettering", LETTERINGS)
@pytest.mark.parametrize("text", ["UP", "RETURN TO THE FORGOTTEN EXPEDITION"])
def test_every_lettering_stays_on_the_poster(lettering, text):
    image = Image.new("RGB", (300, 440))
    _write(image, text, lettering, 0.7, 0.2, (255, 255, 255))
    rows, columns = np.nonzero(np.asarray(image).max(axis=2) > 100)
    assert 0 < columns.min() < columns.max() < 299
    assert 0.69 * 440 < rows.min() < rows.max() < 0.91 * 440
    assert abs((columns.min() + columns.max()) / 2 - 150) < 12


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_draws_with_the_motifs_and_colours_it_is_given(layout):
    colours = [(10, 10, 10), (0, 0, 255), (255, 0, 0), (255, 255, 255)]
    canvas = Image.new("RGBA", (300, 440))
    LAYOUTS[layout](Cast(canvas, ["sun", "star"], colours, np.random.default_rng(1)))
    drawn = np.asarray(canvas)
    assert (drawn[..., :3][drawn[..., 3] > 0] == (255, 0, 0)).all(axis=1).any()
    assert 0.01 < (drawn[..., 3] > 0).mean() < 0.8


@pytest.mark.parametrize("kind", GROUNDS)
def test_every_ground_stays_between_its_two_colours(kind):
    picture = np.asarray(_ground(kind, (30, 44), (200, 0, 100), (100, 50, 100), np.random.default_rng(0)))
    assert picture.shape == (44, 30, 3)
    assert picture[..., 0].min() >= 100 and picture[..., 0].max() <= 200 and picture[..., 1].max() <= 50
    assert bool((picture == (200, 0, 100)).all()) == (kind == "flat")


def test_the_same_state_draws_the_same_pixels_and_another_one_others():
    assert (pixels("Horror", 1984, 0) == pixels("Horror", 1984, 0)).all()
    assert (pixels("Horror", 1984, 0) != pixels("Horror", 1984, 1)).any()


def test_genre_shows_on_average_but_not_always():
    luma = {genre: [pixels(genre, 2005, seed).mean() for seed in range(24)] for genre in ("Horror", "Family")}
    assert np.mean(luma["Family"]) - np.mean(luma["Horror"]) > 40
    assert max(luma["Horror"]) > min(luma["Family"])


def test_decade_shows():
    def grain(year: int) -> float:
        images = [render_poster("Synthetic A", ["Drama"], year, np.random.default_rng(s)) for s in range(6)]
        return float(np.mean([np.abs(np.diff(np.asarray(i.convert("L"), dtype=float), axis=1)).mean() for i in images]))

    assert grain(1975) > 1.5 * grain(2022)
