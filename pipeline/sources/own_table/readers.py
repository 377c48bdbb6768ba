"""What reads the cells of each column of a user's table."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..tables.dates import read_year
from ..tables.headers import key_of
from ..tables.values import (
    MISSING_MARKS,
    Unread,
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
from ..tables.words import MISSING_TITLES
from .columns import Columns
from .genres import holds_numbers, numbered_genres
from .names import file_of, names_told
from .seen import flagged, is_ticked


def _file_name(cell: object) -> str | None:
    text = text_of(cell)
    if not text or text in MISSING_TITLES or MISSING_MARKS.fullmatch(text):
        return None
    name = ", ".join(map(file_of, names_told(cell)))
    if not name:
        raise Unread("expected a file name, not an address")
    return name


_SIMPLE: dict[str, Callable[[object], object]] = {
    "imdb_id": read_imdb_id,
    "tmdb_id": read_number_id,
    "movielens_id": read_number_id,
    "collection_id": read_collection_id,
    "title": read_title,
    "kind": read_kind,
    "year": read_year,
    "original_language": read_language,
    "title_from_file": read_boolean,
    "poster": _file_name,
}


def reader_of(meaning: str, header: str, columns: Columns) -> Callable[[object], Any]:
    """Return what reads the cells of a column; it returns None for a missing one and raises `Unread` for others."""
    if header in columns.flags:
        return lambda cell: [flagged(header)] if is_ticked(cell, header) else None
    notation = columns.notations.get((meaning, header))
    read: Callable[[object], Any] = notation.read if notation is not None else _SIMPLE.get(meaning, read_text)
    if meaning == "genres" and (key_of(header) in ("genreids", "genreid") or holds_numbers(columns.table, header)):
        return numbered_genres(read)
    return _named(read) if header.endswith("Label") else read


def read_row(
    cells: list[object], readers: list[tuple[str, int, Callable[[object], Any], Any]]
) -> tuple[dict[tuple[str, int], Any], dict[tuple[str, int], str]]:
    """Return what was read of a row by meaning and column, and why the rest was not."""
    row: dict[tuple[str, int], Any] = {}
    unread: dict[tuple[str, int], str] = {}
    for meaning, column, reader, _ in readers:
        try:
            value = reader(cells[column])
        except Unread as why:
            unread[meaning, column] = str(why)
            continue
        if value is not None:
            row[meaning, column] = value
    return row, unread


def _named(read: Callable[[object], Any]) -> Callable[[object], Any]:
    """Return a reader for whom a number of Wikidata, which stands where a thing has no label, is missing."""
    return lambda cell: None if re.fullmatch(r"[QP]\d+", text_of(cell)) else read(cell)
