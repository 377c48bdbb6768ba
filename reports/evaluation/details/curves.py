"""Precision-recall and calibration curves from out-of-fold scores, pooled over folds and repeats."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_curve

_POINTS = 150  # more cannot be seen
_ALL = "all genres"


@dataclass(frozen=True)
class Curve:
    """One precision-recall curve.

    Attributes
    ----------
    label : str
    recall, precision : ndarray of float
        At most 150 points.
    average_precision, prevalence : float
        Prevalence is the precision of guessing.
    """

    label: str
    recall: np.ndarray
    precision: np.ndarray
    average_precision: float
    prevalence: float


@dataclass(frozen=True)
class Calibration:
    """Whether a probability of 0.3 comes true three times in ten.

    Attributes
    ----------
    bins : DataFrame
        mean_score, observed (share true), count; one row per bin that holds a score.
    error : float
        Expected calibration error: mean absolute gap, weighted by count.
    brier : float
        Mean squared error of the probabilities.
    """

    bins: pd.DataFrame
    error: float
    brier: float


def precision_recall(predictions: pd.DataFrame, labels: Sequence[str], most: int = 6) -> list[Curve]:
    """Curves of all title-genre pairs together and of the most frequent genres.

    Parameters
    ----------
    predictions : DataFrame
        label, truth, score.
    labels : sequence of str
        Most frequent first.
    most : int
        How many genres get a curve of their own: as many as colours can be told apart.

    Returns
    -------
    list of Curve
        Empty where there is no score; genres without a true title are left out.

    Examples
    --------
    >>> frame = pd.DataFrame({"label": "a", "truth": [0, 1], "score": [0.2, 0.9]})
    >>> [(curve.label, curve.average_precision) for curve in precision_recall(frame, ["a"])]
    [('all genres', 1.0), ('a', 1.0)]
    """
    frame = predictions.dropna(subset=["score"])
    curves = [_curve(_ALL, frame)]
    curves += [_curve(label, frame[frame["label"] == label]) for label in labels[:most]]
    return [curve for curve in curves if curve is not None]


def calibration(predictions: pd.DataFrame, bins: int = 10) -> Calibration | None:
    """Observed share of true labels against the predicted probability, over all title-genre pairs.

    Parameters
    ----------
    predictions : DataFrame
        truth (0/1), score (0 to 1).
    bins : int
        Of equal width.

    Returns
    -------
    Calibration or None
        None where there is no score, or scores are no probabilities (outside 0 to 1).

    Examples
    --------
    >>> frame = pd.DataFrame({"truth": [0, 1, 1, 1], "score": [0.1, 0.9, 0.9, 0.1]})
    >>> calibration(frame).bins.round(2).values.tolist()
    [[0.1, 0.5, 2.0], [0.9, 1.0, 2.0]]
    """
    frame = predictions.dropna(subset=["score"])
    score, truth = frame["score"].to_numpy(dtype=float), frame["truth"].to_numpy(dtype=float)
    if len(score) == 0 or score.min() < 0 or score.max() > 1 + 1e-6:
        return None
    place = np.minimum((score * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    held = count > 0
    means = np.bincount(place, score, bins)[held] / count[held]
    observed = np.bincount(place, truth, bins)[held] / count[held]
    table = pd.DataFrame({"mean_score": means, "observed": observed, "count": count[held]})
    gap = float(np.average(np.abs(means - observed), weights=count[held]))
    return Calibration(table, gap, float(np.mean((score - truth) ** 2)))


def genre_calibration(predictions: pd.DataFrame, labels: Sequence[str], bins: int = 10) -> pd.DataFrame:
    """Brier score and expected calibration error of every genre, from out-of-fold scores.

    The Brier score is the mean squared error of the probabilities (Brier 1950, "Verification of forecasts expressed in
    terms of probability"); beside it that of always saying the genre's share, the bar to clear. The expected
    calibration error is the mean absolute gap between probability and share that came true, over bins of equal width
    weighted by their size.

    Parameters
    ----------
    predictions : DataFrame
        label, truth (0/1), score (probability), of one system; repeats are pooled.
    labels : sequence of str
        Row order; labels without scores are left out.
    bins : int

    Returns
    -------
    DataFrame
        label, share (of titles that have it), mean_score, brier, brier_share (of always saying the share), error; no
        rows where scores are no probabilities.

    Examples
    --------
    >>> frame = pd.DataFrame({"label": "War", "truth": [0, 1, 1, 1], "score": [0.1, 0.9, 0.9, 0.1]})
    >>> genre_calibration(frame, ["War"]).round(3).values.tolist()
    [['War', 0.75, 0.5, 0.21, 0.188, 0.25]]
    """
    columns = ["label", "share", "mean_score", "brier", "brier_share", "error"]
    rows = []
    groups = dict(iter(predictions.dropna(subset=["score"]).groupby("label", observed=True)))
    for label in labels:
        found = calibration(groups[label], bins) if label in groups else None
        if found is None:
            continue
        truth, score = groups[label]["truth"].to_numpy(np.float64), groups[label]["score"].to_numpy(np.float64)
        share = float(truth.mean())
        rows.append([label, share, float(score.mean()), found.brier, share * (1 - share), found.error])
    return pd.DataFrame(rows, columns=columns)


def _curve(label: str, frame: pd.DataFrame) -> Curve | None:
    truth, score = frame["truth"].to_numpy(), frame["score"].to_numpy(dtype=float)
    if truth.sum() == 0:
        return None
    precision, recall, _ = precision_recall_curve(truth, score)
    area = -float(np.sum(np.diff(recall) * precision[:-1]))  # as scikit-learn's average_precision_score
    at = np.unique(np.linspace(0, len(recall) - 1, _POINTS).round().astype(int))
    # Evenly in recall as well, so that the steep start of a rare genre is not thinned away.
    even = np.searchsorted(-recall, -np.linspace(0, 1, _POINTS)).clip(max=len(recall) - 1)
    at = np.unique(np.concatenate([at, even]))[::-1]
    at = at if len(at) <= _POINTS else at[np.linspace(0, len(at) - 1, _POINTS).round().astype(int)]
    return Curve(label, recall[at], precision[at], area, float(truth.mean()))
