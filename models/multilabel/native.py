"""One classifier for all labels at once, where the learner can do that."""

from typing import Any, cast

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.utils.validation import check_is_fitted

from ..balance.strategies import report
from .per_label import check_indicator


class NativeLabels(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """A learner that takes a label matrix (forest, neighbours, boosted trees), giving one probability matrix.

    Faster than one classifier per label, because splits, neighbours or bins are found once. Labels with one class
    among the training rows are kept from the learner; they get that class with certainty, and a note.

    Parameters
    ----------
    estimator : classifier whose `fit` takes an (n, L) label matrix

    Attributes
    ----------
    estimator_ : fitted learner, or None when no label varies
    notes_ : list of str
        Also issued as `TrainingReport`.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> X, Y = [[0.0], [1.0], [9.0]], np.array([[0, 1], [0, 1], [1, 1]])
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     model = NativeLabels(KNeighborsClassifier(1)).fit(np.array(X), Y)
    >>> model.predict_proba(np.array([[8.0]])).tolist(), model.notes_
    ([[1.0, 1.0]], ['label number 1: every training row is 1, so this is what it predicts'])
    """

    def __init__(self, estimator):
        self.estimator = estimator

    def fit(self, X, y):
        """Fit all labels; raises ValueError when `y` is no 0/1 matrix of shape (n, L)."""
        Y = check_indicator(y)
        self.constant_ = Y[0].astype(np.float64)
        self.varying_ = np.flatnonzero(Y.min(axis=0) != Y.max(axis=0))
        fixed = np.setdiff1d(np.arange(Y.shape[1]), self.varying_)
        self.notes_ = [
            f"label number {label}: every training row is {Y[0, label]}, so this is what it predicts" for label in fixed
        ]
        learnt = Y[:, self.varying_]
        # One label alone goes in as a vector: learners differ in what they make of a matrix of one column.
        learnt = learnt.ravel() if learnt.shape[1] == 1 else learnt
        self.estimator_ = cast(Any, clone(self.estimator)).fit(X, learnt) if len(self.varying_) else None
        self.classes_ = np.arange(Y.shape[1])
        self.n_features_in_ = X.shape[1]
        report(self.notes_)
        return self

    def predict_proba(self, X) -> np.ndarray:
        """Probability of each label by itself: float64 of shape (n, L)."""
        check_is_fitted(self)
        probabilities = np.tile(self.constant_, (X.shape[0], 1))
        if self.estimator_ is not None:
            found = self.estimator_.predict_proba(X)
            if isinstance(found, list):
                found = np.column_stack([own[:, 1] for own in found])
            elif len(self.varying_) == 1:
                found = found[:, 1:]
            probabilities[:, self.varying_] = found
        return probabilities

    def predict(self, X) -> np.ndarray:
        """Labels with a probability of at least one half: uint8 of shape (n, L)."""
        return (self.predict_proba(X) >= 0.5).astype(np.uint8)
