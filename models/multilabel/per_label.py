"""One classifier per label, each balanced by itself."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import scipy.sparse as sp
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin
from sklearn.dummy import DummyClassifier
from sklearn.utils import assert_all_finite, get_tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from ..balance.balanced import check_balance, fit_balanced
from ..balance.strategies import report


class OneVsRest(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """Fit a binary classifier for every label, with weights and resampling of its own.

    Resampling happens inside each label because a row cannot be added for one label without adding its other
    labels. A label with one class among the training rows gets that class with certainty, and a note.

    Parameters
    ----------
    estimator : classifier
        With `predict_proba`.
    balance : str
        One of `genrelab.models.balance.strategies.STRATEGIES`.
    ratio, categorical, neighbors
        As in `genrelab.models.balance.strategies.resample`.
    random_state : int
        Seed of the resampling; label number l uses `random_state + l`.
    n_jobs : int
        Labels fitted at once.

    Attributes
    ----------
    estimators_ : list of L classifiers
    classes_ : ndarray of int64, shape (L,)
        Label numbers.
    notes_ : list of str
        Notes of all labels; also issued as `TrainingReport`.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> X = np.arange(8.0).reshape(-1, 1)
    >>> Y = np.column_stack([X.ravel() > 3, X.ravel() % 2])
    >>> OneVsRest(LogisticRegression(), "balanced").fit(X, Y).predict(X)[[0, 7], 0].tolist()
    [0, 1]
    """

    def __init__(
        self,
        estimator,
        balance: str = "none",
        *,
        ratio: float = 0.5,
        categorical: Sequence[int] = (),
        neighbors: int = 5,
        random_state: int = 0,
        n_jobs: int = 1,
    ):
        self.estimator = estimator
        self.balance = balance
        self.ratio = ratio
        self.categorical = categorical
        self.neighbors = neighbors
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X, y):
        """Fit every label.

        Parameters
        ----------
        X : ndarray or sparse matrix of shape (n, p)
        y : ndarray of shape (n, L)
            0/1.

        Raises
        ------
        ValueError
            When `y` is no 0/1 matrix, or the strategy does not work with the classifier.
        """
        X = check_rows(self, X, reset=True, allow_nan=allows_nan(self.estimator))
        Y = check_indicator(y)
        check_balance(self.estimator, self.balance)
        fitted = Parallel(n_jobs=self.n_jobs)(
            delayed(_fit_label)(
                self.estimator,
                X,
                np.ascontiguousarray(Y[:, label]),
                label,
                balance=self.balance,
                ratio=self.ratio,
                categorical=self.categorical,
                neighbors=self.neighbors,
                random_state=self.random_state + label,
            )
            for label in range(Y.shape[1])
        )
        fits = cast(list[tuple[Any, list[str]]], fitted)
        self.estimators_ = [estimator for estimator, _ in fits]
        self.notes_ = [note for _, notes in fits for note in notes]
        self.classes_ = np.arange(Y.shape[1])
        report(self.notes_)
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        tags.input_tags.sparse = True
        tags.target_tags.multi_output, tags.target_tags.single_output = True, False
        tags.input_tags.allow_nan = allows_nan(self.estimator)
        return tags

    def predict_proba(self, X) -> np.ndarray:
        """Probability of each label by itself: float64 of shape (n, L)."""
        check_is_fitted(self)
        X = check_rows(self, X, allow_nan=allows_nan(self.estimator))
        return np.column_stack([positive_probability(estimator, X) for estimator in self.estimators_])

    def predict(self, X) -> np.ndarray:
        """Labels with a probability of at least one half: uint8 of shape (n, L)."""
        return (self.predict_proba(X) >= 0.5).astype(np.uint8)


def check_rows(estimator, X, *, reset: bool = False, allow_nan: bool = False) -> Any:
    """Rows as a float array or CSR matrix; their number of columns and names are kept, or compared with those kept.

    Parameters
    ----------
    estimator : estimator
        Whose `n_features_in_` and `feature_names_in_` they are.
    X : array-like, DataFrame of numbers or sparse matrix of shape (n, p)
    reset : bool
        Keep them, as `fit` does.
    allow_nan : bool
        Whether a number may be missing.
    """
    finite = "allow-nan" if allow_nan else True
    return validate_data(
        estimator, X, accept_sparse="csr", dtype=[np.float64, np.float32], ensure_all_finite=finite, reset=reset
    )


def allows_nan(estimator) -> Any:
    """Whether a classifier can do with missing numbers, or does not say whether it can."""
    return not hasattr(estimator, "__sklearn_tags__") or get_tags(estimator).input_tags.allow_nan


def check_indicator(y) -> np.ndarray:
    """A label matrix as uint8 of shape (n, L).

    Raises
    ------
    ValueError
        When it is missing, not two-dimensional or holds something else than 0 and 1.

    Examples
    --------
    >>> check_indicator([[True, False]]).tolist()
    [[1, 0]]
    """
    if y is None:
        raise ValueError("labels: this classifier requires y to be passed, but the target y is None")
    Y = y.toarray() if sp.issparse(y) else np.asarray(y)
    if Y.ndim != 2 or not np.isin(Y, (0, 1)).all():
        raise ValueError(f"labels: expected a matrix of 0 and 1, one column a label, found shape {Y.shape}")
    return Y.astype(np.uint8)


def check_classes(y) -> np.ndarray:
    """Classes as an array of shape (n,).

    Raises
    ------
    ValueError
        When they are missing, not one a row, not finite, or continuous numbers.

    Examples
    --------
    >>> check_classes(["war", "love"]).tolist()
    ['war', 'love']
    """
    if y is None:
        raise ValueError("classes: this classifier requires y to be passed, but the target y is None")
    y = column_or_1d(np.asarray(y), warn=True)
    assert_all_finite(y, input_name="y")
    check_classification_targets(y)
    return y


def positive_probability(estimator, X) -> np.ndarray:
    """Probability of class 1 from a binary classifier that may know one class only: float64 of shape (n,).

    Examples
    --------
    >>> positive_probability(DummyClassifier().fit([[0]], [1]), [[0], [0]]).tolist()
    [1.0, 1.0]
    """
    classes = list(estimator.classes_)
    probabilities = np.asarray(estimator.predict_proba(X), dtype=np.float64)
    return probabilities[:, classes.index(1)] if 1 in classes else np.zeros(probabilities.shape[0])


def _fit_label(estimator, X, y: np.ndarray, label: int, **options) -> tuple:
    if y.min() == y.max():
        note = f"label number {label}: every training row is {y[0]}, so this is what it predicts"
        return DummyClassifier(strategy="most_frequent").fit(np.zeros((len(y), 1)), y), [note]
    fitted, notes = fit_balanced(estimator, X, y, options.pop("balance"), **options)
    return fitted, [f"label number {label}: {note}" for note in notes]
