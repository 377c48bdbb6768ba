"""Nearest neighbours that make do with the rows there are."""

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.neighbors import KNeighborsClassifier
from sklearn.utils.validation import check_is_fitted

from .balance.strategies import report


class NearestNeighbours(ClassifierMixin, BaseEstimator):
    """scikit-learn's `KNeighborsClassifier`, with fewer neighbours where there are fewer training rows.

    Parameters
    ----------
    n_neighbors : int
        At least 1; with fewer training rows all of them are asked, and a note says so.
    weights : {"uniform", "distance"}
        Whether near neighbours count more.
    n_jobs : int or None
        Threads of a search.

    Attributes
    ----------
    estimator_ : KNeighborsClassifier
    classes_ : ndarray, or list of one per label
    notes_ : list of str
        Also issued as `TrainingReport`.

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     model = NearestNeighbours(25).fit(np.eye(4), [0, 0, 1, 1])
    >>> model.estimator_.n_neighbors, model.notes_
    (4, ['4 neighbours in place of 25: there are no more training rows'])
    """

    def __init__(self, n_neighbors: int = 25, *, weights: str = "distance", n_jobs: int | None = None):
        self.n_neighbors = n_neighbors
        self.weights = weights
        self.n_jobs = n_jobs

    def fit(self, X: Any, y: Any) -> "NearestNeighbours":
        """Remember the rows.

        Parameters
        ----------
        X : ndarray or sparse matrix of shape (n, p)
        y : ndarray of shape (n,) or (n, L)

        Raises
        ------
        ValueError
            When `n_neighbors` is below 1.
        """
        if self.n_neighbors < 1:
            raise ValueError(f"n_neighbors: expected at least 1, got {self.n_neighbors}")
        count = min(self.n_neighbors, X.shape[0])
        self.notes_ = []
        if count < self.n_neighbors:
            self.notes_.append(f"{count} neighbours in place of {self.n_neighbors}: there are no more training rows")
        weights: Any = self.weights
        self.estimator_ = KNeighborsClassifier(count, weights=weights, n_jobs=self.n_jobs).fit(X, y)
        self.classes_ = self.estimator_.classes_
        self.n_features_in_ = X.shape[1]
        report(self.notes_)
        return self

    def predict_proba(self, X: Any) -> Any:
        """Shares of the neighbours: float64 of shape (n, K), or a list of one array per label."""
        check_is_fitted(self)
        return self.estimator_.predict_proba(X)

    def predict(self, X: Any) -> np.ndarray:
        """The class, or the labels, of most neighbours."""
        check_is_fitted(self)
        return np.asarray(self.estimator_.predict(X))
