import numpy as np
import pytest
from PIL import Image, ImageColor, ImageDraw

from genrelab.pipeline.demo.dirt import DIRT, encode_poster, plan_dirt
from genrelab.pipeline.demo.grounds import ground
from genrelab.pipeline.demo.icons import MOTIFS
from genrelab.pipeline.demo.lettering import LETTERINGS, draw_title
from genrelab.pipeline.demo.looks import DECADES, LOOKS
from genrelab.pipeline.demo.posters import LAYOUTS, render_poster
from genrelab.pipeline.demo.shapes import Pen
from genrelab.pipeline.demo.titles import GENRE_SETS
from genrelab.pipeline.demo.words import GENRE_NAMED, WORDS


def pixels(genre: str, year: int, seed: int) -> np.ndarray:
    image = render_poster("Synthetic Red Moon", [genre], year, np.random.default_rng(seed))
    return np.asarray(image.resize((30, 44)), dtype=float)


def test_tables_name_only_what_exists():
    named = {genre for genres in GENRE_SETS for genre in genres}
    assert set(LOOKS) == set(WORDS) == named
    assert set(GENRE_NAMED) <= named
    assert sum(GENRE_SETS.values()) == 1000
    for look in LOOKS.values():
        assert set(look.motifs) <= set(MOTIFS)
        assert set(look.layouts) <= set(LAYOUTS)
        assert set(look.letterings) <= set(LETTERINGS)
        assert all(len([ImageColor.getrgb(f"#{c}") for c in palette.split()]) == 4 for palette in look.palettes)
    for decade in DECADES.values():
        assert set(decade.letterings) <= set(LETTERINGS)
        for kind in decade.ground:
            ground(kind, (8, 8), (0, 0, 0), (9, 9, 9), np.random.default_rng(0))


def test_every_motif_is_used_and_draws_something_of_its_own():
    used = {motif for look in LOOKS.values() for motif in look.motifs}
    assert used == set(MOTIFS)
    drawn = {}
    for name, motif in MOTIFS.items():
        image = Image.new("RGB", (80, 80))
        motif(Pen(ImageDraw.Draw(image), 40, 40, 36), (255, 0, 0), (0, 0, 255))
        drawn[name] = image.tobytes()
        assert image.getbbox() is not None, name
    assert len(set(drawn.values())) == len(MOTIFS)


@pytest.mark.parametrize("lettering", LETTERINGS)
def test_every_lettering_stays_on_the_poster(lettering):
    image = Image.new("RGB", (300, 440))
    draw_title(
        image,
        "RETURN TO THE FORGOTTEN EXPEDITION",
        lettering,
        0.7,
        0.2,
        (255,) * 3,
        (9, 9, 9),
        np.random.default_rng(1),
    )
    left, top, right, bottom = image.point(lambda value: 255 if value > 100 else 0).getbbox()
    assert 0 < left < right < 300
    assert 0.68 * 440 < top < bottom < 0.93 * 440


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


def test_dirt_is_planned_in_its_shares_and_absent_from_tiny_demos():
    plan = plan_dirt(10_000, np.random.default_rng(0))
    assert all(plan.count(kind) == round(share * 10_000) for kind, share in DIRT.items())
    assert set(plan_dirt(60, np.random.default_rng(0))) == {*DIRT, "clean"}
    assert set(plan_dirt(5, np.random.default_rng(0))) == {"clean"}


def test_bytes_of_dirty_posters():
    image = render_poster("Synthetic Red Moon", ["Drama"], 1990, np.random.default_rng(0))
    clean = encode_poster(image, "clean")
    assert encode_poster(image, "absent file") == clean
    assert clean.startswith(encode_poster(image, "truncated"))
    assert encode_poster(image, "png named jpg").startswith(b"\x89PNG")
    assert len(encode_poster(image, "recoded twin")) < len(clean)
