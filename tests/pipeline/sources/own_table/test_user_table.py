"""A user's own table becomes catalogue rows, and every loss is counted."""

import csv
import io
import json

import pandas as pd
import pytest
from PIL import Image

from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.cli import main
from genrelab.pipeline.sources.account import SourceReport
from genrelab.pipeline.sources.own_table.options import TableOptions, read_genre_map
from genrelab.pipeline.sources.own_table.user_table import read_user_table
from genrelab.pipeline.sources.tables.dialect import TableError


def table(tmp_path, text, **options):
    path = tmp_path / "films.csv"
    path.write_text(text, encoding="utf-8")
    report = SourceReport("folder")
    return read_user_table(path, TableOptions(**options), report), report


@pytest.fixture
def posters(tmp_path):
    folder = tmp_path / "posters"
    folder.mkdir()
    for number in range(3):
        Image.new("RGB", (8, 12), (number, 0, 0)).save(folder / f"{number}.png")
    return folder


def test_the_kaggle_imdb_5000_table(tmp_path):
    rows, report = table(
        tmp_path,
        "director_name,duration,gross,genres,movie_title,num_voted_users,plot_keywords,movie_imdb_link,"
        "language,country,content_rating,budget,title_year,imdb_score,actor_1_name,actor_2_name\n"
        "Michael Mann,170.0,67436818.0,Action|Crime|Drama,Heat\xa0,400000,bank robbery|cop,"
        "http://www.imdb.com/title/tt0113277/?ref_=fn_tt_tt_1,"
        "English,USA,R,60000000.0,1995.0,8.2,Al Pacino,Robert De Niro\n",
    )
    assert rows[0] == {
        "directors": ["Michael Mann"],
        "runtime": 170,
        "revenue": 67436818,
        "genres_imdb": ["Action", "Crime", "Drama"],
        "title": "Heat",
        "imdb_votes": 400000,
        "keywords": ["bank robbery", "cop"],
        "imdb_id": "tt0113277",
        "languages": ["English"],
        "countries": ["USA"],
        "certificate": "R",
        "budget": 60000000,
        "year": 1995,
        "imdb_rating": 8.2,
        "cast": ["Al Pacino", "Robert De Niro"],
    }
    assert report.faults == []


def test_the_kaggle_imdb_1000_table(tmp_path):
    rows, _ = table(
        tmp_path,
        "Rank,Title,Genre,Description,Director,Actors,"
        "Year,Runtime (Minutes),Rating,Votes,Revenue (Millions),Metascore\n"
        '1,Prometheus,"Adventure,Mystery,Sci-Fi","Following clues, a team",Ridley Scott,"Noomi Rapace, Logan Green",'
        "2012,124,7,485820,126.46,65\n",
    )
    assert rows[0] == {
        "title": "Prometheus",
        "genres_imdb": ["Adventure", "Mystery", "Sci-Fi"],
        "overview": "Following clues, a team",
        "directors": ["Ridley Scott"],
        "cast": ["Noomi Rapace", "Logan Green"],
        "year": 2012,
        "runtime": 124,
        "vote_average": 7,
        "vote_count": 485820,
        "revenue": 126460000,
    }


def test_omdb_records(tmp_path):
    record = {
        "Title": "Heat",
        "Year": "1995",
        "Rated": "R",
        "Released": "15 Dec 1995",
        "Runtime": "170 min",
        "Genre": "Action, Crime, Drama",
        "Director": "Michael Mann",
        "Plot": "N/A",
        "Language": "English, Spanish",
        "Ratings": [{"Source": "Internet Movie Database", "Value": "8.3/10"}],
        "imdbRating": "8.3",
        "imdbVotes": "1,620,367",
        "imdbID": "tt0113277",
        "Type": "movie",
        "BoxOffice": "$67,436,818",
        "Poster": "https://m.media-amazon.com/images/x.jpg",
    }
    (tmp_path / "omdb.json").write_text(json.dumps([record]))
    report = SourceReport("folder")
    rows = read_user_table(tmp_path / "omdb.json", TableOptions(), report)
    assert rows[0] == {
        "title": "Heat",
        "year": 1995,
        "certificate": "R",
        "release_date": "1995-12-15",
        "runtime": 170,
        "genres_imdb": ["Action", "Crime", "Drama"],
        "directors": ["Michael Mann"],
        "overview": None,
        "languages": ["English", "Spanish"],
        "imdb_rating": 8.3,
        "imdb_votes": 1620367,
        "imdb_id": "tt0113277",
        "kind": "movie",
        "revenue": 67436818,
    }
    assert any("'Poster' holds addresses" in line for line in report.table)


def test_one_column_a_genre_and_numbered_columns(tmp_path):
    rows, _ = table(tmp_path, "title,Action,Comedy,Drama,War\nHeat,1,0,1,0\nDuck Soup,0,1,0,1\n")
    assert rows.columns["genres_imdb"] == [["Action", "Drama"], ["Comedy", "War"]]
    rows, _ = table(tmp_path, "title,Genre 1,Genre 2,Genre 3\nHeat,Crime,Drama,\nDuck Soup,Comedy,N/A,War\n")
    assert rows.columns["genres_imdb"] == [["Crime", "Drama"], ["Comedy", "War"]]


def test_own_names_are_taken_as_they_are_and_said(tmp_path):
    text = "title,genre\nA,Giallo / Krimi\nB,Krimi\nC,Film noir polski\nD,Giallo / Krimi\n"
    rows, report = table(tmp_path, text)
    assert rows.columns["genres_own"] == [["Giallo", "Krimi"], ["Krimi"], ["Film noir polski"], ["Giallo", "Krimi"]]
    assert any("genres_own" in line and "'Krimi'" in line for line in report.table)
    rows, _ = table(tmp_path, "title,genre\nA,Drama\n", genres_as="own")
    assert rows.columns["genres_own"] == [["Drama"]]
    rows, _ = table(tmp_path, text, genre_map={"Giallo": "Thriller", "Krimi": "Crime", "Film noir polski": ""})
    assert rows.columns["genres_imdb"] == [["Thriller", "Crime"], ["Crime"], None, ["Thriller", "Crime"]]


def test_a_genre_map_is_a_table_of_two_columns(tmp_path):
    (tmp_path / "map.csv").write_text("Giallo;Thriller\nKrimi;Crime\n")
    assert read_genre_map(tmp_path / "map.csv") == {"Giallo": "Thriller", "Krimi": "Crime"}


def test_unknown_names_under_a_known_source_are_a_fault(tmp_path):
    rows = "".join(f'Film {n},"Comedy, Romance"\n' for n in range(12))
    _, report = table(tmp_path, f"title,genre\n{rows}", genres_as="imdb", genre_separator="|")
    assert report.faults and "12 of 12 rows have a genre nobody knows, such as 'Comedy, Romance'" in report.faults[0]


def test_unread_cells_are_counted_with_examples_and_many_are_a_fault(tmp_path):
    rows = "".join(f"Film {n},{'two reels' if n < 11 else 90},{1990 if n else 'soon'}\n" for n in range(20))
    table_, report = table(tmp_path, f"title,runtime,year\n{rows}")
    assert table_.columns["runtime"].count(None) == 11 and table_.columns["year"].count(None) == 1
    assert (
        "  runtime → runtime: 9 read, 11 not read, such as 'two reels' in line 2 "
        "(expected minutes, or hours and minutes)" in report.table
    )
    assert len(report.faults) == 1 and "11 of 20 cells of 'runtime'" in report.faults[0]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Alpha,Beta\n1,2\n", "the headers 'Alpha', 'Beta'"),
        ("Title\nHeat\n", "one column"),
        ("Genre,Year\nCrime,1995\n", "nothing that names a title"),
        ("heat.jpg,Crime\nspeed.jpg,Action\n", "the headers 'heat.jpg', 'Crime'"),
        ("just a sentence\nand another\n", "one column"),
    ],
)
def test_a_table_that_is_not_understood_is_refused(tmp_path, text, found):
    with pytest.raises(TableError, match=r"films\.csv: expected a table with columns such as poster") as fault:
        table(tmp_path, text)
    assert found in str(fault.value) and "--column" in str(fault.value)


def test_years_in_titles_and_dates(tmp_path):
    rows, _ = table(tmp_path, "title,genres\nToy Story (1995),Comedy\n2012,Drama\n")
    assert rows.columns["title"] == ["Toy Story", "2012"] and rows.columns["year"] == [1995, None]
    rows, _ = table(tmp_path, "title,release date\nHeat,15.12.1995\n")
    assert rows[0] == {"title": "Heat", "release_date": "1995-12-15", "year": 1995}


@pytest.mark.parametrize(
    ("header", "cells", "years", "dates"),
    [
        ("Released", ["1995", "1994", ""], [1995, 1994, None], None),
        ("Release date", ["1995.0", "1994.0", "1993-05-07"], [1995, 1994, 1993], None),
        ("Kinostart", ["15.12.1995", "1994", "Mai 1993"], [1995, 1994, 1993], ["1995-12-15", None, None]),
        ("Released", ["3/4/1995", "5/6/1994", "7/8/1993"], [1995, 1994, 1993], [None, None, None]),
    ],
)
def test_the_year_of_a_date_is_known_also_where_the_day_is_not(tmp_path, header, cells, years, dates):
    lines = [f"{title};{cell}" for title, cell in zip(("Heat", "Speed", "Rob Roy"), cells, strict=True)]
    rows, _ = table(tmp_path, "\n".join([f"title;{header}", *lines]) + "\n")
    assert rows.columns["year"] == years and rows.columns.get("release_date") == dates


def test_a_mapping_is_saved_and_given_again(posters, tmp_path, capsys):
    (tmp_path / "films.csv").write_text("A;B;C\n0.png;Heat;Crime/Drama\n1.png;Speed;Action\n")
    words = [
        "fetch",
        "folder",
        str(posters),
        "--csv",
        str(tmp_path / "films.csv"),
        "--out",
        str(tmp_path / "my.parquet"),
    ]
    assert main(words) == 2
    assert "'A', 'B', 'C'" in capsys.readouterr().err
    flags = [
        "--column",
        "poster=A",
        "--column",
        "title=B",
        "--column",
        "genres=C",
        "--save-mapping",
        str(tmp_path / "m.json"),
    ]
    assert main([*words, *flags]) == 0
    first = (tmp_path / "my.parquet").read_bytes()
    assert main([*words, "--mapping", str(tmp_path / "m.json")]) == 0
    assert (tmp_path / "my.parquet").read_bytes() == first
    assert load_catalog(tmp_path / "my.parquet").titles["title"].tolist()[:2] == ["Heat", "Speed"]
    (tmp_path / "bad.json").write_text("[]")
    assert main([*words, "--mapping", str(tmp_path / "bad.json")]) == 2


def test_dry_run_writes_nothing_and_the_list_of_what_was_left_out_is_beside(posters, tmp_path, capsys):
    rows = "".join(f"gone{n}.png,Film {n},Drama\n" for n in range(12))
    (tmp_path / "films.csv").write_text(f"poster,title,genres\n0.png,Heat,Crime\n{rows}")
    (posters / "broken.jpg").write_text("<html>")
    out = tmp_path / "my.parquet"
    words = ["fetch", "folder", str(posters), "--csv", str(tmp_path / "films.csv"), "--out", str(out), "--quiet"]
    assert main([*words, "--dry-run"]) == 1
    said = capsys.readouterr().out
    assert "dry run" in said and not list(tmp_path.glob("my*"))
    assert main(words) == 1
    said = capsys.readouterr().out
    assert "12 of 13 rows found no poster" in said and "broken.jpg" in said and "the first 10 of 15" in said
    listed = list(csv.reader(io.StringIO((tmp_path / "my.left-out.csv").read_text())))
    assert len(listed) == 16 and listed[0] == ["what", "name", "why"]
    assert ["poster", "1.png", "no row"] in listed and [
        "row",
        "films.csv line 14 (Film 11)",
        "no image gone11.png",
    ] in listed
    (tmp_path / "films.csv").write_text("poster,title,genres\n0.png,Heat,Crime\n1.png,A,Drama\n2.png,B,Drama\n")
    (posters / "broken.jpg").unlink()
    assert main(words) == 0 and not (tmp_path / "my.left-out.csv").exists()


def test_titles_from_file_names_are_marked(posters, tmp_path):
    assert main(["fetch", "folder", str(posters), "--out", str(tmp_path / "my.parquet")]) == 0
    titles = load_catalog(tmp_path / "my.parquet").titles
    assert titles["title_from_file"].tolist() == [True] * 3 and titles["title"].tolist() == ["0", "1", "2"]


def test_an_empty_folder_is_refused(tmp_path, capsys):
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "notes.txt").write_text("x")
    assert main(["fetch", "folder", str(tmp_path / "none"), "--out", str(tmp_path / "my.parquet")]) == 2
    assert "expected images or a table with rows" in capsys.readouterr().err and not (tmp_path / "my.parquet").exists()


def test_a_parquet_catalogue_is_a_table_too(tmp_path):
    pd.DataFrame({"imdb_id": ["tt0113277"], "title": ["Heat"], "year": [1995], "genres_imdb": [["Crime"]]}).to_parquet(
        tmp_path / "c.parquet"
    )
    rows = read_user_table(tmp_path / "c.parquet", TableOptions(), SourceReport("folder"))
    assert rows[0] == {"imdb_id": "tt0113277", "title": "Heat", "year": 1995, "genres_imdb": ["Crime"]}


def test_headers_of_many_languages(tmp_path):
    for text in (
        "Titel;Jaar;Genre;Afbeelding\nHeat;1995;Crime;a.jpg\n",
        "Título;Ano;Gênero;Imagem\nHeat;1995;Crime;a.jpg\n",
        "Название;Год;Жанр;Постер\nHeat;1995;Crime;a.jpg\n",
        "Film Adı;Yıl;Tür;Afiş\nHeat;1995;Crime;a.jpg\n",
        "片名;年份;类型;海报\nHeat;1995;Crime;a.jpg\n",
        "タイトル;年;ジャンル;ポスター\nHeat;1995;Crime;a.jpg\n",
    ):
        rows, _ = table(tmp_path, text)
        assert rows[0] == {"title": "Heat", "year": 1995, "genres_imdb": ["Crime"], "poster": "a.jpg"}, text


def test_numbers_of_tmdb_are_genres(tmp_path):
    rows, report = table(tmp_path, 'title,genre_ids\nHeat,"[28, 80]"\nSpeed,28\nX,[]\nY,[4711]\n')
    assert rows.columns["genres_imdb"] == [["Action", "Crime"], ["Action"], None, None]
    assert any("TMDb's number" in line for line in report.table)


def test_a_rating_may_be_a_certificate(tmp_path):
    rows, _ = table(tmp_path, "title,rating\nHeat,R\nSpeed,PG-13\nNews,TV-MA\n")
    assert rows.columns["certificate"] == ["R", "PG-13", "TV-MA"] and "vote_average" not in rows.columns
    rows, _ = table(tmp_path, "title,rating,certificate\nHeat,8.3,R\nSpeed,7.3,PG\n")
    assert rows.columns["vote_average"] == [8.3, 7.3] and rows.columns["certificate"] == ["R", "PG"]


def test_netflix_calls_its_genres_listed_in(tmp_path):
    rows, _ = table(tmp_path, 'type,title,listed_in\nMovie,Heat,"Dramas, Thrillers"\nMovie,Speed,Thrillers\n')
    assert rows.columns["genres_imdb"] == [["Dramas", "Thrillers"], ["Thrillers"]]


def test_a_column_that_names_the_images_is_pointed_out(tmp_path, posters):
    csv = tmp_path / "t.csv"
    csv.write_text("nr,film,genre\n0,Heat,Crime\n1,Speed,Action\n2,Alien,Horror\n", encoding="utf-8")
    words = ["fetch", "folder", str(posters), "--csv", str(csv), "--out", str(tmp_path / "o.parquet")]
    assert main([*words, "--column", "poster=nr"]) == 0
    made = load_catalog(tmp_path / "o.parquet").titles
    assert dict(zip(made["title"], made["poster"], strict=True)) == {
        "Heat": "posters/0.png",
        "Speed": "posters/1.png",
        "Alien": "posters/2.png",
    }
    rows = read_user_table(csv, TableOptions(), report := SourceReport("folder"), {"0", "1", "2"})
    assert any("--column poster=nr" in line for line in report.table) and len(rows) == 3


@pytest.mark.parametrize(
    "headers",
    [
        "is_action,is_crime,is_drama",
        "genre_Action,genre_Crime,genre_Drama",
        "Genres: Action,Genres: Crime,Genres: Drama",
    ],
)
@pytest.mark.parametrize(("yes", "no"), [("1", "0"), ("True", "False"), ("VRAI", "FAUX"), ("ja", "nein"), ("✓", "")])
def test_one_column_a_genre(tmp_path, headers, yes, no):
    rows, report = table(
        tmp_path, f"title,{headers}\nHeat,{yes},{yes},{no}\nSpeed,{yes},{no},{no}\nJFK,{no},{no},{yes}\n"
    )
    found = [[name.casefold() for name in names] for names in rows.columns["genres_imdb"]]
    assert found == [["action", "crime"], ["action"], ["drama"]]
    assert any("one column a genre" in line for line in report.table)


def test_a_column_of_imdb_links_is_the_id_whatever_it_is_called(tmp_path):
    text = "Movie Link,Title\nhttps://m.imdb.com/title/tt0113277/?ref_=x,Heat\nhttps://www.imdb.com/de/title/tt0111257,Speed\n"
    rows, _ = table(tmp_path, text)
    assert rows.columns["imdb_id"] == ["tt0113277", "tt0111257"]


def test_two_columns_of_imdb_ids_are_not_chosen_between(tmp_path):
    rows, report = table(tmp_path, "first,second,title\ntt0113277,tt0111257,Heat\n")
    assert "imdb_id" not in rows.columns
    assert any("--column imdb_id=first" in line for line in report.table)


def test_hashtags_are_genres(tmp_path):
    rows, _ = table(tmp_path, "title,genre\nHeat,#action #crime\nSpeed,#action\n")
    assert rows.columns["genres_imdb"] == [["action", "crime"], ["action"]]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("title,genres,year\n", "without a row below"),
        ("Heat,Crime,1995\nSpeed,Action,1994\n", "first row that holds data"),
        ("Heat,Crime,tt0113277\nSpeed,Action,tt0111257\n", "first row that holds data"),
    ],
)
def test_headers_without_rows_and_rows_without_headers_are_refused(tmp_path, text, why):
    with pytest.raises(TableError, match=rf"films\.csv: .*{why}"):
        table(tmp_path, text)


def test_a_first_row_that_names_images_is_data(tmp_path, posters, capsys):
    (tmp_path / "films.csv").write_text("0.png,Heat,Crime\n1.png,Speed,Action\n")
    out = tmp_path / "o.parquet"
    assert main(["fetch", "folder", str(posters), "--csv", str(tmp_path / "films.csv"), "--out", str(out)]) == 2
    assert "a first row that holds data ('0.png')" in capsys.readouterr().err
    assert not out.exists()


def test_a_table_whose_rows_all_miss_their_posters_is_a_fault(tmp_path, posters, capsys):
    (tmp_path / "films.csv").write_text("file,title\na.png,Heat\nb.png,Speed\nc.png,JFK\n")
    out = tmp_path / "o.parquet"
    assert main(["fetch", "folder", str(posters), "--csv", str(tmp_path / "films.csv"), "--out", str(out)]) == 1
    assert "3 of 3 rows found no poster" in capsys.readouterr().out


@pytest.mark.parametrize("header", ["Nombre de votes", "投票数", "Anzahl Stimmen", "Numero di voti", "# votes"])
def test_votes_in_other_languages(tmp_path, header):
    rows, _ = table(tmp_path, f"Title,{header}\nHeat,1200\n")
    assert rows.columns["vote_count"] == [1200]


def test_a_table_whose_genres_have_a_name_of_their_own_is_told(tmp_path, posters, capsys):
    (tmp_path / "films.csv").write_text("Title,Poster,Sparte\nHeat,0.png,Krimi\nFargo,1.png,Drama\n", "utf-8")
    words = ["fetch", "folder", posters, "--csv", tmp_path / "films.csv", "--out", tmp_path / "my" / "catalog.parquet"]
    told = "no column was taken as genres; if one holds them, say --column genres=HEADER"
    assert main(list(map(str, words))) == 0
    said = "".join(capsys.readouterr())
    assert "not used: Sparte; --column NAME='Sparte' takes one (`genrelab fetch folder --help` lists" in said
    assert told in said
    assert main([*map(str, words), "--column", "genres=Sparte"]) == 0
    assert told not in "".join(capsys.readouterr())
