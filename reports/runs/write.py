"""Write the run folder: collect finished cells into tables, and keep what a run says about itself."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ...features.files import replacing, write_json, write_text
from .cells import Measurement, cell_file, read_cell, read_failure
from .format import AUDIT, AUGMENTED, ENCODER, EXPERIMENT, FAILED, IDENTITY, INFO, KEYS, SPLIT, Cell, Check, Split
from .tables import CURVES, LEARNING_CURVE, PREDICTIONS, RESULTS, Table

_EPOCH = tuple(name for name in CURVES.columns if name not in ("experiment", *KEYS, *SPLIT))


def write_results(
    out: Path,
    folder: Path,
    about: Mapping[str, Any],
    cells: Iterable[Cell],
    splits: Iterable[Split],
    ids: pd.Series,
    truth: np.ndarray,
) -> list[str]:
    """Collect finished cells into results.parquet, predictions.parquet and, for networks, curves.parquet.

    Cell by cell, so that no more than one is in memory. A cell that could not be fitted gets one row that says why.

    Parameters
    ----------
    out, folder : Path
        Of the run, and of its cells.
    about : mapping
        `experiment`, `fingerprint` and `labels` of the run.
    cells, splits : iterables
        In the order that the rows shall have.
    ids : Series of m strings
        `imdb_id` of every title of the run.
    truth : ndarray of shape (m, L), uint8

    Returns
    -------
    list of str
        What the cells warned of and why some could not be fitted, each sentence once with its count.
    """
    notes: dict[str, int] = {}
    curves: list[dict[str, Any]] = []
    described: set[tuple[str, int, int]] = set()
    splits, labels = list(splits), tuple(about["labels"])
    with (
        replacing(out / RESULTS.file) as results_path,
        replacing(out / PREDICTIONS.file) as predictions_path,
        pq.ParquetWriter(results_path, RESULTS.schema) as results,
        pq.ParquetWriter(predictions_path, PREDICTIONS.schema) as predictions,
    ):
        for cell, split in ((cell, split) for cell in cells for split in splits):
            head = _head(about["experiment"], cell, split)
            if not cell_file(folder, cell, split).exists():
                reason = read_failure(folder, cell, split) or "it was not measured"
                results.write_table(_rows(head, [(FAILED, reason, float("nan"))]))
                notes[f"{cell}, {split}: not measured: {reason}"] = 1
                continue
            measured = read_cell(folder, cell, split, about["fingerprint"])
            results.write_table(_rows(head, measured.rows, measured.seconds))
            encoding = (cell.feature_set, split.repeat, split.fold)
            if measured.extra and encoding not in described:
                described.add(encoding)
                results.write_table(_rows(head | {"model": ENCODER, "balance": "none"}, measured.extra))
            predictions.write_table(_predictions(head, split, measured, ids, truth, labels))
            curves += [head | {name: row.get(name) for name in _EPOCH} for row in measured.curves]
            for note in measured.notes:
                notes[note] = notes.get(note, 0) + 1
    if curves:
        with replacing(out / CURVES.file) as path:
            pq.write_table(pa.Table.from_pylist(curves, schema=CURVES.schema), path)
    return [note if count == 1 else f"{note} ({count} times)" for note, count in notes.items()]


def write_learning(
    out: Path,
    folder: Path,
    about: Mapping[str, Any],
    cell: Cell,
    parts: Iterable[tuple[float, Split, Split]],
    ids: pd.Series,
    truth: np.ndarray,
) -> list[str]:
    """Collect fits on parts of the training titles into learning.parquet.

    Parameters
    ----------
    out, folder, about, ids, truth
        As in `write_results`; `folder` holds the finished fits.
    cell : Cell
    parts : iterable of (share, split as it was fitted, split of the run)

    Returns
    -------
    list of str
        Why some could not be fitted.
    """
    notes: list[str] = []
    with (
        replacing(out / LEARNING_CURVE.file) as path,
        pq.ParquetWriter(path, LEARNING_CURVE.schema) as writer,
    ):
        for share, part, split in parts:
            if not cell_file(folder, cell, part).exists():
                reason = read_failure(folder, cell, part) or "it was not measured"
                notes.append(f"learning curve, {split}, {share:.3g} of the training titles: not measured: {reason}")
                continue
            measured = read_cell(folder, cell, part, about["fingerprint"])
            table = _predictions(
                _head(about["experiment"], cell, split), split, measured, ids, truth, tuple(about["labels"])
            )
            told = {"share": share, "trained_on": len(part.train), "fit_seconds": measured.seconds[0]}
            for name, value in told.items():
                kind = LEARNING_CURVE.columns[name][0]
                table = table.append_column(name, pa.array(np.full(len(table), value), type=kind))
            writer.write_table(table)
    return notes


def _head(experiment: str, cell: Cell, split: Split) -> dict[str, str | int]:
    names = {"experiment": experiment, "feature_set": cell.feature_set, "model": cell.name, "balance": cell.balance}
    return names | {"repeat": split.repeat, "fold": split.fold}


def _rows(head: Mapping[str, Any], rows: Iterable[tuple], seconds: tuple[float, float] | None = None) -> pa.Table:
    times = {} if seconds is None else {"fit_seconds": seconds[0], "predict_seconds": seconds[1]}
    named = [{**head, "metric": metric, "label": label, "value": value, **times} for metric, label, value in rows]
    return pa.Table.from_pylist(named, schema=RESULTS.schema)


def _predictions(
    head: Mapping[str, Any],
    split: Split,
    measured: Measurement,
    ids: pd.Series,
    truth: np.ndarray,
    labels: tuple[str, ...],
) -> pa.Table:
    test, width = split.test, len(labels)
    count = len(test) * width
    columns: dict[str, Any] = {
        name: pa.DictionaryArray.from_arrays(np.zeros(count, dtype=np.int32), pa.array([value]))
        if isinstance(value, str)
        else pa.array(np.full(count, value, dtype=np.int64))
        for name, value in head.items()
    }
    columns["imdb_id"] = pa.array(np.repeat(ids.to_numpy(dtype=object)[test], width), type=pa.string())
    codes = np.tile(np.arange(width, dtype=np.int32), len(test))
    columns["label"] = pa.DictionaryArray.from_arrays(codes, pa.array(list(labels)))
    columns["truth"] = pa.array(truth[test].ravel())
    columns["score"] = pa.array(measured.scores.ravel())
    columns["predicted"] = pa.array(measured.predicted.ravel())
    return pa.table(columns, schema=PREDICTIONS.schema)


def write_table(out: Path, table: Table, frame: pd.DataFrame) -> Path:
    """Write one of the small tables of a run folder; further columns need its prefix, later ones may lack."""
    more = [name for name in frame if name not in table.columns]
    if any(table.prefix is None or not str(name).startswith(table.prefix) for name in more):
        raise ValueError(
            f"{table.file}: expected the columns {', '.join(table.columns)}, found {', '.join(map(str, more))}"
        )
    frame = table.completed(frame)
    schema = pa.schema([*table.schema, *(pa.field(str(name), pa.list_(pa.string())) for name in more)])
    with replacing(out / table.file) as temporary:
        pq.write_table(pa.Table.from_pandas(frame, schema=schema, preserve_index=False), temporary)
    return out / table.file


def write_identity(out: Path, identity: Mapping[str, Any], toml: str) -> None:
    """Write what makes a folder this run, and the experiment's own file where it has one."""
    out.mkdir(parents=True, exist_ok=True)
    if toml:
        write_text(out / EXPERIMENT, toml)
    write_json(out / IDENTITY, identity)


def write_info(out: Path, info: Mapping[str, Any]) -> None:
    """Write run.json."""
    write_json(out / INFO, info)


def write_audit(out: Path, checks: Iterable[Check]) -> Path:
    """Keep the outcome of an audit with its run, where the report finds it."""
    entries = [{"check": check.name, "status": check.status, "evidence": check.evidence} for check in checks]
    return write_json(out / AUDIT, {"checks": entries})


def write_picture(out: Path, pixels: np.ndarray) -> None:
    """Write the picture of an augmented poster."""
    from PIL import Image

    with replacing(out / AUGMENTED) as temporary:
        Image.fromarray(pixels).save(temporary, "PNG")
