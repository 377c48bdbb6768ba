"""What reads a cell knows what else may stand in it."""

import pytest

from genrelab.pipeline.sources.account import SourceReport
from genrelab.pipeline.sources.own_table.options import TableOptions
from genrelab.pipeline.sources.own_table.readers import read_row
from genrelab.pipeline.sources.own_table.user_table import read_user_table
from genrelab.pipeline.sources.tables.dates import read_year
from genrelab.pipeline.sources.tables.values import read_title


def test_a_row_is_what_was_read_and_why_the_rest_was_not():
    row, unread = read_row(["Heat", "soon", ""], [("title", 0, read_title, None), ("year", 1, read_year, None)])
    assert row == {("title", 0): "Heat"} and "1870" in unread["year", 1]


def test_a_thing_without_a_label_has_none(tmp_path):
    path = tmp_path / "query.csv"
    path.write_text(
        "film,filmLabel,imdb,genreLabel\n"
        "http://www.wikidata.org/entity/Q1,Heat,tt0113277,crime film\n"
        "http://www.wikidata.org/entity/Q3,Q3,tt0211257,Q99\n"
    )
    rows = read_user_table(path, TableOptions(), SourceReport("folder"))
    assert rows.columns["title"] == ["Heat", None] and rows.columns["genres_imdb"] == [["crime film"], None]


@pytest.mark.parametrize(
    ("cell", "name"),
    [("heat.jpg", "heat.jpg"), ("https://x.org/a.jpg, https://x.org/b.jpg", "a.jpg, b.jpg"), ("N/A", None)],
)
def test_a_poster_is_a_file_name(tmp_path, cell, name):
    path = tmp_path / "films.csv"
    path.write_text(f'title,poster\nHeat,"{cell}"\n')
    report = SourceReport("folder")
    rows = read_user_table(path, TableOptions(columns={"poster": "poster"}), report)
    assert rows.columns["poster"] == [name]
