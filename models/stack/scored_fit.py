"""A fitted classifier together with honest scores of its training rows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.metrics import average_precision_score
from sklearn.utils.validation import has_fit_parameter


def fit_scored(
    estimator,
    X,
    y: np.ndarray,
    folds: Sequence[tuple[np.ndarray, np.ndarray]],
    *,
    width: int,
    groups: np.ndarray | None = None,
) -> tuple:
    """Fit on all rows, and score every row by a clone that was not trained on it.

    A classifier that makes such scores while it fits says so by a class attribute `scores_out_of_fold`; it is
    given the folds as its `cv`, fitted once, and asked for its `out_of_fold_scores_`.

    Parameters
    ----------
    estimator : classifier with `predict_proba`
    X : ndarray or sparse matrix of shape (n, p)
    y : ndarray of shape (n, L) with 0/1, or (n,) with class codes 0…L-1
    folds : sequence of (train, test)
        Row positions; the test rows cover all rows once.
    width : int
        L.
    groups : ndarray of shape (n,), optional
        For classifiers whose `fit` takes groups.

    Returns
    -------
    estimator : fitted clone
    scores : ndarray of shape (n, L), float64

    Examples
    --------
    >>> from genrelab.models.trivial import TrivialLabels
    >>> Y = np.array([[1], [1], [0]])
    >>> folds = [(np.array([0, 1]), np.array([2])), (np.array([2]), np.array([0, 1]))]
    >>> fit_scored(TrivialLabels("majority"), np.zeros((3, 1)), Y, folds, width=1)[1].ravel().tolist()
    [0.0, 0.0, 1.0]
    """
    fitted: Any = clone(estimator)
    if getattr(estimator, "scores_out_of_fold", False):
        fitted.set_params(cv=list(folds))
        fit_with_groups(fitted, X, y, groups)
        # The folds and scores belong to these rows: a model that is kept has no use for them.
        fitted.set_params(cv=estimator.cv)
        scores = fitted.out_of_fold_scores_
        del fitted.out_of_fold_scores_
        return fitted, scores
    scores = np.full((len(y), width), np.nan)
    for train, test in folds:
        own = None if groups is None else np.asarray(groups)[train]
        part = fit_with_groups(clone(estimator), X[train], y[train], own)
        scores[test] = member_probabilities(part, X[test], width)
    return fit_with_groups(fitted, X, y, groups), scores


def member_probabilities(estimator, X, width: int) -> np.ndarray:
    """Probabilities as (n, L), a zero column for each class that the classifier has not seen.

    Examples
    --------
    >>> from genrelab.models.trivial import TrivialClass
    >>> member_probabilities(TrivialClass().fit(np.zeros((1, 1)), np.array([2])), np.zeros((1, 1)), 3).tolist()
    [[0.0, 0.0, 1.0]]
    """
    found = np.asarray(estimator.predict_proba(X), dtype=np.float64)
    if found.shape[1] == width:
        return found
    probabilities = np.zeros((found.shape[0], width))
    probabilities[:, np.asarray(estimator.classes_, dtype=int)] = found
    return probabilities


def fit_with_groups(estimator, X, y: np.ndarray, groups: np.ndarray | None):
    """Fit, handing groups to the classifiers that take them; returns the fitted classifier.

    Examples
    --------
    >>> from genrelab.models.trivial import TrivialLabels
    >>> fit_with_groups(TrivialLabels("majority"), np.zeros((1, 1)), np.array([[1]]), None).prior_.tolist()
    [1.0]
    """
    if groups is not None and has_fit_parameter(estimator, "groups"):
        return estimator.fit(X, y, groups=groups)
    return estimator.fit(X, y)


def mean_precision(y: np.ndarray, scores: np.ndarray, width: int) -> float:
    """Mean average precision over labels, or classes, that have rows.

    Examples
    --------
    >>> mean_precision(np.array([[1, 0], [0, 0]]), np.array([[0.9, 0.2], [0.1, 0.3]]), 2)
    1.0
    """
    Y = y if y.ndim == 2 else np.eye(width, dtype=np.uint8)[y]
    there = [label for label in range(width) if Y[:, label].any()]
    return float(np.mean([average_precision_score(Y[:, label], scores[:, label]) for label in there]))
