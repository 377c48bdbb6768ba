"""A column is read as it is written; one that holds something else than its header says is left alone."""

import pytest

from genrelab.pipeline.sources.own_table.notations import notation_of, other_than_named
from genrelab.pipeline.sources.own_table.options import TableOptions
from genrelab.pipeline.sources.own_table.seen import Cells


def read(meaning, header, cells, headers=()):
    notation = notation_of(meaning, header, [header, *headers], TableOptions())
    for cell in cells:
        notation.see(cell)
    return [notation.read(cell) for cell in cells], notation.note


@pytest.mark.parametrize(
    ("header", "cells", "minutes", "note"),
    [
        ("runtime", [10200, 6960], [170, 116], "in seconds"),
        ("duration", ["10200000", "6960000"], [170, 116], "in milliseconds"),
        ("duration_ms", ["10200000"], [170], ""),
        ("runtime_hours", ["1.5", "2"], [90, 120], ""),
        ("runtime", ["170", "5400", "116"], [170, 5400, 116], ""),
        ("runtime", ["170 min", "1 h 56"], [170, 116], ""),
    ],
)
def test_the_unit_of_lengths_is_told_by_the_column(header, cells, minutes, note):
    found, said = read("runtime", header, cells)
    assert [round(value, 6) for value in found] == minutes and said == note


def test_letterboxds_marks_are_of_five():
    assert read("vote_average", "Rating", ["4.5", "0.5"], ["Letterboxd URI"])[0] == [9, 1]
    assert read("vote_average", "Rating", ["4.5", "0.5"])[0] == [4.5, 0.5]


def test_a_spreadsheets_days_are_dates():
    found, note = read("release_date", "Release Date", ["35048", "34495.0", ""])
    assert found == ["1995-12-15", "1994-06-10", None] and "spreadsheets" in note


@pytest.mark.parametrize(
    ("meaning", "cell", "why"),
    [
        ("imdb_id", "http://us.imdb.com/M/title-exact?Toy", "addresses without ids"),
        ("imdb_id", "https://www.imdb.com/title/tt0113277/", ""),
        ("title", "http://www.wikidata.org/entity/Q1", "addresses"),
        ("genres", "http://www.wikidata.org/entity/Q1", "addresses of Wikidata, not names"),
        ("genres", "https://shop.org/genre/drama", ""),
        ("cast", "4", "numbers, not names"),
        ("cast", "7.4", "numbers, not names"),
        ("cast", "7,4 / 10", "numbers, not names"),
        ("cast", "★★★½", "numbers, not names"),
        ("cast", "Al Pacino, 50 Cent", ""),
        ("cast", "成龙", ""),
        ("keywords", "$1,200", "numbers, not names"),
        ("keywords", "1980s", ""),
        ("poster", "https://shop.org/heat.jpg", "addresses, not file names"),
        ("poster", "heat.jpg", ""),
        (None, "http://x.org", ""),
    ],
)
def test_a_column_that_holds_something_else(meaning, cell, why):
    cells = Cells()
    cells.count(cell, "X", {"speed.jpg"}, {})
    assert other_than_named(meaning, cells) == why
