"""Tables inside other files: gz, bz2, xz and zip, workbooks, and JSON in its usual shapes."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from ..images import printable
from .dialect import TableError, header_row, meanings_in
from .headers import did_you_mean, meaning_of
from .other_files import refuse_other_archives

_TABLES = re.compile(r"\.(?:csv|tsv|xlsx?|xlsb|ods|parquet|jsonl?|ndjson|feather)$", re.IGNORECASE)
_XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
# What a table is read into: headers, a reader of (place, cells) row by row, kind, notes.
Parts = tuple[list[str], Callable[[], Iterator[tuple[str, list[object]]]], str, list[str]]
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


def workbook_rows(open_file: Callable[[], BinaryIO], sheet: str | None) -> tuple[str, list[list[object]], list[str]]:
    """Return the sheet's name, its rows, and notes; of several sheets the one with the most usual headers.

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
            book = calamine.load_workbook(io.BytesIO(file.read()))
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
    others = [name for name in filled if name != best]
    notes = [f"read sheet {best!r}, not {', '.join(map(repr, others))} (--sheet NAME takes another)"] if others else []
    return best, filled[best], notes


def _sheet_rows(sheet: Any) -> list[list[object]]:
    rows = cast(list[list[object]], sheet.to_python(skip_empty_area=False))
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        if left == right:
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]
    return rows


def parse_json(text: str | None, open_file: Callable[[], BinaryIO], encoding: str) -> Parts | None:
    """Return headers, rows, kind and notes of JSON in its usual shapes, None where it is no JSON.

    A list of records, a record a line, columns of equal length, columns or rows by their index (pandas), or one of
    these under a single name such as `results`.
    """
    lines = _json_lines(open_file, encoding)
    if lines is not None:
        return lines
    with open_file() as file:
        data = file.read().decode(encoding, "replace").removeprefix("\ufeff")
    try:
        value = _values(data)
    except ValueError as fault:
        if isinstance(text, str) and text.lstrip()[:1] == "[" and "\n" in text:
            return None  # a CSV whose first header begins with a bracket
        raise TableError(f"expected JSON, found a fault in it ({fault})") from None
    except RecursionError:
        raise TableError("expected a table in JSON, found lists nested too deeply") from None
    records = [_flat(record) for record in _records(value)]
    if not records:
        raise TableError("expected JSON with a list of records, or columns of equal length")
    headers = list(dict.fromkeys(key for record in records for key in record))
    rows: list[tuple[str, list[object]]] = [
        (f"record {n}", [record.get(key) for key in headers]) for n, record in enumerate(records, start=1)
    ]
    return headers, lambda: iter(rows), "JSON", []


def _json_lines(open_file: Callable[[], BinaryIO], encoding: str) -> Parts | None:
    headers: dict[str, None] = {}
    with open_file() as file:
        first = file.readline(1 << 24)
        try:
            record = (
                json.loads(first.decode(encoding, "replace").removeprefix("\ufeff"))
                if encoding[:6] != "utf-16"
                else None
            )
        except ValueError:
            return None
        if not isinstance(record, dict) or not file.readline(1 << 24).lstrip().startswith(b"{"):
            return None

    def rows() -> Iterator[tuple[str, dict[str, object]]]:
        with open_file() as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                try:
                    record = json.loads(line.decode(encoding, "replace").removeprefix("\ufeff"))
                except ValueError as fault:
                    raise TableError(f"line {number}: expected a JSON record ({fault})") from None
                if not isinstance(record, dict):
                    raise TableError(f"line {number}: expected a JSON record, found {type(record).__name__}")
                yield f"line {number}", _flat(record)

    for _, record in rows():
        headers.update(dict.fromkeys(record))
    names = list(headers)
    return names, lambda: ((where, [record.get(name) for name in names]) for where, record in rows()), "JSON lines", []


def _values(data: str) -> Any:
    """Return the value of a JSON text; of several after one another, as an appending program leaves them, a list."""
    try:
        return json.loads(data)
    except json.JSONDecodeError as fault:
        if fault.msg != "Extra data":
            raise
    values, place = [], 0
    while place < len(data):
        value, end = json.JSONDecoder().raw_decode(data, place)
        values.append(value)
        place = end + len(re.match(r"[\s,]*", data[end:])[0])  # pyright: ignore[reportOptionalSubscript]
    return values


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """Put what a record says in a record of its own beside the rest: `{"movie": {"title": ...}, "ids": {"imdb": ...}}`.

    A name that is there already gets that of the inner record before it; records inside lists stay.
    """
    if not any(isinstance(value, dict) for value in record.values()):
        return record
    flat: dict[str, Any] = {}
    for name, value in record.items():
        inner = _flat(value) if isinstance(value, dict) else {}
        if sum(meaning_of(key) is not None for key in inner) > (meaning_of(name) in ("genres", "keywords", "cast")):
            flat |= {
                (key if key not in record and key not in flat else f"{name} {key}"): one for key, one in inner.items()
            }
        else:
            flat[name] = value
    return flat


def _records(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return value if value and all(isinstance(item, dict) for item in value) else []
    if not isinstance(value, dict):
        return []
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):
        names = list(map(str, value["columns"]))
        return [dict(zip(names, row, strict=False)) for row in value["data"] if isinstance(row, list)]
    inner = [item for item in value.values() if isinstance(item, list) and item and isinstance(item[0], dict)]
    if len(inner) == 1 and len(value) < 8 and sum(meaning_of(key) is not None for key in value) < 2:
        return _records(inner[0])
    if value and all(isinstance(item, list) for item in value.values()):
        sizes = {len(item) for item in value.values()}
        return (
            [dict(zip(value, row, strict=True)) for row in zip(*value.values(), strict=True)] if len(sizes) == 1 else []
        )
    if value and all(isinstance(item, dict) for item in value.values()):
        if sum(meaning_of(key) is not None for key in value) >= 1:  # column -> index -> cell
            index = list(dict.fromkeys(key for item in value.values() for key in item))
            return [{name: cells.get(key) for name, cells in value.items()} for key in index]
        if all(key.isdigit() for key in value):
            return list(value.values())  # numbered by pandas
        named = _name_of_keys(list(value))  # the key may be all that names a title
        return [{named: key, **cells} for key, cells in value.items()]
    return [value] if sum(meaning_of(key) is not None for key in value) >= 2 else []


def _name_of_keys(keys: list[str]) -> str:
    if all(re.fullmatch(r"tt\d{7,9}", key) for key in keys):
        return "imdb_id"
    return "file" if all(re.search(r"\.\w{3,4}$", key) for key in keys) else "key"


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
