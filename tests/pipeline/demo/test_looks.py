from PIL import ImageColor

from genrelab.pipeline.demo.looks import DECADES, LOOKS
from genrelab.pipeline.demo.motifs import MOTIFS
from genrelab.pipeline.demo.posters import GROUNDS, LAYOUTS, LETTERINGS
from genrelab.pipeline.demo.titles import GENRE_SETS
from genrelab.pipeline.demo.words import GENRE_NAMED, WORDS


def test_every_genre_has_a_look_and_words():
    named = {genre for genres in GENRE_SETS for genre in genres}
    assert set(LOOKS) == set(WORDS) == named
    assert set(GENRE_NAMED) <= named
    assert sum(GENRE_SETS.values()) == 1000


def test_looks_name_only_what_can_be_drawn():
    for look in LOOKS.values():
        assert set(look.motifs) <= set(MOTIFS) and len(look.motifs) >= 2
        assert set(look.layouts) <= set(LAYOUTS)
        assert set(look.letterings) <= set(LETTERINGS)
        assert all(len([ImageColor.getrgb(f"#{code}") for code in palette.split()]) == 4 for palette in look.palettes)
    for decade in DECADES.values():
        assert set(decade.letterings) <= set(LETTERINGS)
        assert set(decade.grounds) <= set(GROUNDS)
        assert len(ImageColor.getrgb(f"#{decade.tint}")) == 3


def test_everything_that_can_be_drawn_is_used():
    assert {motif for look in LOOKS.values() for motif in look.motifs} == set(MOTIFS)
    assert {layout for look in LOOKS.values() for layout in look.layouts} == set(LAYOUTS)
    assert {ground for decade in DECADES.values() for ground in decade.grounds} == set(GROUNDS)
    assert {one for look in [*LOOKS.values(), *DECADES.values()] for one in look.letterings} == set(LETTERINGS)


def test_decades_follow_each_other():
    assert list(DECADES) == list(range(1960, 2030, 10))
