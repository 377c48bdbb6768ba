"""Any table a user has: text in any encoding and dialect, workbooks, parquet, JSON, packed or not.

`open_table` decides by the first bytes and the contents, never by the ending, and says what it decided. The rows
stream: a table may be larger than the memory.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ..images import printable
from .dialect import SAMPLE, Dialect, TableError, find_dialect
from .encoding import find_encoding
from .headers import has_row_names, named, once, side_by_side
from .other_files import refuse_other_files
from .packed import Parts, arrow_rows, is_workbook, opener, parquet_rows, workbook_rows
from .records import parse_json
from .values import mended, text_of

_SQL = re.compile(
    r"(?>--[^\n]*\n|/\*.*?\*/;?|\s)*+(?:INSERT INTO|CREATE (?:TABLE|DATABASE|SCHEMA)|DROP TABLE|LOCK TABLES|PRAGMA \w+"
    r"|BEGIN TRANSACTION|SET [@\w]+ ?(?==)|COPY \S+ \([^)]*\) FROM)(?!\w)",
    re.IGNORECASE | re.DOTALL,
)
_ODD = re.compile(r"[^\x00-\x7f][^\s,;|]{0,30}")  # from the first letter that is not plain
_BINARY = "expected CSV, a workbook (xlsx, xls, ods), parquet, Arrow or JSON, found binary data"


@dataclass
class Table:
    """A table that is understood as far as its rows and columns go.

    Parameters
    ----------
    path : Path
        The file.
    headers : list of str
        Column names, each once.
    kind : str
        How the table is written, in words.
    notes : list of str
        What was decided and what a reader should know.
    faults : list of (str, str)
        Rows that were left out while the rows were read: where, and why. Filled by `rows`.
    """

    path: Path
    headers: list[str]
    kind: str
    start: Callable[[], Iterator[tuple[str, list[object]]]]
    notes: list[str] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[str, list[object]]]:
        """Yield where each row is (`line 3`) and its cells, as many as there are headers; again at each call."""
        self.faults.clear()
        width = len(self.headers)
        short = again = 0
        for where, cells in self.start():
            while len(cells) > width and cells[-1] in ("", None):
                cells = cells[:-1]
            if not any(map(_is_filled, cells)):
                continue
            if cells[0] == self.headers[0] and list(map(text_of, cells)) == self.headers[: len(cells)]:
                again += 1
                continue
            if _is_ruler(cells):
                continue
            if len(cells) > width:
                self.faults.append(
                    (
                        where,
                        f"{len(cells)} cells, the header has {width}; put a cell that holds the separator in quotes",
                    )
                )
                continue
            short += len(cells) < width
            yield where, cells + [None] * (width - len(cells))
        for count, note in (
            (short, f"rows shorter than the header, whose last cells count as empty: {short:,}"),
            (again, f"rows that are the header again, left out: {again:,}"),
        ):
            if count and note not in self.notes:
                self.notes.append(note)


def open_table(
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: str | None = None,
    header: bool = True,
) -> Table:
    """Open a table of any usual format.

    Parameters
    ----------
    path : Path
        CSV and its kin, a workbook (xlsx, xls, ods), parquet, JSON, JSON lines; also gz, bz2, xz, zip of one.
    encoding, delimiter, sheet : str or None
        What the user knows better; None: decided.
    header : bool
        Whether the first row names the columns; else they are called `column 1`, `column 2`, and so on.

    Returns
    -------
    Table

    Raises
    ------
    TableError
        When the file is no table, or damaged; names what was expected.
    FileNotFoundError
        When there is no such file.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "films.csv"
    >>> _ = path.write_text("Film;Year\\nHeat;1995\\n")
    >>> table = open_table(path)
    >>> table.kind, table.headers, list(table.rows())
    ('semicolon-separated, utf-8', ['Film', 'Year'], [('line 2', ['Heat', '1995'])])
    """
    if not path.is_file():
        kind = "a folder" if path.is_dir() else "no such file"
        raise FileNotFoundError(f"{printable(path)}: expected a table, found {kind}")
    with _naming(path):
        open_file, inside = opener(path)
        with open_file() as file:
            start = file.read(SAMPLE)
        if not start.strip(b" \t\r\n\0"):
            raise TableError("the file is empty")
        refuse_other_files(start)
        if is_workbook(start):
            headers, rows, kind, notes = workbook_rows(open_file, sheet)
        elif start.startswith(b"PAR1"):
            headers, rows, kind, notes = parquet_rows(open_file)
        elif start.startswith(b"ARROW1"):
            headers, rows, kind, notes = arrow_rows(open_file)
        else:
            headers, rows, kind, notes = _text(start, open_file, encoding, delimiter)
        if not header:
            first, below = [("the first row", list[object](headers))], rows
            headers, rows = [f"column {n + 1}" for n in range(len(headers))], lambda: itertools.chain(first, below())
            return Table(path, headers, kind + inside, _guarded(path, rows), notes)
        if has_row_names(headers, rows):
            headers = ["", *headers]
            notes.append("the header has no name for the first column, which counts the rows")
        headers = named(headers, rows)
        if beside := side_by_side(headers, rows):
            headers, rows = beside
            notes.append("tables stand side by side, and were read one below the other")
        return Table(path, once(headers), kind + inside, _guarded(path, rows), notes)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Put the file's name before what a reader says of it."""
    try:
        yield
    except TableError as fault:
        said = str(fault)
        raise TableError(said if said.startswith(printable(path)) else f"{printable(path)}: {said}") from None
    except (UnicodeError, csv.Error, EOFError, zipfile.BadZipFile) as fault:
        raise TableError(f"{printable(path)}: {fault}") from None


def _guarded(path: Path, rows: Callable[[], Iterator[tuple[str, list[object]]]]):
    def read() -> Iterator[tuple[str, list[object]]]:
        with _naming(path):
            yield from rows()

    return read


def _text(start: bytes, open_file: Callable[[], BinaryIO], encoding: str | None, delimiter: str | None) -> Parts:
    whole = len(start) < SAMPLE
    guessed = encoding is None
    encoding = encoding or find_encoding(start, open_file)
    try:
        text = start.decode(encoding, "replace" if guessed else "strict" if whole else "ignore")
    except (UnicodeError, LookupError) as fault:
        if guessed and _is_binary(start.decode("latin-1")):
            raise TableError(_BINARY) from None
        raise TableError(f"cannot be read as {encoding} ({fault})") from None
    text = text.removeprefix("\ufeff")
    if _is_binary(text):
        raise TableError(_BINARY)
    if text.lstrip()[:1] in ("{", "["):
        parsed = parse_json(text if whole else None, open_file, encoding)
        if parsed is not None:
            return parsed
    if re.match(r"\s*<[!?a-z][^>]*>", text, re.IGNORECASE):
        raise TableError(
            "expected a table, found a web page or XML; open it in a spreadsheet and save it as CSV or xlsx"
        )
    if _SQL.match(text):
        raise TableError("expected a table, found SQL; export the table as CSV")
    dialect = find_dialect(text, encoding, whole=whole, delimiter=delimiter)

    def rows() -> Iterator[tuple[str, list[object]]]:
        yield from _text_rows(open_file, dialect)

    first = next(rows(), None)
    if first is None:
        raise TableError("the file has no rows")
    headers = [text_of(cell) for cell in first[1]]
    notes = list(dialect.notes)
    odd = next(_odd_words(text), "")
    if guessed and "\ufffd" in text:
        notes.append(f"some signs are not {encoding} and are shown as \ufffd, as in {_around(text)!r}")
    elif guessed and odd and encoding[:3] != "utf":
        notes.append(f"no mark says the encoding; read as {encoding}, as in {odd!r} (--encoding NAME takes another)")
    twice = next((word for word in _odd_words(text) if mended(word) != word), None)
    if twice:
        notes.append(f"letters were UTF-8 read in a code page, and are mended: {twice!r} is {mended(twice)!r}")
    return headers, lambda: itertools.islice(rows(), 1, None), str(dialect), notes


def _odd_words(text: str) -> Iterator[str]:
    """Yield the words of a text that hold other letters than plain ones."""
    for found in _ODD.finditer(text):
        before = re.search(r"\w*$", text[max(0, found.start() - 30) : found.start()])
        yield (before[0] if before else "") + found[0]


def _around(text: str) -> str:
    place = text.index("\ufffd")
    return text[max(0, place - 10) : place + 10].strip()


def _is_binary(text: str) -> bool:
    text = text.rstrip("\0\x1a")  # what old programs and lost blocks leave at the end
    controls = sum(letter < " " and letter not in "\t\n\r\f\v\0" for letter in text)
    return controls > len(text) / 100 or text.count("\0") > len(text) / 100


def _text_rows(open_file: Callable[[], BinaryIO], dialect: Dialect) -> Iterator[tuple[str, list[object]]]:
    with open_file() as file, io.TextIOWrapper(file, dialect.encoding, errors="replace", newline="") as lines:
        reader = dialect.reader(lines)
        line, row, width = 1, 0, 0
        try:
            for cells in reader:
                row += 1
                if row > dialect.skip:
                    width = width or len(cells)
                    if reader.line_num > line and len(cells) < width and _swallows(cells, dialect.delimiter, width):
                        raise TableError(
                            f"line {line}: a quotation mark is opened here and closed in line {reader.line_num} only, "
                            "with whole rows between; a quotation mark inside a cell is written twice"
                        )
                    if row == 1 and cells:
                        cells[0] = cells[0].removeprefix("\ufeff")
                    yield f"line {line}", list(cells)
                line = reader.line_num + 1
        except csv.Error as fault:
            if "unexpected end of data" in str(fault):
                raise TableError(f"line {line}: a quotation mark is opened here and never closed") from None
            raise TableError(f"line {line}: {fault}; a quotation mark inside a cell is written twice") from None


def _swallows(cells: list[str], delimiter: str, width: int) -> bool:
    """Return whether a cell of several lines holds a row of the table."""
    return width > 2 and any(
        line.count(delimiter) >= width - 2 for cell in cells if "\n" in cell for line in cell.splitlines()[1:]
    )


def _is_filled(cell: object) -> bool:
    return bool(cell.strip("\0\x1a ")) if isinstance(cell, str) else cell is not None


def _is_ruler(cells: list[object]) -> bool:
    """Return whether a row is a line drawn with signs, as text tables have under their header."""
    first = next((cell for cell in cells if cell), None)
    if not (isinstance(first, str) and first[:1] in ("-", "=", "_", ":", "+")):
        return False
    return all(re.fullmatch(r"[-=_:+ ]{2,}", cell) for cell in cells if isinstance(cell, str) and cell)
