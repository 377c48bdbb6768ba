"""Tables as people keep them in a spreadsheet, with what stands between and below the films: every value is right."""

import json
import time

import pandas as pd
import pytest
from PIL import Image

from genrelab.pipeline.sources.folder.folder import read_folder
from genrelab.pipeline.sources.own_table.options import TableOptions
from genrelab.pipeline.sources.tables.dialect import TableError


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
    "subtotals in the column of titles": (
        "title,year,genres,revenue\nHeat,1995,Crime,10\nSubtotal Crime,,,10\nZed,2001,War,20\nWar Total,,,20\n"
        "Zwischensumme,,,30\nTotal Recall,1990,Action,5\nGrand Total,,,35\n",
        [],
        {"Heat": {}, "Zed": {}, "Total Recall": {"year": 1990}},
    ),
    "subtotals in the column of genres": (
        "genre,title,year\nCrime,Heat,1995\nCrime Count,1,\nWar,Zed,2001\nWar Count,1,\nGrand Count,2,\n",
        [],
        {"Heat": {"genres_imdb": ["Crime"]}, "Zed": {"genres_imdb": ["War"]}},
    ),
    "sections with numerals": (
        "No,title,year,genres\nI,CRIME FILMS,,\n1,Heat,1995,Crime\n2,Zed,2001,Crime\nII.,1950s,,\n3,Yon,1950,War\n",
        [],
        {"Heat": {}, "Zed": {}, "Yon": {}},
    ),
    "another table below": (
        "title,year,genres\nHeat,1995,Crime\nZed,2001,War\n\n\nGenre,Count\nCrime,1\nWar,1\n",
        [],
        {"Heat": {"year": 1995}, "Zed": {"year": 2001}},
    ),
    "own genres at several marks": (
        'title,genres\nHeat,"Giallo, Krimi"\nZed,Giallo/Peplum\nYon,Peplum|Krimi\nRan,Peplum\nKim,Krimi/Heimat\n',
        [],
        {
            "Heat": {"genres_own": ["Giallo", "Krimi"]},
            "Zed": {"genres_own": ["Giallo", "Peplum"]},
            "Yon": {"genres_own": ["Peplum", "Krimi"]},
            "Ran": {"genres_own": ["Peplum"]},
            "Kim": {"genres_own": ["Krimi/Heimat"]},
        },
    ),
    "psql's table": (
        " title | year | genres \n-------+------+--------\n Heat  | 1995 | Crime\n Zed   | 2001 | Comedy\n(2 rows)\n",
        [],
        {"Heat": {"year": 1995, "genres_imdb": ["Crime"]}, "Zed": {"year": 2001}},
    ),
    "letters that went through another code page": (
        "title,year,genres,poster\nAmÃ©lie,2001,Comedy,AmÃ©lie.jpg\nLÃ©on,1994,Crime,LÃ©on.jpg\nItâ€™s,1995,War,\n",
        ["Amélie.jpg", "LÃ©on.jpg"],
        {
            "Amélie": {"poster": "Amélie.jpg", "year": 2001},
            "Léon": {"poster": "LÃ©on.jpg"},
            "It’s": {"genres_imdb": ["War"]},
        },
    ),
    "a web page's marks": (
        "title,year,genres,plot\nAm&eacute;lie,2001,Comedy<br>Drama,<p>A girl</p>\n"
        "Fast &amp;amp; Loud,1994,Action &amp; Adventure,\n<i>Zed</i>,1995,<b>War</b>,x < y\n"
        '"<a href=""/t/1"">Yon</a>",1999,Drama,\nL\\u00e9on,1994,Crime,\n',
        [],
        {
            "Amélie": {"genres_imdb": ["Comedy", "Drama"], "overview": "A girl"},
            "Fast & Loud": {"genres_imdb": ["Action & Adventure"]},
            "Zed": {"genres_imdb": ["War"], "overview": "x < y"},
            "Yon": {},
            "Léon": {},
        },
    ),
    "titles in quotation marks": (
        '"title";"year"\n"""Heat""";1995\n„Yon“;1999\n«Lola»;1981\n"""Croc"" D";1986\n',
        [],
        {"Heat": {"year": 1995}, "Yon": {}, "Lola": {}, '"Croc" D': {}},
    ),
    "titles with their years": (
        "title,genres\nHeat (1995 film),Crime\nFargo (TV Series 2014– ),Drama\nY (1990) (TV),War\n"
        "Blade Runner 2049 (2017),Drama\n1917,War\nCut (Final Cut 2007),Drama\n",
        [],
        {
            "Heat": {"year": 1995},
            "Fargo": {"year": 2014},
            "Y": {"year": 1990},
            "Blade Runner 2049": {"year": 2017},
            "1917": {"year": None},
            "Cut (Final Cut 2007)": {"year": None},
        },
    ),
    "titles that are counted": (
        "title,year\n1. Heat,1995\n2. Zed,1996\n3. 1917,2019\n",
        ["Heat.jpg", "Zed.jpg", "1917.jpg"],
        {"Heat": {"poster": "Heat.jpg"}, "Zed": {"poster": "Zed.jpg"}, "1917": {"poster": "1917.jpg", "year": 2019}},
    ),
    "languages, kinds and months in their own words": (
        "title,type,original_language,release date\nA,Dizi,Türkçe,15 Aralık 1995\nB,фильм,日本語,1995年12月15日\n"
        "C,Film,No Language,15 XII 1995\nD,映画,русский,15 декабря 1995\nE,TV Special,svenska,1995.12.15.\n",
        [],
        {
            "A": {"kind": "series", "original_language": "tr", "release_date": "1995-12-15"},
            "B": {"kind": "movie", "original_language": "ja", "release_date": "1995-12-15"},
            "C": {"kind": "movie", "original_language": None, "release_date": "1995-12-15"},
            "D": {"kind": "movie", "original_language": "ru", "release_date": "1995-12-15"},
            "E": {"kind": "movie", "original_language": "sv", "release_date": "1995-12-15"},
        },
    ),
    "a quotation mark that is never closed": (
        'title,year,genres\nHeat,1995,Crime\n"Sped,1994,Action\nZed,2001,War\n',
        [],
        {"Heat": {"year": 1995}, "Sped": {"year": 1994, "genres_imdb": ["Action"]}, "Zed": {"year": 2001}},
    ),
    "a quotation mark that an inch closes": (
        'title,year,genres,size\nHeat,1995,Crime,20\n"Sped,1994,Action,27\nZed,2001,War,27"\nAlf,1999,Drama,3\n',
        [],
        {"Heat": {}, "Sped": {"year": 1994}, "Zed": {"genres_imdb": ["War"]}, "Alf": {}},
    ),
    "plots of several lines in short rows": (
        'title,year,plot,x\nHeat,1995,"a,b\nc,d\ng"\nZed,2001,"x, y,\nz, w"\n',
        [],
        {"Heat": {"year": 1995, "overview": "a,b\nc,d\ng"}, "Zed": {"year": 2001}},
    ),
    "R's write.table": (
        '"title" "year" "genres"\n"1" "Heat" 1995 "Crime"\n"2" "The Zed" NA "Comedy"\n',
        [],
        {"Heat": {"year": 1995, "genres_imdb": ["Crime"]}, "The Zed": {"year": None}},
    ),
    "Markdown": (
        "| Title | Year | Genre |\n|:------|-----:|-------|\n| Heat | 1995 | Crime, Drama |\n| Zed | 2001 | Comedy |\n",
        [],
        {"Heat": {"year": 1995, "genres_imdb": ["Crime", "Drama"]}, "Zed": {"year": 2001}},
    ),
    "tables side by side": (
        "Title,Year,Genre,,Title,Year,Genre\nHeat,1995,Crime,,Zed,2001,Comedy\nCasino,1995,Crime,,,,\n",
        [],
        {
            "Heat": {"genres_imdb": ["Crime"]},
            "Casino": {"year": 1995},
            "Zed": {"genres_imdb": ["Comedy"], "year": 2001},
        },
    ),
    "a join's columns twice": (
        "title,year,title,year\nHeat,1995,Heat,1995\nZed,2001,Zed,2001\n",
        [],
        {"Heat": {"year": 1995}, "Zed": {"year": 2001}},
    ),
    "a genre nobody knows among columns of yes and no": (
        "title,Action,Krimi,N/A,Drama,Seen\nHeat,yes,no,no,yes,yes\nZed,no,yes,yes,no,no\n",
        [],
        {"Heat": {"genres_own": ["Action", "Drama"]}, "Zed": {"genres_own": ["Krimi"]}},
    ),
    "columns of joined tables": (
        "id_x,title_x,original_title,genres_x,title_y\n5,Heat,Hitze,Crime,Heat\n6,Zed,Zett,War,Zed\n",
        [],
        {"Heat": {"genres_imdb": ["Crime"]}, "Zed": {}},
    ),
    "columns of flattened records": (
        "movie.title,movie.year,movie.imdb_id,genres.name,company.name\nHeat,1995,tt0113277,Crime,WB\nZed,2001,,War,MGM\n",
        [],
        {"Heat": {"genres_imdb": ["Crime"], "imdb_id": "tt0113277", "year": 1995}, "Zed": {"year": 2001}},
    ),
    "marks under the names of IMDb and TMDb": (
        "title,IMDB,TMDb,IMDB link\nHeat,8.3,7,https://www.imdb.com/title/tt0113277/\nZed,7.0,6.1,\nYon,6,5.5,\n",
        [],
        {
            "Heat": {"imdb_rating": 8.3, "vote_average": 7.0, "imdb_id": "tt0113277"},
            "Zed": {"imdb_rating": 7.0, "tmdb_id": None},
            "Yon": {"imdb_rating": 6.0},
        },
    ),
    "years in cells made for dates": (
        "title,year,genres\nHeat,17.06.1905,Crime\nZed,1905-06-23,War\nYon,18.06.1905,War\nRan,1905,War\n",
        [],
        {"Heat": {"year": 1995}, "Zed": {"year": 2001}, "Yon": {"year": 1996}, "Ran": {"year": 1905}},
    ),
    "days of 1905": (
        "title,year\nHeat,1905-06-17\nZed,1905-06-17\nYon,2001-06-18\n",
        [],
        {"Heat": {"year": 1905}, "Zed": {"year": 1905}, "Yon": {"year": 2001}},
    ),
    "a media server": (
        "Name,ProductionYear,CommunityRating,OfficialRating,RunTimeTicks,ProviderIds\n"
        'Heat,1995,8.3,R,102000000000,"Imdb=tt0113277,Tmdb=949"\nZed,2001,6,PG,54000000000,Imdb=tt0000009\n',
        [],
        {
            "Heat": {"imdb_id": "tt0113277", "runtime": 170, "certificate": "R", "vote_average": 8.3, "year": 1995},
            "Zed": {"imdb_id": "tt0000009", "runtime": 90},
        },
    ),
    "numbers of films are no titles": (
        "Film ID,Title,Film #,Rating,Rating10\n1,Heat,7,4.5,9\n2,,8,3,6\n3,Zed,9,3.5,7\n",
        ["1.jpg", "Zed.jpg"],
        {"Heat": {"vote_average": 9, "poster": None}, "Zed": {"poster": "Zed.jpg", "vote_average": 7}, "1": {}},
    ),
    "pictures that a shop counts": (
        "SKU,Film,Year\nP0012,Heat,1995\nP0013,Zed,2001\n",
        ["P0012_1.jpg", "P0012_2.jpg", "P0013-01.JPG"],
        {"Heat": {"poster": "P0012_1.jpg"}, "Zed": {"poster": "P0013-01.JPG"}, "P0012 2": {}},
    ),
    "inventory numbers parted by other signs": (
        "Inv.,Film,Year\n2010.1.12,Heat,1995\nA/13,Zed,2001\nA/14,Yon,2002\n",
        ["2010_1_12.jpg", "A-13.jpg", "A 14.JPG"],
        {"Heat": {"poster": "2010_1_12.jpg"}, "Zed": {"poster": "A-13.jpg"}, "Yon": {"poster": "A 14.JPG"}},
    ),
    "numbers under Stars": (
        "title,year,Stars\nHeat,1995,4\nZed,2001,3.5\nYon,2002,2.5\n",
        [],
        {"Heat": {"cast": None}, "Zed": {"cast": None}, "Yon": {"cast": None}},
    ),
    "kinds under Category": (
        "title,year,category\nHeat,1995,Movie\nZed,2001,TV Show\n",
        [],
        {"Heat": {"kind": "movie", "genres_own": None}, "Zed": {"kind": "series"}},
    ),
    "years under Date, a time of day as a length, ids with their kinds": (
        "title,date,runtime,tmdb\nHeat,1995,2:50:00 AM,movie/949\nZed,2001,12:45:00 AM,tv/1399\n",
        [],
        {"Heat": {"year": 1995, "runtime": 170, "tmdb_id": 949}, "Zed": {"year": 2001, "runtime": 45, "tmdb_id": 1399}},
    ),
    "numbers of photographs": (
        "Image #,Title,Year\n17,Heat,1995\n18,Zed,2001\n",
        ["IMG_0017.JPG", "IMG_0018.JPG"],
        {"Heat": {"poster": "IMG_0017.JPG"}, "Zed": {"poster": "IMG_0018.JPG"}},
    ),
    "fronts and backs in two columns": (
        "back image,front image,title\nh2.jpg,h1.jpg,Heat\nz2.jpg,z1.jpg,Zed\n",
        ["h1.jpg", "h2.jpg", "z1.jpg", "z2.jpg"],
        {"Heat": {"poster": "h1.jpg"}, "Zed": {"poster": "z1.jpg"}, "h2": {}, "z2": {}},
    ),
    "titles that are numbers beside numbers that are none": (
        "id,title,year\n300,1917,2019\n21,300,2006\n1917,2012,2009\n2012,21,2008\n",
        ["1917.jpg", "300.jpg", "2012.jpg", "21.jpg"],
        {title: {"poster": f"{title}.jpg"} for title in ("1917", "300", "2012", "21")},
    ),
}
GENRES = {
    "Crime - Drama": ["Crime", "Drama"],
    "Crime + Drama": ["Crime", "Drama"],
    "Comedy » Romance": ["Comedy", "Romance"],
    "CrimeDrama": ["Crime", "Drama"],
    "• Comedy\n• Romance": ["Comedy", "Romance"],
    "Crime (https://www.notion.so/Crime-0a1b?pvs=21), Drama (https://www.notion.so/Drama-99aa?pvs=21)": [
        "Crime",
        "Drama",
    ],
    '[\\"Crime\\",\\"Drama\\"]': ["Crime", "Drama"],
    "Crime, Drama.": ["Crime", "Drama"],
    "Action & Adventure, Drama": ["Action & Adventure", "Drama"],
    "🔫 Crime, ❤️ Romance": ["Crime", "Romance"],
    "Sci-Fi": ["Sci-Fi"],
    "Film-Noir": ["Film-Noir"],
}


@pytest.mark.parametrize("cell", GENRES)
def test_genres_are_parted_and_clean(tmp_path, cell):
    table = json.dumps([{"title": "Heat", "genres": cell}, {"title": "Zed", "genres": "War"}])
    rows, _ = fetched(tmp_path, table, name="films.json")
    check(rows, {"Heat": {"genres_imdb": GENRES[cell]}, "Zed": {"genres_imdb": ["War"]}})


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


PAGE = {
    "page": 1,
    "results": [
        {
            "genre_ids": [80, 18],
            "id": 949,
            "original_language": "en",
            "origin_country": ["US"],
            "poster_path": "/h.jpg",
            "release_date": "1995-12-15",
            "title": "Heat",
            "vote_average": 7.9,
            "vote_count": 6000,
        }
    ],
    "total_pages": 2,
}
NEXT = {"page": 2, "results": [PAGE["results"][0] | {"id": 5, "title": "Zed", "poster_path": "/z.jpg"}]}
PAGED = {
    "Heat": {"tmdb_id": 949, "genres_imdb": ["Crime", "Drama"], "poster": "h.jpg", "countries": ["US"], "year": 1995},
    "Zed": {"tmdb_id": 5, "poster": "z.jpg"},
}


def attached(name):
    return [{"id": "att1", "url": "https://x.org/1", "filename": name, "type": "image/jpeg"}]


def mongo(number, **rest):
    whole = {"$numberInt": str(number)}
    return {"_id": {"$oid": "573a"}, "year": whole, "imdb": {"id": number, "rating": {"$numberDouble": "8.3"}}} | rest


ANSWERS = {
    "pages of TMDb": ([PAGE, NEXT], PAGED),
    "pages of TMDb, by number": ({"1": PAGE, "2": NEXT}, PAGED),
    "lists under genres": (
        {"Crime": [{"title": "Heat", "year": 1995}], "Comedy": [{"title": "Zed", "year": 2001}]},
        {"Heat": {"genres_imdb": ["Crime"], "year": 1995}, "Zed": {"genres_imdb": ["Comedy"]}},
    ),
    "lists under kinds": (
        {"movies": [{"title": "Heat", "year": 1995}], "series": [{"title": "Zed", "year": 2001}]},
        {"Heat": {"kind": "movie"}, "Zed": {"kind": "series"}},
    ),
    "titles under genres": (
        {"Crime": ["Heat", "Zed"], "Comedy": ["Zed"]},
        {"Heat": {"genres_imdb": ["Crime"]}, "Zed": {"genres_imdb": ["Crime", "Comedy"]}},
    ),
    "genres under files": (
        {"h.jpg": ["Crime", "Drama"], "z.jpg": "Comedy"},
        {"h": {"genres_imdb": ["Crime", "Drama"], "poster": "h.jpg"}, "z": {"genres_imdb": ["Comedy"]}},
    ),
    "records under titles": (
        {"Heat": {"year": 1995, "genres": ["Crime"]}, "Zed": {"year": 2001, "genres": ["Comedy"]}},
        {"Heat": {"year": 1995, "genres_imdb": ["Crime"]}, "Zed": {"year": 2001}},
    ),
    "rows under a row of headers": (
        [["title", "year", "genres"], ["Heat", 1995, "Crime"], ["Zed", 2001, "Comedy"]],
        {"Heat": {"year": 1995, "genres_imdb": ["Crime"]}, "Zed": {"year": 2001}},
    ),
    "MongoDB": (
        [mongo(1995, title="Heat", released={"$date": {"$numberLong": "818985600000"}}), mongo(2001, title="Zed")],
        {
            "Heat": {"year": 1995, "imdb_id": "tt0001995", "imdb_rating": 8.3, "release_date": "1995-12-15"},
            "Zed": {"year": 2001},
        },
    ),
    "pandas' table": (
        {
            "schema": {"fields": [{"name": "index", "type": "integer"}, {"name": "title", "type": "string"}]},
            "data": [{"index": 0, "title": "Heat", "year": 1995}, {"index": 1, "title": "Zed", "year": 2001}],
        },
        {"Heat": {"year": 1995}, "Zed": {"year": 2001}},
    ),
    "attachments": (
        {
            "records": [
                {"id": "rec1", "fields": {"Name": "Heat", "Year": 1995, "Poster": attached("h.jpg")}},
                {"id": "rec2", "fields": {"Name": "Zed", "Year": 2001, "Poster": attached("z.jpg")}},
            ]
        },
        {"Heat": {"poster": "h.jpg", "year": 1995}, "Zed": {"poster": "z.jpg"}},
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_value_of_an_answer_is_right(tmp_path, name):
    answer, expected = ANSWERS[name]
    images = ["h.jpg", "z.jpg"] if "jpg" in json.dumps(answer) else []
    rows, _ = fetched(tmp_path, json.dumps(answer), images, "answer.json")
    check(rows, expected)


def test_pages_a_line(tmp_path):
    table = json.dumps(PAGE) + "\n" + json.dumps(NEXT) + "\n"
    rows, _ = fetched(tmp_path, table, ["h.jpg", "z.jpg"], "pages.jsonl")
    check(rows, PAGED)


def test_pictures_that_scrapy_has_stored(tmp_path):
    table = "title,year,genres,images\n" + "".join(
        f"{title},1995,Crime,\"[{{'url': 'https://x/{n}.jpg', 'path': 'full/{n}79.jpg', 'checksum': 'b'}}]\"\n"
        for title, n in (("Heat", 1), ("Zed", 2))
    )
    rows, _ = fetched(tmp_path, table, ["full/179.jpg", "full/279.jpg"])
    check(rows, {"Heat": {"poster": "full/179.jpg"}, "Zed": {"poster": "full/279.jpg"}})


def test_mended_letters_are_told(tmp_path):
    _, report = fetched(tmp_path, "title,year\nAmÃ©lie,2001\n")
    assert any("'AmÃ©lie' is 'Amélie'" in line for line in report.table)


def test_numbers_that_count_no_titles_stay(tmp_path):
    rows, _ = fetched(tmp_path, "title,year\n1. Heat,1995\n2. Zed,1996\n8. Mile,2002\n")
    assert sorted(rows) == ["1. Heat", "2. Zed", "8. Mile"]


def test_rows_that_a_quotation_mark_hides_are_not_lost(tmp_path):
    table = (
        'title,year,genres,size\n"Heat, the",1995,Crime,20\n"Sped,1994,Action,27\nZed,2001,War,27"\n"A, B",1999,War,3\n'
    )
    with pytest.raises(
        TableError, match=r"films.csv: line 3: .*opened here and closed in line 4 only, with whole rows"
    ):
        fetched(tmp_path, table)


@pytest.mark.parametrize(
    "start", ["INSERT INTO films (a)", "-- dump\n\nDROP TABLE IF EXISTS f;", "SET NAMES = 'utf8';"]
)
def test_sql_is_no_table(tmp_path, start):
    with pytest.raises(TableError, match=r"films.csv: expected a table, found SQL; export the table as CSV"):
        fetched(tmp_path, f"{start} VALUES ('Heat', 1995), ('Zed', 2001);\n")


def test_columns_of_yes_and_no_that_may_be_genres_are_pointed_out(tmp_path):
    _, report = fetched(tmp_path, "title,Giallo,Peplum\nHeat,1,0\nZed,0,1\n")
    assert any(
        "yes and no: 'Giallo', 'Peplum'; where each is a genre, call them 'genre Giallo'" in n for n in report.table
    )


def test_genres_whose_cells_were_merged_are_pointed_out(tmp_path):
    _, report = fetched(tmp_path, "Genre,Film,Year\nCrime,Heat,1995\n,Casino,1995\nComedy,Zed,2001\n,Yon,2002\n")
    assert any("genres stand in 2 of 4 rows, each once" in line for line in report.table)
    again = tmp_path / "again"
    again.mkdir()
    _, report = fetched(again, "Genre,Film,Year\nCrime,Heat,1995\n,Casino,1995\nCrime,Zed,2001\n,Yon,2002\n")
    assert not any("each once" in line for line in report.table)


def workbook(path, sheets):
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path.read_bytes()


def test_sheets_of_one_list_are_one_table(tmp_path):
    head = ["Title", "Year", "Genre"]
    sheets = {"A-M": [head, ["Heat", 1995, "Crime"]], "N-Z": [["My films"], [], head, ["Zed", 2001, "War"]]}
    table = workbook(tmp_path / "list.xlsx", sheets | {"sold": [["Title", "Price"], ["Sold", 9]]})
    rows, report = fetched(tmp_path, table, name="films.xlsx")
    check(rows, {"Heat": {"year": 1995, "genres_imdb": ["Crime"]}, "Zed": {"year": 2001, "genres_imdb": ["War"]}})
    assert "  read sheets 'A-M' and 'N-Z', which have the same headers (--sheet NAME takes one)" in report.table
    assert "  read sheet 'A-M', not 'sold' (--sheet NAME takes another)" in report.table
    again = tmp_path / "again"
    again.mkdir()
    rows, _ = fetched(again, table, name="films.xlsx", sheet="N-Z")
    check(rows, {"Zed": {"year": 2001}})


def test_sheets_that_are_called_like_genres(tmp_path):
    head = ["Title", "Year"]
    sheets = {"Horror": [head, ["Alien", 1979]], "Western": [head, ["Shane", 1953]]}
    rows, _ = fetched(tmp_path, workbook(tmp_path / "list.xlsx", sheets), name="films.xlsx")
    check(rows, {"Alien": {"genres_imdb": ["Horror"]}, "Shane": {"genres_imdb": ["Western"], "year": 1953}})


def test_formulas_without_results_are_counted(tmp_path):
    sheets = {"films": [["Title", "Year", "Genre"], ["Heat", "=1900+95", "Crime"], ["Zed", 2001, "War"]]}
    rows, report = fetched(tmp_path, workbook(tmp_path / "list.xlsx", sheets), name="films.xlsx")
    check(rows, {"Heat": {"year": None}, "Zed": {"year": 2001}})
    assert any("formulas whose results the workbook does not hold" in line and ": 1;" in line for line in report.table)


def test_sums_too_small_for_dollars_are_pointed_out(tmp_path):
    _, report = fetched(tmp_path, "title,budget\nHeat,60.5\nZed,1.2\n")
    assert any("no sum of 'budget' reaches 1,000" in line and "'budget (millions)'" in line for line in report.table)


def test_records_in_parquet_are_columns(tmp_path):
    ids = [{"imdb": "tt0113277", "tmdb": 949}, {"imdb": None, "tmdb": 5}]
    frame = pd.DataFrame({"title": ["Heat", "Zed"], "ids": ids, "genres": [[{"name": "Crime"}], [{"name": "War"}]]})
    frame.to_parquet(tmp_path / "list.parquet")
    rows, _ = fetched(tmp_path, (tmp_path / "list.parquet").read_bytes(), name="films.parquet")
    check(rows, {"Heat": {"imdb_id": "tt0113277", "tmdb_id": 949, "genres_imdb": ["Crime"]}, "Zed": {"tmdb_id": 5}})


def test_an_inventory_of_which_a_few_are_scanned(tmp_path):
    table = "Inv;Film;Jahr;Genre\n--- Krimis ---;;;\n" + "".join(f"A-{n:03};Film {n};1990;Drama\n" for n in range(40))
    rows, report = fetched(
        tmp_path, table, ["A-001_front.jpg", "A-001_back.jpg", "A-002.jpg", "A-003.jpg", "A-004.jpg"]
    )
    assert {title: row["poster"] for title, row in rows.items() if row["poster"]} == {
        "Film 1": "A-001_front.jpg",
        "Film 2": "A-002.jpg",
        "Film 3": "A-003.jpg",
        "Film 4": "A-004.jpg",
    }
    assert len(rows) == 40
    folder = tmp_path / "posters"
    assert report.faults == [
        f"36 of 40 rows found no poster (36 × no such image); are the files that the table names in {folder}?"
    ]


def test_addresses_of_which_a_few_are_downloaded(tmp_path):
    table = "title,poster_url\n" + "".join(f"Film {n},https://x.org/p/abc{n}.jpg\n" for n in range(30))
    rows, _ = fetched(tmp_path, table, [f"abc{n}.webp" for n in range(6)])
    assert [rows[f"Film {n}"]["poster"] for n in range(7)] == [*(f"abc{n}.webp" for n in range(6)), None]
    assert len(rows) == 30


def test_a_column_of_posters_that_slipped_is_a_fault(tmp_path):
    table = "poster,title,year\nB (1991).jpg,A,1990\nC (1992).jpg,B,1991\nA (1990).jpg,C,1992\n"
    images = ["A (1990).jpg", "B (1991).jpg", "C (1992).jpg"]
    _, report = fetched(tmp_path, table, images)
    assert [fault[:66] for fault in report.faults] == [
        "3 of 3 images are called by another title and year than their rows"
    ]
    again = tmp_path / "again"
    again.mkdir()
    _, report = fetched(again, table.replace(",A,1990", ",Ein B,1991"), images)
    assert report.faults == []


@pytest.mark.parametrize(
    "cell",
    ["a" * 60_000, "Crime" + " " * 20_000 + "Drama", "1" * 20_000, "-" * 20_000 + " !", "/* a */ " * 60, "<a " * 9_000],
)
def test_a_cell_of_many_signs_takes_no_time(tmp_path, cell):
    start = time.process_time()
    rows, _ = fetched(
        tmp_path, f"title,year,genres,runtime\nHeat,1995,{cell},{cell}\n{cell},2001,War,90\nZed,2002,War,91\n"
    )
    assert time.process_time() - start < 10  # in time that grows with the square of the signs it was minutes
    assert {rows["Heat"]["year"], rows["Zed"]["year"]} == {1995, 2002}
