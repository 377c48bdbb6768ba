"""Probabilities of genres that come true, learnt from scores of titles that the model had not seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

LEAST = 10  # rows of either class, for a curve
LEAST_STEPS = 50  # for a step function, which bends to every row
PARTS = 5
KEPT = 1e-3  # of the raw score in a step function: titles with different scores stay apart, and nothing is certain
_BINS = 10


@dataclass(frozen=True)
class Curve:
    """From one genre's raw score to its probability, rising, so that no title passes another.

    Parameters
    ----------
    method : {"none", "sigmoid", "isotonic"}
        As it is; Platt's logistic curve of the log odds; a step function with straight lines between its steps.
    slope, intercept : float
        Of the logistic curve.
    scores, values : tuple of float
        Corners of the step function.
    """

    method: str = "none"
    slope: float = 1.0
    intercept: float = 0.0
    scores: tuple[float, ...] = ()
    values: tuple[float, ...] = ()

    def __call__(self, scores: np.ndarray) -> np.ndarray:
        """Probabilities of raw scores, float64 of the same shape; NaN stays NaN."""
        scores = np.asarray(scores, dtype=np.float64)
        if self.method == "sigmoid":
            return 1 / (1 + np.exp(-(self.slope * _log_odds(scores) + self.intercept)))
        if self.method == "isotonic":
            steps = np.interp(scores, self.scores, self.values)
            return (1 - KEPT) * steps + KEPT * np.clip(scores, 1e-6, 1 - 1e-6)
        return scores


@dataclass(frozen=True)
class Calibrated:
    """The chosen curve of every label and what it is worth, measured on titles that the curve was not fitted on.

    Parameters
    ----------
    curves : tuple of L Curve
    measured : tuple of L dict
        `method`, and `brier`, `log_loss` and `error` (the expected calibration error), each as [before, after].
    rows : int
        Scores per label that they were measured on.
    """

    curves: tuple[Curve, ...]
    measured: tuple[dict[str, Any], ...]
    rows: int

    def __call__(self, scores: np.ndarray) -> np.ndarray:
        """Probabilities of raw scores, (n, L)."""
        return np.column_stack([curve(scores[:, label]) for label, curve in enumerate(self.curves)])

    def mean(self, measure: str) -> tuple[float, float]:
        """A measure before and after, mean over labels."""
        before, after = np.mean([one[measure] for one in self.measured], axis=0)
        return float(before), float(after)

    @property
    def words(self) -> str:
        """What was done and what it is worth, in a sentence."""
        (b0, b1), (e0, e1) = self.mean("brier"), self.mean("error")
        count = sum(curve.method != "none" for curve in self.curves)
        done = f"{count} of {len(self.curves)} genres" if count else "no genre"
        return (
            f"Probabilities are calibrated for {done}, where that makes neither Brier score nor log loss worse on "
            f"titles it was not fitted on: mean Brier score {b0:.4f} before, {b1:.4f} after; mean gap between "
            f"probability and truth {e0:.3f} before, {e1:.3f} after"
        )


def calibrate_labels(
    Y: np.ndarray, scores: np.ndarray, groups: np.ndarray | None = None, *, random_state: int = 0
) -> Calibrated:
    """Choose a curve for every label by scores that are out of fold already.

    Each method is fitted on four fifths of the titles and measured on the rest, groups kept whole. Of those that make
    neither the Brier score nor the log loss worse the one with the lowest log loss is taken, and fitted on all;
    without one, scores stay as they are.

    Parameters
    ----------
    Y : ndarray of shape (n, L)
        0/1.
    scores : ndarray of shape (n, L)
        Probabilities, of rows that the model was not trained on.
    groups : ndarray of shape (n,), optional
    random_state : int

    Returns
    -------
    Calibrated

    References
    ----------
    Platt (1999), Probabilistic Outputs for Support Vector Machines. Zadrozny, Elkan (2002), Transforming Classifier
    Scores into Accurate Multiclass Probability Estimates. Brier (1950), Verification of forecasts expressed in terms of
    probability.

    Examples
    --------
    >>> truth = np.random.default_rng(0).random(2000)
    >>> Y = (np.random.default_rng(1).random(2000) < truth)[:, None]
    >>> found = calibrate_labels(Y, np.sqrt(truth)[:, None])
    >>> [round(value, 2) for value in found.measured[0]["error"]]
    [0.17, 0.02]
    """
    Y, scores = np.asarray(Y), np.asarray(scores, dtype=np.float64)
    groups = np.arange(len(Y)) if groups is None else np.asarray(groups)
    _, member = np.unique(groups, return_inverse=True)
    parts = np.random.default_rng(random_state).permutation(int(member.max()) + 1)[member] % PARTS
    chosen = [_choose(Y[:, label].astype(np.float64), scores[:, label], parts) for label in range(Y.shape[1])]
    return Calibrated(tuple(curve for curve, _ in chosen), tuple(about for _, about in chosen), len(Y))


def _choose(y: np.ndarray, scores: np.ndarray, parts: np.ndarray) -> tuple[Curve, dict[str, Any]]:
    before = _measures(y, scores)
    best, after, curve = "none", before, Curve()
    for method, least in (("sigmoid", LEAST), ("isotonic", LEAST_STEPS)):
        found = np.full(len(y), np.nan)
        for part in np.unique(parts):
            fitted = _fit(method, y[parts != part], scores[parts != part], least)
            if fitted is not None:
                found[parts == part] = fitted(scores[parts == part])
        whole = _fit(method, y, scores, least)
        if whole is None or np.isnan(found).any():
            continue
        measured = _measures(y, found)
        if measured["brier"] <= before["brier"] and measured["log_loss"] < after["log_loss"]:
            best, after, curve = method, measured, whole
    pairs = {name: [round(before[name], 6), round(after[name], 6)] for name in before}
    return curve, {"method": best, **pairs}


def _fit(method: str, y: np.ndarray, scores: np.ndarray, least: int) -> Curve | None:
    """A curve; None where a class has too few rows or the scores do not rise with it."""
    if min(y.sum(), len(y) - y.sum()) < least:
        return None
    if method == "sigmoid":
        line = LogisticRegression(C=1e6).fit(_log_odds(scores)[:, None], y)
        slope = float(line.coef_[0, 0])
        return Curve("sigmoid", slope, float(line.intercept_[0])) if slope > 0 else None
    steps = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(scores, y)
    return Curve("isotonic", scores=tuple(steps.X_thresholds_.tolist()), values=tuple(steps.y_thresholds_.tolist()))


def _measures(y: np.ndarray, probabilities: np.ndarray) -> dict[str, float]:
    clipped = np.clip(probabilities, 1e-6, 1 - 1e-6)
    return {
        "brier": float(((probabilities - y) ** 2).mean()),
        "log_loss": float(-(y * np.log(clipped) + (1 - y) * np.log1p(-clipped)).mean()),
        "error": calibration_error(y, probabilities),
    }


def calibration_error(y: Sequence[float] | np.ndarray, probabilities: Sequence[float] | np.ndarray) -> float:
    """The expected calibration error: mean gap between probability and share that came true, over ten equal bins.

    Examples
    --------
    >>> round(calibration_error([0, 1, 1, 1], [0.6, 0.6, 0.6, 0.6]), 2)
    0.15
    """
    y, probabilities = np.asarray(y, dtype=np.float64), np.asarray(probabilities, dtype=np.float64)
    bins = np.minimum((probabilities * _BINS).astype(int), _BINS - 1)
    gaps = np.bincount(bins, probabilities - y, minlength=_BINS)
    return float(np.abs(gaps).sum() / len(y))


def _log_odds(scores: np.ndarray) -> np.ndarray:
    clipped = np.clip(scores, 1e-6, 1 - 1e-6)
    return np.log(clipped / (1 - clipped))
