"""Iterative stratification: folds that hold every label's share, with groups kept whole."""

from collections.abc import Iterator, Sequence
from typing import Any, cast

import numpy as np
from scipy.sparse import csc_array, csr_array
from sklearn.model_selection import BaseCrossValidator
from sklearn.utils.multiclass import type_of_target


def iterative_folds(y: np.ndarray, groups: np.ndarray, shares: Sequence[float], seed: int) -> np.ndarray:
    """Deal groups of titles to folds, the rarest label first, each to the fold that wants that label most.

    Iterative stratification (Sechidis, Tsoumakas, Vlahavas 2011, "On the stratification of multi-label data")
    over groups in place of titles: a group counts every label of its titles, and of the groups that carry the
    current label those with the most of it go first, since the small ones can still even out what they left.

    Parameters
    ----------
    y : ndarray of shape (n, L), 0/1
    groups : ndarray of shape (n,), int
        Titles with one number stay together.
    shares : sequence of k floats
        Wanted share of the titles in each fold; they sum to 1.
    seed : int
        Orders equal groups and breaks ties between equal folds.

    Returns
    -------
    ndarray of shape (n,), int64
        The fold of every title, 0 to k - 1.

    Examples
    --------
    >>> y = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [1, 1], [1, 1]])
    >>> folds = iterative_folds(y, np.arange(6), [0.5, 0.5], seed=0)
    >>> y[folds == 0].sum(axis=0).tolist(), y[folds == 1].sum(axis=0).tolist()
    ([2, 2], [2, 2])
    """
    _, group = np.unique(groups, return_inverse=True)
    count, width, folds = int(group.max()) + 1, y.shape[1], len(shares)
    member = csr_array((np.ones(len(group), dtype=np.int64), (group, np.arange(len(group)))), (count, len(group)))
    by_group = csr_array(member @ csr_array(y.astype(np.int64)))
    by_group.sort_indices()
    by_label = csc_array(by_group)
    sizes = np.bincount(group, minlength=count)
    share = np.asarray(shares, dtype=np.float64)
    wanted = np.outer(np.asarray(by_group.sum(axis=0)).ravel(), share).tolist()
    room = (share * len(y)).tolist()

    rng = np.random.default_rng(seed)
    rank = rng.permutation(count)
    # Where a tie between folds begins to be searched: a draw per group instead of one per tie.
    first = rng.integers(0, folds, size=count).tolist()
    parts = by_group.indptr, by_group.indices, by_group.data
    start, label_of, amount = ([int(number) for number in part] for part in parts)
    size_of = sizes.tolist()
    fold_of = np.full(count, -1, dtype=np.int64)

    def deal(members: np.ndarray, wish: list[float], second: list[float]) -> None:
        for g in members.tolist():
            best = first[g]
            for step in range(1, folds):
                fold = (first[g] + step) % folds
                if wish[fold] > wish[best] or (wish[fold] == wish[best] and second[fold] > second[best]):
                    best = fold
            fold_of[g] = best
            room[best] -= size_of[g]
            for entry in range(start[g], start[g + 1]):
                wanted[label_of[entry]][best] -= amount[entry]

    waiting = np.ones(count, dtype=bool)
    while waiting.any():
        carried_by = np.repeat(waiting, np.diff(by_group.indptr))
        left = np.bincount(by_group.indices, weights=carried_by, minlength=width).astype(float)
        left[left == 0] = np.inf
        if not np.isfinite(left).any():
            members = np.flatnonzero(waiting)
            deal(members[np.lexsort((rank[members], -sizes[members]))], room, room)
            break
        label = int(left.argmin())
        column = slice(by_label.indptr[label], by_label.indptr[label + 1])
        carriers, carried = by_label.indices[column], cast(np.ndarray, by_label.data)[column]
        open_ = waiting[carriers]
        carriers, carried = carriers[open_], carried[open_]
        order = np.lexsort((rank[carriers], -sizes[carriers], -carried))
        deal(carriers[order], wanted[label], room)
        waiting[carriers] = False
    return fold_of[group]


def fold_balance(y: np.ndarray, folds: np.ndarray) -> dict[str, float]:
    """How far folds are from holding every label's share.

    Parameters
    ----------
    y : ndarray of shape (n, L), 0/1
    folds : ndarray of shape (n,), int
        The test fold of every title.

    Returns
    -------
    dict
        `label_distribution`: mean over labels of the mean absolute difference between a label's odds in a fold
        and in all titles; `example_distribution`: mean absolute difference of a fold's size from equal folds, in
        titles (both after Sechidis et al. 2011); `worst_share`: largest relative deviation of a label's share
        in a fold from its share in all titles; `without`: (label, fold) pairs without any title.

    Examples
    --------
    >>> y = np.array([[1, 0], [1, 1], [1, 0], [1, 1]])
    >>> fold_balance(y[:, 1:], np.array([0, 0, 1, 1]))["worst_share"]
    0.0
    """
    _, fold = np.unique(folds, return_inverse=True)
    k = int(fold.max()) + 1
    sizes = np.bincount(fold, minlength=k)
    positives = np.stack([np.bincount(fold, weights=column, minlength=k) for column in y.T.astype(float)], axis=1)
    total = positives.sum(axis=0)
    some = (total > 0) & (total < len(y))
    positives, total = positives[:, some], total[some]
    negatives = sizes[:, None] - positives
    odds = np.divide(positives, negatives, out=np.full_like(positives, np.nan), where=negatives > 0)
    relative = (positives / sizes[:, None]) / (total / len(y)) - 1
    return {
        "label_distribution": float(np.nanmean(np.abs(odds - total / (len(y) - total)))),
        "example_distribution": float(np.abs(sizes - len(y) / k).mean()),
        "worst_share": float(np.abs(relative).max()),
        "without": float((positives == 0).sum()),
    }


class GroupedStratifiedSplits(BaseCrossValidator):
    """Folds that hold every label's share and keep groups whole, for scikit-learn's searches and scores.

    Parameters
    ----------
    n_splits : int
        At least 2.
    random_state : int
        Seed of the deal.

    Examples
    --------
    >>> y = np.array([0, 1] * 10)
    >>> splits = GroupedStratifiedSplits(2)
    >>> [y[test].mean().item() for _, test in splits.split(np.zeros((20, 1)), y, groups=np.arange(20) // 2)]
    [0.5, 0.5]
    """

    # With scikit-learn's metadata routing on, groups are handed over unasked, as for its own GroupKFold.
    __metadata_request__split = {"groups": True}  # noqa: RUF012

    def __init__(self, n_splits: int = 5, *, random_state: int = 0):
        self.n_splits = n_splits
        self.random_state = random_state

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """The number of folds, whatever the arguments."""
        return self.n_splits

    def split(self, X: Any, y: Any = None, groups: Any = None) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield the training and test rows of each fold.

        Parameters
        ----------
        X : array-like of n rows
            Only its length counts.
        y : array-like of shape (n,) with classes, or (n, L) with 0/1
            What is stratified by.
        groups : array-like of shape (n,), optional
            Rows of one group stay on one side of every fold; by default every row is a group.

        Raises
        ------
        ValueError
            When `y` is missing or continuous, or there are fewer groups than folds.
        """
        if self.n_splits < 2:
            raise ValueError(f"n_splits: expected at least 2, got {self.n_splits}")
        if y is None:
            raise ValueError("y: expected the labels to stratify by, got None")
        rows = len(y)
        if type_of_target(y).startswith("continuous"):
            raise ValueError("y: expected classes or a 0/1 matrix, got continuous numbers")
        y = np.asarray(y)
        if y.ndim == 1:
            y = (y[:, np.newaxis] == np.unique(y)).astype(np.uint8)
        groups = np.arange(rows) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
        count = len(np.unique(groups))
        if count < self.n_splits:
            raise ValueError(f"n_splits: expected at most one fold a group, {count}, got {self.n_splits}")
        folds = iterative_folds(y, groups, [1 / self.n_splits] * self.n_splits, self.random_state)
        for fold in range(self.n_splits):
            yield np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
