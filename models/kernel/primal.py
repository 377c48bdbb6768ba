"""Linear one-vs-rest machines of all labels at once, by matrix products over blocks of rows."""

from collections.abc import Iterator

import numpy as np
from scipy.optimize import minimize

__all__ = ["solve_primal"]

BLOCK = 4096  # rows per product


def _blocks(n: int) -> Iterator[slice]:
    return (slice(start, min(start + BLOCK, n)) for start in range(0, n, BLOCK))


def solve_primal(
    Z: np.ndarray, Y: np.ndarray, costs: np.ndarray, *, tol: float = 1e-3, max_iter: int = 1000
) -> tuple[np.ndarray, np.ndarray, int, bool]:
    """Minimise half the squared weights plus the costs of the squared hinge losses, for every label.

    The labels share every pass over the rows, so a pass is two matrix products, and nothing is copied: liblinear
    writes 16 bytes a value for each label it fits. Weights and intercept are penalised alike, as in liblinear.

    Parameters
    ----------
    Z : float32 or float64 array (n, m)
    Y : bool array (n, L)
    costs : float64 array (n, L)
    tol : float
        Largest slope that counts as zero, as a share of the largest at the start.
    max_iter : int

    Returns
    -------
    float64 array (L, m)
        Weights.
    float64 array (L,)
        Intercepts.
    int
        Passes over the rows' gradient.
    bool
        Whether the tolerance was reached.

    References
    ----------
    Chapelle (2007), Training a Support Vector Machine in the Primal.

    Examples
    --------
    >>> Z = np.array([[-1.0], [1.0]])
    >>> weights, intercept, _, reached = solve_primal(Z, Z > 0, np.full((2, 1), 100.0), tol=1e-9)
    >>> weights.round(2).tolist(), abs(intercept.round(2)).tolist(), reached
    ([[1.0]], [0.0], True)
    """
    n, m, labels = len(Z), Z.shape[1], Y.shape[1]
    signs = np.where(Y, 1.0, -1.0)

    def slope(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(m + 1, labels)
        value, gradient = 0.5 * float(flat @ flat), weights.copy()
        light = weights[:m].astype(Z.dtype)
        for rows in _blocks(n):
            block = Z[rows]
            short = np.maximum(1 - signs[rows] * (block @ light + weights[m]), 0)
            pull = costs[rows] * short
            value += float(np.einsum("ij,ij->", pull, short))
            pull *= -2 * signs[rows]
            gradient[:m] += block.T @ pull.astype(Z.dtype)
            gradient[m] += pull.sum(axis=0)
        return value, gradient.ravel()

    start = np.zeros((m + 1) * labels)
    largest = float(np.abs(slope(start)[1]).max(initial=0))
    options = {"maxiter": max_iter, "maxfun": 2 * max_iter, "gtol": tol * largest, "ftol": 1e-7, "maxcor": 20}
    found = minimize(slope, start, jac=True, method="L-BFGS-B", options=options)
    weights = found.x.reshape(m + 1, labels)
    return np.ascontiguousarray(weights[:m].T), weights[m].copy(), int(found.nit), bool(found.success)
