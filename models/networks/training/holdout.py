"""Training rows set apart to choose the best epoch and the thresholds."""

import numpy as np

from ...multilabel.inner_folds import inner_folds


def set_apart(
    targets: np.ndarray,
    rows: np.ndarray,
    share: float,
    *,
    members: int = 1,
    groups: np.ndarray | None = None,
    random_state: int = 0,
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Split rows like the folds outside: stratified, groups kept together.

    Parameters
    ----------
    targets : ndarray of shape (n, L)
        0/1.
    rows : ndarray of int
        Positions of the rows to split.
    share : float in (0, 0.5]
        Of the rows set apart, to the nearest 1/k.
    members : int
        More than one asks for as many parts of about equal size, each set apart once, whatever `share`.
    groups : ndarray of shape (n,), optional
    random_state : int

    Returns
    -------
    list of (learn, watch)
        One pair a member: positions, ascending; no pair when there is but one row or group, so nothing could be set
        apart.

    Examples
    --------
    >>> [(learn, watch)] = set_apart(np.eye(2)[[0, 0, 0, 0, 1, 1, 1, 1]], np.arange(8), 0.25)
    >>> len(learn), sorted(watch // 4)
    (6, [np.int64(0), np.int64(1)])
    """
    own = None if groups is None else np.asarray(groups)[rows]
    apart = len(rows) if own is None else len(np.unique(own))
    if apart < 2:
        return []
    cv = min(apart, members if members > 1 else max(2, round(1 / share)))
    folds = inner_folds(targets[rows], cv, groups=own, random_state=random_state)[:members]
    return [(rows[learn], rows[watch]) for learn, watch in folds]
