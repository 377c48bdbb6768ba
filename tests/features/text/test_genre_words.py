import pytest

from genrelab.features.text.genre_words import mask_genre_words, names_a_genre
from genrelab.features.text.words import words
from genrelab.pipeline.catalog.genres import SPELLINGS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("romantic comedy", ""),
        ("science fiction", ""),
        ("sci fi", ""),
        ("scifi thriller", ""),
        ("western", ""),
        ("spaghetti western", "spaghetti"),
        ("film noir", ""),
        ("neo noir", ""),
        ("musical", ""),
        ("organized crime", "organized"),
        ("children home", "home"),
        ("family secrets", "secrets"),
        ("action film", ""),
        ("action", ""),
        ("short film", ""),
        ("short story", "short story"),
        ("virtual reality", "virtual reality"),
        ("young adult novel", "young adult novel"),
        ("gunslinger duel", "gunslinger duel"),
        ("warrior", "warrior"),
        ("comic book", "comic book"),
        ("o'war", "o'war"),
        ("science western fiction", ""),
        ("", ""),
    ],
)
def test_mask(text, expected):
    assert mask_genre_words(text) == expected
    assert names_a_genre(text) == (text != expected)


NO_GENRE = {"(no genres listed)", "war & politics", "sci-fi & fantasy", "action & adventure"}


@pytest.mark.parametrize("spelling", sorted(set(SPELLINGS) - NO_GENRE))
def test_every_spelling_of_a_genre_is_masked(spelling):
    assert mask_genre_words(" ".join(words(spelling))) == ""


def test_masking_twice_changes_nothing():
    for text in ("war drama about a western town", "dark comedy short film", "crime"):
        once = mask_genre_words(text)
        assert mask_genre_words(once) == once
