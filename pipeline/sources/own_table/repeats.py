"""Rows that tell one title several times, such as one row a genre: joined where they contradict each other nowhere."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from ...catalog.schema import COLUMNS, NAMES
from ..account import SourceReport
from .rows import UserTable

_LISTS = frozenset(name for name, kind in COLUMNS.items() if kind == NAMES)


def join_repeats(rows: UserTable, report: SourceReport) -> UserTable:
    """Make one row of all rows of a title.

    Rows are of one title when they have the same IMDb or TMDb id, or else the same title and year, or the same poster,
    and no other column of theirs, lists aside, says two different things. Lists are united.

    Parameters
    ----------
    rows : UserTable
    report : SourceReport
        Told how many rows were joined, and which repeat another to the letter.

    Returns
    -------
    UserTable
        The same object where no title is told twice.
    """
    first: dict[Hashable, int] = {}
    joined: dict[int, dict[str, Any]] = {}
    gone: set[int] = set()
    for number in range(len(rows)):
        row = rows[number]
        key = _identity(row)
        if key is None:
            continue
        place = first.setdefault(key, number)
        if place == number:
            continue
        both = _both(joined.get(place) or rows[place], row)
        if both is None:
            continue
        if both == (joined.get(place) or rows[place]):
            report.left_out.append(("row", rows.where[number], f"the same as {rows.where[place]}"))
            report.drop("row that is there already", 1)
        else:
            joined[place] = both
        gone.add(number)
    if not gone:
        return rows
    if joined:
        more = len(gone) - report.dropped.get("row that is there already", 0)
        report.notes.append(f"rows that add to the lists of an earlier row of the same title, joined with it: {more:,}")
    kept = [number for number in range(len(rows)) if number not in gone]
    told = [joined.get(number) or rows[number] for number in kept]
    columns = {name: [row[name] for row in told] for name in rows.columns}
    others = [rows.other_titles[number] for number in kept] if rows.other_titles else []
    return UserTable(columns, [rows.where[number] for number in kept], rows.mapping, others)


def _identity(row: dict[str, Any]) -> Hashable | None:
    for name in ("imdb_id", "tmdb_id"):
        if row.get(name) is not None:
            return name, row[name]
    title, year, poster = row.get("title"), row.get("year"), row.get("poster")
    if poster is None and (title is None or year is None):
        return None  # two films or one: a title alone does not tell
    return (title, year, poster)


def _both(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any] | None:
    """Two rows as one; None where they differ."""
    both = {}
    for name, value in one.items():
        new = other[name]
        if value is None or new is None:
            both[name] = new if value is None else value
        elif name in _LISTS:
            both[name] = list(dict.fromkeys([*value, *new]))
        elif value == new:
            both[name] = value
        else:
            return None
    return both
