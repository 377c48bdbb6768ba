"""What a table that is not understood is answered with: what was found, and the options that would help."""

from __future__ import annotations

from collections.abc import Mapping

from ..images import printable
from ..tables.dialect import TableError
from ..tables.table import Table
from .seen import Cells


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
