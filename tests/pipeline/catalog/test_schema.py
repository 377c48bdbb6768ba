"""The catalogue's schema: what is converted, and how each fault is told."""

import numpy as np
import pandas as pd
import pytest

from genrelab.pipeline.catalog.schema import COLUMNS, CatalogError, check_titles, find_faults


def titles(**columns):
    return pd.DataFrame({"imdb_id": ["tt0000001", "tt0000002"]} | columns)


def test_every_column_comes_back_in_order_and_missing_ones_are_null():
    frame = check_titles(titles())
    assert list(frame.columns) == list(COLUMNS)
    assert frame.drop(columns="imdb_id").isna().all().all()


def test_values_become_nullable_types_and_empty_text_and_lists_become_null():
    frame = check_titles(
        titles(
            year=[1999.0, np.nan], overview=["  ", "A plot."], keywords=[[], np.array(["heist"])], runtime=["90", None]
        )
    )
    assert frame["year"].tolist() == [1999, pd.NA]
    assert frame["overview"].tolist() == [pd.NA, "A plot."]
    assert frame["keywords"].tolist() == [None, ["heist"]]
    assert frame["runtime"].tolist() == [90.0, pd.NA]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"year": [1999, 2.5]}, "row 1 (tt0000002), column 'year': expected a whole number or null, found 2.5"),
        ({"runtime": ["long", 3]}, "row 0 (tt0000001), column 'runtime': expected a number or null, found 'long'"),
        (
            {"vote_average": [11, 3]},
            "row 0 (tt0000001), column 'vote_average': expected a number from 0 to 10, found 11",
        ),
        ({"kind": ["movie", "game"]}, "row 1 (tt0000002), column 'kind': expected 'movie' or 'series', found 'game'"),
        ({"keywords": ["heist", None]}, "row 0 (tt0000001), column 'keywords': expected a list of names or null"),
        ({"release_date": ["31.12.1999", None]}, "expected an ISO date such as 1999-12-31, found '31.12.1999'"),
        ({"budget": [-1.0, 2]}, "column 'budget': expected a number of at least 0, found -1.0"),
    ],
)
def test_a_fault_names_row_column_expected_and_found(columns, told):
    with pytest.raises(CatalogError) as fault:
        check_titles(titles(**columns))
    assert told in str(fault.value)


def test_an_id_that_occurs_twice_and_a_missing_id_are_faults():
    with pytest.raises(CatalogError, match="expected an id that no other row has, found 'tt0000001'"):
        check_titles(pd.DataFrame({"imdb_id": ["tt0000001", "tt0000001"]}))
    with pytest.raises(CatalogError, match="column 'imdb_id': expected a value"):
        check_titles(pd.DataFrame({"imdb_id": ["tt0000001", None]}))
    with pytest.raises(CatalogError, match="expected a column 'imdb_id', found title"):
        check_titles(pd.DataFrame({"title": ["A"]}))


def test_several_faults_are_counted():
    with pytest.raises(CatalogError, match="and 1 more fault"):
        check_titles(titles(vote_average=[11, 12]))


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("runtime", float("inf"), "a finite number"),
        ("popularity", float("-inf"), "a finite number"),
        ("imdb_id", "tt0000001\n", "'tt' and at least 7 digits"),
        ("release_date", "2001-02-31", "a day that exists"),
        ("genres_imdb", [18, 35], "a list of names"),
        ("genres_own", "Drama", "a list of names"),
        ("keywords", [["a"], ["b"]], "a list of names"),
        ("runtime", True, "a number or null"),
        ("title_from_file", "yes", "true, false or null"),
    ],
)
def test_what_no_title_can_have_is_a_fault(column, value, expected):
    titles = pd.DataFrame({"imdb_id": ["tt0000001"]}, dtype=object)
    titles[column] = pd.Series([value], dtype=object)
    with pytest.raises(CatalogError, match=rf"row 0 .*column '{column}': expected {expected}"):
        check_titles(titles)


def test_a_column_twice_is_told():
    titles = pd.DataFrame([["tt0000001", "a", "b"]], columns=["imdb_id", "title", "title"])
    with pytest.raises(CatalogError, match="expected each column once, found 'title' twice"):
        check_titles(titles)


def test_a_cell_with_a_fault_comes_back_as_null_and_the_others_as_they_are():
    given = pd.DataFrame(
        {"imdb_id": ["tt0000001", "tt0000001", "x"], "runtime": [-1.0, 90, 3], "year": [1, 2000, None]}
    )
    frame, faults = find_faults(given, first_row=10)
    assert frame["runtime"].isna().tolist() == [True, False, False] and frame["runtime"][1] == 90
    assert frame["year"].isna().tolist() == [True, False, True] and frame["year"][1] == 2000
    assert frame["imdb_id"].isna().tolist() == [False, True, True]
    assert [(fault.row, fault.column, fault.imdb_id) for fault in faults] == [
        (10, "year", "tt0000001"),
        (10, "runtime", "tt0000001"),
        (11, "imdb_id", "tt0000001"),
        (12, "imdb_id", "x"),
    ]
