"""Kernel ridge regression of all labels at once on a weighted sum of RBF kernels, exactly or on landmarks.

With the kernel K of n training rows and targets Y less their means, the coefficients are (K + alpha I)^-1 Y: one
Cholesky factor serves every label, at n³ / 6 multiplications whatever their number. On m landmarks (the subset of
regressors of Smola, Schölkopf 2000) they are (K_mn K_nm + alpha K_mm)^-1 K_mn Y, at n m² multiplications and m² numbers
held.
"""

from collections.abc import Sequence

import numpy as np
from scipy.linalg import cho_factor, cho_solve

BLOCK = 2048  # rows at a time
JITTER = 1e-6  # of the landmarks' normal matrix, whose smallest eigenvalues are rounding

Parts = Sequence[np.ndarray]
Folds = Sequence[tuple[np.ndarray, np.ndarray]]


def sum_of_kernels(rows: Parts, points: Parts, weights: Sequence[float], gamma: float, dtype: type) -> np.ndarray:
    """The weighted mean of exp(-gamma d) over parts, d being squared distances within a part.

    Parameters
    ----------
    rows, points : sequence of arrays (n, p_k) and (m, p_k)
        One pair a part.
    weights : sequence of float
        Above 0; they are divided by their sum.
    gamma : float
        Above 0.
    dtype : NumPy type
        Of the arithmetic.

    Returns
    -------
    array (n, m)

    Examples
    --------
    >>> one, two = np.array([[0.0]]), np.array([[0.0], [1.0]])
    >>> sum_of_kernels([one], [two], [3.0], 1.0, np.float64).round(3).tolist()
    [[1.0, 0.368]]
    """
    total = sum(weights)
    found = np.zeros((len(rows[0]), len(points[0])), dtype=dtype)
    for left, right, weight in zip(rows, points, weights, strict=True):
        left, right = left.astype(dtype, copy=False), right.astype(dtype, copy=False)
        near = left @ right.T
        near *= -2
        near += np.square(left).sum(axis=1)[:, np.newaxis]
        near += np.square(right).sum(axis=1)
        np.maximum(near, 0, out=near)
        near *= -gamma
        np.exp(near, out=near)
        near *= weight / total
        found += near
    return found


def fit_exactly(gram: np.ndarray, Y: np.ndarray, alpha: float, folds: Folds) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients on all rows, and margins of every row by a fit on its fold's training rows.

    Parameters
    ----------
    gram : float32 array (n, n)
        Overwritten.
    Y : array (n, L)
        0/1.
    alpha : float
        Penalty, above 0.
    folds : sequence of (train, test)

    Returns
    -------
    coefficients : float64 array (n, L)
        Of a row's kernel with the training rows; the labels' means are to be added.
    margins : float64 array (n, L)

    Examples
    --------
    >>> folds = [(np.array([0, 1]), np.array([2])), (np.array([2]), np.array([0, 1]))]
    >>> fit_exactly(np.eye(3, dtype=np.float32), np.array([[1], [0], [1]]), 1.0, folds)[1].ravel().tolist()
    [1.0, 1.0, 0.5]
    """
    margins = np.full(Y.shape, np.nan)
    for train, test in folds:
        part = _solved(gram[np.ix_(train, train)], Y[train], alpha)
        margins[test] = gram[np.ix_(test, train)] @ part + Y[train].mean(axis=0)
    return _solved(gram, Y, alpha), margins


def _solved(gram: np.ndarray, Y: np.ndarray, alpha: float) -> np.ndarray:
    gram[np.diag_indices(len(gram))] += alpha
    factor = cho_factor(gram, lower=True, overwrite_a=True, check_finite=False)
    return cho_solve(factor, (Y - Y.mean(axis=0)).astype(gram.dtype)).astype(np.float64)


def fit_on_landmarks(
    rows: Parts, chosen: np.ndarray, weights: Sequence[float], gamma: float, Y: np.ndarray, alpha: float, folds: Folds
) -> tuple[np.ndarray, np.ndarray]:
    """As `fit_exactly`, with the coefficients of a few rows only.

    Parameters
    ----------
    rows : sequence of arrays (n, p_k)
    chosen : int array (m,)
        Positions of the landmarks.
    weights, gamma
        As in `sum_of_kernels`.
    Y, alpha, folds
        As in `fit_exactly`.

    Returns
    -------
    coefficients : float64 array (m, L)
    margins : float64 array (n, L)
    """
    points = [part[chosen] for part in rows]
    within = sum_of_kernels(points, points, weights, gamma, np.float64)
    learns = [np.ones(len(Y), dtype=bool), *(np.isin(np.arange(len(Y)), train) for train, _ in folds)]
    squares = [alpha * within + JITTER * np.eye(len(chosen)) for _ in learns]
    targets = [np.zeros((len(chosen), Y.shape[1])) for _ in learns]
    means = [Y[own].mean(axis=0) for own in learns]
    for block in _blocks(len(Y)):
        near = sum_of_kernels([part[block] for part in rows], points, weights, gamma, np.float64)
        for own, square, target, mean in zip(learns, squares, targets, means, strict=True):
            here = near[own[block]]
            square += here.T @ here
            target += here.T @ (Y[block][own[block]] - mean)
    solved = [
        cho_solve(cho_factor(square, lower=True, overwrite_a=True), target)
        for square, target in zip(squares, targets, strict=True)
    ]
    margins = np.full(Y.shape, np.nan)
    for (_, test), part, mean in zip(folds, solved[1:], means[1:], strict=True):
        for block in _blocks(len(test)):
            here = [part_rows[test[block]] for part_rows in rows]
            margins[test[block]] = sum_of_kernels(here, points, weights, gamma, np.float64) @ part + mean
    return solved[0], margins


def _blocks(count: int) -> list[slice]:
    return [slice(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK)]
