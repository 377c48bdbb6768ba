"""Where predictions are written: the format, what may be replaced, and the writing itself."""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TextIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ...features.files import replacing
from ...models.answers import PARTLY
from ...models.genre_model import GenreModel
from ..addresses import Address, open_object, sending
from ..sources.images import is_utf8, printable

_MARK = b"genrelab.predictions"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Write = Callable[[pd.DataFrame], None]


class Written(NamedTuple):
    """How many rows were written, and by reason those without an answer, and those answered from a part."""

    rows: int
    unanswered: dict[str, int]
    partly: dict[str, int]


def check_out(out: Path | Address, inputs: Iterable[Path | Address], *, overwrite: bool = False) -> None:
    """Refuse an output file before the work, if writing it would fail, or destroy what genrelab did not write.

    Parameters
    ----------
    out : Path or Address
    inputs : iterable of Path or Address
        Files that are read: never replaced, whatever was asked.
    overwrite : bool
        Replace a file that is no earlier output.

    Raises
    ------
    ValueError
        With the reason.
    """
    shown = printable(out)
    if isinstance(out, Address):
        if out in inputs:
            raise ValueError(f"--out {shown}: this file is read for the predictions and is not replaced")
        with open_object(out) as found:
            if found is not None and not overwrite and not _holds_predictions(found):
                raise ValueError(f"--out {shown} exists and holds no earlier predictions; --overwrite replaces it")
        return
    if out.is_dir():
        raise ValueError(f"--out {shown}: expected a file, found a folder")
    if os.path.lexists(out):
        if not out.is_file():
            raise ValueError(f"--out {shown}: expected a file, found a device, a pipe or a link to nothing")
        if any(isinstance(path, Path) and path.exists() and out.samefile(path) for path in inputs):
            raise ValueError(f"--out {shown}: this file is read for the predictions and is not replaced")
        if not overwrite and not is_earlier_output(out):
            raise ValueError(f"--out {shown} exists and holds no earlier predictions; --overwrite replaces it")
    folder = out.absolute().parent
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise ValueError(f"--out {shown}: expected a folder that can be written to, found {printable(folder)}")


def is_earlier_output(path: Path) -> bool:
    """Whether a file was written by `write_predictions`, told by how it begins; an empty file counts, too."""
    with path.open("rb") as file:
        return _holds_predictions(file)


def _holds_predictions(file: BinaryIO) -> bool:
    start = file.read(65_536)
    if not start:
        return True
    if start.startswith(b"PAR1"):
        try:
            return _MARK in (pq.read_schema(file).metadata or {})
        except (pa.ArrowException, OSError):
            return False
    line = start.splitlines()[0]
    return (
        line.startswith((b"genrelab predictions", b'{"genrelab predictions"'))
        or (line.startswith((b"imdb_id,", b"file,")) and b"_predicted" in line and b"status" in line)
        or (line.startswith((b'{"imdb_id": ', b'{"file": ')) and b'_predicted": ' in line and b'"status": ' in line)
    )


def write_predictions(
    tables: Iterable[pd.DataFrame],
    style: str,
    out: Path | Address | None,
    model: GenreModel,
    key: str,
    *,
    safe_csv: bool = False,
) -> Written:
    """Write predictions as they come.

    Parameters
    ----------
    tables : iterable of DataFrame
        From `predict_pieces`.
    style : str
        One of `formats.FORMATS`. `json` is one object with what is known of the model and a list of rows, `jsonl` one
        object a row; `table` is for people and shows the predicted genres with probabilities.
    out : Path, Address or None
        A file or an object, written whole or not at all, or the screen.
    model : GenreModel
    key : str
        Name of the first column.
    safe_csv : bool
        Put an apostrophe before cells that a spreadsheet would take for a formula.

    Returns
    -------
    Written
    """
    rows, unanswered, partly = 0, Counter(), Counter()
    with ExitStack() as stack:
        temporary = None
        if out is not None:
            temporary = stack.enter_context(sending(out) if isinstance(out, Address) else replacing(out))
        write = stack.enter_context(_writer(style, temporary, model, key, safe_csv))
        for table in tables:
            write(_shown(table, key, everything=out is None))
            rows += len(table)
            for reason in table.loc[table[model.labels[0]].isna(), "reason"]:
                unanswered["a cell cannot be read" if str(reason).startswith("row ") else str(reason)] += 1
            partly.update(str(reason) for reason in table.loc[table["status"] == PARTLY, "reason"])
    return Written(rows, dict(unanswered), dict(partly))


@contextmanager
def _writer(style: str, path: Path | None, model: GenreModel, key: str, safe_csv: bool) -> Iterator[Write]:
    if style == "parquet":
        assert path is not None
        with _parquet(path, model) as write:
            yield write
        return
    with ExitStack() as stack:
        stream: TextIO = sys.stdout
        if path is not None:
            stream = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
        begin = {"csv": _csv, "json": _json, "jsonl": _jsonl, "table": _text}[style]
        write, end = begin(stream, model, key, safe_csv)
        yield write
        end()


def _nothing() -> None:
    """No end."""


def _csv(stream: TextIO, model: GenreModel, key: str, safe: bool) -> tuple[Write, Callable[[], None]]:
    header = True

    def write(table: pd.DataFrame) -> None:
        nonlocal header
        if safe:
            table = table.assign(**{name: _no_formula(table[name]) for name in (key, "reason")})
        table.to_csv(stream, index=False, header=header, float_format="%.6f", lineterminator="\n")
        header = False

    return write, _nothing


def _no_formula(cells: pd.Series) -> pd.Series:
    risky = cells.astype("string").str.startswith(_FORMULA).fillna(False)
    return cells.mask(risky.astype(bool), "'" + cells.astype("string"))


def _json(stream: TextIO, model: GenreModel, key: str, safe: bool) -> tuple[Write, Callable[[], None]]:
    about = {"warning": None} if model.quality is None else model.quality.as_dict()
    stream.write(f'{{"genrelab predictions": {json.dumps(about, ensure_ascii=False)},\n "rows": [')
    comma = ""

    def write(table: pd.DataFrame) -> None:
        nonlocal comma
        for record in _records(table):
            stream.write(f"{comma}\n  {json.dumps(record, ensure_ascii=False)}")
            comma = ","

    def end() -> None:
        stream.write("\n ]}\n")

    return write, end


def _jsonl(stream: TextIO, model: GenreModel, key: str, safe: bool) -> tuple[Write, Callable[[], None]]:
    def write(table: pd.DataFrame) -> None:
        for record in _records(table):
            stream.write(json.dumps(record, ensure_ascii=False) + "\n")

    return write, _nothing


def _text(stream: TextIO, model: GenreModel, key: str, safe: bool) -> tuple[Write, Callable[[], None]]:
    quality = model.quality
    words = "a model that was not loaded from a file" if quality is None else f"a model with {quality.in_words()}"
    stream.write(f"genrelab predictions of {words}\n")
    if quality is not None and quality.warning():
        stream.write(f"{quality.warning()}\n")
    stream.write(
        "Each genre has its own threshold: one that is predicted may be less probable than one that is not.\n\n"
    )

    def write(table: pd.DataFrame) -> None:
        width = min(40, max((len(str(name)) for name in table[key]), default=0))
        for row in table.to_dict("records"):
            stream.write(_line(row, model.labels, key, width) + "\n")

    return write, _nothing


def _line(row: dict, labels: Sequence[str], key: str, width: int) -> str:
    name = f"{row[key]!s:<{width}}"
    if pd.isna(row[labels[0]]):
        return f"{name}  no answer: {printable(str(row['reason']))}"
    chosen = [label for label in labels if row[f"{label}_predicted"] == 1]
    order = sorted(labels, key=lambda label: -row[label])
    said = ", ".join(f"{label} {row[label]:.0%}" for label in order if label in chosen)
    rest = ", ".join([f"{label} {row[label]:.0%}" for label in order if label not in chosen][:3])
    note = "" if pd.isna(row["reason"]) else f"  [{printable(str(row['reason']))}]"
    return f"{name}  {said or 'none'}{f'  (next: {rest})' if rest else ''}{note}"


@contextmanager
def _parquet(path: Path, model: GenreModel) -> Iterator[Write]:
    about = {} if model.quality is None else model.quality.as_dict()
    writer: pq.ParquetWriter | None = None

    def write(table: pd.DataFrame) -> None:
        nonlocal writer
        rows = pa.Table.from_pandas(table, preserve_index=False)
        if writer is None:
            schema = rows.schema.with_metadata({_MARK: json.dumps(about).encode()})
            writer = pq.ParquetWriter(path, schema)
        writer.write_table(rows.cast(writer.schema))

    try:
        yield write
    finally:
        if writer is not None:
            writer.close()


def _records(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for record in table.astype(object).where(table.notna(), None).to_dict("records"):
        yield {str(name): value for name, value in record.items()}


def _shown(table: pd.DataFrame, key: str, *, everything: bool) -> pd.DataFrame:
    """Names as text can hold them: bytes that are no UTF-8 escaped, on a screen control characters, too."""

    def escape(name: str) -> str:
        return printable(name) if everything or not is_utf8(name) else name

    return table.assign(**{key: [escape(str(name)) for name in table[key]]})
