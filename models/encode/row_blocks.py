"""Principal components from rows that are made one block after another, so that they never lie in memory together.

The randomised decomposition of scikit-learn's PCA (Halko, Martinsson and Tropp 2011), step for step and from the same
random start: its products with the matrix are sums over blocks of rows, so only their rounding differs.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.linalg

__all__ = ["Components", "RowBlocks", "principal_components"]

BLOCK_BYTES = 2**25  # of a block's rows in float32; three of them live at a time
OVERSAMPLES = 10


@dataclass(frozen=True)
class RowBlocks:
    """A matrix by its rows, in float32, centred when asked.

    Parameters
    ----------
    rows : ndarray of int
        Positions of the rows.
    width : int
        Columns.
    make : callable
        `make(positions)` gives these rows as float32.
    """

    rows: np.ndarray
    width: int
    make: Callable[[np.ndarray], np.ndarray]

    def parts(self):
        """Each block's place among the rows, and its values."""
        size = max(1, BLOCK_BYTES // (4 * self.width))
        for first in range(0, len(self.rows), size):
            place = slice(first, min(first + size, len(self.rows)))
            yield place, self.make(self.rows[place])

    def mean(self) -> np.ndarray:
        """Of every column, float32."""
        total = np.zeros(self.width)
        for _, part in self.parts():
            total += part.sum(axis=0, dtype=np.float64)
        return (total / len(self.rows)).astype(np.float32)

    def variance(self, mean: np.ndarray) -> float:
        """Of all columns together."""
        total = sum(float(np.square(part - mean).sum(dtype=np.float64)) for _, part in self.parts())
        return total / (len(self.rows) - 1)

    def times(self, right: np.ndarray, mean: np.ndarray) -> np.ndarray:
        """The centred matrix times (width, k)."""
        made = np.empty((len(self.rows), right.shape[1]), np.float32)
        for place, part in self.parts():
            made[place] = (part - mean) @ right
        return made

    def transposed_times(self, right: np.ndarray, mean: np.ndarray) -> np.ndarray:
        """The centred matrix, transposed, times (rows, k)."""
        made = np.zeros((self.width, right.shape[1]), np.float32)
        for place, part in self.parts():
            made += (part - mean).T @ right[place]
        return made


@dataclass(frozen=True)
class Components:
    """What `principal_components` finds.

    Attributes
    ----------
    directions : float32 ndarray of shape (count, width)
        Of length 1; the largest entry of each is positive.
    mean : float32 ndarray of shape (width,)
    variance : ndarray of shape (count,)
    ratio : ndarray of shape (count,)
        Share of the variance of all columns.
    """

    directions: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    ratio: np.ndarray


def principal_components(matrix: RowBlocks, count: int, random_state: int | None = 0) -> Components:
    """Find the directions in which rows vary most.

    Parameters
    ----------
    matrix : RowBlocks
        At least two rows.
    count : int
        From 1 to the smaller side.
    random_state : int or None

    Returns
    -------
    Components

    Examples
    --------
    >>> values = np.random.default_rng(0).normal(size=(50, 4)).astype("float32") * [9, 1, 1, 1]
    >>> found = principal_components(RowBlocks(np.arange(50), 4, lambda rows: values[rows].astype("float32")), 1)
    >>> found.directions.round(1).tolist()
    [[1.0, 0.0, 0.0, -0.0]]
    """
    rows, width = len(matrix.rows), matrix.width
    steps = 7 if count < 0.1 * min(rows, width) else 4
    mean = matrix.mean()
    wide = rows < width  # then the transposed matrix is decomposed

    def forth(right: np.ndarray) -> np.ndarray:
        return matrix.transposed_times(right, mean) if wide else matrix.times(right, mean)

    def back(right: np.ndarray) -> np.ndarray:
        return matrix.times(right, mean) if wide else matrix.transposed_times(right, mean)

    start = np.random.RandomState(random_state) if random_state is not None else np.random.mtrand._rand
    basis = start.normal(size=(rows if wide else width, count + OVERSAMPLES)).astype(np.float32)
    for _ in range(steps):
        basis = np.asarray(scipy.linalg.lu(forth(basis), permute_l=True, check_finite=False)[0])
        basis = np.asarray(scipy.linalg.lu(back(basis), permute_l=True, check_finite=False)[0])
    basis = np.asarray(scipy.linalg.qr(forth(basis), mode="economic", check_finite=False)[0])
    left, scale, right = scipy.linalg.svd(back(basis).T, full_matrices=False)
    directions = (basis @ left).T[:count] if wide else right[:count]
    largest = directions[np.arange(count), np.abs(directions).argmax(axis=1)]
    directions = directions * np.sign(largest)[:, np.newaxis]
    variance = np.square(scale[:count].astype(np.float64)) / (rows - 1)
    return Components(directions, mean, variance, variance / matrix.variance(mean))
