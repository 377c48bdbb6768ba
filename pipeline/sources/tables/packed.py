"""Tables inside other files: gz, bz2, xz and zip, workbooks, parquet and Arrow."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from ...catalog.genres import is_genre
from ..images import printable
from .dialect import TableError, header_row, meanings_in
from .headers import did_you_mean, meaning_of
from .other_files import refuse_other_archives
from .values import text_of

_TABLES = re.compile(r"\.(?:csv|tsv|xlsx?|xlsb|ods|parquet|jsonl?|ndjson|feather)$", re.IGNORECASE)
_NO_RESULT = re.compile(rb"</f>\s*(?:<v\s*/>|<v>\s*</v>|</c>)")
_XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
# What a table is read into: headers, a reader of (place, cells) row by row, kind, notes.
Parts = tuple[list[str], Callable[[], Iterator[tuple[str, list[object]]]], str, list[str]]
PIECE = 10_000  # rows of parquet and Arrow at a time
INSTALL = "install the extra: pip install 'genrelab[tables]'"


def opener(path: Path) -> tuple[Callable[[], BinaryIO], str]:
    """Return what opens the table inside a file, packed or not, and how it is packed, in words.

    Raises
    ------
    TableError
        When an archive is damaged, or holds no table or several.
    """
    with path.open("rb") as file:
        start = file.read(8)
    for mark, open_packed, name in (
        (b"\x1f\x8b", gzip.open, "gz"),
        (b"BZh", bz2.open, "bz2"),
        (b"\xfd7zXZ", lzma.open, "xz"),
    ):
        if start.startswith(mark):

            def unpack(open_packed: Any = open_packed) -> BinaryIO:
                return cast(BinaryIO, open_packed(path, "rb"))

            try:
                with unpack() as file:
                    while file.read(1 << 20):
                        pass
            except (OSError, EOFError, zlib.error, lzma.LZMAError) as fault:
                raise TableError(f"the {name} file is cut off or damaged ({fault})") from None
            return unpack, f", {name}"
    if start.startswith(_ZIP):
        names = _zip_names(path)
        if _workbook_names(names) is None:
            refuse_other_archives(names)
            files = [name for name in names if not _is_clutter(name)]
            tables = [name for name in files if _TABLES.search(name)] if len(files) > 1 else files
            if len(tables) != 1:
                tables = files
                raise TableError(
                    f"expected a zip file with one table, found {len(tables)} files"
                    + (f" ({', '.join(map(printable, tables[:5]))})" if tables else "")
                )
            return lambda: cast(
                BinaryIO, zipfile.ZipFile(path).open(tables[0])
            ), f", {printable(tables[0])} in a zip file"
    return lambda: path.open("rb"), ""


def is_workbook(start: bytes) -> bool:
    """Return whether a file begins as a workbook does; a zip file that holds none was opened before."""
    return start.startswith((_XLS, _ZIP))


def workbook_rows(open_file: Callable[[], BinaryIO], sheet: str | None) -> Parts:
    """Return the table of a workbook: of several sheets the one with the most usual headers.

    Sheets with the very same headers are one table; where they are called like genres, their names are the genres.
    Hidden sheets are read only where they are asked for, or all are hidden. A cell merged over rows holds in each.

    Raises
    ------
    TableError
        When the reader is not installed, or the workbook is damaged or has no such sheet.
    """
    try:
        import python_calamine as calamine
    except ImportError:
        raise TableError(f"this is a workbook; to read workbooks, {INSTALL}, or save the sheet as CSV") from None
    try:
        with open_file() as file:
            data = file.read()
        book = calamine.load_workbook(io.BytesIO(data))
        names = list(book.sheet_names)
        if sheet is not None and sheet not in names:
            raise TableError(f"no sheet {sheet!r}{did_you_mean(sheet, names)}; the workbook has {', '.join(names)}")
        seen = [about.name for about in book.sheets_metadata if about.visible == calamine.SheetVisibleEnum.Visible]
        sheets = {name: _sheet_rows(book.get_sheet_by_name(name)) for name in ([sheet] if sheet else seen or names)}
    except TableError:
        raise
    except Exception as fault:  # the reader has an error of its own for every format
        raise TableError(f"expected a workbook, found a damaged or protected one ({fault})") from None
    filled = {
        name: cast(list[list[object]], rows)
        for name, rows in sheets.items()
        if any(any(c != "" for c in r) for r in rows)
    }
    if not filled:
        raise TableError("the workbook has no rows")
    best = max(filled, key=lambda name: (_known(filled[name]), -names.index(name)))
    headers = _headers(filled[best])
    same = [name for name in filled if _known(filled[name]) > 1 and _headers(filled[name]) == headers] or [best]
    others = [name for name in filled if name not in same]
    notes = [f"read sheet {best!r}, not {', '.join(map(repr, others))} (--sheet NAME takes another)"] if others else []
    above = header_row(filled[best])
    if above:
        notes.append(f"the header is row {above + 1}; the rows above it were skipped")
    named = len(same) > 1 and all(map(is_genre, same)) and not any(meaning_of(h) == "genres" for h in headers)
    rows: list[tuple[str, list[object]]] = []
    for name in same:
        start, place = header_row(filled[name]) + 1, f"sheet {name!r} " if len(same) > 1 else ""
        for number, cells in enumerate(filled[name][start:], start=start + 1):
            if any(cell not in ("", None) for cell in cells):
                rows.append((f"{place}row {number}", [*cells[: len(headers)], name] if named else cells))
    if len(same) > 1:
        shown = f"{', '.join(map(repr, same[:-1]))} and {same[-1]!r}"
        notes.append(f"read sheets {shown}, which have the same headers (--sheet NAME takes one)")
    if named:
        headers = [*headers, "genres"]
        notes.append("the sheets are called like genres, and their names were taken as such")
    if lost := _without_results(data):
        notes.append(
            f"formulas whose results the workbook does not hold, and which count as empty: {lost:,}; open it in a "
            "spreadsheet program and save it"
        )
    kind = f"workbook, sheet {best!r}" if len(same) == 1 else f"workbook, {len(same)} sheets"
    return headers, lambda: iter(rows), kind, notes


def _without_results(data: bytes) -> int:
    """Return how many formulas of an xlsx have no result, as programs write them that do not calculate."""
    if not data.startswith(_ZIP):
        return 0
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheets = [name for name in book.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
        return sum(len(_NO_RESULT.findall(book.read(name))) for name in sheets)


def _headers(rows: list[list[object]]) -> list[str]:
    return [text_of(cell) for cell in rows[header_row(rows)]]


def _sheet_rows(sheet: Any) -> list[list[object]]:
    rows = cast(list[list[object]], sheet.to_python(skip_empty_area=False))
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left == right:
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]
    return rows


def _known(rows: list[list[object]]) -> int:
    header = rows[header_row(rows)]
    return len(meanings_in(header))


def _zip_names(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.testzip() is not None:
                raise TableError("expected a workbook or a zip file with one table, found a damaged zip file")
            return archive.namelist()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as fault:
        raise TableError(
            f"expected a workbook or a zip file with one table, found a damaged zip file ({fault})"
        ) from None


def _workbook_names(names: list[str]) -> str | None:
    return next((name for name in ("xl/workbook.xml", "xl/workbook.bin", "content.xml") if name in names), None)


def _is_clutter(name: str) -> bool:
    parts = name.split("/")
    return name.endswith("/") or parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts)


def parquet_rows(open_file: Callable[[], BinaryIO]) -> Parts:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def batches() -> Iterator[list[list[object]]]:
        with open_file() as file:
            for batch in pq.ParquetFile(file if file.seekable() else io.BytesIO(file.read())).iter_batches(PIECE):
                columns = pa.Table.from_batches([batch]).flatten().columns  # records are columns: ids.imdb, ids.tmdb
                yield [list(row) for row in zip(*(column.to_pylist() for column in columns), strict=True)]

    try:
        with open_file() as file:
            schema = pq.ParquetFile(file if file.seekable() else io.BytesIO(file.read())).schema_arrow
        headers = schema.empty_table().flatten().column_names
    except (pa.ArrowInvalid, OSError) as fault:
        raise TableError(f"expected a parquet file, found a damaged one ({fault})") from None

    def rows() -> Iterator[tuple[str, list[object]]]:
        number = 0
        try:
            for batch in batches():
                for row in batch:
                    number += 1
                    yield f"row {number}", row
        except (pa.ArrowInvalid, OSError) as fault:
            raise TableError(f"the parquet file is damaged after row {number} ({fault})") from None

    return list(headers), rows, "parquet", []


def arrow_rows(open_file: Callable[[], BinaryIO]) -> Parts:
    """Arrow's own file, which pandas calls feather."""
    import pyarrow as pa

    try:
        with open_file() as file, pa.ipc.open_file(io.BytesIO(file.read())) as arrow:
            table = arrow.read_all()
    except (pa.ArrowInvalid, OSError) as fault:
        raise TableError(f"expected an Arrow file, found a damaged one ({fault})") from None

    def rows() -> Iterator[tuple[str, list[object]]]:
        number = 0
        for batch in table.to_batches(PIECE):
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                yield f"row {number}", list(row)

    return list(table.column_names), rows, "Arrow", []
