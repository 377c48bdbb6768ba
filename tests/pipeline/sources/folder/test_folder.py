"""A folder of posters, alone and with a CSV."""

import time

import pandas as pd
import pytest
from PIL import Image

from genrelab.pipeline.catalog.schema import check_titles
from genrelab.pipeline.sources.account import SourceReport
from genrelab.pipeline.sources.folder.filenames import FileName, read_name
from genrelab.pipeline.sources.folder.folder import _tell_matches, read_folder
from genrelab.pipeline.sources.folder.matching import Matches
from genrelab.pipeline.sources.frame import is_stand_in
from genrelab.pipeline.sources.own_table.rows import UserTable
from genrelab.pipeline.sources.own_table.user_table import TableOptions
from genrelab.pipeline.sources.tables.dialect import TableError


@pytest.fixture
def posters(tmp_path):
    folder = tmp_path / "posters"
    names = ["tt0113277.jpg", "old/Heat {tmdb-949}.jpg", "Alien (1979).jpg", "scan_0001", "949.png"]
    for shade, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 30), (shade, 0, 0)).save(path, "PNG")
    (folder / "notes.jpg").write_text("no picture")
    (folder / ".hidden.jpg").write_bytes((folder / "949.png").read_bytes())
    return folder


def by_poster(fetched):
    return check_titles(fetched.titles).set_index("poster")


@pytest.mark.parametrize(
    ("stem", "told"),
    [
        ("tt0113277", FileName("tt0113277", None, None, None)),
        ("Heat [TT0113277] (1995)", FileName("tt0113277", None, "Heat", 1995)),
        ("heat_tt0113277_w342", FileName("tt0113277", None, "heat w342", None)),
        ("Heat {tmdb-949}", FileName(None, 949, "Heat", None)),
        ("tmdbid=949", FileName(None, 949, None, None)),
        ("He\x1b[2Jat\u202e", FileName(None, None, "He 2Jat", None)),
        ("imdb_0113277", FileName("tt0113277", None, None, None)),
        ("tt 0113277", FileName("tt0113277", None, None, None)),
        ("The.Thing.(1982).1080p", FileName(None, None, "The Thing", 1982)),
        ("butt0113277x", FileName(None, None, "butt0113277x", None)),
        ("scan_0001", FileName(None, None, "scan 0001", None)),
        ("949", FileName(None, None, "949", None)),
    ],
)
def test_names_tell_ids_titles_and_years(stem, told):
    assert read_name(stem) == told


def test_bare_numbers_only_when_told():
    assert read_name("0113277", bare="imdb").imdb_id == "tt0113277"
    assert read_name("949", bare="tmdb").tmdb_id == 949


def test_posters_only(posters, tmp_path):
    titles = by_poster(read_folder(posters, base=tmp_path))
    assert sorted(titles.index) == [
        "posters/949.png",
        "posters/Alien (1979).jpg",
        "posters/old/Heat {tmdb-949}.jpg",
        "posters/scan_0001",
        "posters/tt0113277.jpg",
    ]
    assert titles.loc["posters/tt0113277.jpg", "imdb_id"] == "tt0113277"
    assert titles.loc["posters/Alien (1979).jpg", ["title", "year"]].tolist() == ["Alien", 1979]
    assert is_stand_in(titles.loc["posters/scan_0001", "imdb_id"])
    assert titles.loc["posters/old/Heat {tmdb-949}.jpg", "tmdb_id"] == 949


def test_ids_stay_the_same_from_anywhere(posters, tmp_path, monkeypatch):
    first = read_folder(posters, base=tmp_path).titles["imdb_id"].tolist()
    monkeypatch.chdir(tmp_path)
    from pathlib import Path

    assert read_folder(Path("posters"), base=tmp_path / "x").titles["imdb_id"].tolist() == first


def test_csv_with_its_own_column_names(posters, tmp_path):
    table = tmp_path / "films.csv"
    table.write_text(
        "Film;Genre;Jahr;File;imdb_id\n"
        "Scanned;Drama / War;1960;scan_0001;\n"
        "Heat;Crime;1995;;tt0113277\n"
        "Alien;Horror;1979;;\n"
        "Alien;Horror;1986;;\n"
        "Unseen;Comedy;2001;;\n"
        "Scanned twice;Drama;1960;SCANS\\scan_0001;\n",
        encoding="utf-8-sig",
    )
    fetched = read_folder(
        posters,
        table,
        options=TableOptions(
            columns={"title": "Film", "genres": "Genre", "year": "Jahr", "poster": "File"}, genre_separator="/"
        ),
        base=tmp_path,
    )
    titles = by_poster(fetched)
    assert titles.loc["posters/scan_0001", ["title", "genres_imdb"]].tolist() == ["Scanned", ["Drama", "War"]]
    assert titles.loc["posters/tt0113277.jpg", "title"] == "Heat"
    assert titles.loc["posters/Alien (1979).jpg", ["year", "genres_imdb"]].tolist() == [1979, ["Horror"]]
    alone = titles[titles.index.isna()]
    assert alone["title"].tolist() == ["Alien", "Unseen", "Scanned twice"]
    assert alone["year"].tolist() == [1986, 2001, 1960]
    assert "3 rows with a poster, 3 without, 2 posters without a row" in fetched.report.notes
    assert ("row", "films.csv line 7 (Scanned twice)", "the image scan_0001 belongs more surely to another row") in (
        fetched.report.left_out
    )
    assert pd.isna(titles.loc["posters/949.png", "genres_imdb"]) or titles.loc["posters/949.png", "genres_imdb"] is None


def test_genres_may_be_of_another_source(posters, tmp_path):
    table = tmp_path / "films.csv"
    table.write_text("imdb_id,genres\n113277,Crime|Drama\n")
    titles = by_poster(read_folder(posters, table, options=TableOptions(genres_as="tmdb"), base=tmp_path))
    assert titles.loc["posters/tt0113277.jpg", "genres_tmdb"] == ["Crime", "Drama"]


def test_wrong_flags_are_told(posters, tmp_path):
    table = tmp_path / "films.csv"
    table.write_text("Film,Genre\nHeat,Crime\n")
    with pytest.raises(TableError, match=r"films.csv: no column 'Titel'; it has Film, Genre"):
        read_folder(posters, table, options=TableOptions(columns={"title": "Titel"}))
    with pytest.raises(ValueError, match="'name' is none of genres, imdb_id"):
        read_folder(posters, table, options=TableOptions(columns={"name": "Film"}))
    with pytest.raises(ValueError, match="the name comes first: --column title='Film'"):
        read_folder(posters, table, options=TableOptions(columns={"Film": "title"}))
    with pytest.raises(FileNotFoundError, match="expected a folder of images"):
        read_folder(tmp_path / "nowhere")


def test_a_poster_in_a_folder_of_its_own_has_the_folders_title(tmp_path):
    for shade, name in enumerate(["Heat (1995)/poster.jpg", "Alien {tmdb-348}/folder.jpg", "Horror/poster.jpg"]):
        path = tmp_path / "p" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 30), (shade, 0, 0)).save(path)
    (tmp_path / "t.csv").write_text("title,year,genres\nHeat,1995,Crime\n")
    titles = by_poster(read_folder(tmp_path / "p", tmp_path / "t.csv", base=tmp_path))
    assert titles.loc["p/Heat (1995)/poster.jpg", "genres_imdb"] == ["Crime"]
    assert titles.loc["p/Alien {tmdb-348}/folder.jpg", "tmdb_id"] == 348
    assert titles.loc["p/Horror/poster.jpg", "title"] == "poster"


def test_rows_with_the_id_of_another_title_are_a_fault(tmp_path, posters):
    (tmp_path / "t.csv").write_text("imdb_id,title\ntt0113277,Heat\ntt0113277,Speed\ntt0113277,Jaws\n")
    report = read_folder(posters, tmp_path / "t.csv", base=tmp_path).report
    assert "2 of 3 rows have the id of another title, such as t.csv line 3" in report.faults[0]
    assert ("row", "t.csv line 4", "it has the id tt0113277, as t.csv line 2 has, which is 'Heat'") in report.left_out


def test_a_row_is_listed_once(tmp_path, posters):
    (tmp_path / "t.csv").write_text("poster,title,year\ntt0113277.jpg,Heat,1995\n,,1996\n")
    report = read_folder(posters, tmp_path / "t.csv", base=tmp_path).report
    assert [why for _, name, why in report.left_out if name == "t.csv line 3"] == ["no title, no id and no image"]


def test_what_became_of_many_rows_is_told_in_time_that_grows_with_them_and_not_faster(tmp_path):
    count = 150_000
    rows = UserTable({"title": [f"Film {n}" for n in range(count)]}, [f"line {n}" for n in range(count)], {})
    report = SourceReport("folder")
    start = time.process_time()
    _tell_matches(rows, {}, Matches([None] * count), tmp_path, tmp_path / "t.csv", report)
    assert time.process_time() - start < 6  # one more pass over all rows for each took half a minute
    assert report.left_out[-1] == ("row", "line 149999 (Film 149999)", "no image by its id, or by its title and year")
