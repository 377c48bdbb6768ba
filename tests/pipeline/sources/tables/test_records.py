"""JSON whose records hold records, or stand one after another, as rows."""

import json

import pytest

from genrelab.pipeline.sources.tables.table import open_table


def read(path):
    table = open_table(path)
    return [table.headers, *(list(map(str, cells)) for _, cells in table.rows())]


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        ([{"type": "movie", "movie": {"title": "Heat", "year": 1995, "ids": {"trakt": 1, "imdb": "tt0113277"}}}],
         [["type", "title", "year", "trakt", "imdb"], ["movie", "Heat", "1995", "1", "tt0113277"]]),
        ([{"title": "Heat", "imdb": {"rating": 8.3, "title": "HEAT"}}],
         [["title", "rating", "imdb title"], ["Heat", "8.3", "HEAT"]]),
        ([{"title": "Heat", "genres": {"name": "Crime"}}], [["title", "genres"], ["Heat", "{'name': 'Crime'}"]]),
    ],
)  # fmt: skip
def test_records_inside_records(tmp_path, value, rows):
    (tmp_path / "films.json").write_text(json.dumps(value))
    assert read(tmp_path / "films.json") == rows
    (tmp_path / "films.jsonl").write_text("\n".join(json.dumps(record) for record in value * 2))
    assert read(tmp_path / "films.jsonl") == [*rows, rows[1]]


def test_records_after_one_another(tmp_path):
    (tmp_path / "films.json").write_text('{\n"title": "Heat"\n}\n{\n"title": "Jaws"\n},\n')
    assert read(tmp_path / "films.json") == [["title"], ["Heat"], ["Jaws"]]
