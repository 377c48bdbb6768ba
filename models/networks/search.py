"""Choose a network's parameters on the part of the training rows that also chooses its epoch."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..multilabel.search import Searched
from .classifier import NetworkClassifier


def best_network(
    candidates: Sequence[tuple[Mapping[str, Any], NetworkClassifier]],
    X: pd.DataFrame,
    y: np.ndarray,
    groups: np.ndarray | None = None,
) -> NetworkClassifier:
    """Train every candidate, one after the other, and return the best of them.

    A training takes too long to be repeated on inner folds. Every candidate sets the same share of the training rows
    apart, which chooses its epoch and its thresholds; the macro F1 there chooses the candidate, too. The chosen one is
    trained already and is not trained again.

    Parameters
    ----------
    candidates : sequence of (parameters, NetworkClassifier)
        Of one seed, so that they set the same rows apart; at least one.
    X : DataFrame of n rows
    y : ndarray of shape (n, L) with 0/1, or (n,) with classes
    groups : ndarray of shape (n,), optional

    Returns
    -------
    NetworkClassifier
        Fitted, with `search_` (a `Searched`).

    Examples
    --------
    >>> best_network([], pd.DataFrame(), np.zeros(0))
    Traceback (most recent call last):
    ...
    ValueError: candidates: expected at least one, got none
    """
    best: NetworkClassifier | None = None
    tried: list[tuple[Mapping[str, Any], float]] = []
    for parameters, candidate in candidates:
        fitted = candidate.fit(X, y, groups=groups)
        if best is None or fitted.validation_score_ > max(score for _, score in tried):
            best, left = fitted, best
        else:
            left = fitted
        if left is not None:
            left.release()
        tried.append((parameters, fitted.validation_score_))
    if best is None:
        raise ValueError("candidates: expected at least one, got none")
    best.search_ = Searched.best(tried)
    return best
