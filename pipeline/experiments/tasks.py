"""Measure the cells of one fold and feature set, which share one encoding, and write each as soon as it is done."""

import os
import shutil
import time
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from ...models.balance.reuse import keep_resampled
from ...models.kernel.distances import keep_distances
from ...models.kernel.storage import kernel_limits
from ...reports.runs.cells import Measurement, cell_file, write_cell, write_failure
from ...reports.runs.format import CHOSEN, TRAINING, Cell, Rows, Split
from ...reports.runs.metrics import multilabel_metrics, single_metrics
from ..interrupt import is_interrupt
from .fit.cell import fit_cell, predict, searched, training_notes
from .fit.encoding import Encoded, encode
from .fit.estimator import takes_table
from .fit.setting import Setting


@dataclass(frozen=True)
class Task:
    """What one worker does: splits that share their training rows, one feature set, the cells still to run.

    `feature_set` is None for the trivial rules. The training rows are encoded once and every cell is fitted once,
    however many test sets there are.
    """

    splits: tuple[Split, ...]
    feature_set: str | None
    specs: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def takes_table(self) -> bool:
        """Whether the cells are networks, which read the feature table itself; no task mixes both kinds."""
        return takes_table(self.cells[0])

    def tests(self) -> list[np.ndarray]:
        """The test rows of every split."""
        return [split.test for split in self.splits]


@dataclass(frozen=True)
class Place:
    """Where a run's workers write: the folder of the cells, and the fingerprint that every cell carries."""

    folder: Path
    fingerprint: str


def training_folder(cells: Path, cell: Cell, split: Split) -> Path:
    """Where the training of a network leaves what it needs to go on after a kill."""
    return cells.parent / TRAINING / cell_file(cells, cell, split).stem


def run_task(
    task: Task,
    setting: Setting,
    place: Place,
    X: pd.DataFrame | None,
    y: np.ndarray,
    groups: np.ndarray,
    threads: int = 1,
    kernel: float | None = None,
    disk: float | None = None,
    learnt: np.ndarray | None = None,
) -> None:
    """Run the cells of one task and write each as soon as it is done.

    A cell whose encoding, fit or prediction fails leaves a file that says why, and the others go on.

    Parameters
    ----------
    task : Task
    setting : Setting
    place : Place
    X : DataFrame of m rows, or None for trivial rules
        Feature columns of the task's feature set.
    y : ndarray
        Labels of the m rows, as in `Target`.
    groups : ndarray of shape (m,)
        For the inner folds.
    threads : int
        For learners that can use several, and for the numerical libraries.
    kernel, disk : float, bytes, optional
        What the square matrices of one fit may take, in memory and in mapped files; see `kernel_limits`.
    learnt : ndarray like `y`, optional
        Labels to fit on, where they are others than those that scores are measured on.
    """
    parent, made = os.getppid(), None
    learnt = y if learnt is None else learnt
    # A worker of a cluster without a nanny has no limit of threads: sums would be added up in another order there.
    with threadpool_limits(threads), kernel_limits(kernel, disk), keep_distances(), keep_resampled():
        for cell in task.cells:
            if os.getppid() != parent:
                return  # the run was killed: what is left is for the one that continues it
            checkpoint = training_folder(place.folder, cell, task.splits[0]) if task.takes_table else None

            def measure(cell: Cell = cell, checkpoint: Path | None = checkpoint) -> list[Measurement]:
                nonlocal made
                made = made or encode(cell, setting, X, task.splits[0].train, task.tests())
                return _measure(cell, task.splits, setting, made, y, learnt, groups, threads, checkpoint)

            measured, failure = _attempt(measure)
            for number, split in enumerate(task.splits):
                if failure is not None:
                    write_failure(place.folder, cell, split, *failure)
                else:
                    write_cell(place.folder, cell, split, place.fingerprint, measured[number])
            if checkpoint is not None:
                shutil.rmtree(checkpoint, ignore_errors=True)


def _attempt(measure: Callable[[], list[Measurement]]) -> tuple[list[Measurement], tuple[str, str] | None]:
    """The measurements, or why there are none: a reason and a traceback."""
    try:
        return measure(), None
    except Exception as error:
        if is_interrupt(error):
            raise KeyboardInterrupt from None
        reason = " ".join(str(error).split()) or "no reason given"
        return [], (f"{type(error).__name__}: {reason}", traceback.format_exc())


def _measure(
    cell: Cell,
    splits: tuple[Split, ...],
    setting: Setting,
    encoded: Encoded,
    y: np.ndarray,
    learnt: np.ndarray,
    groups: np.ndarray,
    threads: int,
    checkpoint: Path | None,
) -> list[Measurement]:
    measured = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        started = time.perf_counter()
        estimator = fit_cell(cell, setting, encoded, learnt, groups, threads=threads, checkpoint=checkpoint)
        fit_seconds = time.perf_counter() - started
        for split, rows in zip(splits, encoded.tests, strict=True):
            started = time.perf_counter()
            scores, predicted = predict(estimator, rows, setting)
            seconds = (fit_seconds, time.perf_counter() - started)
            measured.append(
                Measurement(
                    [*_metrics(setting, y[split.test], scores, predicted), *_chosen(estimator)],
                    encoded.learnt(),
                    [*encoded.notes, *training_notes(cell, setting, estimator, caught)],
                    list(getattr(estimator, "history_", ())),
                    seconds,
                    scores,
                    predicted,
                )
            )
    return measured


def _metrics(setting: Setting, truth: np.ndarray, scores: np.ndarray, predicted: np.ndarray) -> Any:
    if setting.kind == "multilabel":
        return multilabel_metrics(truth, scores, predicted, setting.labels)
    return single_metrics(truth, scores, setting.labels)


def _chosen(estimator: Any) -> Rows:
    found = searched(estimator)
    return [] if found is None else [(CHOSEN, found.words, found.score)]
