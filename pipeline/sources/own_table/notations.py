"""How the columns of a user's table are written, and whether they hold what their headers say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...catalog.genres import is_genre
from ..tables.dates import DateNotation, YearNotation
from ..tables.headers import LISTS, key_of
from ..tables.lists import ListNotation
from ..tables.numbers import NumberNotation, unit_of
from .options import TableOptions
from .seen import Cells

MARKS, KINDS = "marks, not ids", "kinds, not genres"  # what other columns hold in truth
NUMBERS = {
    "runtime": ("runtime", 0.5, 100_000),
    "popularity": ("number", 0, float("inf")),
    "vote_average": ("rating", 0, 10),
    "vote_count": ("count", 0, float("inf")),
    "revenue": ("money", 0, float("inf")),
    "budget": ("money", 0, float("inf")),
    "imdb_rating": ("rating", 1, 10),
    "imdb_votes": ("count", 0, float("inf")),
}


def notation_of(meaning: str, header: str, headers: Sequence[str], options: TableOptions) -> Any:
    """Return what learns how a column is written and reads it so; None where each cell tells by itself.

    Parameters
    ----------
    meaning : str
        What the column is taken for.
    header : str
        Its own; it may tell a unit.
    headers : sequence of str
        Of the table; they may tell whose table it is.
    options : TableOptions
    """
    if meaning in LISTS:
        genres = meaning.startswith("genres")
        return ListNotation(options.genre_separator if genres else None, is_genre if genres else None)
    if meaning in NUMBERS:
        what, lowest, highest = NUMBERS[meaning]
        scale = unit_of(meaning, header)
        if meaning == "vote_average" and any(key_of(h).startswith("letterboxd") for h in headers):
            scale = 2.0  # Letterboxd's marks are of 5
        return NumberNotation(what, scale=scale, lowest=lowest, highest=highest)
    if meaning == "year":
        return YearNotation()
    return DateNotation(options.day_first) if meaning == "release_date" else None


def other_than_named(meaning: str | None, cells: Cells) -> str:
    """Return what a column holds in place of what its header says, in words; empty where nothing speaks against it."""
    most = cells.filled / 2
    if meaning is None or not cells.filled:
        return ""
    if meaning == "poster":
        some = cells.named * 2 > cells.looked or (cells.named * 10 > cells.looked and len(cells.shown) > 1)
        return "addresses, not file names" if cells.addresses > most and not some else ""
    if meaning in ("imdb_id", "tmdb_id") and cells.marks > most and cells.fractions:
        return MARKS
    if meaning == "genres" and cells.kinds > 0.9 * cells.looked and not cells.hold_genres:
        return KINDS
    if meaning == "genres" and cells.years * 2 > cells.looked:
        return "years, not genres"
    if meaning == "imdb_id":
        return "addresses without ids" if cells.addresses > most and not cells.imdb else ""
    if meaning in LISTS:
        if cells.wordless > most and not meaning.startswith("genres"):
            return "numbers, not names"
        return "addresses of Wikidata, not names" if cells.entities > most else ""
    return "addresses" if meaning in ("title", "kind", "overview") and cells.addresses > most else ""
