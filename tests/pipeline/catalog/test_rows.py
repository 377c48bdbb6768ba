"""Which titles take part: values against hand-counted rows, and conditions that are refused."""

import pandas as pd
import pytest

from genrelab.pipeline.catalog.rows import check_where, select_rows, where_mask
from genrelab.pipeline.catalog.schema import check_titles

TITLES = check_titles(
    pd.DataFrame(
        {
            "imdb_id": [f"tt{number:07d}" for number in range(5)],
            "kind": ["movie", "series", "movie", "movie", None],
            "year": [1989, 1990, 1999, 2000, None],
            "runtime": [90, 45, None, 120, 60],
            "original_language": ["en", "fr", "de", "en", None],
            "vote_count": [10, 500, None, 20, None],
            "imdb_votes": [None, None, 600, 5, None],
            "genres_imdb": [["Drama"], ["Drama", "War"], None, ["Comedy"], ["Drama"]],
        }
    )
)


@pytest.mark.parametrize(
    ("wanted", "rows"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({"kind": "movie"}, [0, 2, 3]),
        ({"years": [1990, 1999]}, [1, 2]),
        ({"language": "en"}, [0, 3]),
        ({"language": ["fr", "de"]}, [1, 2]),
        ({"min_votes": 500}, [1, 2]),
        ({"kind": "movie", "where": "runtime >= 60"}, [0, 3]),
    ],
)
def test_filters(wanted, rows):
    assert select_rows(TITLES, wanted).tolist() == rows


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        ("runtime / 60 >= 1.5", [0, 3]),
        ("not runtime >= 60", [1, 2]),
        ("'Drama' in genres_imdb and year < 1990", [0]),
        ("'Drama' not in genres_imdb", [3]),
        ("original_language in ['fr', 'en'] or runtime == 60", [0, 1, 3, 4]),
        ("original_language not in ('fr', 'en')", [2]),
        ("-runtime < -100", [3]),
        ("imdb_votes > vote_count", []),
    ],
)
def test_conditions(condition, rows):
    assert where_mask(TITLES, condition).nonzero()[0].tolist() == rows


@pytest.mark.parametrize(
    "condition",
    [
        "__import__('os').system('true')",
        "runtime.values",
        "(lambda: 1)()",
        "[x for x in genres_imdb]",
        "9 ** 9 ** 9",
        "runtime >",
        "runtime if year else 1",
        "1 < year < 5",
        "yeer > 3",
        "f'{year}' == 'a'",
        "year is None",
        "x" * 2000,
    ],
)
def test_anything_else_is_refused_before_it_is_evaluated(condition):
    with pytest.raises(ValueError, match="expected"):
        check_where(condition)


@pytest.mark.parametrize("condition", ["runtime", "runtime + 'a' > 3", "kind * 2 == 3", "3 in 4", "title < 3"])
def test_what_makes_no_sense_is_told(condition):
    with pytest.raises(ValueError, match="expected"):
        where_mask(TITLES, condition)
