"""Files that people give for tables and that are none: told by their first bytes, and what to do instead."""

from __future__ import annotations

from collections.abc import Sequence

from ....features.poster.read import sniff_format
from .dialect import TableError

_SAVE = "open it and save the table as CSV or xlsx"
_FIRST_BYTES: Sequence[tuple[bytes, str, str]] = (
    (b"%PDF", "a PDF document", "copy its table into a spreadsheet and save that"),
    (b"{\\rtf", "a text document (RTF)", _SAVE),
    (b"SQLite format 3", "an SQLite database", "export the table as CSV"),
    (b"\x00\x01\x00\x00Standard ", "an Access database", "export the table as CSV"),
    (b"\x89HDF", "an HDF5 file", "save the table as parquet or CSV"),
    (b"\x93NUMPY", "a NumPy array", "save the table as parquet or CSV"),
    (
        b"\x80\x04\x95",
        "a Python pickle, which is never opened since it may run any code",
        "save the table as parquet or CSV",
    ),
    (
        b"\x80\x05\x95",
        "a Python pickle, which is never opened since it may run any code",
        "save the table as parquet or CSV",
    ),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it"),
    (b"Rar!", "a RAR archive", "unpack it"),
)
_IN_ZIP: Sequence[tuple[str, str, str]] = (
    ("word/document.xml", "a Word document", _SAVE),
    ("ppt/presentation.xml", "a PowerPoint file", "give the table as CSV or xlsx"),
    ("Index/Document.iwa", "an Apple Numbers file", "export it as CSV or Excel"),
)


def refuse_other_files(start: bytes) -> None:
    """Raise for a file that is no table, by its first bytes.

    Raises
    ------
    TableError
        Says what the file is and what to do.

    Examples
    --------
    >>> refuse_other_files(b"%PDF-1.4")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    genrelab.pipeline.sources.tables.dialect.TableError: expected a table, found a PDF document; copy its table into ...
    """
    for mark, what, advice in _FIRST_BYTES:
        if start.startswith(mark):
            raise TableError(f"expected a table, found {what}; {advice}")
    if sniff_format(start[:16]) is not None:
        raise TableError("expected a table, found a picture; a folder of posters is given before --csv")


def refuse_other_archives(names: Sequence[str]) -> None:
    """Raise for a zip file that is a document of another program, by the names inside it.

    Raises
    ------
    TableError
        Says what the file is and what to do.
    """
    for name, what, advice in _IN_ZIP:
        if name in names:
            raise TableError(f"expected a table, found {what}; {advice}")
