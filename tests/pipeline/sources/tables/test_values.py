"""Every usual way to write a value, with its right value."""

from datetime import date, datetime, time, timedelta

import pytest

from genrelab.pipeline.sources.tables.dates import DateNotation, read_year
from genrelab.pipeline.sources.tables.numbers import NumberNotation
from genrelab.pipeline.sources.tables.values import (
    Unread,
    is_missing,
    read_boolean,
    read_collection_id,
    read_imdb_id,
    read_kind,
    read_language,
    read_number_id,
    read_text,
    read_title,
    text_of,
)


def column(notation, cells):
    for cell in cells:
        notation.see(cell)
    return [notation.read(cell) for cell in cells]


@pytest.mark.parametrize(
    "cell",
    [
        "tt0113277",
        "TT0113277",
        113277,
        113277.0,
        "113277",
        "0113277",
        "113277.0",
        "https://www.imdb.com/title/tt0113277/",
        "http://m.imdb.com/title/tt0113277/?ref_=fn_tt_tt_1",
        "imdb.com/de/title/tt0113277",
        " tt0113277 ",
        "tt113277",
    ],
)
def test_an_imdb_id_in_any_form(cell):
    assert read_imdb_id(cell) == "tt0113277"


@pytest.mark.parametrize("cell", ["nm0000199", "https://www.imdb.com/name/nm0000199/", "Heat", "113277.5", "1" * 15])
def test_what_is_no_imdb_id_is_not_read(cell):
    with pytest.raises(Unread, match="IMDb id"):
        read_imdb_id(cell)


@pytest.mark.parametrize(
    "cell",
    [
        949,
        949.0,
        "949",
        "949.0",
        "949,0",
        " 949 ",
        "https://www.themoviedb.org/movie/949-heat?language=de",
        "themoviedb.org/tv/949",
        "tmdb:949",
        "tmdb-949",
        "/movie/949",
    ],
)
def test_a_tmdb_id_in_any_form(cell):
    assert read_number_id(cell) == 949


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("2005", 2005),
        (2005.0, 2005),
        ("2005.0", 2005),
        ("(2005)", 2005),
        ("2005-06-15", 2005),
        ("06/15/2005", 2005),
        ("15.06.2005", 2005),
        ("2005–2010", 2005),
        ("2005-", 2005),
        ("I (2005)", 2005),
        ("20050615", 2005),
        (datetime(2005, 6, 15), 2005),
        (date(2005, 6, 15), 2005),
        ("0", None),
        ("n/a", None),
        ("Jun 15, 2005", 2005),
    ],
)
def test_a_year_in_any_form(cell, year):
    assert read_year(cell) == year


@pytest.mark.parametrize("cell", ["05", "95", "3005", "1500", "soon", "1995 or 1997 or 2001", True])
def test_what_is_no_year_is_not_read(cell):
    with pytest.raises(Unread):
        read_year(cell)


@pytest.mark.parametrize(
    "cell",
    [
        None,
        "",
        "  ",
        "nan",
        "NaN",
        "None",
        "NULL",
        "null",
        "N/A",
        "n/a",
        "#N/A",
        "<NA>",
        "\\N",
        "-",
        "--",
        "—",
        "?",
        "unknown",
        "Not Available",
        "keine Angabe",
        "(unknown)",
        "\xa0",
        "#VALUE!",
        "TBA",
        "...",
        float("nan"),
        [],
        {},
        "NaT",
        ".",
    ],
)
def test_words_for_missing(cell):
    assert is_missing(cell)


@pytest.mark.parametrize("cell", ["0", 0, "No", "Nil by Mouth", "None of Them", "N", "Unknown Pleasures", False])
def test_what_is_not_missing(cell):
    assert not is_missing(cell)


@pytest.mark.parametrize(
    ("cell", "title"),
    [
        ("Unknown", "Unknown"),
        ("Missing", "Missing"),
        ("nan", None),
        ("N/A", None),
        (1917.0, "1917"),
        ("Am\u0065\u0301lie", "Amélie"),
        ("Avatar\xa0", "Avatar"),
        ("The\n Thing", "The Thing"),
        ("?", None),
        ("Nil", "Nil"),
    ],
)
def test_titles(cell, title):
    assert read_title(cell) == title


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("movie", "movie"),
        ("Film", "movie"),
        ("tvSeries", "series"),
        ("TV Series", "series"),
        ("tv_mini_series", "series"),
        ("TV Show", "series"),
        ("Spielfilm", "movie"),
        ("tvMovie", "movie"),
        ("Série", "series"),
        ("N/A", None),
    ],
)
def test_kinds(cell, kind):
    assert read_kind(cell) == kind


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en-US", "en"),
        ("pt_BR", "pt"),
        ("English", "en"),
        ("eng", "en"),
        ("Deutsch", "de"),
        ("French", "fr"),
        ("Français", "fr"),
        ("English, French", "en"),
        ("zh-CN", "zh"),
        ("unknown", None),
        ("ja", "ja"),
    ],
)
def test_languages(cell, code):
    assert read_language(cell) == code


@pytest.mark.parametrize("cell", [True, "TRUE", "true", "True", 1, 1.0, "1", "yes", "WAHR", "x"])
def test_true_in_any_form(cell):
    assert read_boolean(cell) is True


@pytest.mark.parametrize("cell", [False, "FALSE", "false", 0, 0.0, "0", "no", "FALSCH"])
def test_false_in_any_form(cell):
    assert read_boolean(cell) is False


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1,620,367", "370,000", "512"], [1620367, 370000, 512]),
        (["1.620.367", "370.000", "512"], [1620367, 370000, 512]),
        (["1 620 367", "370\u202f000", "512"], [1620367, 370000, 512]),
        (["1'620'367", "370’000"], [1620367, 370000]),
        (["16,20,367", "3,70,000"], [1620367, 370000]),
        (["1.6M", "370K", "512", "1,234"], [1600000, 370000, 512, 1234]),
        (["1620367.0", "370000.0", ""], [1620367, 370000, None]),
        (["1,620,367 votes", "12 votes"], [1620367, 12]),
        (["1.234", "2.345"], [1234, 2345]),
        (["1.62e6", 370000, 0], [1620000, 370000, 0]),
    ],
)
def test_counts(cells, values):
    assert column(NumberNotation("count"), cells) == values


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["$187,436,818", "$0", "$350,448,145"], [187436818, None, 350448145]),
        (["187.4M", "$1.2 billion", "950K"], [187400000, 1200000000, 950000]),
        (["187.436.818 $", "350.448.145 $"], [187436818, 350448145]),
        (["USD 60,000,000", "US$ 30,000,000"], [60000000, 30000000]),
        (["60000000", "3.0e7", 0.0], [60000000, 30000000, None]),
        (["187,4 Mio. $", "60,0 Mio. $"], [187400000, 60000000]),
        (["$60,000,000 (estimated)", "N/A"], [60000000, None]),
    ],
)
def test_money(cells, values):
    assert column(NumberNotation("money"), cells) == pytest.approx(values)


@pytest.mark.parametrize("cell", ["€40,000,000", "INR 250,000,000", "£3m", "40 Mio. €", "ITL 45000"])
def test_money_that_is_not_dollars_is_not_read(cell):
    with pytest.raises(Unread, match="US dollars"):
        NumberNotation("money").read(cell)


def test_millions_in_the_header():
    assert column(NumberNotation("money", scale=1e6), ["333.13", "0.5", ""]) == pytest.approx([333130000, 500000, None])


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("170 min", 170),
        ("170min", 170),
        ("2h 50m", 170),
        ("2h50", 170),
        ("2 h 50 min", 170),
        ("1h30", 90),
        ("2:50", 170),
        ("02:50:00", 170),
        ("PT2H50M", 170),
        ("PT170M", 170),
        ("170 minutes", 170),
        ("170'", 170),
        ("2 hrs 50 mins", 170),
        ("1.5 h", 90),
        ("2 hours", 120),
        ("USA:170", 170),
        ("170.0", 170),
        (170, 170),
        (time(2, 50), 170),
        (timedelta(minutes=170), 170),
        ("0", None),
        (0, None),
        ("2 Std. 50 Min.", 170),
        ("170 min (director's cut)", 170),
        ("170mins.", 170),
        ("170′", 170),
        ("2 hr. 50 min.", 170),
        ("2 hours and 50 minutes", 170),
        ("2 heures et 50 minutes", 170),
        ("P0DT2H50M0S", 170),
        ("PT10200S", 170),
        ("02:50:00.000", 170),
        ("0 days 02:50:00", 170),
        ("1899-12-31 02:50:00", 170),
        ("~170 min", 170),
        ("ca. 170 Minuten", 170),
        ("approx. 170", 170),
        ("170分钟", 170),
        ("2時間50分", 170),
        ("2 ч 50 мин.", 170),
        ("1 Season", None),
        ("12 Folgen", None),
    ],
)
def test_runtimes(cell, minutes):
    notation = NumberNotation("runtime", lowest=0.5, highest=100_000)
    assert column(notation, [cell]) == [minutes]


@pytest.mark.parametrize("cell", ["two reels", "long", "2h 75x", True, "-5", float("inf")])
def test_what_is_no_runtime_is_not_read(cell):
    with pytest.raises(Unread):
        NumberNotation("runtime", lowest=0.5, highest=100_000).read(cell)


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["8.3", "7"], [8.3, 7]),
        (["8,3", "7,0", "6"], [8.3, 7, 6]),
        (["8.3/10", "4/5", "85%"], [8.3, 8, 8.5]),
        (["8.3 / 10", "73/100"], [8.3, 7.3]),
        (["★ 8.3", "8.3"], [8.3, 8.3]),
        (["0", "N/A", "9"], [None, None, 9]),
        (["★★★★½", "★★★☆☆", "★★"], [9, 6, 4]),
        (["8.3 (1.2M)", "8.3/10 (12,345 votes)", "IMDb: 8.3"], [8.3, 8.3, 8.3]),
    ],
)
def test_ratings(cells, values):
    assert column(NumberNotation("rating", lowest=1, highest=10), cells) == pytest.approx(values)


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (["12/15/1995", "6/10/1994"], ["1995-12-15", "1994-06-10"]),
        (["15/12/1995", "10/6/1994"], ["1995-12-15", "1994-06-10"]),
        (["15.12.1995", "10.6.1994"], ["1995-12-15", "1994-06-10"]),
        (["1995-12-15", "1994-06-10T00:00:00.000Z", "1994-06-10 00:00:00"], ["1995-12-15", "1994-06-10", "1994-06-10"]),
        (["1995/12/15", "19940610"], ["1995-12-15", "1994-06-10"]),
        (["15 Dec 1995", "December 15, 1995", "15. Dezember 1995", "15 décembre 1995"], ["1995-12-15"] * 4),
        ([datetime(1995, 12, 15), date(1994, 6, 10), None], ["1995-12-15", "1994-06-10", None]),
        ([819_000_000_000, "N/A"], ["1995-12-15", None]),
        (["12-15-1995", "06-10-1994"], ["1995-12-15", "1994-06-10"]),
    ],
)
def test_dates(cells, days):
    assert column(DateNotation(), cells) == days


def test_dates_that_fit_both_ways_are_not_guessed():
    notation = DateNotation()
    notation.see("3/4/1995")
    with pytest.raises(Unread, match="day or month first"):
        notation.read("3/4/1995")
    assert notation.note == "day or month first unknown"
    assert DateNotation(day_first=True).read("3/4/1995") == "1995-04-03"
    assert DateNotation(day_first=False).read("3/4/1995") == "1995-03-04"


@pytest.mark.parametrize("cell", ["2001-02-31", "31.02.2001", "Dec 1995", "1995", "soon", "12/15/95"])
def test_what_is_no_day_is_not_read(cell):
    with pytest.raises(Unread):
        DateNotation().read(cell)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("Fast &amp; Furious", "Fast & Furious"),
        ("Schindler&#39;s List", "Schindler's List"),
        ("AT&T; a story", "AT&T; a story"),
        ("\u202aC:\\posters\\heat.jpg", "C:\\posters\\heat.jpg"),
        ("He\u200bat\u00ad", "Heat"),
        ("\x1a", ""),
        ('="0012"', "0012"),
        ('=HYPERLINK("img/heat.jpg","heat.jpg")', "heat.jpg"),
        ('=HYPERLINK("heat.jpg")', "heat.jpg"),
    ],
)
def test_text_is_what_a_person_sees(cell, text):
    assert text_of(cell) == text


@pytest.mark.parametrize(
    ("cells", "values"),
    [(["(700,123)", "700123+"], [700123, 700123]), (["70.5万", "1.2M"], [705_000, 1_200_000])],
)
def test_counts_as_pages_write_them(cells, values):
    assert column(NumberNotation("count"), cells) == values


def test_a_decade_is_no_year():
    for cell in ("1990s", "1990's", "1990er"):
        with pytest.raises(Unread):
            read_year(cell)
    assert read_year("0000-00-00") is None


def test_a_record_is_no_title_and_no_text():
    for read in (read_title, read_text):
        with pytest.raises(Unread, match="expected text, not a list or a record"):
            read({"title": "Heat"})


@pytest.mark.parametrize("cell", ["15-Dec-95", "01-Jan-01", "12/15/95", "15 Dec 95"])
def test_a_year_of_two_digits_is_no_year(cell):
    notation = DateNotation()
    notation.see(cell)
    with pytest.raises(Unread):
        notation.read(cell)


@pytest.mark.parametrize(
    ("cell", "year"),
    [("1948 (R-1956)", 1948), ("1957/R72", 1957), ("1957 R1972", 1957), ("c. 1955", 1955), ("r.1951", 1951)],
)
def test_the_year_of_a_second_release_is_not_the_year(cell, year):
    assert read_year(cell) == year


def test_the_link_of_a_formula_holds_the_id():
    assert read_imdb_id('=HYPERLINK("https://www.imdb.com/title/tt0113277/","link")') == "tt0113277"
    assert read_number_id('=HYPERLINK("https://www.themoviedb.org/movie/949-heat";"Heat")') == 949


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (10194, 10194),
        ("https://www.themoviedb.org/collection/10194-toy-story-collection", 10194),
        ("{'id': 10194, 'name': 'Toy Story Collection', 'poster_path': '/7G9.jpg', 'backdrop_path': None}", 10194),
        ('{"id": 10194, "name": "Toy Story Collection"}', 10194),
        ("{'name': 'Toy Story Collection', 'id': 10194}", 10194),
        ("", None),
        ("None", None),
        ("N/A", None),
    ],
)
def test_a_collection_is_known_by_its_id(cell, number):
    assert read_collection_id(cell) == number


def test_a_collection_without_an_id_is_known_by_its_name():
    names = ["Toy Story Collection", " toy  story collection", "Die Märchen", "トイ・ストーリー", "James Bond 007"]
    numbers = [read_collection_id(name) for name in names]
    assert numbers[0] == numbers[1] and len(set(numbers)) == 4 and min(numbers) > 10**10
    for cell in ("0.065736", "/zV8bHuSL6WXoD6FWogP9j4x80bL.jpg", "1995-08-20", "x", "[]"):
        with pytest.raises(Unread, match="collection"):
            read_collection_id(cell)


@pytest.mark.parametrize(
    ("cell", "title"), [("Heat[1]", "Heat"), ("Heat[a][2]", "Heat"), ("[REC]", "[REC]"), ("[REC]²", "[REC]²")]
)
def test_a_footnote_is_no_part_of_a_title(cell, title):
    assert read_title(cell) == title


@pytest.mark.parametrize("cell", ["sin género", "no disponible", "ohne Genre", "n/d", "Uncategorized"])
def test_more_words_for_missing(cell):
    assert is_missing(cell)
