"""Fit the best system of a run again: as it was, and with labels that mean nothing."""

import warnings
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score

from ...features.families import join_frames
from ...features.frozen.hub import weights_here
from ...features.store import FeatureStore
from ...reports.runs.format import KEYS, SPLIT, Cell, Check, Split
from ...reports.runs.metrics import HEADLINE
from ..catalog.table import Catalog
from ..experiments.dataset import Dataset
from ..experiments.fit.cell import fit_cell, predict
from ..experiments.fit.encoding import encode
from ..experiments.fit.setting import Setting
from ..experiments.run import Run, RunError
from .checks import NOT_RUN, check_gap, check_shuffled

REFITTED = ("train-test gap", "label-shuffle test")


def fit_and_score(
    data: Dataset, setting: Setting, cell: Cell, split: Split, y: np.ndarray, threads: int = 1
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Fit one cell on the training titles of a split, as a run does, and score both sides.

    Parameters
    ----------
    data : Dataset
    setting : Setting
    cell : Cell
    split : Split
    y : ndarray
        Labels as in `data.target.y`, or others of the same form.
    threads : int

    Returns
    -------
    dict of "train", "test" to (scores, predicted), each of shape (rows, L)
    """
    X = join_frames(data.frames, setting.feature_sets[cell.feature_set])
    with warnings.catch_warnings():
        # The run has kept what this fit warns of.
        warnings.simplefilter("ignore")
        encoded = encode(cell, setting, X, split.train, [split.test])
        estimator = fit_cell(cell, setting, encoded, y, data.groups, threads=threads)
    sides = {"train": encoded.train, "test": encoded.tests[0]}
    return {side: predict(estimator, rows, setting) for side, rows in sides.items()}


def refit_checks(
    run: Run,
    catalog: Catalog,
    store: FeatureStore | None = None,
    n_jobs: int | None = None,
    *,
    experiment: str | None = None,
    weights: str | None = None,
    vectors: Path | None = None,
) -> list[Check]:
    """Fit the run's best system on its first split again, then with labels shuffled over all titles.

    Parameters
    ----------
    run : Run
    catalog : Catalog
        The one the run was given: the whole of it, whatever part took part.
    store : FeatureStore, optional
    n_jobs : int, optional
    experiment, weights, vectors
        As in `Run.experiment` and `Run.setting`.

    Returns
    -------
    list of Check
        Those named in `REFITTED`.
    """
    try:
        plan = run.experiment(experiment)
        cell = run.best_cell(plan)
        kept = weights_here(weights, str(run.info.get("setting", {}).get("weights", "imagenet")))
        data = run.dataset(plan, catalog, store=store, weights=kept, n_jobs=n_jobs)
        setting = run.setting(data, weights=kept, vectors=vectors)
    except RunError as fault:
        return [Check(name, NOT_RUN, f"{fault}.") for name in REFITTED]
    split, threads = data.splits[0], n_jobs or 1
    fitted = fit_and_score(data, setting, cell, split, data.learnt, threads)
    truth = data.target.indicator()
    taught = truth if data.corrected is None else data.corrected.y
    test, train = (
        float(f1_score(of[rows], fitted[side][1], average="macro", zero_division=0))  # pyright: ignore[reportArgumentType]
        for side, rows, of in (("test", split.test, truth), ("train", split.train, taught))
    )
    rng = np.random.default_rng(plan.seed)
    mixed = data.learnt[rng.permutation(len(data.learnt))]
    shuffled = fit_and_score(data, setting, cell, split, mixed, threads)
    mixed_truth = mixed if mixed.ndim == 2 else np.eye(len(data.target.labels), dtype=np.uint8)[mixed]
    what = f"{cell.name} on {cell.feature_set}, repeat {split.repeat}, fold {split.fold}"
    return [
        check_gap(_reported(run, cell, split), test, train, what),
        check_shuffled(mixed_truth[split.test], shuffled["test"][0]),
    ]


def _reported(run: Run, cell: Cell, split: Split) -> float:
    rows = run.results[run.results["label"].isna() & (run.results["metric"] == HEADLINE)]
    value = rows.set_index([*KEYS, *SPLIT])["value"].get((*cell, split.repeat, split.fold))
    return float("nan") if value is None else float(value)  # pyright: ignore[reportArgumentType]
