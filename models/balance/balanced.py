"""A classifier fitted on balanced rows."""

import warnings
from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import get_tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, has_fit_parameter, validate_data

from .reuse import resampled
from .strategies import STRATEGIES, TrainingReport, class_weights, report


class Balanced(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """A classifier that is fitted on balanced rows; what it predicts on is never touched.

    Weights reach the classifier as sample weights, which is the same as class weights and works for xgboost, too.

    Parameters
    ----------
    estimator : classifier
    balance : str
        One of `STRATEGIES`.
    ratio, categorical, neighbors
        As in `resample`.
    random_state : int

    Attributes
    ----------
    notes_ : list of str
        What was done otherwise than asked for, and solvers that stopped early; also issued as `TrainingReport`.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> X, y = np.arange(10.0).reshape(-1, 1), np.array([0] * 8 + [1] * 2)
    >>> model = Balanced(LogisticRegression(), "balanced").fit(X, y)
    >>> same = LogisticRegression(class_weight="balanced").fit(X, y)
    >>> bool(np.allclose(model.predict_proba(X), same.predict_proba(X), atol=1e-4))
    True
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
    ):
        self.estimator = estimator
        self.balance = balance
        self.ratio = ratio
        self.categorical = categorical
        self.neighbors = neighbors
        self.random_state = random_state

    def fit(self, X, y):
        """Balance the rows and fit.

        Raises
        ------
        ValueError
            When the strategy is unknown, or it weighs rows and the classifier cannot.
        """
        X, y = validate_data(self, X, y, accept_sparse=True, dtype=None, ensure_all_finite=False)
        check_classification_targets(y)
        # Codes without gaps: xgboost refuses classes such as 0, 2, 3, which a fold may have.
        self.classes_, codes = np.unique(y, return_inverse=True)
        self.estimator_, self.notes_ = fit_balanced(
            self.estimator,
            X,
            codes,
            self.balance,
            ratio=self.ratio,
            categorical=self.categorical,
            neighbors=self.neighbors,
            random_state=self.random_state,
        )
        report(self.notes_)
        return self

    def predict_proba(self, X) -> np.ndarray:
        """Class probabilities of the fitted classifier."""
        X = self._checked(X)
        return self.estimator_.predict_proba(X)

    def predict(self, X) -> np.ndarray:
        """Classes of the fitted classifier."""
        X = self._checked(X)
        return self.classes_[self.estimator_.predict(X)]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        inner = self.estimator
        tags.input_tags.sparse = not hasattr(inner, "__sklearn_tags__") or get_tags(inner).input_tags.sparse
        return tags

    def _checked(self, X):
        check_is_fitted(self)
        return validate_data(self, X, accept_sparse=True, dtype=None, ensure_all_finite=False, reset=False)


def fit_balanced(estimator, X, y, balance: str = "none", **options) -> tuple:
    """Fit a clone of a classifier on balanced rows.

    Parameters
    ----------
    estimator : classifier
    X : ndarray or sparse matrix of shape (n, p)
    y : ndarray of shape (n,)
    balance : str
        One of `STRATEGIES`.
    **options
        As in `resample`.

    Returns
    -------
    estimator : fitted clone
    notes : list of str

    Raises
    ------
    ValueError
        When the strategy is unknown, or it weighs rows and the classifier cannot.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> fit_balanced(KNeighborsClassifier(), np.eye(6), np.arange(6) % 2, "balanced")
    Traceback (most recent call last):
    ...
    ValueError: balance 'balanced': expected a learner that can weigh rows, KNeighborsClassifier cannot; use none, ...
    """
    check_balance(estimator, balance)
    strategy = STRATEGIES[balance]
    notes: list[str] = []
    y = np.asarray(y)
    if strategy.sampler:
        X, y, notes = resampled(X, y, strategy.sampler, **options)
    fit_options = {}
    if strategy.weights:
        weights = class_weights(y, strategy.weights)
        fit_options["sample_weight"] = np.array([weights[c] for c in y.tolist()])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fitted = cast(Any, clone(estimator)).fit(_rows(X), y, **fit_options)
    for warning in caught:
        if issubclass(warning.category, ConvergenceWarning):
            notes.append(f"{type(estimator).__name__} stopped before it converged")
        elif issubclass(warning.category, TrainingReport):
            notes.append(str(warning.message))
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)
    return fitted, notes


def check_balance(estimator, balance: str) -> None:
    """Raise ValueError if a strategy is unknown or cannot work with a classifier.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> check_balance(LogisticRegression(), "smote+log")
    """
    if balance not in STRATEGIES:
        raise ValueError(f"balance: expected one of {', '.join(STRATEGIES)}, found {balance!r}")
    if STRATEGIES[balance].weights and not has_fit_parameter(estimator, "sample_weight"):
        without = ", ".join(name for name, strategy in STRATEGIES.items() if not strategy.weights)
        raise ValueError(
            f"balance {balance!r}: expected a learner that can weigh rows, {type(estimator).__name__} cannot; "
            f"use {without}"
        )


def _rows(X):
    # imbalanced-learn may hand back other sparse formats, which some learners convert again and again.
    return X.tocsr() if sp.issparse(X) else X
