"""Columns are told by what they hold where their headers do not say it; never by chance."""

import pytest

from genrelab.pipeline.sources.account import SourceReport
from genrelab.pipeline.sources.own_table.options import TableOptions
from genrelab.pipeline.sources.own_table.user_table import read_user_table
from genrelab.pipeline.sources.tables.dialect import TableError


def table(tmp_path, text, images=(), ids=None, **options):
    path = tmp_path / "films.csv"
    path.write_text(text, encoding="utf-8")
    report = SourceReport("folder")
    return read_user_table(path, TableOptions(**options), report, images, ids), report


@pytest.mark.parametrize(
    "headers",
    [
        "Genre1,Genre2",
        "genre_1,genre_2",
        "1st genre,2nd genre",
        "Main genre,Sub genre",
        "Primary Genre,Secondary Genre",
        "Hauptgenre,Nebengenre",
        "Genre,Subgenre",
        "Genre,Genre 2",
        "Genre,Genre",
        "Genre I,Genre II",
        "Genre A,Genre B",
        "genres/0,genres/1",
        "genres/0/name,genres/1/name",
        "genres[0],genres[1]",
        "genres[0].name,genres[1].name",
        "Genres,",
    ],
)
def test_the_parts_of_one_list_are_put_together(tmp_path, headers):
    rows, _ = table(tmp_path, f"title,{headers}\nHeat,Crime,Drama\nDuck Soup,Comedy,War\nJaws,Thriller,\n")
    assert rows.columns["genres_imdb"] == [["Crime", "Drama"], ["Comedy", "War"], ["Thriller"]]


def test_a_second_column_of_other_names_does_not_spoil_usual_genres(tmp_path):
    rows, report = table(tmp_path, "title,Genre,Subgenre\nHeat,Crime,Heist\nDuck Soup,Comedy,Slapstick\n")
    assert rows.columns["genres_imdb"] == [["Crime"], ["Comedy"]]
    assert any("'Subgenre' holds other names than 'Genre' and is not used" in line for line in report.table)


@pytest.mark.parametrize("header", ["Style", "Type", "Tags", "Section"])
def test_a_column_of_genres_is_one_whatever_it_is_called(tmp_path, header):
    rows, report = table(tmp_path, f'title,{header}\nHeat,"Crime, Drama"\nJaws,Thriller\nAlien,"Horror, Sci-Fi"\n')
    assert rows.columns["genres_imdb"] == [["Crime", "Drama"], ["Thriller"], ["Horror", "Sci-Fi"]]
    assert any(f"'{header}' holds names of genres and is taken as genres" in line for line in report.table)


def test_stars_that_are_marks_are_no_people(tmp_path):
    rows, report = table(tmp_path, "title,Stars\nHeat,8.3\nJaws,8.1\nAlien,n/a\n")
    assert "cast" not in rows.columns
    assert any("'Stars' holds numbers, not names, and is not used" in line for line in report.table)
    rows, _ = table(tmp_path, 'title,Stars\nHeat,"Al Pacino, Robert De Niro"\nJaws,Roy Scheider\n')
    assert rows.columns["cast"] == [["Al Pacino", "Robert De Niro"], ["Roy Scheider"]]


def test_keywords_and_kinds_stay_what_they_are(tmp_path):
    rows, _ = table(tmp_path, 'title,tags,type\nHeat,"heist, crime",movie\nSpeed,"bus, action",short\n')
    assert rows.columns["keywords"] == [["heist", "crime"], ["bus", "action"]]
    assert rows.columns["kind"] == ["movie", "movie"] and "genres_imdb" not in rows.columns


@pytest.mark.parametrize("yes", ["+", "*", "•", "✅", "X", "1.0", "Crime"])
def test_marks_of_columns_that_are_a_genre_each(tmp_path, yes):
    rows, _ = table(tmp_path, f"title,Crime,Drama\nHeat,{yes},{yes if yes != 'Crime' else 'Drama'}\nJaws,{yes},\n")
    assert rows.columns["genres_imdb"] == [["Crime", "Drama"], ["Crime"]]


@pytest.mark.parametrize("headers", ["IsCrime,IsDrama", "Crime?,Drama?", "genres__Crime,genres__Drama"])
def test_headers_of_columns_that_are_a_genre_each(tmp_path, headers):
    rows, _ = table(tmp_path, f"title,{headers}\nHeat,1,1\nJaws,0,1\n")
    assert rows.columns["genres_imdb"] == [["Crime", "Drama"], ["Drama"]]


def test_own_genres_as_columns_are_told_by_their_prefix(tmp_path):
    rows, _ = table(tmp_path, "title,genre_Giallo,genre_Peplum\nA,1,0\nB,0,1\n")
    assert rows.columns["genres_own"] == [["Giallo"], ["Peplum"]]


def test_a_column_that_names_images_ties_rows_to_them(tmp_path):
    images = {"p01", "p01.jpg", "p02", "p02.jpg"}
    for cells in (
        ("P01", "P02"),
        ("p01.jpg", "p02.jpg"),
        ("https://shop.org/i/p01.jpg?v=2", "https://shop.org/i/p02.jpg"),
    ):
        rows, report = table(tmp_path, f"SKU,title\n{cells[0]},Heat\n{cells[1]},Speed\n", images)
        assert [name.casefold()[:3] for name in rows.columns["poster"]] == ["p01", "p02"]
        assert any("'SKU' holds names of images and ties rows to posters" in line for line in report.table)
    rows, _ = table(tmp_path, "name,genre\np01.jpg,Crime\np02.jpg,Drama\n", images)
    assert rows.columns["poster"] == ["p01.jpg", "p02.jpg"] and "title" not in rows.columns


def test_a_count_of_rows_is_no_name_of_images_but_large_numbers_are(tmp_path):
    rows, report = table(tmp_path, "rank,title\n1,Heat\n2,Speed\n", {"1", "1.jpg", "2", "2.jpg"})
    assert "poster" not in rows.columns and any("--column poster=rank" in line for line in report.table)
    rows, _ = table(tmp_path, "movie_id,title\n949,Heat\n1637,Speed\n", {"949", "1637"})
    assert rows.columns["poster"] == ["949", "1637"]


def test_an_id_is_whose_the_names_of_images_say(tmp_path):
    text = "id,title\n949,Heat\n1637,Speed\n"
    rows, _ = table(tmp_path, text, ids={"tmdb_id": {949, 1637}, "imdb_id": set()})
    assert rows.columns["tmdb_id"] == [949, 1637]
    rows, _ = table(tmp_path, text, ids={"tmdb_id": {5}, "imdb_id": {949, 1637}})
    assert rows.columns["imdb_id"] == ["tt0000949", "tt0001637"]
    rows, _ = table(tmp_path, text, ids={"tmdb_id": {949, 1637}, "imdb_id": {949, 1637}})
    assert set(rows.columns) == {"title"}


def test_totals_and_second_headers_are_no_titles(tmp_path):
    text = (
        "poster,title,year,genres,runtime\n(name),(text),(yyyy),(list),(min)\na.jpg,Heat,1995,Crime,170\nTotal,1,,,\n"
    )
    rows, report = table(tmp_path, text)
    assert rows.columns["title"] == ["Heat"] and rows.columns["genres_imdb"] == [["Crime"]]
    assert [name for _, name, _ in report.left_out] == ["films.csv line 2", "films.csv line 4"]
    rows, _ = table(tmp_path, "title,year,genres\nTotal,2019,Drama\nSumme,,\n")
    assert rows.columns["title"] == ["Total"]
    rows, _ = table(tmp_path, "poster,title,price\nt.jpg,Total,60\n,Total,60\n")
    assert rows.columns["title"] == ["Total"]


def test_money_of_another_currency_is_not_used(tmp_path):
    rows, report = table(tmp_path, "title,Budget (€),Einnahmen in Euro,Revenue (US$ MM)\nHeat,60,187,187.4\n")
    assert set(rows.columns) == {"title", "revenue"} and rows.columns["revenue"] == [187_400_000]
    assert any("'Budget (€)' is not in US dollars and is not used" in line for line in report.table)


def test_the_scale_of_marks_is_told_or_asked_for(tmp_path):
    rows, _ = table(tmp_path, "title,Rating (out of 5)\nHeat,4.5\n")
    assert rows.columns["vote_average"] == [9]
    rows, _ = table(tmp_path, "title,Rating (%)\nHeat,83\n")
    assert rows.columns["vote_average"] == pytest.approx([8.3])
    _, report = table(tmp_path, "title,Rating\n" + "".join(f"Film {n},{n / 2}\n" for n in range(1, 9)))
    assert any("no mark of 'Rating' is above 5" in line for line in report.table)


def test_own_names_that_differ_in_case_are_one_and_a_slip_is_pointed_out(tmp_path):
    rows, report = table(tmp_path, "title,genre\nA,Giallo\nB,giallo\nC,Giallo\nD,Cirme\n")
    assert rows.columns["genres_own"] == [["Giallo"], ["Giallo"], ["Giallo"], ["Cirme"]]
    assert any("'giallo' as 'Giallo'" in line for line in report.table)
    assert any("'Cirme' (did you mean 'Crime'?)" in line for line in report.table)


def test_rows_that_fall_apart_are_a_fault_and_most_of_them_a_refusal(tmp_path):
    _, report = table(tmp_path, "title,genres\nHeat,Crime\nSpeed, the film,Action\nJaws,Thriller\n")
    assert "1 of 3 rows of films.csv do not fit its header" in report.faults[0]
    with pytest.raises(TableError, match=r"films\.csv: 2 of 3 rows do not fit the header .* line 2: 3 cells"):
        table(tmp_path, "title,genres\nHeat,Crime, Drama\nSpeed,Action, Thriller\nJaws,Thriller\n")


def test_numbers_of_tmdb_are_genres_in_any_column_of_genres(tmp_path):
    rows, _ = table(tmp_path, "title,genres\nHeat,80|18\nAlien,27|878\n")
    assert rows.columns["genres_imdb"] == [["Crime", "Drama"], ["Horror", "Science Fiction"]]
    rows, _ = table(tmp_path, "title,genres\nHeat,0\nAlien,1\n")
    assert rows.columns["genres_own"] == [["0"], ["1"]]


def test_a_column_of_two_names_takes_the_filled_one(tmp_path):
    rows, _ = table(tmp_path, "title,title,genre\n,Heat,Crime\n,Jaws,Thriller\n")
    assert rows.columns["title"] == ["Heat", "Jaws"]


def test_votes_beside_imdbs_marks_are_imdbs(tmp_path):
    rows, _ = table(tmp_path, 'Const,Title,IMDb Rating,Num Votes\ntt0113277,Heat,8.3,"700,123"\n')
    assert rows.columns["imdb_votes"] == [700_123] and "vote_count" not in rows.columns
    rows, _ = table(tmp_path, "Title,IMDb Rating,Rating,Votes\nHeat,8.3,7.9,900\n")
    assert rows.columns["vote_count"] == [900]


@pytest.mark.parametrize("header", ["Genres [{}]", "Genre ({})", "Is {}?", "genre: {}"])
def test_columns_to_tick_in_a_form(tmp_path, header):
    names = [header.format(name) for name in ("Drama", "Comedy", "Horror")]
    rows, _ = table(tmp_path, f"Film,Year,{','.join(names)}\nHeat,1995,Yes,,\nZed,2001,,Yes,Yes\n")
    assert rows.columns["genres_imdb"] == [["Drama"], ["Comedy", "Horror"]]


@pytest.mark.parametrize(
    ("header", "cells", "meaning"),
    [
        ("id,title,poster_path,vote_average,popularity", ["949,Heat,/x.jpg,8,9", "1637,Zed,/y.jpg,7,8"], "tmdb_id"),
        ("id,title,poster_path,vote_average,popularity", ["1,Heat,/x.jpg,8,9", "2,Zed,/y.jpg,7,8"], None),
        ("id,title,image,rating,votes", ["949,Heat,/x.jpg,8,9", "1637,Zed,/y.jpg,7,8"], None),
    ],
)
def test_an_id_is_tmdbs_in_a_table_of_tmdbs(tmp_path, header, cells, meaning):
    rows, _ = table(tmp_path, "\n".join([header, *cells, ""]))
    assert rows.columns.get("tmdb_id") == ([949, 1637] if meaning else None)


def test_the_cells_of_a_column_of_paths_are_compared_by_their_last_part(tmp_path):
    text = "Film,Year,Ablage\nHeat,1995,D:\\Bilder\\A\\heat.jpg\nZed,2001,D:\\Bilder\\A\\zed.jpg\n"
    rows, _ = table(tmp_path, text, {"heat.jpg", "heat", "zed.jpg", "zed"})
    assert rows.columns["poster"] == ["D:\\Bilder\\A\\heat.jpg", "D:\\Bilder\\A\\zed.jpg"]
