"""Collect finished cells into the two files that every report reads."""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ...features.files import replacing
from ...pipeline.experiments.cell import ENCODER, cell_file
from ...pipeline.experiments.plan import Cell
from ...pipeline.experiments.splits import Split

RESULTS = pa.schema(
    [
        ("experiment", pa.string()),
        ("feature_set", pa.string()),
        ("model", pa.string()),
        ("balance", pa.string()),
        ("repeat", pa.int64()),
        ("fold", pa.int64()),
        ("metric", pa.string()),
        ("label", pa.string()),
        ("value", pa.float64()),
        ("fit_seconds", pa.float64()),
        ("predict_seconds", pa.float64()),
    ]
)
CURVES = pa.schema(
    [
        *((name, pa.string()) for name in ("experiment", "feature_set", "model", "balance")),
        *((name, pa.int64()) for name in ("repeat", "fold", "stage", "epoch")),
        *((name, pa.float64()) for name in ("loss", "validation_loss", "monitor", "learning_rate", "seconds")),
    ]
)
_TEXT = pa.dictionary(pa.int32(), pa.string())
PREDICTIONS = pa.schema(
    [
        ("experiment", _TEXT),
        ("feature_set", _TEXT),
        ("model", _TEXT),
        ("balance", _TEXT),
        ("repeat", pa.int64()),
        ("fold", pa.int64()),
        ("imdb_id", pa.string()),
        ("label", _TEXT),
        ("truth", pa.uint8()),
        ("score", pa.float32()),
        ("predicted", pa.uint8()),
    ]
)


@dataclass(frozen=True)
class Finished:
    """A finished cell as its file holds it."""

    cell: Cell
    split: Split
    rows: list
    extra: list
    notes: list[str]
    curves: list[dict]
    seconds: tuple[float, float]
    scores: np.ndarray
    predicted: np.ndarray


def read_cell(folder: Path, cell: Cell, split: Split) -> Finished:
    """Read one finished cell; the file exists."""
    with np.load(cell_file(folder, cell, split)) as content:
        record = json.loads(str(content["record"]))
        fit, predict = (float(value) for value in content["seconds"])
        return Finished(
            cell,
            split,
            record["rows"],
            record["extra"],
            record["notes"],
            record.get("curves", []),
            (fit, predict),
            content["scores"],
            content["predicted"],
        )


def write_results(
    out: Path, experiment: str, finished: Iterable[Finished], ids: pd.Series, truth: np.ndarray, labels: tuple
) -> list[str]:
    """Write `results.parquet` and `predictions.parquet`, cell by cell, atomically.

    Where networks were trained, `curves.parquet` holds their losses epoch by epoch.

    Parameters
    ----------
    out : Path
        Folder of the run.
    experiment : str
    finished : iterable of Finished
        In the order the rows shall have.
    ids : Series of m strings
        `imdb_id` of every title of the run.
    truth : ndarray of shape (m, L), uint8
    labels : tuple of L names

    Returns
    -------
    list of str
        What the cells warned of, each sentence once with its count.
    """
    counts: dict[str, int] = {}
    curves: list[dict] = []
    described: set[tuple] = set()
    with (
        replacing(out / "results.parquet") as results_path,
        replacing(out / "predictions.parquet") as predictions_path,
        pq.ParquetWriter(results_path, RESULTS) as results,
        pq.ParquetWriter(predictions_path, PREDICTIONS) as predictions,
    ):
        for item in finished:
            results.write_table(_result_rows(experiment, item))
            encoding = (item.cell.feature_set, item.split.repeat, item.split.fold)
            if item.extra and encoding not in described:
                described.add(encoding)
                results.write_table(_encoder_rows(experiment, item))
            predictions.write_table(_prediction_rows(experiment, item, ids, truth, labels))
            head = _head(experiment, item, item.cell.name, item.cell.balance)
            curves += [head | {name: row.get(name) for name in CURVES.names[6:]} for row in item.curves]
            for note in item.notes:
                counts[note] = counts.get(note, 0) + 1
    if curves:
        with replacing(out / "curves.parquet") as path:
            pq.write_table(pa.Table.from_pylist(curves, schema=CURVES), path)
    return [note if count == 1 else f"{note} ({count} times)" for note, count in counts.items()]


def _head(experiment: str, item: Finished, model: str, balance: str) -> dict:
    return {
        "experiment": experiment,
        "feature_set": item.cell.feature_set,
        "model": model,
        "balance": balance,
        "repeat": item.split.repeat,
        "fold": item.split.fold,
    }


def _result_rows(experiment: str, item: Finished) -> pa.Table:
    head = _head(experiment, item, item.cell.name, item.cell.balance)
    seconds = {"fit_seconds": item.seconds[0], "predict_seconds": item.seconds[1]}
    rows = [head | {"metric": m, "label": label, "value": v} | seconds for m, label, v in item.rows]
    return pa.Table.from_pylist(rows, schema=RESULTS)


def _encoder_rows(experiment: str, item: Finished) -> pa.Table:
    head = _head(experiment, item, ENCODER, "none")
    rows = [head | {"metric": m, "label": label, "value": v} for m, label, v in item.extra]
    return pa.Table.from_pylist(rows, schema=RESULTS)


def _prediction_rows(experiment: str, item: Finished, ids: pd.Series, truth: np.ndarray, labels: tuple) -> pa.Table:
    test, width = item.split.test, len(labels)
    count = len(test) * width
    head = _head(experiment, item, item.cell.name, item.cell.balance)
    columns = {
        name: pa.DictionaryArray.from_arrays(np.zeros(count, dtype=np.int32), pa.array([value]))
        if isinstance(value, str)
        else pa.array(np.full(count, value, dtype=np.int64))
        for name, value in head.items()
    }
    columns["imdb_id"] = pa.array(np.repeat(ids.to_numpy(dtype=object)[test], width), type=pa.string())
    codes = np.tile(np.arange(width, dtype=np.int32), len(test))
    columns["label"] = pa.DictionaryArray.from_arrays(codes, pa.array(list(labels)))
    columns["truth"] = pa.array(truth[test].ravel())
    columns["score"] = pa.array(item.scores.ravel())
    columns["predicted"] = pa.array(item.predicted.ravel())
    return pa.table(columns, schema=PREDICTIONS)


def write_json(path: Path, content: dict) -> None:
    """Write a readable JSON file, atomically."""
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(content, indent=1, ensure_ascii=False, default=_plain) + "\n", "utf-8")


def _plain(value: object) -> object:
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (set, frozenset, tuple)) or hasattr(value, "__iter__"):
        return list(value)  # pyright: ignore[reportArgumentType]
    raise TypeError(f"cannot write {type(value).__name__} as JSON")


def finished_cells(folder: Path, cells: Iterable[Cell], splits: Iterable[Split]) -> Iterator[Finished]:
    """Read every cell of a complete run: by cell, then repeat and fold."""
    splits = list(splits)
    for cell in cells:
        for split in splits:
            yield read_cell(folder, cell, split)
