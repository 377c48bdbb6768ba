"""Gram matrices of the radial basis function, by BLAS, block by block, in memory or in a mapped file.

Two matrices are of interest. The Gram matrix that the solver reads holds single-precision values (libsvm's
cache rounds to them too, so nothing is lost): n * n * 4 bytes. Squared distances, in double precision, serve
several folds and several gammas: n * n * 8 bytes.
"""

from collections.abc import Iterator
from typing import cast

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs
from threadpoolctl import threadpool_limits

from .distances import remembered
from .storage import square_matrix

__all__ = [
    "gamma_value",
    "gram_matrix",
    "gram_of_rows",
    "kernel_scores",
    "scores_of_rows",
    "squared_distances",
]

BLOCK = 512  # rows per block: 512 rows against 5,000 are 20 MB in double precision


def gamma_value(gamma: float | str, X: np.ndarray) -> float:
    """Return the kernel's gamma as a number, by scikit-learn's definitions.

    Parameters
    ----------
    gamma : float, "scale" or "auto"
        "scale" is 1 / (columns * variance of X), "auto" is 1 / columns.
    X : array (n, d)

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If gamma is neither a number of at least 0 nor one of the two words.

    Examples
    --------
    >>> gamma_value("scale", np.array([[0.0, 2.0], [2.0, 0.0]]))
    0.5
    """
    if isinstance(gamma, str):
        if gamma == "auto":
            return 1.0 / X.shape[1]
        if gamma == "scale":
            variance = float(np.var(X, dtype=np.float64) if X.dtype != np.float64 else X.var())
            return 1.0 / (X.shape[1] * variance) if variance != 0 else 1.0
    elif np.isscalar(gamma) and not isinstance(gamma, bool) and cast(float, gamma) >= 0:
        return float(cast(float, gamma))
    raise ValueError(f'gamma: expected a number of at least 0, "scale" or "auto", found {gamma!r}')


def _blocks(n: int) -> Iterator[tuple[int, int]]:
    return ((start, min(start + BLOCK, n)) for start in range(0, n, BLOCK))


def _distance_block(A: np.ndarray, B: np.ndarray, a2: np.ndarray, b2: np.ndarray) -> np.ndarray:
    block = A @ B.T
    block *= -2
    block += a2[:, None]
    block += b2
    return np.maximum(block, 0, out=block)


def _square(X: np.ndarray, out: np.ndarray, gamma: float | None, n_jobs: int | None) -> np.ndarray:
    """Fill `out` with distances, or kernel values if gamma is given: lower blocks computed, upper mirrored."""
    squares = np.einsum("ij,ij->i", X, X)

    def fill(start: int, stop: int) -> None:
        block = _distance_block(X[start:stop], X[:stop], squares[start:stop], squares[:stop])
        np.fill_diagonal(block[:, start:], 0)
        if gamma is not None:
            block *= -gamma
            np.exp(block, out=block)
        out[start:stop, :stop] = block
        out[:start, start:stop] = out[start:stop, :start].T
        # BLAS need not compute (i, j) and (j, i) alike within the diagonal block: keep the lower one
        corner = out[start:stop, start:stop]
        upper = np.triu_indices(stop - start, 1)
        corner[upper] = corner.T[upper]

    jobs = effective_n_jobs(n_jobs)  # pyright: ignore[reportArgumentType]
    with threadpool_limits(1 if jobs > 1 else None, user_api="blas"):
        # the long blocks first, so that the threads finish together
        Parallel(n_jobs=jobs, require="sharedmem")(delayed(fill)(*b) for b in reversed(list(_blocks(len(X)))))
    return out


def gram_matrix(
    X: np.ndarray, gamma: float, *, memory_limit: float | None = None, n_jobs: int | None = None
) -> np.ndarray:
    """Return exp(-gamma * squared distance) for all pairs of rows.

    Parameters
    ----------
    X : float64 or float32 array (n, d)
        The arithmetic is done in this type.
    gamma : float, at least 0
    memory_limit : float, bytes, optional
        Beyond it the matrix is a mapped file; see `plan_memory`.
    n_jobs : int, optional
        Threads.

    Returns
    -------
    float32 array (n, n)
        Exactly symmetric, exactly 1 on the diagonal.

    Raises
    ------
    MemoryError
        If neither memory nor disk can hold it; the message gives the estimate and the alternatives.

    Examples
    --------
    >>> gram_matrix(np.array([[0.0], [1.0]]), 1.0).round(3)
    array([[1.   , 0.368],
           [0.368, 1.   ]], dtype=float32)
    """
    return _square(X, square_matrix(len(X), np.float32, memory_limit), gamma, n_jobs)


def squared_distances(X: np.ndarray, *, memory_limit: float | None = None, n_jobs: int | None = None) -> np.ndarray:
    """Return the squared distance of all pairs of rows, to serve every fold and every gamma.

    Parameters
    ----------
    X, memory_limit, n_jobs
        As in `gram_matrix`.

    Returns
    -------
    array (n, n) of X's type

    Examples
    --------
    >>> squared_distances(np.array([[0.0], [3.0]]))
    array([[0., 9.],
           [9., 0.]])
    """
    return remembered(X, lambda: _square(X, square_matrix(len(X), X.dtype, memory_limit), None, n_jobs))


def kernel_scores(
    X: np.ndarray, vectors: np.ndarray, coef: np.ndarray, gamma: float, *, n_jobs: int | None = None
) -> np.ndarray:
    """Return K(X, vectors) @ coef without ever holding more than a block of K.

    Parameters
    ----------
    X : array (n, d)
    vectors : array (m, d)
        Support vectors, of X's type.
    coef : float64 array (m, L)
    gamma : float
    n_jobs : int, optional
        Threads.

    Returns
    -------
    float64 array (n, L)

    Examples
    --------
    >>> kernel_scores(np.array([[1.0]]), np.array([[1.0], [2.0]]), np.array([[1.0], [0.0]]), 1.0)
    array([[1.]])
    """
    squares = np.einsum("ij,ij->i", vectors, vectors)
    scores = np.empty((len(X), coef.shape[1]))

    def fill(start: int, stop: int) -> None:
        rows = X[start:stop]
        block = _distance_block(rows, vectors, np.einsum("ij,ij->i", rows, rows), squares)
        block *= -gamma
        scores[start:stop] = np.exp(block, out=block) @ coef

    jobs = effective_n_jobs(n_jobs)  # pyright: ignore[reportArgumentType]
    with threadpool_limits(1 if jobs > 1 else None, user_api="blas"):
        Parallel(n_jobs=jobs, require="sharedmem")(delayed(fill)(*block) for block in _blocks(len(X)))
    return scores


def gram_of_rows(
    distances: np.ndarray,
    rows: np.ndarray,
    gamma: float,
    *,
    memory_limit: float | None = None,
    n_jobs: int | None = None,
) -> np.ndarray:
    """Return the Gram matrix of some rows from the squared distances of all.

    Parameters
    ----------
    distances : array (n, n)
        From `squared_distances`.
    rows : int array (m,)
    gamma : float
    memory_limit, n_jobs
        As in `gram_matrix`.

    Returns
    -------
    float32 array (m, m)

    Examples
    --------
    >>> gram_of_rows(np.array([[0.0, 9.0], [9.0, 0.0]]), np.array([1]), 1.0)
    array([[1.]], dtype=float32)
    """
    out = square_matrix(len(rows), np.float32, memory_limit)

    def fill(start: int, stop: int) -> None:
        block = distances[rows[start:stop]][:, rows]
        block *= -gamma
        out[start:stop] = np.exp(block, out=block)

    Parallel(n_jobs, require="sharedmem")(delayed(fill)(*block) for block in _blocks(len(rows)))
    return out


def scores_of_rows(
    distances: np.ndarray,
    rows: np.ndarray,
    columns: np.ndarray,
    coef: np.ndarray,
    gamma: float,
    *,
    n_jobs: int | None = None,
) -> np.ndarray:
    """Return K(rows, columns) @ coef from the squared distances of all rows.

    Parameters
    ----------
    distances : array (n, n)
    rows, columns : int arrays (m,), (k,)
    coef : float64 array (k, L)
    gamma : float
    n_jobs : int, optional
        Threads.

    Returns
    -------
    float64 array (m, L)

    Examples
    --------
    >>> D = np.array([[0.0, 0.0], [0.0, 0.0]])
    >>> scores_of_rows(D, np.array([1]), np.array([0]), np.array([[2.0]]), 1.0)
    array([[2.]])
    """
    scores = np.empty((len(rows), coef.shape[1]))

    def fill(start: int, stop: int) -> None:
        block = distances[rows[start:stop]][:, columns]
        block *= -gamma
        scores[start:stop] = np.exp(block, out=block) @ coef

    Parallel(n_jobs, require="sharedmem")(delayed(fill)(*block) for block in _blocks(len(rows)))
    return scores
