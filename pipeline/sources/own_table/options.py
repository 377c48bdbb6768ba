"""What a user says about a table of their own, on the command line or in a saved mapping."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..images import printable
from ..tables.dialect import TableError
from ..tables.headers import NAMES, key_of, meaning_of
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


_FORMATS = "CSV in any dialect and encoding, a workbook (xlsx, xls, ods), parquet, JSON"


def add_folder_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `genrelab fetch folder`."""
    add = parser.add_argument
    add("posters", type=Path, metavar="FOLDER", help="of images; folders inside it too")
    add("--csv", type=Path, metavar="TABLE", help=f"a table about the posters: {_FORMATS}")
    _add_table_options(parser)
    add(
        "--genres-from-folders",
        action="store_true",
        help="a poster's folder is its genre, as in FOLDER/Horror/alien.jpg, where the table gives none",
    )
    add("--bare-ids", choices=("none", "imdb", "tmdb"), default="none", help="whose id is 949.jpg")


def add_table_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `genrelab fetch table`."""
    parser.add_argument("csv", type=Path, metavar="TABLE", help=_FORMATS)
    _add_table_options(parser)


def _add_table_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--column",
        action="append",
        default=[],
        metavar="NAME=HEADER",
        help="which column is what, as in --column title=Film --column genres=Genre; may be repeated. Usual headers "
        f"need no flag. `poster` is the image's file name; the names: {', '.join(NAMES)}",
    )
    add("--genre-separator", metavar="TEXT", help="between genres in a cell (default: told by the column)")
    add(
        "--genres-as",
        choices=GENRES_AS,
        default=None,
        help="which label source your genres fill (default auto: imdb where all names are known, else own)",
    )
    add("--genre-map", type=Path, metavar="TABLE", help="two columns: a genre's name in your table, the name to use")
    add("--encoding", help="of the table (default: decided)")
    add("--delimiter", metavar="CHARACTER", help="of the table (default: decided)")
    add("--sheet", metavar="NAME", help="of the workbook (default: the one with the most usual headers)")
    add("--dates", choices=("day-first", "month-first"), help="what 3/4/1995 means (default: told by the column)")
    add("--kind", choices=("movie", "series"), default="movie", help="what the titles are")
    add("--mapping", type=Path, metavar="FILE", help="what an earlier run understood, saved by --save-mapping")
    add("--save-mapping", type=Path, metavar="FILE", help="write which column was taken for what")


def parsed_options(args: argparse.Namespace) -> TableOptions:
    """Return what the options of `genrelab fetch folder` and `genrelab fetch table` say about the table.

    Raises
    ------
    ValueError
        When an option is not written as it should be.
    """
    saved: dict[str, Any] = load_mapping(args.mapping) if args.mapping else {}
    columns = dict(saved.get("columns", {}))
    for pair in args.column:
        name, equals, column = pair.partition("=")
        if not equals or not name.strip() or not column.strip():
            raise ValueError(f"--column: expected NAME=HEADER as in title=Film, found {pair!r}")
        columns[name.strip()] = column.strip()
    delimiter = {"\\t": "\t", "tab": "\t"}.get(args.delimiter, args.delimiter)
    if delimiter is not None and len(delimiter) != 1:
        raise ValueError(f"--delimiter: expected one character or tab, found {args.delimiter!r}")
    return TableOptions(
        columns=columns,
        genres_as=args.genres_as or saved.get("genres_as", "auto"),
        genre_separator=args.genre_separator or saved.get("genre_separator"),
        genre_map=read_genre_map(args.genre_map) if args.genre_map else {},
        encoding=args.encoding,
        delimiter=delimiter,
        sheet=args.sheet,
        day_first=None if args.dates is None else args.dates == "day-first",
    )


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
