"""What a user says about a table of their own, on the command line or in a saved mapping."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..images import printable
from ..tables.dialect import TableError
from ..tables.headers import key_of, meaning_of
from ..tables.table import open_table
from ..tables.values import text_of

GENRES_AS = ("auto", "own", "imdb", "tmdb", "movielens")


@dataclass
class TableOptions:
    """What a user said about a table; every field may stay as it is.

    Parameters
    ----------
    columns : mapping
        Meaning to header.
    genres_as : {"auto", "own", "imdb", "tmdb", "movielens"}
        Which label source the column of genres fills; `auto`: IMDb where all its names are known, else own.
    genre_separator : str or None
        Between genres in a cell; None: told by the column.
    genre_map : mapping
        A genre's name in the table to the name it shall have; an empty one drops the genre.
    encoding, delimiter, sheet : str or None
        As for `open_table`.
    day_first : bool or None
        As for `DateNotation`.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    genres_as: str = "auto"
    genre_separator: str | None = None
    genre_map: Mapping[str, str] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    day_first: bool | None = None


def load_mapping(path: Path) -> dict[str, Any]:
    """Read what `--save-mapping` wrote.

    Raises
    ------
    ValueError
        When the file is none.
    """
    try:
        told = json.loads(path.read_text("utf-8"))
        columns = told["columns"]
        if not all(isinstance(part, str) for pair in columns.items() for part in pair):
            raise TypeError
    except (ValueError, TypeError, KeyError, AttributeError):
        raise ValueError(f'{path}: expected a mapping as {{"columns": {{"title": "Film"}}}}') from None
    return told


def read_genre_map(path: Path) -> dict[str, str]:
    """Read a table of two columns: a genre's name, and the name it shall have (empty: leave the genre out)."""
    table = open_table(path)
    if len(table.headers) < 2:
        raise TableError(f"{printable(path)}: expected two columns, a genre and its new name")
    pairs = {text_of(cells[0]): text_of(cells[1]) for _, cells in table.rows()}
    first, second = table.headers[:2]
    if meaning_of(first) is None and key_of(first) not in ("from", "old", "own", "name", "von", "alt"):
        pairs[first] = second  # no header: the first row is a pair, too
    return pairs
