"""Rows that tell one title several times."""

import pytest
from PIL import Image

from genrelab.pipeline.sources.folder.folder import read_folder


@pytest.fixture
def fetched(tmp_path):
    def fetch(text, *images):
        for shade, name in enumerate(images):
            path = tmp_path / "p" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (20, 30), (shade, 0, 0)).save(path, "JPEG")
        table = tmp_path / "films.csv"
        table.write_text(text, encoding="utf-8")
        return read_folder(tmp_path / "p", table, base=tmp_path)

    return fetch


def films(found):
    return {row.poster: (row.title, row.genres_imdb) for row in found.titles.itertuples()}


def test_one_row_a_genre_is_one_title(fetched):
    found = fetched(
        "title,year,poster,genre\nHeat,1995,a.jpg,Action\nSpeed,1994,b.jpg,Action\nHeat,1995,a.jpg,Crime\n",
        "a.jpg",
        "b.jpg",
    )
    assert films(found) == {"p/a.jpg": ("Heat", ["Action", "Crime"]), "p/b.jpg": ("Speed", ["Action"])}
    assert any("joined with it: 1" in note for note in found.report.notes)


def test_ids_join_rows_and_fill_what_the_first_lacks(fetched):
    found = fetched(
        "imdb_id,title,runtime,genre\ntt0113277,Heat,,Action\ntt0113277,Heat,170,Crime\n", "tt0113277.jpg", "x.jpg"
    )
    heat = found.titles.set_index("imdb_id").loc["tt0113277"]
    assert heat["genres_imdb"] == ["Action", "Crime"] and heat["runtime"] == 170


def test_a_row_that_repeats_another_is_listed_and_its_poster_kept(fetched):
    found = fetched("title,year,poster,genre\nHeat,1995,a.jpg,Action\nHeat,1995,a.jpg,Action\n", "a.jpg")
    assert films(found) == {"p/a.jpg": ("Heat", ["Action"])}
    assert ("row", "films.csv line 3", "the same as films.csv line 2") in found.report.left_out
    assert found.report.dropped == {"row that is there already": 1}


def test_rows_that_contradict_each_other_are_not_joined(fetched):
    text = "title,year,runtime,genre\nHeat,1995,170,Action\nHeat,1995,96,Horror\n"
    found = fetched(text, "Heat (1995).jpg")
    assert [row for row in found.titles["genres_imdb"] if row] == [["Action"]]
    assert (
        "row",
        "films.csv line 3",
        "the same title as films.csv line 2 (" + found.titles["imdb_id"][0] + ")",
    ) in found.report.left_out


def test_titles_alone_tell_nothing(fetched):
    found = fetched("title,genre\nHeat,Action\nHeat,Horror\n", "x.jpg")
    assert list(found.titles["title"]).count("Heat") == 1  # two films or one: nobody knows, and the second is listed
    assert any(what == "row" and "same title" in why for what, _, why in found.report.left_out)


def test_one_row_a_genre_may_know_the_poster_only(fetched):
    found = fetched("poster,genre\na.jpg,Action\nb.jpg,War\na.jpg,Crime\n", "a.jpg", "b.jpg")
    assert films(found) == {"p/a.jpg": ("a", ["Action", "Crime"]), "p/b.jpg": ("b", ["War"])}
