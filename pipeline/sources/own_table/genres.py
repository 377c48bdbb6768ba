"""The genres of a user's table: whose names they are, in one spelling, and TMDb's numbers of genres."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ...catalog.genres import CANONICAL, TMDB_GENRES, is_genre
from ..account import how_many
from ..tables.headers import did_you_mean, key_of
from ..tables.table import Table
from ..tables.values import Unread, is_missing, text_of
from .options import TableOptions

_AT_MARKS = re.compile(r"\s*[/;|,]\s*")


@dataclass
class ToldGenres:
    """A column of genres as it goes into the catalogue.

    Parameters
    ----------
    target : str
        The catalogue's column.
    column : list of (list of str or None)
        One per row.
    unknown : (int, int, str) or None
        Rows with a name nobody knows, rows with names, and such names in words; None where it does not matter.
    notes : list of str
        What was decided.
    """

    target: str
    column: list[Any]
    unknown: tuple[int, int, str] | None
    notes: list[str]


def told_genres(meaning: str, column: list[Any], options: TableOptions) -> ToldGenres:
    """Decide which label source a column of genres fills, and write its names as that source does.

    Parameters
    ----------
    meaning : str
        `genres`, or a catalogue column that the header or the user named.
    column : list of (list of str or None)
        As read.
    options : TableOptions
        How names are mapped, and what `genres` is.
    """
    notes: list[str] = []
    if _may_be_merged(column):
        count = sum(names is not None for names in column)
        notes.append(
            f"genres stand in {count:,} of {len(column):,} rows, each once: where a spreadsheet had merged their "
            "cells, fill them downwards before saving"
        )
    rename = {key_of(old): new.strip() for old, new in options.genre_map.items()}
    if rename:
        column = [
            names and (list(dict.fromkeys(n for n in (rename.get(key_of(o), o) for o in names) if n)) or None)
            for names in column
        ]
    unknown: Counter[str] = Counter(name for names in column for name in names or () if not is_genre(name))
    target = meaning
    if meaning == "genres":
        kind = options.genres_as
        target = f"genres_{kind}" if kind != "auto" else "genres_own" if unknown else "genres_imdb"
    if target == "genres_own":
        column = _parted(column, notes) if options.genre_separator is None else column
        column = _one_spelling(column, notes)
        unknown = Counter(name for names in column for name in names or () if not is_genre(name))
    near = {name: did_you_mean(name, CANONICAL, 0.8) for name, _ in unknown.most_common(5)}
    shown = ", ".join(f"{name!r}{meant}" for name, meant in near.items())
    lost = None
    if unknown and target == "genres_own":
        notes.append(
            f"{how_many(len(unknown), 'genre name is', 'genre names are')} in no table ({shown}), so all stay as "
            "they are, in genres_own: say --genres own to compare; --genres-as imdb keeps the known names only"
        )
    elif unknown:
        rows = sum(any(not is_genre(name) for name in names or ()) for names in column)
        lost = (rows, sum(names is not None for names in column), shown)
        notes.append(f"genre not known in {rows:,} rows, such as {shown}; --genres-as own keeps them as they are")
    return ToldGenres(target, column, lost, notes)


def _may_be_merged(column: list[Any]) -> bool:
    """Return whether each list of genres stands once, above rows without, as merged cells come out of a spreadsheet."""
    filled = [tuple(names) for names in column if names]
    few = 2 <= len(filled) <= len(column) / 2 and len(filled) * 20 >= len(column)
    return few and column[0] is not None and len(set(filled)) == len(filled)


def _parted(column: list[Any], notes: list[str]) -> list[Any]:
    """Part `Giallo/Krimi` where both stand alone elsewhere, or beside others, though another mark parts its lists."""
    all_names = {name for names in column for name in names or ()}
    several = {name: found for name in all_names if len(found := _AT_MARKS.split(name.strip(" ,/;|"))) > 1}
    often = Counter(part.casefold() for found in several.values() for part in set(found))
    known = {name.casefold() for name in all_names - several.keys()} | {part for part, n in often.items() if n > 1}
    parts = {name: found for name, found in several.items() if all(part.casefold() in known for part in found)}
    if parts:
        shown = ", ".join(map(repr, sorted(parts)[:5]))
        notes.append(f"genre names whose parts stand alone elsewhere were parted: {shown}")
    return [
        names and list(dict.fromkeys(part for name in names for part in parts.get(name, [name]))) for names in column
    ]


def _one_spelling(column: list[Any], notes: list[str]) -> list[Any]:
    """Write each own name as it is written most often: `Giallo`, `giallo` and `GIALLO` are one genre."""
    counts = Counter(name for names in column for name in names or ())
    usual: dict[str, str] = {}
    for name, _ in counts.most_common():
        usual.setdefault(re.sub(r"[\s_-]+", " ", name.casefold()), name)
    to = {name: usual[re.sub(r"[\s_-]+", " ", name.casefold())] for name in counts}
    changed = [f"{old!r} as {new!r}" for old, new in to.items() if old != new]
    if changed:
        more = f" and {len(changed) - 5:,} more" if len(changed) > 5 else ""
        notes.append(f"genre names that differ in case only are one: {', '.join(changed[:5])}{more}")
    return [names and list(dict.fromkeys(to[name] for name in names)) for names in column]


def holds_numbers(table: Table, header: str) -> bool:
    """Return whether a column of genres holds nothing but TMDb's numbers of genres."""
    place = table.headers.index(header)
    seen: set[int] = set()
    for _, cells in itertools.islice(table.rows(), 1000):
        text = text_of(cells[place])
        if re.search(r"[^\W\d]", text):
            return False
        seen.update(map(int, re.findall(r"\d{1,9}", text)))
    return len(seen) > 1 and seen <= set(TMDB_GENRES)


def numbered_genres(names: Callable[[object], list[str] | None]) -> Callable[[object], list[str] | None]:
    """Return a reader of TMDb's numbers of genres; cells with letters are left to `names`.

    Examples
    --------
    >>> numbered_genres(lambda cell: [str(cell)])("[28, 80]")
    ['Action', 'Crime']
    """

    def read(cell: object) -> list[str] | None:
        if is_missing(cell):
            return None
        if not re.fullmatch(r"[\W\d]+", text_of(cell)):
            return names(cell)
        numbers = [int(number) for number in re.findall(r"\d{1,9}", text_of(cell))]
        strange = [number for number in numbers if number not in TMDB_GENRES]
        if strange:
            raise Unread(f"expected TMDb's number of a genre, not {strange[0]}")
        return [TMDB_GENRES[number] for number in dict.fromkeys(numbers)] or None

    return read
