"""Probabilities from decision values: one sigmoid per label, by scikit-learn's calibration."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import BaseCrossValidator, KFold, StratifiedKFold, check_cv
from sklearn.utils.validation import check_is_fitted

__all__ = ["PlattMargins", "calibrate", "calibrated", "calibration_folds", "seen_both"]


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


class PlattMargins:
    """What classifiers share that have a margin for every label: curves, constant labels, probabilities, decisions.

    A class of this kind has `kind` and `classes_`, keeps its sentences in `notes_`, and gives margins of new rows by
    `margins_of`.

    Attributes
    ----------
    curves_ : float64 array (L, 2)
        Slope and offset of each label's curve.
    constant_ : float64 array (L,)
        What a label with one value in all training rows is; -1 for every other label.
    out_of_fold_scores_ : float64 array (n, L)
        Probabilities of the training rows.

    References
    ----------
    Platt (1999), Probabilistic Outputs for Support Vector Machines.
    """

    kind: str
    classes_: np.ndarray
    notes_: list[str]
    margins_of: Any

    def predict_proba(self, X) -> np.ndarray:
        """Probability of each label by itself, or of each class (rows sum to 1): float64 of shape (n, L)."""
        check_is_fitted(self)
        probabilities = self._probabilities(self.margins_of(X))
        fixed = self.constant_ >= 0
        probabilities[:, fixed] = self.constant_[fixed]
        if self.kind == "single":
            total = probabilities.sum(axis=1, keepdims=True)
            probabilities = np.where(total > 0, probabilities / np.maximum(total, 1e-300), 1 / len(self.classes_))
        return probabilities

    def _calibrate(self, margins: np.ndarray, known: np.ndarray, Y: np.ndarray) -> None:
        """Fit the curves to margins of rows that were not trained on, where both values of a label were (`known`)."""
        fixed = Y.min(axis=0) == Y.max(axis=0)
        self.notes_ += [
            f"label number {label}: every training row is {Y[0, label]}, so this is what it predicts"
            for label in np.flatnonzero(fixed)
        ]
        self.curves_ = np.array([self._curve(margins, known, Y, label) for label in range(Y.shape[1])])
        scores = self._probabilities(margins)
        scores[:, fixed] = Y[:1, fixed]
        self.out_of_fold_scores_ = scores
        self.constant_ = np.where(fixed, Y[0].astype(np.float64), -1.0)

    def _curve(self, margins: np.ndarray, known: np.ndarray, Y: np.ndarray, label: int) -> tuple[float, float]:
        rows = known[:, label]
        target = Y[rows, label]
        if rows.any() and target.min() != target.max():
            curve = LogisticRegression(C=1e6).fit(margins[rows, label].reshape(-1, 1), target)
            # A falling curve means that the margins rank no better than chance; it must not turn them round.
            return max(float(curve.coef_[0, 0]), 1e-6), float(curve.intercept_[0])
        if Y[:, label].min() != Y[:, label].max():
            self.notes_.append(f"label number {label}: too few rows to calibrate; the margin is used as it is")
        return 1.0, 0.0

    def _probabilities(self, margins: np.ndarray) -> np.ndarray:
        return expit(margins * self.curves_[:, 0] + self.curves_[:, 1])


def seen_both(Y: np.ndarray, folds: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Whether the training rows of a row's fold hold both values of a label: bool of shape (n, L).

    Examples
    --------
    >>> seen_both(np.array([[0], [1], [1]]), [(np.array([0, 1]), np.array([2])), (np.array([2]), np.array([0, 1]))])
    array([[False],
           [False],
           [ True]])
    """
    known = np.zeros(Y.shape, dtype=bool)
    for train, test in folds:
        known[test] = Y[train].min(axis=0) != Y[train].max(axis=0)
    return known
