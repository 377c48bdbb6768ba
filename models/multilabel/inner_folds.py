"""Folds inside the training rows, for thresholds, calibration and stacking."""

import numpy as np


def inner_folds(
    y: np.ndarray, cv: int, *, groups: np.ndarray | None = None, random_state: int = 0
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Split training rows into folds that hold each label's share and keep groups together.

    Iterative stratification, group by group: groups are dealt out in the order of their rarest label, each to the
    fold that lacks most of that label, then to the one that lacks most rows (Sechidis et al. 2011, with groups in
    place of rows). Ties go by a seeded order.

    Parameters
    ----------
    y : ndarray of shape (n, L) with 0/1, or (n,) with class codes
    cv : int
        Folds, at least 2 and at most the number of groups.
    groups : ndarray of shape (n,), optional
        Rows with the same value stay in one fold; by default each row is its own group.
    random_state : int

    Returns
    -------
    list of cv pairs (train, test)
        Row positions, int64, ascending.

    Raises
    ------
    ValueError
        When there are fewer groups than folds, or fewer than 2 folds are asked for.

    References
    ----------
    Sechidis, Tsoumakas, Vlahavas (2011), On the Stratification of Multi-Label Data, ECML PKDD.

    Examples
    --------
    >>> folds = inner_folds(np.array([0, 0, 1, 1]), 2)
    >>> [sorted(np.array([0, 0, 1, 1])[test].tolist()) for _, test in folds]
    [[0, 1], [0, 1]]
    """
    y = np.asarray(y)
    Y = y if y.ndim == 2 else (y[:, np.newaxis] == np.unique(y)[np.newaxis, :])
    Y = Y.astype(np.float64)
    rows = np.arange(len(Y)) if groups is None else np.asarray(groups)
    member = np.unique(rows, return_inverse=True)[1].ravel()
    count = int(member.max()) + 1 if len(Y) else 0
    if not 2 <= cv <= count:
        raise ValueError(f"inner folds: expected 2 to {count} (one a group; n_samples={len(Y)}), found {cv}")
    # The last column stands for the rows themselves, so that folds get equal sizes, too.
    content = np.zeros((count, Y.shape[1] + 1))
    np.add.at(content, member, np.column_stack([Y, np.ones(len(Y))]))
    fold_of_group = _deal(content, cv, np.random.default_rng(random_state))
    fold = fold_of_group[member]
    return [(np.flatnonzero(fold != k), np.flatnonzero(fold == k)) for k in range(cv)]


def _deal(content: np.ndarray, cv: int, rng: np.random.Generator) -> np.ndarray:
    count = len(content)
    lacking = np.tile(content.sum(axis=0) / cv, (cv, 1))
    total = content.sum(axis=0)
    total[total == 0] = np.inf
    rarest = np.where(content > 0, total, np.inf).argmin(axis=1)
    # Rare labels first and, within a label, big groups first: what is hard to place goes while there is room.
    order = np.lexsort((rng.permutation(count), -content[:, -1], total[rarest]))
    fold_of_group = np.empty(count, dtype=np.int64)
    for group in order:
        keys = (rng.random(cv), -lacking[:, -1], -lacking[:, rarest[group]])
        fold = np.lexsort(keys)[0]
        fold_of_group[group] = fold
        lacking[fold] -= content[group]
    return fold_of_group
