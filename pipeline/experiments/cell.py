"""Fit and measure the cells of one fold and feature set, which share one encoding."""

import hashlib
import json
import os
import shutil
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import has_fit_parameter

from ...features.files import replacing
from ...models.balance.reuse import keep_resampled
from ...models.encode.encoder import categorical_columns, make_encoder
from ...models.kernel.distances import keep_distances
from ...models.multilabel.out_of_fold import OutOfFold
from ...models.networks.record import NetworkRecipe
from ...models.recipes import RECIPES
from ...models.trivial import BASELINES
from ...reports.runs.metrics import Rows, multilabel_metrics, single_metrics
from .plan import Cell
from .splits import Split

TRIVIAL = "trivial:"
ENCODER = "encoder"


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
class Setting:
    """What every task of a run shares."""

    folder: Path
    kind: str
    labels: tuple[str, ...]
    seed: int
    objective: str
    inner_folds: int
    threads: int
    weights: str = "imagenet"
    scale: Mapping[str, Any] = field(default_factory=dict)
    vectors: str | None = None


def takes_table(cell: Cell) -> bool:
    """Whether a cell's model reads the feature table itself, not an encoded matrix."""
    recipe = RECIPES.get(cell.model)
    return recipe is not None and recipe.takes_table


def cell_file(folder: Path, cell: Cell, split: Split) -> Path:
    """Where a finished cell lies: its name says what it is, so a look into the folder tells how far a run is."""
    key = f"{cell.feature_set}|{cell.name}|{cell.balance}|{split.repeat}|{split.fold}"
    digest = hashlib.sha256(key.encode()).hexdigest()[:10]
    slug = "".join(c if c.isalnum() else "-" for c in f"{cell.feature_set}.{cell.name}.{cell.balance}")[:80]
    return folder / f"r{split.repeat}f{split.fold}.{slug}.{digest}.npz"


def trivial_cells(kind: str) -> list[Cell]:
    """One cell for every trivial rule of a target kind."""
    return [Cell("-", TRIVIAL + name, "none") for name in BASELINES[kind]]


def fold_seed(seed: int, train: np.ndarray) -> int:
    """The seed of everything fitted on these rows.

    It depends on the rows alone: no cell depends on which others ran before it, and models are compared on the same
    inner folds and the same synthetic rows.
    """
    rows = hashlib.sha256(np.asarray(train, dtype=np.int64).tobytes()).hexdigest()
    return int.from_bytes(hashlib.sha256(f"{seed}|{rows}".encode()).digest()[:4], "big") >> 1


def run_task(task: Task, setting: Setting, X: pd.DataFrame | None, y: np.ndarray, groups: np.ndarray) -> None:
    """Run the cells of one task and write each as soon as it is done.

    Parameters
    ----------
    task : Task
    setting : Setting
    X : DataFrame of m rows, or None for trivial rules
        Feature columns of the task's feature set.
    y : ndarray
        Labels of the m rows, as in `Target`.
    groups : ndarray of shape (m,)
        For the inner folds.
    """
    train = task.splits[0].train
    if X is None:
        encoded_train = np.zeros((len(train), 1))
        encoded_tests = [np.zeros((len(test), 1)) for test in task.tests()]
        shared = Shared(encoded_train, encoded_tests, groups[train], [], [])
        for cell in task.cells:
            rule = BASELINES[setting.kind][cell.model.removeprefix(TRIVIAL)](
                random_state=fold_seed(setting.seed, train)
            )
            _measure(cell, task.splits, setting, rule, shared, y)
        return
    shared, encoder = _shared(task, X, groups)
    parent = os.getppid()
    with keep_distances(), keep_resampled():
        for cell in task.cells:
            if os.getppid() != parent:
                return  # the run was killed: what is left is for the one that goes on with it
            training = training_folder(setting.folder, cell, task.splits[0]) if task.takes_table else None
            estimator = build_estimator(
                cell,
                setting.kind,
                seed=fold_seed(setting.seed, train),
                threads=setting.threads,
                encoder=encoder,
                inner_folds=setting.inner_folds,
                objective=setting.objective,
                specs=task.specs,
                weights=setting.weights,
                scale=setting.scale,
                vectors=setting.vectors,
                checkpoint=training,
            )
            _measure(cell, task.splits, setting, estimator, shared, y)
            if training is not None:
                shutil.rmtree(training, ignore_errors=True)


def training_folder(cells: Path, cell: Cell, split: Split) -> Path:
    """Where the training of a network leaves what it needs to go on after a kill."""
    return cells.parent / "training" / cell_file(cells, cell, split).stem


def _shared(task: Task, X: pd.DataFrame, groups: np.ndarray) -> tuple["Shared", Any]:
    """Inputs of the task's cells, and the encoder that made them; networks get the table and no encoder."""
    train = task.splits[0].train
    if task.takes_table:
        tables = [X.iloc[test] for test in task.tests()]
        return Shared(X.iloc[train], tables, groups[train], [], []), None
    encoder = make_encoder(task.specs, list(X.columns))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        encoded_train = encoder.fit_transform(X.iloc[train])
        encoded_tests = [encoder.transform(X.iloc[test]) for test in task.tests()]
    notes = sorted({f"encoding: {w.message}" for w in caught})
    if not encoded_train.shape[1]:
        notes.append(f"{task.feature_set}: no feature is known of these training titles; models learn frequencies only")
        encoded_train, *encoded_tests = (np.zeros((len(rows), 1), np.float32) for rows in (train, *task.tests()))
    return Shared(encoded_train, encoded_tests, groups[train], notes, _explained_variance(encoder)), encoder


@dataclass(frozen=True)
class Shared:
    """One encoding, for all cells of a task."""

    train: Any
    tests: list[Any]
    groups: np.ndarray
    notes: list[str]
    extra: Rows


def build_estimator(
    cell: Cell,
    kind: str,
    *,
    seed: int,
    threads: int,
    encoder: Any,
    inner_folds: int,
    objective: str,
    specs: Sequence[str] = (),
    weights: str = "imagenet",
    scale: Mapping[str, Any] | None = None,
    vectors: str | None = None,
    checkpoint: Path | None = None,
) -> Any:
    """The classifier of a cell, for the columns of a fitted encoder; multi-label ones choose their thresholds.

    A network takes the table instead: `encoder` is None, `specs` name its feature set, `scale` may shorten its
    training and shrink its posters, and `vectors` is a file of word vectors for those that read texts.
    """
    recipe, parameters = RECIPES[cell.model], dict(cell.parameters)
    if isinstance(recipe, NetworkRecipe):
        scale = scale or {}
        for key in {"epochs", "shrink"} & set(scale):
            parameters.setdefault(key, scale[key])
        if "batch_size" in scale:
            parameters.setdefault("batch_size", min(recipe.network.training.batch_size, scale["batch_size"]))
        if vectors and "vectors" in recipe.network.options:
            parameters.setdefault("vectors", vectors)
        about = {"specs": specs, "weights": weights, "checkpoint": checkpoint}
        return recipe.build(kind, cell.balance, seed=seed, n_jobs=threads, **about, **parameters)
    estimator = recipe.build(
        kind,
        cell.balance,
        seed=seed,
        n_jobs=threads,
        categorical=categorical_columns(encoder),
        blocks=dict(encoder.output_indices_),
        **parameters,
    )
    if kind == "multilabel" and inner_folds:
        return OutOfFold(estimator, cv=inner_folds, objective=objective, random_state=seed)
    return estimator


def fit(estimator: Any, encoded: Any, y: np.ndarray, groups: np.ndarray) -> Any:
    """Fit an estimator; those that split the training rows again keep groups whole."""
    return (
        estimator.fit(encoded, y, groups=groups)
        if has_fit_parameter(estimator, "groups")
        else estimator.fit(encoded, y)
    )


def _measure(
    cell: Cell, splits: Sequence[Split], setting: Setting, estimator: Any, shared: Shared, y: np.ndarray
) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        started = time.perf_counter()
        fit(estimator, shared.train, y[splits[0].train], shared.groups)
        fit_seconds = time.perf_counter() - started
        for split, encoded in zip(splits, shared.tests, strict=True):
            started = time.perf_counter()
            scores, predicted = predict(estimator, encoded, setting.kind, len(setting.labels))
            seconds = (fit_seconds, time.perf_counter() - started)
            truth = y[split.test]
            if setting.kind == "multilabel":
                rows = multilabel_metrics(truth, scores, predicted, setting.labels)
            else:
                rows = single_metrics(truth, scores, setting.labels)
            notes = shared.notes + sorted({f"{cell.name}: {w.message}" for w in caught})
            notes += [f"{cell.name}: {note}" for note in getattr(estimator, "notes_", ())]
            curves = list(getattr(estimator, "history_", ()))
            record = {"rows": rows, "extra": shared.extra, "notes": notes, "curves": curves}
            _write(cell_file(setting.folder, cell, split), record, seconds, scores, predicted)


def _write(path: Path, record: dict, seconds: tuple, scores: np.ndarray, predicted: np.ndarray) -> None:
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(
            file,
            record=np.array(json.dumps(record)),
            seconds=np.array(seconds),
            scores=scores.astype(np.float32),
            predicted=predicted.astype(np.uint8),
        )


def predict(estimator: Any, encoded: Any, kind: str, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities (n, L) in the order of the labels, and 0/1 predictions (n, L)."""
    probabilities = np.asarray(estimator.predict_proba(encoded))
    if kind == "multilabel":
        if hasattr(estimator, "decides"):
            return probabilities, np.asarray(estimator.predict(encoded))
        thresholds = getattr(estimator, "thresholds_", 0.5)
        return probabilities, (probabilities >= thresholds).astype(np.uint8)
    scores = np.zeros((probabilities.shape[0], width))
    scores[:, np.asarray(estimator.classes_, dtype=int)] = probabilities
    return scores, np.eye(width, dtype=np.uint8)[scores.argmax(axis=1)]


def _explained_variance(encoder: Any) -> Rows:
    rows: Rows = []
    for name, part in encoder.named_transformers_.items():
        ratios = getattr(part, "explained_variance_ratio_", None)
        for number, ratio in enumerate(() if ratios is None else ratios, start=1):
            rows.append(("explained_variance_ratio", f"{name}_{number:02d}", float(ratio)))
    return rows
