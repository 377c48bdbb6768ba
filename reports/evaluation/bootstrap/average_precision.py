"""Average precision of many draws of titles at once, and a division that gives 0 for 0 / 0."""

import numpy as np
from scipy import sparse

_VALUES = 1 << 22  # of an array at a time: 32 MiB in double precision


def weighted_average_precision(
    truth: np.ndarray, score: np.ndarray, weights: np.ndarray, unit: np.ndarray
) -> np.ndarray:
    """Average precision of weighted titles as scikit-learn defines it, ties taken together, for many weightings.

    Between one true title and the next, only the weight of all titles matters, so that titles are summed by unit and
    stretch (a sparse matrix) before they are weighted: n additions a draw.

    Parameters
    ----------
    truth : ndarray of shape (n,), 0 or 1
    score : ndarray of shape (n,)
    weights : ndarray of shape (draws, units)
    unit : ndarray of shape (n,), int
        The unit of every title.

    Returns
    -------
    ndarray of shape (draws,), float64
        NaN for a draw without a true title.

    Examples
    --------
    >>> one, own = np.ones((1, 3)), np.arange(3)
    >>> weighted_average_precision(np.array([1, 0, 1]), np.array([0.9, 0.5, 0.1]), one, own).round(3).tolist()
    [0.833]
    """
    order = np.argsort(-score, kind="stable")
    truth, unit = truth[order] == 1, unit[order]
    tie = np.concatenate([[0], np.cumsum(np.diff(score[order]) != 0)])[: len(order)]
    ranks = np.unique(tie[truth])  # the ties that hold a true title, from the highest score on
    # A stretch ends with such a tie; what comes after the last one changes nothing.
    stretch = np.searchsorted(ranks, tie)
    counted = stretch < len(ranks)
    shape = len(ranks), weights.shape[1]
    titles, true = (
        sparse.csr_matrix((np.ones(rows.sum()), (stretch[rows], unit[rows])), shape=shape) for rows in (counted, truth)
    )
    values = np.full(len(weights), np.nan)
    block = max(1, _VALUES // max(len(ranks), 1))
    for first in range(0, len(weights), block):
        drawn = weights[first : first + block].T.astype(np.float64, order="C")
        positive = true @ drawn
        precision = share_of(np.cumsum(positive, axis=0), np.cumsum(titles @ drawn, axis=0))
        area, total = (precision * positive).sum(axis=0), positive.sum(axis=0)
        np.divide(area, total, out=values[first : first + block], where=total > 0)
    return values


def share_of(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Part by whole, float64; 0 where the whole is 0."""
    return np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape, dtype=np.float64), where=whole > 0)
