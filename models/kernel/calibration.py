"""Probabilities from decision values: one sigmoid per label, by scikit-learn's calibration."""

from typing import Any, cast

import numpy as np
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import BaseCrossValidator, KFold, StratifiedKFold, check_cv

__all__ = ["calibrate", "calibrated", "calibration_folds"]


class _Scores(ClassifierMixin, BaseEstimator):
    """A classifier whose one column already is the decision value."""

    def fit(self, X, y, sample_weight=None):
        self.classes_ = np.array([0, 1])
        return self

    def decision_function(self, X):
        return X[:, 0]

    def predict(self, X):
        return (X[:, 0] > 0).astype(int)


def calibration_folds(cv: Any, Y: np.ndarray, multilabel: bool, random_state: int) -> list[tuple]:
    """Return the folds in which scores for calibration are made.

    Parameters
    ----------
    cv : int, splitter or iterable of (training rows, test rows)
        An int means shuffled folds, stratified by class unless `multilabel`.
    Y : bool array (n, L)
    multilabel : bool
    random_state : int

    Returns
    -------
    list of (training rows, test rows)

    Examples
    --------
    >>> len(calibration_folds(3, np.eye(6, dtype=bool), True, 0))
    3
    """
    codes = Y.argmax(axis=1) if Y.shape[1] > 1 else Y[:, 0].astype(int)
    if isinstance(cv, int):
        smallest = min(np.bincount(codes)[np.unique(codes)])
        if multilabel or smallest < 2:
            cv = KFold(cv, shuffle=True, random_state=random_state)
        else:
            cv = StratifiedKFold(min(cv, int(smallest)), shuffle=True, random_state=random_state)
    return list(cast(BaseCrossValidator, check_cv(cv)).split(np.zeros((len(Y), 1)), codes))


def calibrate(scores: np.ndarray, Y: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
    """Fit Platt's sigmoid for each label.

    Parameters
    ----------
    scores : float64 array (n, L)
        Out-of-fold decision values; rows with NaN are left out.
    Y : bool array (n, L)
    weight : float64 array (n,), optional

    Returns
    -------
    float64 array (L, 2)
        a and b in probability = 1 / (1 + exp(a * score + b)); a label with one class has a = 0, b = -inf or
        inf.

    References
    ----------
    Platt (1999), Probabilistic outputs for support vector machines.

    Examples
    --------
    >>> a, b = calibrate(np.array([[-1.0], [-1.0], [1.0], [1.0]]), np.array([[0], [0], [1], [1]]) > 0)[0]
    >>> bool(a < 0 and abs(b) < 1e-3)
    True
    """
    sigmoids = np.zeros((Y.shape[1], 2))
    for label in range(Y.shape[1]):
        use = np.isfinite(scores[:, label])
        if weight is not None:
            use &= weight > 0
        y = Y[use, label].astype(int)
        if len(np.unique(y)) < 2:
            sigmoids[label] = 0.0, (-np.inf if y.any() else np.inf)
            continue
        everything = [(np.arange(len(y)), np.arange(len(y)))]  # the scores are out of fold already
        model = CalibratedClassifierCV(
            _Scores(),
            method="sigmoid",
            cv=everything,
            ensemble=False,  # pyright: ignore[reportArgumentType]
        )
        model.fit(scores[use, label : label + 1], y, sample_weight=None if weight is None else weight[use])
        sigmoid = cast(Any, model.calibrated_classifiers_)[0].calibrators[0]
        sigmoids[label] = sigmoid.a_, sigmoid.b_
    return sigmoids


def calibrated(scores: np.ndarray, sigmoids: np.ndarray) -> np.ndarray:
    """Return the probabilities of decision values.

    Parameters
    ----------
    scores : float64 array (n, L)
    sigmoids : float64 array (L, 2)

    Returns
    -------
    float64 array (n, L), 0 to 1

    Examples
    --------
    >>> calibrated(np.array([[0.0, 5.0]]), np.array([[-1.0, 0.0], [0.0, np.inf]]))
    array([[0.5, 0. ]])
    """
    return expit(-(sigmoids[:, 0] * scores + sigmoids[:, 1]))
