"""IMDb's tab-separated files as a stream: no quoting, `\\N` for a missing value, packed or not."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyarrow import csv as arrow_csv

from .account import SourceReport
from .frame import Progress
from .layout import UnknownLayoutError

BLOCK = 16 * 2**20


def stream_tsv(
    path: Path, columns: tuple[str, ...], report: SourceReport, progress: Progress | None
) -> Iterator[pa.Table]:
    """Yield pieces of an IMDb file with the named columns, all text, `\\N` as null.

    Parameters
    ----------
    path : Path
        `.tsv` or `.tsv.gz`.
    columns : tuple of str
        Columns to read.
    report : SourceReport
        Takes rows that do not fit the header.
    progress
        Called with the number of bytes read from disk.

    Raises
    ------
    UnknownLayoutError
        If the file lacks a column; the message names it.
    OSError
        If a gzip file ends too early.
    """
    found = imdb_header(path)
    lacking = [name for name in columns if name not in found]
    if lacking:
        raise UnknownLayoutError(
            f"{path.name}: expected IMDb's tab-separated columns {', '.join(columns)}; "
            f"missing {', '.join(lacking)}; found {', '.join(found[:12])}"
        )

    def skip(row: arrow_csv.InvalidRow) -> str:
        report.drop(f"row of {path.name} without {row.expected_columns} fields", 1)
        return "skip"

    with path.open("rb") as file:
        stream = pa.CompressedInputStream(file, "gzip") if _is_gzip(path) else pa.PythonFile(file)
        done = 0
        try:
            reader = arrow_csv.open_csv(
                stream,
                read_options=arrow_csv.ReadOptions(block_size=BLOCK, use_threads=True),
                parse_options=arrow_csv.ParseOptions(
                    delimiter="\t", quote_char=False, escape_char=False, invalid_row_handler=skip
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types={name: pa.string() for name in columns},
                    include_columns=list(columns),
                    null_values=["\\N"],
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                ),
            )
            for batch in reader:
                yield pa.Table.from_batches([batch])
                if progress is not None:
                    progress(file.tell() - done)
                    done = file.tell()
        except (OSError, EOFError) as error:
            raise OSError(f"{path}: the gzip file is cut off or damaged; fetch it again ({error})") from None


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def imdb_header(path: Path) -> list[str]:
    """Return the column names of a tab-separated file, packed or not."""
    try:
        with gzip.open(path, "rb") if _is_gzip(path) else path.open("rb") as file:
            return file.readline(65536).decode("utf-8", "replace").strip("\r\n﻿").split("\t")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise OSError(f"{path}: the gzip file is cut off or damaged; fetch it again ({error})") from None
