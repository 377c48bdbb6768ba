"""Lists in every usual notation, with their right names."""

import numpy as np
import pytest

from genrelab.pipeline.catalog.genres import canonical_genres, translate
from genrelab.pipeline.sources.tables.lists import ListNotation
from genrelab.pipeline.sources.tables.values import Unread


def column(cells, **settings):
    notation = ListNotation(**settings)
    for cell in cells:
        notation.see(cell)
    return [notation.read(cell) for cell in cells]


@pytest.mark.parametrize(
    "cell",
    [
        "['Crime', 'Drama']",
        '["Crime", "Drama"]',
        "[{'id': 80, 'name': 'Crime'}, {'id': 18, 'name': 'Drama'}]",
        '[{"id": 80, "name": "Crime"}, {"id": 18, "name": "Drama"}]',
        "['Crime' 'Drama']",
        "['Crime'\n 'Drama']",
        "{Crime,Drama}",
        '{"Crime","Drama"}',
        "[Crime, Drama]",
        "('Crime', 'Drama')",
        '{"/m/0lsxr": "Crime", "/m/07s9rl0": "Drama"}',
        "['Crime', 'Drama', 'Crime']",
        ["Crime", "Drama"],
        ("Crime", "Drama"),
        [{"id": 80, "name": "Crime"}, {"name": "Drama"}],
        '["Crime", null, "Drama"]',
        "['Crime', 'N/A', 'Drama']",
        '"Crime", "Drama"',
    ],
)
def test_one_list_in_every_notation(cell):
    assert column([cell, "x, y"])[0] == ["Crime", "Drama"]


@pytest.mark.parametrize("mark", ["|", ",", ", ", ";", "; ", "/", " / ", " | ", "\n", " • ", "、"])
def test_the_column_tells_the_separator(mark):
    cells = [
        mark.join(names) for names in (["Crime", "Drama"], ["Action"], ["Drama", "War", "Crime"], ["War", "Action"])
    ]
    assert column(cells) == [["Crime", "Drama"], ["Action"], ["Drama", "War", "Crime"], ["War", "Action"]]


def test_known_names_tell_the_separator_where_marks_mix():
    known = {"known": lambda name: translate(name) is not None}
    assert column(["Action/Adventure, Crime", "Sci-Fi & Fantasy, Drama"], **known) == [
        ["Action/Adventure", "Crime"],
        ["Sci-Fi & Fantasy", "Drama"],
    ]
    assert column(["Action & Adventure|Crime", "War & Politics"], **known) == [
        ["Action & Adventure", "Crime"],
        ["War & Politics"],
    ]
    assert column(["Action/Adventure", "Drama/War"], **known) == [["Action", "Adventure"], ["Drama", "War"]]


def test_names_that_hold_a_mark_stay_whole():
    assert column(["Robert Downey, Jr., Gwyneth Paltrow", "Al Pacino"]) == [
        ["Robert Downey, Jr.", "Gwyneth Paltrow"],
        ["Al Pacino"],
    ]
    assert column(["AC/DC live", "rock"]) == [["AC/DC live"], ["rock"]]
    assert column(["cat, black|dog", "bird"]) == [["cat, black", "dog"], ["bird"]]
    assert column(["heist", "a, b"], separator="|") == [["heist"], ["a, b"]]


@pytest.mark.parametrize(
    "cell", ["[18, 35]", "[{'id': 80, 'na", "['Crime', 'Dra", [18, 35], '[["a"], ["b"]]', "[{'id': 80}]"]
)
def test_broken_lists_are_not_read(cell):
    with pytest.raises(Unread):
        ListNotation().read(cell)


@pytest.mark.parametrize(
    "cell", [None, "", "[]", "{}", "nan", "N/A", [], "['N/A']", "[None]", float("nan"), np.nan, "|", " , "]
)
def test_empty_lists_are_missing(cell):
    assert column([cell, "a|b"])[0] is None


EVERYDAY = {
    "SciFi": ["Science Fiction"],
    "Sci Fi": ["Science Fiction"],
    "sci-fi": ["Science Fiction"],
    "Science-Fiction": ["Science Fiction"],
    "SCIENCE FICTION": ["Science Fiction"],
    "SF": ["Science Fiction"],
    "Sports": ["Sport"],
    "Biopic": ["Biography"],
    "Docu": ["Documentary"],
    "Documentaries": ["Documentary"],
    "Rom-Com": ["Romance", "Comedy"],
    "Romantic Comedy": ["Romance", "Comedy"],
    "Thrillers": ["Thriller"],
    "Film-Noir": ["Film Noir"],
    "filmnoir": ["Film Noir"],
    "Musicals": ["Musical"],
    "Animated": ["Animation"],
    "Historical": ["History"],
    "Kids": ["Family"],
    "Westerns": ["Western"],
    "Action/Adventure": ["Action", "Adventure"],
    "Crime & Drama": ["Crime", "Drama"],
    "Comedy-Drama": ["Comedy", "Drama"],
    "War film": ["War"],
    "Reality TV": ["Reality"],
    "Talk-Show": ["Talk Show"],
    "Sci-Fi & Fantasy": ["Science Fiction", "Fantasy"],
    "Romantic": ["Romance"],
}


@pytest.mark.parametrize("name", EVERYDAY)
def test_everyday_spellings_of_genres(name):
    assert canonical_genres([name]) == (EVERYDAY[name], [])


@pytest.mark.parametrize(
    "name", ["Giallo", "Film noir polski", "Krimi", "Peplum", "Comedy, Romance", "Superhero", "", "Drama!?x"]
)
def test_names_in_no_table_stay_unknown(name):
    assert canonical_genres([name])[1] == [name]


@pytest.mark.parametrize(
    "cell",
    [
        "Crime > Drama",
        "Crime\\Drama",
        "Crime~Drama",
        "Crime\tDrama",
        "Crime::Drama",
        "Crime Drama",
        "Crime, and Drama",
        "Crime und Drama",
        "Crime<br>Drama",
        "<ul><li>Crime</li><li>Drama</li></ul>",
        "1. Crime, 2. Drama",
        "Crime (90%), Drama (10%)",
        "Crime:0.9, Drama:0.1",
        "Crime[1], Drama[2]",
        "Genre: Crime, Drama",
        "[Crime](https://x.org/c), [Drama](https://x.org/d)",
        "[[Crime film|Crime]], [[Drama]]",
        "https://www.imdb.com/genre/Crime https://www.imdb.com/genre/Drama",
        "[“Crime”, “Drama”]",
        "(Crime, Drama)",
        '[["Crime"], ["Drama"]]',
        '{"genres": [{"id": 80, "name": "Crime"}, {"id": 18, "name": "Drama"}]}',
        '"[\\"Crime\\", \\"Drama\\"]"',
        "array(['Crime', 'Drama'], dtype=object)",
        "list(['Crime', 'Drama'])",
        "|Crime|Drama|",
        "Crime,Drama;;;",
        "Crime, Drama.",
    ],
)
def test_usual_names_are_found_in_cells_written_unlike_their_column(cell):
    known = {"known": lambda name: translate(name) is not None}
    for others in ([], ["Horror|War", "Comedy"], ["Horror, War"]):
        assert canonical_genres(column([cell, *others], **known)[0]) == (["Crime", "Drama"], [])


def test_a_list_that_was_cut_off_is_not_read_and_own_names_are_not_torn():
    known = {"known": lambda name: translate(name) is not None}
    with pytest.raises(Unread):
        column(["['Crime', 'Drama'"], **known)
    assert column(["Film noir und Krimi", "Drama & Giallo"], **known) == [["Film noir und Krimi"], ["Drama & Giallo"]]


def test_a_slash_parts_genres_that_come_back_beside_others():
    notation = ListNotation(known=lambda name: False)
    cells = ["剧情/爱情", "喜剧/爱情/奇幻", "剧情/犯罪"]
    for cell in cells:
        notation.see(cell)
    assert [notation.read(cell) for cell in cells] == [["剧情", "爱情"], ["喜剧", "爱情", "奇幻"], ["剧情", "犯罪"]]


def test_a_slash_that_always_joins_the_same_names_is_part_of_one():
    notation = ListNotation(known=lambda name: False)
    for cell in ["Krimi/Thriller", "Krimi/Thriller", "Heimat"]:
        notation.see(cell)
    assert notation.read("Krimi/Thriller") == ["Krimi/Thriller"]


def test_an_empty_set_is_empty():
    assert ListNotation().read("set()") is None
