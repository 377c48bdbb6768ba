"""Probabilities for classifiers that only know a margin."""

from typing import Any, cast

import numpy as np
from scipy.special import expit, softmax
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import StratifiedKFold
from sklearn.utils.validation import check_is_fitted

from ..balance.strategies import report


class MarginProbabilities(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """A support vector classifier, calibrated by sigmoids on out-of-fold margins.

    scikit-learn's `CalibratedClassifierCV` with one final classifier. Where the smallest class has fewer rows than
    folds, there are fewer folds; with a single row the margin itself goes through a logistic function, with a note.

    Parameters
    ----------
    estimator : classifier with `decision_function`
    cv : int
        Folds for the margins, at least 2.
    random_state : int

    Attributes
    ----------
    notes_ : list of str
        Also issued as `TrainingReport`.

    Examples
    --------
    >>> from sklearn.svm import LinearSVC
    >>> X, y = np.linspace(-1, 1, 30).reshape(-1, 1), np.arange(30) > 14
    >>> MarginProbabilities(LinearSVC()).fit(X, y).predict_proba([[-1.0], [1.0]]).argmax(axis=1).tolist()
    [0, 1]
    """

    def __init__(self, estimator, cv: int = 3, random_state: int = 0):
        self.estimator = estimator
        self.cv = cv
        self.random_state = random_state

    def fit(self, X, y, sample_weight: np.ndarray | None = None):
        """Fit and calibrate; raises ValueError when `cv` is below 2."""
        if self.cv < 2:
            raise ValueError(f"cv: expected at least 2, found {self.cv}")
        self.classes_, counts = np.unique(y, return_counts=True)
        self.notes_ = []
        folds = min(self.cv, int(counts.min()))
        if folds >= 2:
            splitter = StratifiedKFold(folds, shuffle=True, random_state=self.random_state)
            model = CalibratedClassifierCV(
                self.estimator,
                method="sigmoid",
                cv=splitter,
                ensemble=False,  # pyright: ignore[reportArgumentType]
            )
        else:
            rare = self.classes_[counts.argmin()]
            self.notes_.append(f"class {rare} has 1 row: probabilities are not calibrated")
            model = cast(Any, clone(self.estimator))
        self.estimator_ = model.fit(X, y, sample_weight=sample_weight)
        report(self.notes_)
        return self

    def predict_proba(self, X) -> np.ndarray:
        """Probability of each class: float64 of shape (n, K)."""
        check_is_fitted(self)
        if isinstance(self.estimator_, CalibratedClassifierCV):
            return self.estimator_.predict_proba(X)
        margin = self.estimator_.decision_function(X)
        if margin.ndim == 1:
            return np.column_stack([expit(-margin), expit(margin)])
        return softmax(margin, axis=1)

    def predict(self, X) -> np.ndarray:
        """The most probable class: shape (n,)."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
