"""Against class imbalance: weights and resampling, applied to training rows only."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


class TrainingReport(UserWarning):
    """Something a reader of the scores must know about how a model was trained; the training went on."""


@dataclass(frozen=True)
class Strategy:
    """How a balancing works: which weights, which resampling, and one sentence about it."""

    weights: str | None
    sampler: str | None
    summary: str


STRATEGIES: dict[str, Strategy] = {
    "none": Strategy(None, None, "the rows as they are"),
    "balanced": Strategy("balanced", None, "weight n / (classes × n_c): every class weighs the same"),
    "inverse": Strategy("inverse", None, "weight n_max / n_c"),
    "log": Strategy("log", None, "weight 1 + ln(n_max / n_c)"),
    "oversample": Strategy(None, "oversample", "rows of small classes repeated up to a share of the largest"),
    "oversample+log": Strategy("log", "oversample", "oversample, then log weights for the imbalance that is left"),
    "smote": Strategy(None, "smote", "synthetic rows between neighbours, up to a share of the largest class"),
    "smote+log": Strategy("log", "smote", "smote, then log weights for the imbalance that is left"),
}


def class_weights(y: np.ndarray, scheme: str) -> dict:
    """Weight of each class.

    With n_c rows of class c, n rows in all, K classes and n_max rows in the largest class:

    | scheme | weight of class c | from |
    |---|---|---|
    | `balanced` | n / (K n_c) | King, Zeng (2001); scikit-learn's `class_weight="balanced"` |
    | `inverse` | n_max / n_c | Vogiatzis et al. (2020) |
    | `log` | 1 + ln(n_max / n_c) | our reading of Garg et al. (2017), see below |

    Garg et al. scale the weights "by a logarithm of the class proportions" and print no formula. Ours is 1 for the
    largest class, grows with the imbalance, is never below 1 and needs no constant to be tuned; at their 25:1 the
    rarest class weighs 4.2 instead of 25.

    Parameters
    ----------
    y : ndarray of shape (n,)
    scheme : {"balanced", "inverse", "log"}

    Returns
    -------
    dict of class to float

    Raises
    ------
    ValueError
        When the scheme is unknown.

    Examples
    --------
    >>> class_weights(np.array([0, 0, 0, 1]), "inverse")
    {0: 1.0, 1: 3.0}
    >>> round(class_weights(np.array([0] * 25 + [1]), "log")[1], 1)
    4.2
    """
    classes, counts = np.unique(y, return_counts=True)
    if scheme == "balanced":
        weights = len(y) / (len(classes) * counts)
    elif scheme == "inverse":
        weights = counts.max() / counts
    elif scheme == "log":
        weights = 1.0 + np.log(counts.max() / counts)
    else:
        raise ValueError(f"weights: expected balanced, inverse or log, found {scheme!r}")
    return {c: float(weight) for c, weight in zip(classes.tolist(), weights, strict=True)}


def resample(
    X,
    y: np.ndarray,
    sampler: str,
    *,
    ratio: float = 0.5,
    categorical: Sequence[int] = (),
    neighbors: int = 5,
    random_state: int = 0,
) -> tuple:
    """Add rows of the smaller classes.

    Every class with fewer than `ratio` × n_max rows is brought up to that number; the others stay. SMOTE draws a
    new row between a row and one of its nearest neighbours of the same class; columns in `categorical` take the
    neighbours' most frequent value instead (SMOTENC). If some class has too few rows for `neighbors`, fewer
    neighbours are taken, and if it has one row only, rows are repeated instead (`oversample`).

    Parameters
    ----------
    X : ndarray or sparse matrix of shape (n, p)
    y : ndarray of shape (n,)
        Classes.
    sampler : {"oversample", "smote"}
    ratio : float in (0, 1]
        Part of the largest class that small classes are brought up to; 0.5 goes part of the way.
    categorical : sequence of int
        Columns that hold categories, 0/1 columns among them.
    neighbors : int
        Neighbours of the same class, 5 in Chawla et al. (2002).
    random_state : int

    Returns
    -------
    X, y
        Old rows first, new ones after.
    notes : list of str
        What was done otherwise than asked for.

    Raises
    ------
    ValueError
        When the sampler is unknown or the ratio is out of range.

    References
    ----------
    Chawla, Bowyer, Hall, Kegelmeyer (2002), SMOTE: Synthetic Minority Over-sampling Technique, JAIR 16.

    Examples
    --------
    >>> X, y, notes = resample(np.eye(5), np.array([0, 0, 0, 0, 1]), "smote")
    >>> y.tolist(), notes
    ([0, 0, 0, 0, 1, 1], ['smote: class 1 has 1 row, too few to interpolate; rows were repeated instead'])
    """
    if sampler not in ("oversample", "smote"):
        raise ValueError(f"sampler: expected oversample or smote, found {sampler!r}")
    if not 0 < ratio <= 1:
        raise ValueError(f"ratio: expected a number above 0 and up to 1, found {ratio}")
    classes, counts = np.unique(y, return_counts=True)
    goal = int(np.ceil(ratio * counts.max()))
    wanted = {c: goal for c, count in zip(classes.tolist(), counts, strict=True) if count < goal}
    if not wanted:
        return X, y, []
    notes = []
    smallest = int(min(count for count in counts if count < goal))
    if sampler == "smote" and smallest <= neighbors:
        rare = classes[counts.argmin()]
        if smallest < 2:
            notes.append(f"smote: class {rare} has 1 row, too few to interpolate; rows were repeated instead")
            sampler = "oversample"
        else:
            notes.append(f"smote: class {rare} has {smallest} rows; {smallest - 1} neighbours instead of {neighbors}")
            neighbors = smallest - 1
    maker = _sampler(sampler, wanted, X, tuple(categorical), neighbors, random_state)
    X, y = maker.fit_resample(X, y)
    return X, y, notes


def _sampler(sampler: str, wanted: dict, X, categorical: tuple, neighbors: int, random_state: int) -> Any:
    # Here and not at the top: imbalanced-learn takes a second to import and most runs never ask for it.
    from imblearn.over_sampling import SMOTE, SMOTEN, SMOTENC, RandomOverSampler

    shared: dict[str, Any] = {"sampling_strategy": wanted, "random_state": random_state}
    if sampler == "oversample":
        return RandomOverSampler(**shared)
    shared["k_neighbors"] = neighbors
    if len(categorical) == X.shape[1]:
        return SMOTEN(**shared)
    if categorical:
        from .one_hot import DenseInverse

        encoder = DenseInverse(handle_unknown="ignore", dtype=X.dtype)  # as SMOTENC makes its own
        return SMOTENC(list(categorical), categorical_encoder=encoder, **shared)
    return SMOTE(**shared)


def report(notes: Sequence[str]) -> None:
    """Issue each distinct note as a `TrainingReport` warning, with how often it came.

    Examples
    --------
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     report(["one class only", "one class only"])
    >>> str(caught[0].message)
    'one class only (2 times)'
    """
    for note in dict.fromkeys(notes):
        times = list(notes).count(note)
        warnings.warn(note if times == 1 else f"{note} ({times} times)", TrainingReport, stacklevel=3)
