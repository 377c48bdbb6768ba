"""Tables as programs export them and dealers keep them, with the folders beside them: every value is the right one.

The shapes are those of the programs; the titles are invented.
"""

import json
from pathlib import Path

import pytest
from PIL import Image

from genrelab.pipeline.sources.folder.folder import read_folder
from genrelab.pipeline.sources.own_table.options import TableOptions
from genrelab.pipeline.sources.tables.dialect import TableError


def fetched(tmp_path, table, images=(), name="films.csv", encoding="utf-8", **columns):
    """The catalogue's rows by title, or by poster where there is none, and the report."""
    posters = tmp_path / "posters"
    for number, image in enumerate(images):
        path = posters / image
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 12), (number, 0, 0)).save(path, format="JPEG")
    posters.mkdir(exist_ok=True)
    path = tmp_path / name
    path.write_bytes(table if isinstance(table, bytes) else table.encode(encoding))
    found = read_folder(posters, path, options=TableOptions(columns=columns), base=tmp_path)
    rows = {}
    for row in found.titles.to_dict("records"):
        poster = row.get("poster")
        row["poster"] = poster.removeprefix("posters/") if isinstance(poster, str) else None
        title = row.get("title")
        rows[title if isinstance(title, str) else row["poster"] or row["imdb_id"]] = row
    return rows, found.report


def same(value, expected):
    if isinstance(expected, list):
        return value is not None and list(value) == expected
    if expected is None:
        return value is None or value != value
    return value == expected


def check(rows, expected):
    for title, values in expected.items():
        for name, value in values.items():
            assert same(rows[title].get(name), value), (title, name, rows[title].get(name), value)


EXPORTS = {
    "Letterboxd's ratings": (
        "Date,Name,Year,Letterboxd URI,Rating\n2021-03-01,Film A,1981,https://boxd.it/A,4.5\n"
        "2021-03-02,Film B,1982,https://boxd.it/B,3\n",
        [],
        {"Film A": {"year": 1981, "vote_average": 9, "release_date": None}, "Film B": {"vote_average": 6}},
    ),
    "IMDb's list": (
        '"Position","Const","Created","Description","Title","URL","Title Type","IMDb Rating","Runtime (mins)","Year",'
        '"Genres","Num Votes","Release Date","Directors"\r\n"1","tt0068646","2015-11-21","","Don",'
        '"https://www.imdb.com/title/tt0068646/","movie","9.2","175","1972","Crime, Drama","170000","",""\r\n',
        ["tt0068646.jpg"],
        {
            "Don": {
                "poster": "tt0068646.jpg",
                "genres_imdb": ["Crime", "Drama"],
                "imdb_votes": 170000,
                "overview": None,
            }
        },
    ),
    "Tautulli": (
        "rating_key,title,year,content_rating,genres,duration,added_at,guid,file\n"
        "101,Heat,1995,R,Action;Crime,10200000,1600000000,com.plexapp.agents.imdb://tt0113277?lang=en,"
        "/data/Heat (1995)/Heat.mkv\n"
        "102,Sped,1994,R,Action;Thriller,6960000,1600000100,com.plexapp.agents.imdb://tt0111257?lang=en,"
        "/data/Sped (1994)/Sped.mkv\n",
        ["Heat (1995)/poster.jpg", "Sped (1994)/poster.jpg"],
        {
            "Heat": {"runtime": 170, "imdb_id": "tt0113277", "poster": "Heat (1995)/poster.jpg"},
            "Sped": {"runtime": 116, "genres_imdb": ["Action", "Thriller"]},
        },
    ),
    "Netflix at Kaggle": (
        "show_id,type,title,director,cast,country,date_added,release_year,rating,duration,listed_in,description\n"
        's1,Movie,Dick,Kirs,,"United States, Ghana","September 25, 2021",2020,PG-13,90 min,Documentaries,As\n'
        's2,TV Show,Blood & Wat,,"Ama Qa, Khosi Ng",South Africa,"September 24, 2021",2021,TV-MA,2 Seasons,'
        '"International TV Shows, TV Dramas",After\n',
        [],
        {
            "Dick": {"kind": "movie", "runtime": 90, "certificate": "PG-13", "countries": ["United States", "Ghana"]},
            "Blood & Wat": {
                "kind": "series",
                "runtime": None,
                "genres_own": ["International TV Shows", "TV Dramas"],
                "cast": ["Ama Qa", "Khosi Ng"],
            },
        },
    ),
    "JustWatch at Kaggle": (
        "id,title,type,description,release_year,age_certification,runtime,genres,production_countries,seasons,imdb_id,"
        "imdb_score,imdb_votes,tmdb_popularity,tmdb_score\n"
        "tm84618,Taxi D,MOVIE,A vet,1976,R,114,\"['drama', 'crime']\",['US'],,tt0075314,8.2,808582.0,40.965,8.179\n",
        [],
        {
            "Taxi D": {
                "certificate": "R",
                "popularity": 40.965,
                "vote_average": 8.179,
                "imdb_rating": 8.2,
                "imdb_votes": 808582,
                "tmdb_id": None,
            }
        },
    ),
    "IMDb's best thousand at Kaggle": (
        "Poster_Link,Series_Title,Released_Year,Certificate,Runtime,Genre,IMDB_Rating,Overview,Meta_score,Director,"
        'Star1,Star2,No_of_Votes,Gross\n"https://m.media-amazon.com/images/M/MV5B_CR0,0,67,98_AL_.jpg",The Shaw,1994,A,'
        '142 min,"Crime, Drama",9.3,Two,80,Frank D,Tim R,Morgan F,2343110,"28,341,469"\n',
        [],
        {
            "The Shaw": {
                "cast": ["Tim R", "Morgan F"],
                "runtime": 142,
                "revenue": 28341469,
                "imdb_votes": 2343110,
                "genres_imdb": ["Crime", "Drama"],
            }
        },
    ),
    "IMDb at large at Kaggle": (
        "imdb_title_id,title,year,genre,duration,language,avg_vote,votes,budget,usa_gross_income,worlwide_gross_income\n"
        "tt0004972,Birth N,TV Movie 1915,Drama,195,None,6.3,22989,$ 100000,$ 10000000,$ 11000000\n",
        [],
        {"Birth N": {"year": 1915, "revenue": 11000000, "budget": 100000, "languages": None}},
    ),
    "Rotten Tomatoes at Kaggle": (
        "movie_title,movie_info,content_rating,genres,directors,authors,actors,original_release_date,runtime\n"
        'Percy J,Always,PG,"Action & Adventure, Comedy",Chris C,"Craig T, Chris C","Logan L, Al T",2010-02-12,119.0\n',
        [],
        {"Percy J": {"writers": ["Craig T", "Chris C"], "genres_imdb": ["Action & Adventure", "Comedy"], "year": 2010}},
    ),
    "TMDb's million": (
        "id,title,vote_average,vote_count,release_date,revenue,runtime,backdrop_path,budget,imdb_id,original_language,"
        "original_title,popularity,poster_path,genres,production_companies,spoken_languages,keywords\n"
        '27205,Incept,8.364,34495,2010-07-15,825532764,148,/8.jpg,160000000,tt1375666,en,Incept,83.9,/oYu.jpg,"Action, '
        'Science Fiction",L,"English, French","rescue, dream"\n',
        ["oYu.jpg"],
        {
            "Incept": {
                "tmdb_id": 27205,
                "imdb_id": "tt1375666",
                "poster": "oYu.jpg",
                "genres_imdb": ["Action", "Science Fiction"],
                "keywords": ["rescue", "dream"],
            }
        },
    ),
    "TMDb's five thousand, posters by TMDb's id": (
        "budget,genres,id,keywords,original_language,original_title,popularity,production_companies,release_date,title\n"
        '237000000,"[{""id"": 28, ""name"": ""Action""}]",19995,[],en,Ava,150.43,[],2009-12-10,Ava\n'
        '300000000,"[{""id"": 12, ""name"": ""Adventure""}]",285,[],en,Pir,139.08,[],2007-05-19,Pir\n',
        ["19995.jpg", "285.jpg"],
        {"Ava": {"tmdb_id": 19995, "poster": "19995.jpg"}, "Pir": {"tmdb_id": 285, "poster": "285.jpg"}},
    ),
    "MovieLens with double colons": (
        "MovieID::Title::Genres\n1::Toy Story (1995)::Animation|Comedy\n2::Misérables, Les (1998)::Drama\n",
        [],
        {
            "Toy Story": {"year": 1995, "genres_imdb": ["Animation", "Comedy"]},
            "Misérables, Les": {"year": 1998, "genres_imdb": ["Drama"]},
        },
    ),
    "MovieLens of 100,000": (
        "movie_id,title,release_date,IMDb_URL,unknown,Action,Crime,Drama\n"
        "1,Toy Stry (1995),01-Jan-1995,http://us.imdb.com/M/title-exact?Toy,0,1,0,1\n"
        "2,Copycat (1995),01-Jan-1995,http://us.imdb.com/M/title-exact?Copy,0,0,1,0\n",
        [],
        {
            "Toy Stry": {"genres_imdb": ["Action", "Drama"], "release_date": "1995-01-01"},
            "Copycat": {"genres_imdb": ["Crime"]},
        },
    ),
    "Wikidata": (
        "film,filmLabel,imdb,genreLabel,publicationDate\n"
        "http://www.wikidata.org/entity/Q1,Heat,tt0113277,crime film,1995-12-15T00:00:00Z\n"
        "http://www.wikidata.org/entity/Q1,Heat,tt0113277,drama film,1995-12-15T00:00:00Z\n",
        [],
        {"Heat": {"imdb_id": "tt0113277", "genres_imdb": ["crime film", "drama film"], "release_date": "1995-12-15"}},
    ),
    "Airtable": (
        "Name,Year,Genre,Poster\nHeat,1995,Crime,h 1.jpg (https://v5.airtableusercontent.com/v3/u/1/abc)\n",
        ["h 1.jpg"],
        {"Heat": {"poster": "h 1.jpg"}},
    ),
    "Wikipedia's table": (
        "Title[a],Year,Genre(s),Director(s),Box office[3]\n"
        'Heat[1],1995,"Crime, drama[2]",Michael M,$187.4 million[4]\nSped,1994[note 1],Action,Jan B,"$350,448,145"\n',
        [],
        {"Heat": {"genres_imdb": ["Crime", "drama"], "revenue": 187400000}, "Sped": {"year": 1994}},
    ),
    "IMDb with main and side genres": (
        'Title,Main_genre,side_genre,Year\nHeat,Action," Crime, Drama",1995\nZed,Comedy,,2001\n',
        [],
        {"Heat": {"genres_imdb": ["Action", "Crime", "Drama"]}, "Zed": {"genres_imdb": ["Comedy"]}},
    ),
    "a German dealer": (
        "Nr.;Filmtitel;Jahr;Genre;Format;Zustand;Preis;Pfad\n"
        "1;Der Kommissär;ca. 1965;Krimi;A1;VF/NM;120,00 €;D:\\Plakate\\A\\k 1.JPG\n"
        "2;Großer Zauber;1957/R72;Fantasy; A1;gut;85,50 €;D:\\Plakate\\B\\k 1.JPG\nSumme;;;;;;205,50 €;\n",
        ["a/k 1.jpg", "b/k 1.jpg"],
        {
            "Der Kommissär": {"year": 1965, "poster": "a/k 1.jpg", "revenue": None},
            "Großer Zauber": {"year": 1957, "poster": "b/k 1.jpg"},
        },
    ),
    "an Italian dealer": (
        "Titolo;Regista;Anno;Genere;Nazione;Durata;Prezzo;Foto\n"
        "Amore e pane;Luigi C.;1953;Commedia;Italia, Francia;97';€ 90;a.jpg\n",
        ["a.jpg"],
        {"Amore e pane": {"countries": ["Italia", "Francia"], "runtime": 97, "directors": ["Luigi C."]}},
    ),
    "a Dutch dealer": (
        "Filmtitel;Regisseur;Jaartal;Genre;Land;Speelduur;Afbeelding\n"
        "De lift;Dick M.;1983;Thriller;Nederland;99 min;l.jpg\n",
        ["l.jpg"],
        {"De lift": {"year": 1983, "countries": ["Nederland"], "runtime": 99, "poster": "l.jpg"}},
    ),
    "a Portuguese dealer": (
        "Título;Realizador;Ano;Género;País;Duração;Ficheiro\nA cidade;Alain T.;1983;Drama;Portugal;108 min;c.jpg\n",
        ["c.jpg"],
        {"A cidade": {"year": 1983, "directors": ["Alain T."], "poster": "c.jpg"}},
    ),
    "a Swedish list": (
        "Titel;Regi;Produktionsår;Genre;Längd\nSommaren;Ingmar B;1953;Drama;96 min\n",
        [],
        {"Sommaren": {"directors": ["Ingmar B"], "year": 1953, "runtime": 96}},
    ),
    "headers in two languages": (
        "Titel / Title;Jahr / Year;Genre / Genre;Datei / File\nHeat;1995;Crime;h.jpg\n",
        ["h.jpg"],
        {"Heat": {"year": 1995, "genres_imdb": ["Crime"], "poster": "h.jpg"}},
    ),
    "several images in a cell": (
        "Title;Year;Genre;Images\nZed;2001;Comedy;z_1.jpg|z_2.jpg\nHeat;1995;Crime;h.jpg\n",
        ["z_1.jpg", "z_2.jpg", "h.jpg"],
        {"Zed": {"poster": "z_1.jpg"}, "Heat": {"poster": "h.jpg"}},
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_every_value_of_an_export_is_right(tmp_path, name):
    table, images, expected = EXPORTS[name]
    rows, report = fetched(tmp_path, table, images)
    check(rows, expected)
    assert report.faults == []
    assert len(rows) == len(expected)


def test_wikidatas_answer_in_json(tmp_path):
    def cell(value):
        return {"type": "literal", "value": value, "xml:lang": "en"}

    film = {"film": {"type": "uri", "value": "http://www.wikidata.org/entity/Q1"}, "filmLabel": cell("Heat")}
    film |= {"imdb": cell("tt0113277"), "genres": cell("crime film|drama film")}
    answer = {"head": {"vars": list(film)}, "results": {"bindings": [film]}}
    rows, _ = fetched(tmp_path, json.dumps(answer), name="query.json")
    check(rows, {"Heat": {"imdb_id": "tt0113277", "genres_imdb": ["crime film", "drama film"]}})


def test_records_deep_inside_an_answer(tmp_path):
    films = [{"title": "Heat", "genres": ["Crime"], "cast": [{"name": "Al P"}]}, {"title": "Zed", "genres": ["War"]}]
    rows, _ = fetched(tmp_path, json.dumps({"status": "ok", "data": {"total": 2, "films": films}}), name="a.json")
    check(rows, {"Heat": {"genres_imdb": ["Crime"], "cast": ["Al P"]}, "Zed": {"genres_imdb": ["War"]}})


def test_a_table_without_a_header_is_read_by_counting_its_columns(tmp_path):
    table = (
        '975900\t/m/03vyhn\tGhosts\t2001-08-24\t98.0\t{"/m/01jfsb": "Thriller", "/m/06n90": "Science Fiction"}\n'
        '3196793\t/m/08yl5d\tAway\t2000-02-16\t95.0\t{"/m/02n4kr": "Mystery"}\n'
    )
    said = {"title": "column 3", "release_date": "column 4", "runtime": "column 5", "genres": "column 6"}
    rows, _ = fetched(tmp_path, table, name="movie.metadata.tsv", **said)
    check(
        rows,
        {
            "Ghosts": {"genres_imdb": ["Thriller", "Science Fiction"], "runtime": 98, "year": 2001},
            "Away": {"genres_imdb": ["Mystery"]},
        },
    )
    assert len(rows) == 2


def test_a_table_without_a_header_is_refused_with_the_options_that_read_it(tmp_path):
    with pytest.raises(TableError, match=r"first row that holds data.*count.*poster='column 4'.*='column 3'"):
        fetched(tmp_path, "Heat,1995,Crime,heat.jpg\nSped,1994,Action,sped.jpg\n", ["heat.jpg", "sped.jpg"])


def test_a_row_whose_cells_slipped_is_left_out_and_named(tmp_path):
    table = (
        "Title,Year,Genre,IMDb ID,Notes\nHeat,1995,Crime,tt0113277,\nGrey, the Wolf,2011,Drama,tt1601913\n"
        + "".join(f"Film {n},{1950 + n},Drama,tt00000{n},\n" for n in range(10, 20))
    )
    rows, report = fetched(tmp_path, table)
    assert "Grey" not in rows and len(rows) == 11
    assert report.dropped["row that does not fit the header"] == 1
    assert any(where == "films.csv line 3" and "wrong headers" in why for _, where, why in report.left_out)
    check(rows, {"Heat": {"genres_imdb": ["Crime"]}})


def test_columns_that_may_hold_genres_are_pointed_out(tmp_path):
    table = "Film,Year,Type of film\nHeat,1995,Gangster\nSped,1994,Action\nZed,2001,Comedy\n"
    _, report = fetched(tmp_path, table)
    assert any(
        "'Type of film' holds usual genres in 2 of 3 cells: --column genres='Type of film' takes it" in line
        for line in report.table
    )


def test_hours_read_as_minutes_are_pointed_out(tmp_path):
    table = "title,runtime\n" + "".join(f"Film {n},{n / 4}\n" for n in range(5, 11))
    _, report = fetched(tmp_path, table)
    assert any("'runtime (hours)'" in line for line in report.table)


NAMES = ["Alien One", "The Big Sleep", "Les 400 coups", "Blade Runner"]


@pytest.mark.parametrize(
    "images",
    [
        [
            "alien-one-us-one-sheet",
            "the_big_sleep_original_poster",
            "Les-400-coups-affiche",
            "blade runner (1sh 27x40)",
        ],
        ["Alien_One_(1979)_US_1sh", "Big Sleep, The - 1946 - Insert", "Les 400 coups – 1959", "BLADE_RUNNER_1982_DS"],
        ["078748 alien one", "038355 the big sleep", "053198 les 400 coups", "083658 blade runner"],
        ["tt0078748", "0038355", "53198", "tt0083658_poster_large"],
    ],
)
def test_dealers_file_names_find_their_rows(tmp_path, images):
    table = (
        "Title,Year,Genre,IMDb ID\nAlien One,1979,Horror,tt0078748\nThe Big Sleep,1946,Crime,tt0038355\n"
        "Les 400 coups,1959,Drama,tt0053198\nBlade Runner,1982,Sci-Fi,tt0083658\n"
    )
    rows, report = fetched(tmp_path, table, [f"{image}.jpg" for image in images])
    assert [Path(rows[title]["poster"]).stem for title in NAMES] == images
    assert len(rows) == 4 and report.faults == []


def test_a_film_that_is_called_like_a_word_of_dealers_keeps_its_poster(tmp_path):
    table = "Title,Year,Genre\nUs,2019,Horror\nOne Sheet,2001,Drama\nAlien,1979,Horror\n"
    rows, _ = fetched(tmp_path, table, ["us.jpg", "one sheet.jpg", "alien us one sheet.jpg"])
    assert [rows[title]["poster"] for title in ("Us", "One Sheet", "Alien")] == [
        "us.jpg",
        "one sheet.jpg",
        "alien us one sheet.jpg",
    ]


def test_names_that_two_films_could_mean_belong_to_none(tmp_path):
    table = "Title,Year,Genre\nAlien,1979,Horror\nAlien One,1985,Horror\n"
    rows, report = fetched(tmp_path, table, ["alien one sheet.jpg"])
    assert rows["Alien"]["poster"] is None and rows["Alien One"]["poster"] is None
    assert any("2 rows claim the image" in why for _, _, why in report.left_out)


def test_posters_called_by_the_original_title_find_their_rows(tmp_path):
    table = "Titel;Originaltitel;Jahr;Genre\nDer Pate;The Don;1972;Krimi\n;Heat;1995;Krimi\nLola;Lola;1981;Drama\n"
    rows, report = fetched(tmp_path, table, ["The Don (1972).jpg", "Heat (1995).jpg", "Lola.jpg"])
    check(
        rows,
        {
            "Der Pate": {"poster": "The Don (1972).jpg", "year": 1972},
            "Heat": {"poster": "Heat (1995).jpg", "genres_own": ["Krimi"]},
            "Lola": {"poster": "Lola.jpg"},
        },
    )
    assert len(rows) == 3
    assert any("1 empty cell filled from 'Originaltitel'" in line for line in report.table)


def test_another_films_original_title_takes_no_poster_from_it(tmp_path):
    table = "Titel;Originaltitel;Jahr;Genre\nHitze;Heat;1995;Krimi\nHeat;Heat Wave;1986;Action\n"
    rows, _ = fetched(tmp_path, table, ["Heat (1995).jpg", "Heat (1986).jpg"])
    check(rows, {"Hitze": {"poster": "Heat (1995).jpg"}, "Heat": {"poster": "Heat (1986).jpg"}})


@pytest.mark.parametrize(
    "image",
    [
        "Sped%20Up.jpg",
        "Sped+Up.jpg",
        "51995-sped-up-0-230-0-345-crop.jpg",
        "51995-sped-up-1994-0-230-0-345-crop.jpg",
        "tt0111257/0.jpg",
        "sped-up-1994-original-poster.jpg",
    ],
)
def test_names_as_programs_that_fetch_pictures_write_them(tmp_path, image):
    rows, _ = fetched(tmp_path, "Title,Year,Genre,imdb\nSped Up,1994,Action,tt0111257\n", [image])
    check(rows, {"Sped Up": {"poster": image}})
    assert len(rows) == 1


@pytest.mark.parametrize(
    "table", ["Title,Heat,Sped\nYear,1995,1994\nGenre,Crime,Action\n", "Film;A;B\nJahr;1;2\nLand;x;y\n"]
)
def test_a_table_that_lies_on_its_side_is_refused(tmp_path, table):
    with pytest.raises(TableError, match="films.csv.*headers in the first column.*transpose"):
        fetched(tmp_path, table)


@pytest.mark.parametrize(
    ("headers", "first", "second"),
    [
        ("File Name,Folder", "IMG_1.JPG,/Users/jo/Posters/us/", "IMG_1.JPG,/Users/jo/Posters/fr/"),
        ("FileName,Directory", "IMG_1.JPG,./us", "IMG_1.JPG,./fr"),
        ("Dateiname,Ordner", "IMG_1,D:\\Plakate\\us", "IMG_1,D:\\Plakate\\fr"),
        ("FileName,Directory,SourceFile", "IMG_1.JPG,.,./us/IMG_1.JPG", "IMG_1.JPG,.,./fr/IMG_1.JPG"),
    ],
)
def test_a_column_of_folders_belongs_to_the_column_of_files(tmp_path, headers, first, second):
    table = f"Title,Genre,{headers}\nHeat,Crime,{first}\nZed,War,{second}\n"
    rows, _ = fetched(tmp_path, table, ["us/IMG_1.JPG", "fr/IMG_1.JPG"])
    check(rows, {"Heat": {"poster": "us/IMG_1.JPG"}, "Zed": {"poster": "fr/IMG_1.JPG"}})


def test_certificates_in_a_column_of_ratings_leave_the_marks_to_another(tmp_path):
    table = (
        'name,rating,genre,score,casts,duration\nThe Shin,R,Drama,8.4,"Jack N,Al P",24 min. per ep.\n'
        "Airp,PG-13 - Teens 13 or older,Comedy,7.7,Bob,1 hr. 55 min.\n"
    )
    rows, report = fetched(tmp_path, table)
    check(
        rows,
        {
            "The Shin": {"certificate": "R", "vote_average": 8.4, "cast": ["Jack N", "Al P"], "runtime": 24},
            "Airp": {"certificate": "PG-13 - Teens 13 or older", "vote_average": 7.7, "runtime": 115},
        },
    )
    assert report.faults == []
