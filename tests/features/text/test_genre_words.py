import pytest

from genrelab.features.text.genre_words import mask_genre_words, names_a_genre
from genrelab.features.text.words import words
from genrelab.pipeline.catalog.genres import translate


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


# Genre names as TMDb, IMDb and MovieLens write them, less those that are two genres or none.
WRITTEN = [
    *("Action", "Adventure", "Animation", "Biography", "Children", "Children's", "Comedy", "Crime", "Documentary"),
    *("Drama", "Family", "Fantasy", "Film Noir", "Film-Noir", "Foreign", "Game-Show", "History", "Horror", "Kids"),
    *("Music", "Musical", "Mystery", "News", "Reality", "Reality-TV", "Romance", "Sci-Fi", "Science Fiction", "Short"),
    *("Soap", "Sport", "TV Movie", "Talk", "Talk-Show", "Thriller", "War", "Western", "Adult"),
]


@pytest.mark.parametrize("name", WRITTEN)
def test_every_genre_is_masked_as_its_source_writes_it(name):
    assert translate(name), "a genre that no table knows"
    assert mask_genre_words(" ".join(words(name))) == ""


def test_masking_twice_changes_nothing():
    for text in ("war drama about a western town", "dark comedy short film", "crime"):
        once = mask_genre_words(text)
        assert mask_genre_words(once) == once
