"""What one column tells for another."""

import pytest

from genrelab.pipeline.sources.own_table.rows import UserTable, fill_titles, split_years


def test_a_row_tells_its_values_and_its_other_titles():
    rows = UserTable({"title": ["Hitze"], "year": [1995]}, ["t.csv line 2"], {}, [("Heat",)])
    assert len(rows) == 1 and rows[0] == {"title": "Hitze", "year": 1995}
    assert rows.told(0) == {"title": "Hitze", "year": 1995, "other_titles": ("Heat",)}


def test_only_missing_titles_are_filled():
    values = {"title": ["Hitze", None, None]}
    assert fill_titles(values, [("Heat",), ("Speed",), ()]) == 1
    assert values["title"] == ["Hitze", "Speed", None]
    assert fill_titles({"year": [1995]}, [()]) == 0


@pytest.mark.parametrize(
    ("title", "year", "found"),
    [
        ("Heat (1995)", None, ("Heat", 1995)),
        ("Heat (1995)", 1995, ("Heat", 1995)),
        ("Heat (1995)", 1996, ("Heat (1995)", 1996)),
        ("Show (2011– )", None, ("Show", 2011)),
        ("Show (2011-2013)", None, ("Show", 2011)),
        ("2012", None, ("2012", None)),
    ],
)
def test_a_title_with_its_year(title, year, found):
    values = {"title": [title], "year": [year]}
    split_years(values)
    assert (values["title"][0], values["year"][0]) == found
