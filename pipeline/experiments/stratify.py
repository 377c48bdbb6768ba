"""Iterative stratification: folds that hold every label's share, with groups kept whole."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csc_array, csr_array


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
        carriers, carried = by_label.indices[column], by_label.data[column]
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
