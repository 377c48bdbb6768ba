"""What a table that is not understood is answered with: what was found, and the options that would help."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from ..images import printable
from ..tables.dialect import TableError
from ..tables.headers import meaning_of
from ..tables.table import Table
from .names import name_key, stem_of
from .seen import Cells, is_imdb

_LIKE_DATA = re.compile(r"[\d.,/-]+|[{\[].*|.*\((?:18|19|20)\d\d\)|https?://.*", re.DOTALL)  # no headers


def refusal(table: Table, cells: Mapping[str, Cells], found: str, *, counted: bool = False) -> TableError:
    """Return the error that says what was expected, what was found, and which options would help.

    Parameters
    ----------
    table : Table
    cells : mapping
        What the cells of each column hold.
    found : str
        In words.
    counted : bool
        Whether the columns have no headers, so that the options count them.
    """
    headers = table.headers
    called = {header: f"column {n}" if counted else header for n, header in enumerate(headers, start=1)}
    named = [h for h in headers if cells[h].named * 2 > cells[h].looked > 0]
    named = [h for h in named if cells[h].ended] or named
    genres = [h for h in headers if cells[h].hold_genres]
    title = "'column 2'" if counted else repr(headers[0]) if len(headers) == 1 else "Film"
    options = [f"--column title={title}", *(f"--column poster={called[h]!r}" for h in named[:1])]
    options += [f"--column genres={called[h]!r}" for h in genres[:1]] or ["--column genres=Genre"] * (not counted)
    advice = "Without headers count the columns" if counted else "Say which column is what"
    return TableError(
        f"{printable(table.path)}: expected a table with columns such as poster, title, year, genres; "
        f"found {found} ({table.kind}). {advice}, as in {' '.join(options)}"
    )


def check_rows(table: Table, cells: Mapping[str, Cells], images: Collection[str], rows: int, headed: int) -> None:
    """Raise where a table has no headers, lies on its side, falls apart, or has no rows.

    Parameters
    ----------
    table : Table
        After a pass over its rows.
    cells : mapping
        What the cells of each column hold.
    images : collection of str
        Names of images, with and without ending, as `names.name_key` writes them.
    rows, headed : int
        Rows, and those whose first cell is a usual header.

    Raises
    ------
    TableError
    """
    headers, faults = table.headers, table.faults
    known = any(map(meaning_of, headers))
    # `poster` is a header, though there is a poster.jpg; heat.jpg is none.
    named = [h for h in headers if name_key(h) in images and not (known and stem_of(h) == h)]
    data = [h for h in headers if h in named or is_imdb(h) or re.fullmatch(r"(?:18|19|20)\d\d", h)]
    alike = [] if known else [h for h in headers if h in data or _LIKE_DATA.fullmatch(h)]
    shown = data or (alike if len(alike) > 1 else [])
    if shown:
        raise refusal(
            table,
            cells,
            f"a first row that holds data ({', '.join(map(repr, shown[:3]))}) where headers should stand",
            counted=True,
        )
    if headed == rows > 1 and sum(meaning_of(header) is not None for header in headers) == 1:
        found = "headers in the first column; turn rows into columns (a spreadsheet calls it transpose)"
        raise refusal(table, cells, found)
    if len(faults) > rows:
        where, why = faults[0]
        raise TableError(
            f"{printable(table.path)}: {len(faults):,} of {len(faults) + rows:,} rows do not fit the "
            f"header ({table.kind}), such as {where}: {why}, or give every column a header"
        )
    if not rows:
        raise refusal(table, cells, f"headers ({', '.join(map(repr, headers[:12]))}) without a row below them")
