"""How the rows of a text table are written: its delimiter, its quotation marks and where its header is."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from .headers import meaning_of, trimmed
from .values import is_missing

DOUBLE = "\x1f"  # stands for a double colon, which MovieLens writes between cells
DELIMITERS = {
    DOUBLE: "double-colon",
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "pipe",
    "^": "caret",
    "~": "tilde",
    " ": "space",
}
_SPACED = re.compile(r'"[^"]+"(?: "[^"]+")+\s*')  # a header as R's write.table writes it
SAMPLE = 256 * 1024
HEADER_WITHIN = 20  # rows: above the header there may be a title, a date, an empty line
SMART = str.maketrans("“”„‟", '""""')
csv.field_size_limit(2**27)


class TableError(ValueError):
    """A table that cannot be read or understood; the message names the file, what was expected and what came."""


@dataclass(frozen=True)
class Dialect:
    """How the rows of a text table are written.

    Parameters
    ----------
    encoding : str
        Python's name of it.
    delimiter : str
        One character.
    quoting : bool
        Whether a quotation mark encloses cells; else it is part of a cell.
    quote : str
        The quotation mark.
    escape : str or None
        What stands before a quotation mark inside a cell; None: the mark is written twice.
    skip : int
        Rows above the header.
    wrapped : str or None
        The delimiter of another table in whose only filled cell each row stands.
    smart : bool
        Whether typographic quotation marks enclose cells.
    notes : tuple of str
        What a reader should know of what was decided.
    """

    encoding: str
    delimiter: str = ","
    quoting: bool = True
    quote: str = '"'
    escape: str | None = None
    skip: int = 0
    wrapped: str | None = None
    smart: bool = False
    notes: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        return f"{DELIMITERS.get(self.delimiter, repr(self.delimiter))}-separated, {self.encoding}"

    def reader(self, lines: Iterator[str]) -> csv.reader:  # pyright: ignore[reportGeneralTypeIssues]
        """Return a reader of the rows of some lines."""
        if self.smart:
            lines = (line.translate(SMART) for line in lines)
        if self.delimiter == DOUBLE:
            lines = (line.replace("::", DOUBLE) for line in lines)
        if self.wrapped:
            outer = csv.reader(lines, delimiter=self.wrapped)
            lines = (next((cell for cell in row if cell), "") for row in outer)
        quoting = csv.QUOTE_MINIMAL if self.quoting else csv.QUOTE_NONE
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            quoting=quoting,
            escapechar=self.escape,
            doublequote=self.escape is None,
            strict=self.quoting,
            skipinitialspace=self.quoting,
        )


def find_dialect(text: str, encoding: str, *, whole: bool, delimiter: str | None = None) -> Dialect:
    """Decide how the rows of a text table are written, from its beginning.

    A delimiter is good when it parts a row into usual headers and the rows below into as many cells.

    Parameters
    ----------
    text : str
        The beginning of the file.
    encoding : str
        Kept in the answer.
    whole : bool
        Whether `text` is all of the file; else its last line may be cut.
    delimiter : str or None
        What the user said; None: decided.

    Examples
    --------
    >>> dialect = find_dialect("sep=;\\nTitle;Year\\nHeat;1995\\n", "utf-8", whole=True)
    >>> dialect.delimiter, dialect.skip
    (';', 1)
    """
    lines = list(io.StringIO(text, newline=""))
    if not whole and len(lines) > 1:
        lines = lines[:-1]
    told = re.match(r"\s*\"?sep=(.)\"?\s*$", lines[0], re.IGNORECASE) if lines else None
    start = 1 if told else 0
    smart = _in_smart_quotes(lines[start:])
    if smart:
        lines = [line.translate(SMART) for line in lines]
    if told and delimiter is None and any(len(row) > 1 for row in _rows(Dialect(encoding, told[1]), lines[start:])):
        delimiter = told[1]
    escape = "\\" if re.search(r'\\"[^,;\t|\r\n]', text) and '""' not in text else None
    candidates: list[tuple[tuple[float, float, int], int, Dialect, list[list[object]]]] = []
    quotes = ("'", '"', "") if _in_apostrophes(lines[start:]) else ('"', "", "'")  # of equal ones, the earlier
    # A spreadsheet that saves a table it took for one column puts whole rows into quotes, or other marks after them.
    wrapped = [None, *(outer for outer in (",", ";", "\t") if _is_wrapped(outer, lines[start:]))]
    marks = [mark for mark in DELIMITERS if mark not in (DOUBLE, " ")]
    marks += [DOUBLE] if any("::" in line for line in lines[:50]) else []
    marks += [" "] if lines[start:] and _SPACED.fullmatch(lines[start]) else []
    for mark, outer in itertools.product([delimiter] if delimiter else marks, wrapped):
        usual = Dialect(encoding, mark)
        for place, quote in enumerate(quotes):
            dialect = Dialect(
                encoding, mark, bool(quote), quote or '"', escape if quote == '"' else None, wrapped=outer
            )
            rows = _rows(dialect, lines[start:])
            usual = dialect if place == 0 else usual
            if rows and place and not _all_fit(rows) and _reads(usual, lines[start:]):
                continue  # what reads as quoted is, unless a mark that is closed by chance hides rows
            if rows:
                candidates.append((_score(rows), -place - 3 * (outer is not None), dialect, rows))
    if not candidates:
        return Dialect(encoding, delimiter or ",")
    _, _, dialect, rows = max(candidates, key=lambda candidate: candidate[:2])
    above = header_row(rows)
    if whole and _fits_without_quotes(dialect, lines[start:], above):
        dialect = replace(dialect, quoting=False)
    notes = [f"the header is row {above + 1}; the rows above it were skipped"] if above else []
    if not dialect.quoting and '"' in text:
        notes.append("quotation marks are part of the cells")
    if dialect.quote == "'":
        notes.append("apostrophes enclose the cells")
    if dialect.wrapped:
        notes.append("each row was one cell of another table; it was taken out")
    return replace(dialect, skip=start + above, notes=tuple(notes), smart=smart)


def _reads(dialect: Dialect, lines: list[str]) -> bool:
    """Return whether every quotation mark of all lines is closed."""
    try:
        return all(True for _ in dialect.reader(iter(lines)))
    except csv.Error:
        return False


def _all_fit(rows: list[list[object]]) -> bool:
    """Return whether all rows have as many cells as the header."""
    above = header_row(rows)
    return all(len(row) == len(rows[above]) for row in rows[above + 1 :] if row)


def _fits_without_quotes(dialect: Dialect, lines: list[str], above: int) -> bool:
    """Return whether a quotation mark is never closed, and all rows have the header's width where it is a letter."""
    if not dialect.quoting or dialect.wrapped:
        return False
    if _reads(dialect, lines):
        return False
    rows = [row for row in replace(dialect, quoting=False).reader(iter(lines)) if any(row)][above:]
    enclosed = any(len(cell) > 1 and cell[0] == cell[-1] == dialect.quote for row in rows for cell in row)
    return len(rows) > 1 and not enclosed and all(len(row) == len(rows[0]) > 1 for row in rows)


def _in_apostrophes(lines: list[str]) -> bool:
    """Return whether apostrophes enclose the first cell and the last of most lines."""
    filled = [line.strip() for line in lines[:50] if line.strip()]
    return sum(line[0] == line[-1] == "'" and len(line) > 1 for line in filled) > len(filled) / 2


def _in_smart_quotes(lines: list[str]) -> bool:
    """Return whether a word processor has made the quotation marks round all lines typographic ones."""
    filled = [line.strip() for line in lines[:50] if line.strip()]
    return sum(line[0] in "“„”" and line[-1] in "“”" for line in filled) > len(filled) / 2


def _is_wrapped(outer: str, lines: list[str]) -> bool:
    """Return whether each line, parted at another delimiter, has one filled cell, and some are quoted or end in it."""
    filled = [line.strip("\r\n") for line in lines[:500] if line.strip()]
    if not any(line.endswith(outer) or (line[0] == line[-1] == '"' and '""' in line) for line in filled):
        return False
    return all(len([cell for cell in row if cell]) <= 1 for row in _rows(Dialect("", outer), lines))


def header_row(rows: list[list[object]]) -> int:
    """Return which of the first rows is the header: the first one, unless a later one has more usual headers.

    Examples
    --------
    >>> header_row([["My films"], ["", ""], ["Title", "Genre"], ["Heat", "Crime"]])
    2
    """
    known = [len(meanings_in(row)) for row in rows[:HEADER_WITHIN]]
    first = next((row for row, cells in enumerate(rows[:HEADER_WITHIN]) if not all(map(is_missing, cells))), 0)
    best = max(range(len(known)), key=lambda row: (known[row], -row), default=0)
    chosen = best if known and known[best] >= 2 and known[best] > known[first] else first
    for row in range(chosen + 2, len(known)):
        # Above it stands a table about the table: its header, a row or two, an empty row.
        between = sum(not all(map(is_missing, cells)) for cells in rows[chosen + 1 : row])
        if (
            known[row] == known[chosen] >= 2
            and between <= 2
            and rows[row] != rows[chosen]
            and all(map(is_missing, rows[row - 1]))
        ):
            return row
    return chosen


def meanings_in(row: list[object]) -> set[str]:
    """Return what the cells of a row mean as headers, each meaning once."""
    return {meaning for cell in row if isinstance(cell, str) and (meaning := meaning_of(cell)) is not None}


def _rows(dialect: Dialect, lines: list[str]) -> list[list[object]]:
    rows: list[list[object]] = []
    try:
        for row in dialect.reader(iter(lines)):
            rows.append(list(row))
            if len(rows) >= 500:
                break
    except csv.Error:
        # A mark that opens in the last lines of a piece may close in the next; one that fails early is a fault.
        if len(rows) < 2:
            return []
    return rows


def _score(rows: list[list[object]]) -> tuple[float, float, int]:
    above = header_row(rows)
    header = rows[above]
    known = len(meanings_in(header))
    width = len(trimmed(header))
    below = [row for row in rows[above + 1 :] if row]
    fitting = sum(len(trimmed(row)) <= width for row in below) if width > 1 else 0
    exact = sum(len(trimmed(row)) <= width <= len(row) for row in below) if width > 1 else 0
    total = max(len(below), 1)
    return float(known if width > 1 else min(known, 1) * 0.5), exact / total + 0.1 * fitting / total, width
