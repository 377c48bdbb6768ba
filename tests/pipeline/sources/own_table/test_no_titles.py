"""Rows that are no titles are told from films that are called like them."""

import pytest

from genrelab.pipeline.sources.own_table.no_titles import is_second_header, is_shifted, is_total
from genrelab.pipeline.sources.own_table.readers import read_row
from genrelab.pipeline.sources.tables.dates import read_year
from genrelab.pipeline.sources.tables.values import read_imdb_id, read_title

READERS = [("title", 0, read_title, None), ("year", 1, read_year, None), ("imdb_id", 3, read_imdb_id, None)]


def total(title, after=False, **rest):
    return is_total({("title", 0): title} | {(name, 1): value for name, value in rest.items()}, after=after)


@pytest.mark.parametrize("word", ["Total", "Summe:", "Total: 25 posters", "TOTAL 1,250", "合計"])
def test_a_total_is_no_title(word):
    assert total(word) and not total(word, year=1995)


@pytest.mark.parametrize("title", ["Total Recall", "Sum of Us", "Total Eclipse 2", "Average", "Max"])
def test_a_film_is_no_total(title):
    assert not total(title)


def test_what_is_summed_up_below_a_total_is_no_title():
    assert total("Average", after=True) and not total("Heat", after=True)


def test_a_second_line_of_headers():
    assert is_second_header(["text", "yyyy", "(min)"], {("year", 1)})
    assert not is_second_header(["Heat", "yyyy", "(min)"], {("year", 1)})


def shifted(*cells):
    row, unread = read_row(list(cells), READERS)
    return is_shifted(list(cells), row, unread, READERS)


def test_cells_one_column_to_the_right_are_seen():
    assert shifted("Grey", "the Wolf", "2011", "Drama", "tt1601913")


def test_half_a_record_without_its_title_is_seen():
    assert shifted("", "0.065736", "x", "/ff9.jpg", "")


def test_odd_cells_alone_are_not_shifted():
    assert not shifted("Lost film", "1920s", "Drama", "none kept", "")
    assert not shifted("Heat", "1995", "Crime", "no id", "")
