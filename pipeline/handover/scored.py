"""Answers to one set of titles as a run folder of one split, so that every page and test of a run reads them."""

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...reports.runs.cells import Measurement, write_cell
from ...reports.runs.format import CELLS, FORMAT, INFO, Cell, Split
from ...reports.runs.metrics import multilabel_metrics, single_metrics
from ...reports.runs.read import read_json
from ...reports.runs.tables import TITLES
from ...reports.runs.write import write_info, write_results, write_table
from ..experiments.run import Run, RunError

SCORED = "scored"  # what run.json says of such a folder: it holds no experiment that could go on


@dataclass(frozen=True)
class Answers:
    """What one system says to n titles.

    Parameters
    ----------
    cell : Cell
    scores : ndarray of shape (n, L), float64
    predicted : ndarray of shape (n, L), uint8
    """

    cell: Cell
    scores: np.ndarray
    predicted: np.ndarray


def write_scored(
    out: Path, about: Mapping[str, Any], titles: pd.DataFrame, truth: np.ndarray, answers: Sequence[Answers]
) -> Run:
    """Write answers as a run folder.

    Parameters
    ----------
    out : Path
        Replaced where it holds such a folder already.
    about : mapping
        For run.json: at least `experiment`, `title`, `kind`, `labels`, `target` and `notes`.
    titles : DataFrame of n rows
        The columns of titles.parquet.
    truth : ndarray of shape (n, L), uint8
    answers : sequence of Answers

    Returns
    -------
    Run

    Raises
    ------
    RunError
        When the folder holds something else.
    """
    if out.exists() and any(out.iterdir()) and SCORED not in read_json(out / INFO):
        raise RunError(f"{out} holds something else; choose another --out")
    shutil.rmtree(out, ignore_errors=True)
    labels, kind = tuple(about["labels"]), about["kind"]
    digest = hashlib.sha256("".join(titles["imdb_id"]).encode() + np.ascontiguousarray(truth).tobytes())
    for one in answers:
        digest.update("|".join(one.cell).encode() + np.ascontiguousarray(one.scores).tobytes())
    split = Split(0, 0, np.empty(0, dtype=np.int64), np.arange(len(titles)))
    for one in answers:
        rows = (
            multilabel_metrics(truth, one.scores, one.predicted, labels)
            if kind == "multilabel"
            else single_metrics(truth.argmax(axis=1), one.scores, labels)
        )
        measured = Measurement(rows, [], [], [], (float("nan"), float("nan")), one.scores, one.predicted)
        write_cell(out / CELLS, one.cell, split, digest.hexdigest(), measured)
    facts = {"experiment": about["experiment"], "fingerprint": digest.hexdigest(), "labels": labels}
    write_results(out, out / CELLS, facts, [one.cell for one in answers], [split], titles["imdb_id"], truth)
    write_table(out, TITLES, titles)
    counts = {"support": truth.sum(axis=0).tolist(), "titles": len(titles), "groups": int(titles["group"].nunique())}
    splits = [{"repeat": 0, "fold": 0, "name": "", "train": 0, "test": len(titles)}]
    base = {"format": FORMAT, SCORED: True, "splits": splits, "warnings": [], "attribution": [], "versions": {}}
    write_info(out, base | counts | dict(about) | facts)
    shutil.rmtree(out / CELLS)
    return Run.open(out)
