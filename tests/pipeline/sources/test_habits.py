"""Tables as people keep them in a spreadsheet, with what stands between and below the films: every value is right."""

import pytest
from PIL import Image

from genrelab.pipeline.sources.folder.folder import read_folder
from genrelab.pipeline.sources.own_table.options import TableOptions


def fetched(tmp_path, table, images=(), name="films.csv", **options):
    """The catalogue's rows by title, or by poster where there is none, and the report."""
    posters = tmp_path / "posters"
    posters.mkdir()
    for number, image in enumerate(images):
        path = posters / image
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 12), (number, 0, 0)).save(path, format="JPEG")
    path = tmp_path / name
    path.write_bytes(table if isinstance(table, bytes) else table.encode())
    found = read_folder(posters, path, options=TableOptions(**options), base=tmp_path)
    rows = {}
    for row in found.titles.to_dict("records"):
        row = {name: value.tolist() if hasattr(value, "tolist") else value for name, value in row.items()}
        row = {name: None if value != value else value for name, value in row.items()}
        row["poster"] = row["poster"].removeprefix("posters/") if row.get("poster") else None
        rows[row.get("title") or row["poster"] or row["imdb_id"]] = row
    return rows, found.report


def check(rows, expected):
    """Every expected value is there, and there are no other rows."""
    for title, values in expected.items():
        found = {name: rows[title].get(name) for name in values}
        assert found == values, title
    assert sorted(rows) == sorted(expected)


HABITS = {
    "headers called like images": (
        "poster,title,cover,year\nHeat/poster.jpg,Heat,x,1995\nZed/poster.jpg,Zed,y,2001\n",
        ["Heat/poster.jpg", "Zed/poster.jpg", "cover.jpg"],
        {"Heat": {"poster": "Heat/poster.jpg"}, "Zed": {"poster": "Zed/poster.jpg"}, "cover": {"year": None}},
    ),
    "headings between the films": (
        "title,year,genres\n--- 1970s ---,,\nHeat,1975,Crime\nSped,1974,Action\n1980s,,\nZed,1981,War\nWESTERN,,\n"
        "Yon,1951,Western\nA–C,,\nLola,1981,Drama\n",
        [],
        {"Heat": {"year": 1975}, "Sped": {}, "Zed": {}, "Yon": {}, "Lola": {}},
    ),
    "remarks and counts below the films": (
        "title,year,genres,rating\nHeat,1975,Crime,8\nSped,1974,Action,6\n3 films,,,\nAverage,,,7\n\nSource: my shelf\n"
        "* estimated\nLast updated: 2024-01-01\n© 2024 me\n",
        [],
        {"Heat": {"vote_average": 8}, "Sped": {"vote_average": 6}},
    ),
    "psql's table": (
        " title | year | genres \n-------+------+--------\n Heat  | 1995 | Crime\n Zed   | 2001 | Comedy\n(2 rows)\n",
        [],
        {"Heat": {"year": 1995, "genres_imdb": ["Crime"]}, "Zed": {"year": 2001}},
    ),
}


@pytest.mark.parametrize("name", HABITS)
def test_every_value_is_right(tmp_path, name):
    table, images, expected = HABITS[name]
    rows, _ = fetched(tmp_path, table, images)
    check(rows, expected)


def test_a_row_with_nothing_but_a_title_is_kept_and_pointed_out(tmp_path):
    rows, report = fetched(tmp_path, "title,year,genres\nHeat,1975,Crime\nSource Code,,\nZed,1974,Action\n")
    assert sorted(rows) == ["Heat", "Source Code", "Zed"]
    assert any("nothing but a title: 1, such as 'Source Code' in line 3" in line for line in report.table)


def test_a_list_of_titles_alone_has_no_headings(tmp_path):
    rows, _ = fetched(tmp_path, "title,year\nHorror,\nM,\n1970s,\nHeat,1995\n")
    assert sorted(rows) == ["1970s", "Heat", "Horror", "M"]


def test_a_heading_is_named(tmp_path):
    _, report = fetched(tmp_path, "title,year,genres\n## Horror,,\nHeat,1975,Crime\nZed,1974,Action\n")
    assert report.dropped["row that is no title"] == 1
    assert ("row", "films.csv line 2", "'## Horror' is a heading or a remark, not a title") in report.left_out
