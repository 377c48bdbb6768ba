"""The file of one finished cell, and of one that could not be fitted: what a killed run continues from."""

import hashlib
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ...features.files import replacing, write_json
from .format import Cell, Rows, Split
from .metrics import HEADLINE


class DamagedCellError(ValueError):
    """The file of a cell that is cut, is no such file, or belongs to another run; the message says which."""


@dataclass(frozen=True)
class Measurement:
    """What one cell gave on one split, as its file keeps it.

    Parameters
    ----------
    rows : list of (metric, label or None, value)
    extra : list of (metric, label or None, value)
        About the encoding, which the cells of a feature set share.
    notes : list of str
        What the fit warned of.
    curves : list of dict
        One for each epoch of a network's training.
    seconds : (float, float)
        For the fit and for the prediction.
    scores : ndarray of shape (test rows, labels), float32
    predicted : ndarray of shape (test rows, labels), uint8
    """

    rows: Rows
    extra: Rows
    notes: list[str]
    curves: list[dict[str, Any]]
    seconds: tuple[float, float]
    scores: np.ndarray
    predicted: np.ndarray


def cell_file(folder: Path, cell: Cell, split: Split) -> Path:
    """Where a finished cell lies: its name says what it is, so a look into the folder tells how far a run is.

    Examples
    --------
    >>> split = Split(0, 2, np.arange(3), np.arange(3, 6))
    >>> cell_file(Path("cells"), Cell("metadata", "rf", "none"), split).name
    'r0f2.metadata-rf-none.d9facbd9f5.npz'
    """
    key = f"{cell.feature_set}|{cell.name}|{cell.balance}|{split.repeat}|{split.fold}"
    # A search over other values is another cell, though tables show both alike.
    key += f"|{cell.search}" if cell.search else ""
    digest = hashlib.sha256(key.encode()).hexdigest()[:10]
    slug = "".join(c if c.isalnum() else "-" for c in f"{cell.feature_set}.{cell.name}.{cell.balance}")[:80]
    return folder / f"r{split.repeat}f{split.fold}.{slug}.{digest}.npz"


def failure_file(folder: Path, cell: Cell, split: Split) -> Path:
    """Where the reason lies why a cell could not be fitted."""
    return cell_file(folder, cell, split).with_suffix(".failed.json")


def write_cell(folder: Path, cell: Cell, split: Split, fingerprint: str, measured: Measurement) -> None:
    """Write a finished cell, whole or not at all; an earlier failure of it is forgotten."""
    record = {
        "fingerprint": fingerprint,
        "rows": measured.rows,
        "extra": measured.extra,
        "notes": measured.notes,
        "curves": measured.curves,
    }
    with replacing(cell_file(folder, cell, split)) as temporary, temporary.open("wb") as file:
        np.savez_compressed(
            file,
            record=np.array(json.dumps(record)),
            seconds=np.array(measured.seconds),
            scores=measured.scores.astype(np.float32),
            predicted=measured.predicted.astype(np.uint8),
        )
    failure_file(folder, cell, split).unlink(missing_ok=True)


def write_failure(folder: Path, cell: Cell, split: Split, reason: str, trace: str) -> None:
    """Write why a cell could not be fitted; the next run tries it again."""
    write_json(failure_file(folder, cell, split), {"cell": list(cell), "reason": reason, "traceback": trace})


def read_failure(folder: Path, cell: Cell, split: Split) -> str | None:
    """Why a cell could not be fitted; None where nothing says that it could not."""
    try:
        return str(json.loads(failure_file(folder, cell, split).read_text("utf-8"))["reason"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        return "its record is damaged"


def read_cell(folder: Path, cell: Cell, split: Split, fingerprint: str) -> Measurement:
    """Read one finished cell, every byte of it checked; the file exists.

    Parameters
    ----------
    folder : Path
        Of the cells.
    cell : Cell
    split : Split
    fingerprint : str
        Of the run that the cell must belong to.

    Raises
    ------
    DamagedCellError
        When the file cannot be read whole, or another run wrote it.
    """
    path = cell_file(folder, cell, split)
    record, arrays = _load_cell(path)
    if record.get("fingerprint") != fingerprint:
        raise DamagedCellError(f"{path}: expected a cell of this run, found one of another")
    fit, predict = (float(value) for value in arrays["seconds"])
    rows, extra = ([(metric, label, value) for metric, label, value in record[key]] for key in ("rows", "extra"))
    about = record["notes"], record["curves"], (fit, predict)
    return Measurement(rows, extra, *about, arrays["scores"], arrays["predicted"])


def cell_summary(path: Path) -> tuple[float, float]:
    """Macro F1 of a finished cell, and the seconds it took."""
    record, arrays = _load_cell(path)
    return next(value for name, label, value in record["rows"] if name == HEADLINE and label is None), float(
        arrays["seconds"].sum()
    )


def cell_fingerprint(path: Path) -> str | None:
    """The run that wrote a cell; None where the file does not say."""
    try:
        return str(_load_cell(path)[0]["fingerprint"])
    except (DamagedCellError, KeyError):
        return None


def _load_cell(path: Path) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    try:
        with zipfile.ZipFile(path) as archive, np.load(path, allow_pickle=False) as content:
            if archive.testzip() is not None:
                raise ValueError("its checksum does not match")
            arrays = {name: content[name] for name in ("record", "seconds", "scores", "predicted")}
        return json.loads(str(arrays["record"])), arrays
    except Exception as error:  # a damaged archive may end in any error of zipfile, zlib, struct, json or NumPy
        raise DamagedCellError(f"{path}: expected a finished cell, found a damaged file ({error})") from error
