"""What a column's cells hold is counted right."""

import pytest

from genrelab.pipeline.sources.own_table.seen import Cells, file_of, genre_names, is_ticked
from genrelab.pipeline.sources.tables.values import Unread


def counted(header, cells, images=(), ids=None):
    counts = Cells()
    for cell in cells:
        counts.count(cell, header, images, ids or {})
    return counts


def test_a_column_is_counted():
    counts = counted("Nr", ["949", "1637", "N/A", "x"], {"949"}, {"tmdb_id": {1637}})
    assert (counts.filled, counts.looked, counts.named, counts.ended, counts.ids) == (3, 3, 1, 0, {"tmdb_id": 1})
    assert counts.highest == 949
    counts = counted("File", ["a.jpg", "https://shop.org/i/B.jpg?v=2", "c"], {"a.jpg", "b.jpg"})
    assert (counts.named, counts.ended, counts.highest, counts.addresses) == (2, 2, None, 1)
    counts = counted("Style", ["Crime, Drama", "['War']", "Giallo", ["Horror"]])
    assert counts.genres == 3 and counts.names == {"Crime", "Drama", "War", "Horror"}


def test_names_of_genres_are_all_usual_or_none():
    assert genre_names("Sci-Fi / Horror") == ["Sci-Fi", "Horror"]
    assert genre_names("Crime, Heist") == [] == genre_names("")


def test_a_tick_is_a_mark_a_word_or_the_headers_name():
    assert all(is_ticked(cell, "Crime") for cell in ("*", "x", "TRUE", "1.0", "Crime", True))
    assert not any(is_ticked(cell, "Crime") for cell in ("", None, "0", "nein", "N/A"))
    with pytest.raises(Unread):
        is_ticked("maybe", "Crime")


def test_a_file_is_the_last_part_of_an_address():
    assert file_of("http://shop.org/a/") == "a" and file_of("https://shop.org") == ""
