"""Answers to take away: CSV, a workbook, JSON, and copies of posters in folders by genre."""

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from ...features.poster.read import sniff_format

_FORMULA = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # the wide forms are read as the others in East Asia
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
NO_GENRE = "no genre"
_ENDINGS = {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".gif", ".webp", ".bmp", ".tif", ".tiff"}


def as_csv(rows: Sequence[dict[str, Any]], labels: Sequence[str]) -> bytes:
    """A table for a spreadsheet: UTF-8 with a mark, text that looks like a formula with an apostrophe before it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    for line in _lines(rows, labels):
        writer.writerow([f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in line])
    return stream.getvalue().encode("utf-8-sig")


def as_workbook(rows: Sequence[dict[str, Any]], labels: Sequence[str]) -> bytes:
    """The same as an xlsx; text stays text whatever it begins with."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("posters")
    from openpyxl.cell import WriteOnlyCell

    for line in _lines(rows, labels):
        cells = []
        for value in line:
            text = isinstance(value, str)
            cell = WriteOnlyCell(sheet, _no_control(value) if text else value)
            if text:
                cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _lines(rows: Sequence[dict[str, Any]], labels: Sequence[str]) -> Iterable[list[Any]]:
    yield ["file", "genres", *labels, "status", "reason"]
    for row in rows:
        scores = row.get("scores") or {}
        genres = "; ".join(map(str, row.get("genres") or []))
        cells = [_number(scores.get(label)) for label in labels]
        yield [str(row.get("file", "")), genres, *cells, str(row.get("status") or ""), str(row.get("reason") or "")]


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return round(float(value), 6) if is_number and value == value else None


def _no_control(text: str) -> str:
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", "\ufffd", text)[:32_000]


def by_genre(posters: Iterable[tuple[str, Sequence[str], Path]]) -> BinaryIO:
    """A zip with a folder a genre; a poster with several genres lies in each of their folders.

    Parameters
    ----------
    posters : iterable of (name, genres, path)
        Names are made plain, given an ending where they have none, and numbered where two are alike.

    Returns
    -------
    binary file
        At its start; removed when it is closed.
    """
    file = tempfile.TemporaryFile(prefix="genrelab-zip-")  # noqa: SIM115 (the caller closes it)
    used: set[str] = set()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, genres, path in posters:
            named = _with_ending(plain(name), path)
            for genre in genres or [NO_GENRE]:
                archive.write(path, _free(plain(genre), named, used))
    file.seek(0)
    return file


def _with_ending(name: str, path: Path) -> str:
    """The name, with the ending of its format where it has none that is a picture's."""
    if PurePath(name).suffix.lower() in _ENDINGS:
        return name
    with path.open("rb") as file:
        kind = sniff_format(file.read(16))
    return f"{name}.{'jpg' if kind == 'jpeg' else kind}" if kind else name


def _free(folder: str, name: str, used: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    stem, number = (stem, 1) if stem else (name, 1)
    place = f"{folder}/{name}"
    while place.lower() in used:
        number += 1
        place = f"{folder}/{stem} ({number}){dot}{ending}" if dot else f"{folder}/{stem} ({number})"
    used.add(place.lower())
    return place


def plain(name: str) -> str:
    r"""A name that is one file name on every system: the last part of a path, without what systems forbid.

    Examples
    --------
    >>> plain("../../etc/passwd"), plain("C:\\a\\b?.jpg"), plain("..."), plain("con.jpg"), plain("a.zip: in/x.jpg")
    ('passwd', 'b_.jpg', 'poster', '_con.jpg', 'x.jpg')
    """
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(letter if letter.isprintable() and letter not in '<>:"|?*' else "_" for letter in last)
    shown = shown.strip(". ")[-120:].strip(". ") or "poster"
    return f"_{shown}" if _RESERVED.match(shown) else shown
