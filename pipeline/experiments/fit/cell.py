"""Fit one cell: the only place where a run, an export and an audit train a classifier, and ask it."""

import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.utils.validation import has_fit_parameter

from ....models.multilabel.search import Searched
from ....reports.runs.format import Cell
from .encoding import Encoded
from .estimator import build_estimator, build_network, candidates_of, takes_table
from .setting import Setting, fold_seed


def fit_cell(
    cell: Cell,
    setting: Setting,
    encoded: Encoded,
    y: np.ndarray,
    groups: np.ndarray,
    *,
    threads: int = 1,
    checkpoint: Path | None = None,
) -> Any:
    """Fit one cell on encoded training rows.

    Parameters
    ----------
    cell : Cell
    setting : Setting
    encoded : Encoded
    y : ndarray of m rows
        Labels of all rows, as in `Target`.
    groups : ndarray of shape (m,)
        Classifiers that split the training rows again keep groups whole.
    threads, checkpoint
        As in `build_estimator`.

    Returns
    -------
    fitted classifier
    """
    seed = fold_seed(setting.seed, encoded.rows)
    if cell.search and takes_table(cell):
        from ....models.networks.search import best_network

        built = [
            (
                chosen,
                build_network(
                    cell,
                    setting,
                    chosen,
                    seed=seed,
                    threads=threads,
                    checkpoint=None if checkpoint is None else checkpoint / f"candidate{number}",
                ),
            )
            for number, chosen in enumerate(candidates_of(cell))
        ]
        return best_network(built, encoded.train, y[encoded.rows], groups[encoded.rows])
    estimator = build_estimator(
        cell, setting, seed=seed, threads=threads, encoder=encoded.encoder, checkpoint=checkpoint
    )
    if encoded.empty is not None:
        deep = estimator.get_params() if hasattr(estimator, "get_params") else {}
        estimator.set_params(**{name: encoded.empty for name in deep if name == "empty" or name.endswith("__empty")})
    more = {"groups": groups[encoded.rows]} if has_fit_parameter(estimator, "groups") else {}
    return estimator.fit(encoded.train, y[encoded.rows], **more)


def searched(estimator: Any) -> Searched | None:
    """What a fitted classifier chose inside its training rows; None without a search."""
    while estimator is not None:
        if hasattr(estimator, "search_"):
            return estimator.search_
        estimator = getattr(estimator, "estimator_", None)
    return None


def predict(estimator: Any, encoded: Any, setting: Setting) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities (n, L) in the order of the labels, and 0/1 predictions (n, L)."""
    probabilities = np.asarray(estimator.predict_proba(encoded))
    if setting.kind == "multilabel":
        if hasattr(estimator, "decides"):
            return probabilities, np.asarray(estimator.predict(encoded))
        thresholds = getattr(estimator, "thresholds_", 0.5)
        return probabilities, (probabilities >= thresholds).astype(np.uint8)
    scores = np.zeros((probabilities.shape[0], len(setting.labels)))
    scores[:, np.asarray(estimator.classes_, dtype=int)] = probabilities
    return scores, np.eye(len(setting.labels), dtype=np.uint8)[scores.argmax(axis=1)]


def training_notes(
    cell: Cell, setting: Setting, estimator: Any, caught: Sequence[warnings.WarningMessage]
) -> list[str]:
    """What a fit did otherwise than asked, each once and by the names of the labels.

    Parameters
    ----------
    cell : Cell
    setting : Setting
    estimator : classifier
        Fitted.
    caught : sequence of warning
        Recorded while it was fitted.
    """

    def named(note: object) -> str:
        return re.sub(r"label number (\d+)", lambda found: setting.labels[int(found[1])], str(note))

    notes = [*sorted({str(warning.message) for warning in caught}), *getattr(estimator, "notes_", ())]
    return list(dict.fromkeys(f"{cell.name}: {named(note)}" for note in notes))
