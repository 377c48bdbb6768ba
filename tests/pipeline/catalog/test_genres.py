"""Genre names of three sources become one list."""

import pandas as pd
import pytest

from genrelab.pipeline.catalog.genres import (
    CANONICAL,
    canonical_genres,
    co_occurrence,
    indicator_matrix,
    title_genres,
    translate,
)

TMDB = (
    "Action Adventure Animation Comedy Crime Documentary Drama Family Fantasy History Horror Music Mystery Romance "
    "Thriller War Western Foreign Kids News Reality Soap Talk"
).split() + ["Science Fiction", "TV Movie", "Action & Adventure", "Sci-Fi & Fantasy", "War & Politics"]
IMDB = (
    "Action Adult Adventure Animation Biography Comedy Crime Documentary Drama Family Fantasy Film-Noir Game-Show "
    "History Horror Music Musical Mystery News Reality-TV Romance Sci-Fi Short Sport Talk-Show Thriller War Western"
).split()
MOVIELENS = (
    "Action Adventure Animation Children Comedy Crime Documentary Drama Fantasy Film-Noir Horror IMAX Musical Mystery "
    "Romance Sci-Fi Thriller War Western"
).split() + ["(no genres listed)"]


@pytest.mark.parametrize("names", [TMDB, IMDB, MOVIELENS], ids=["tmdb", "imdb", "movielens"])
def test_every_name_a_source_uses_is_known(names):
    known, unknown = canonical_genres(names)
    assert unknown == []
    assert set(known) <= set(CANONICAL)


def test_one_genre_has_one_name_whoever_writes_it():
    assert canonical_genres(["Science Fiction"]) == canonical_genres(["Sci-Fi"])
    assert canonical_genres(["Children"]) == canonical_genres(["Kids"]) == (["Family"], [])
    assert canonical_genres(["Action & Adventure", "Action"]) == (["Action", "Adventure"], [])
    assert canonical_genres(["(no genres listed)", "IMAX"]) == ([], [])


def test_canonical_names_stand_for_themselves():
    assert all(translate(name) == (name,) for name in CANONICAL)


def test_unknown_names_are_counted_and_foreign_columns_refused():
    frame = pd.DataFrame({"genres_tmdb": [["Drama", "Telenovela"], ["Telenovela"], None]})
    genres, unknown = title_genres(frame, "tmdb")
    assert genres == [["Drama"], [], []]
    assert unknown == {"Telenovela": 2}
    with pytest.raises(ValueError, match="no column 'genres_imdb'"):
        title_genres(frame, "imdb")
    with pytest.raises(ValueError, match="expected one of tmdb, imdb, movielens, own, found 'omdb'"):
        title_genres(frame, "omdb")


def test_co_occurrence_counts_pairs_and_the_diagonal_counts_titles():
    genres = [["Drama", "War"], ["Drama"], ["Comedy", "Drama", "War"]]
    table = co_occurrence(genres)
    assert list(table.index) == ["Drama", "War", "Comedy"]
    assert table.loc["Drama", "Drama"] == 3
    assert table.loc["Drama", "War"] == table.loc["War", "Drama"] == 2
    assert indicator_matrix(genres, ["War"]).ravel().tolist() == [1, 0, 1]
