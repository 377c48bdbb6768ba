"""Whose genres a column holds, in one spelling."""

from genrelab.pipeline.sources.own_table.genres import numbered_genres, told_genres
from genrelab.pipeline.sources.own_table.options import TableOptions


def test_known_names_are_imdbs_and_others_stay_as_they_are():
    assert told_genres("genres", [["Crime"], ["Sci-Fi"]], TableOptions()).target == "genres_imdb"
    told = told_genres("genres", [["Crime"], ["Giallo", "giallo"], None, ["Giallo"]], TableOptions())
    assert (told.target, told.column) == ("genres_own", [["Crime"], ["Giallo"], None, ["Giallo"]])
    assert any("'Giallo'" in note for note in told.notes)


def test_names_whose_parts_stand_alone_elsewhere_are_parted():
    column = [["Giallo"], ["Krimi"], ["Giallo/Krimi"], ["Krimi & Sex"], ["AC/DC"]]
    told = told_genres("genres", column, TableOptions())
    assert told.column == [["Giallo"], ["Krimi"], ["Giallo", "Krimi"], ["Krimi & Sex"], ["AC/DC"]]
    assert any("parted: 'Giallo/Krimi'" in note for note in told.notes)


def test_a_separator_that_the_user_gave_parts_nothing_else():
    told = told_genres("genres", [["Giallo"], ["Krimi"], ["Giallo/Krimi"]], TableOptions(genre_separator=";"))
    assert told.column[2] == ["Giallo/Krimi"]


def test_unknown_names_of_a_named_source_are_counted():
    told = told_genres("genres", [["Crime"], ["Krimi"], None], TableOptions(genres_as="imdb"))
    assert told.target == "genres_imdb" and told.unknown is not None and told.unknown[:2] == (1, 2)


def test_tmdbs_numbers():
    read = numbered_genres(lambda cell: [str(cell)])
    assert read([28, 80]) == ["Action", "Crime"] and read("Drama") == ["Drama"] and read("") is None
