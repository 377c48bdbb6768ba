"""What a fit holds in memory, by arithmetic, for the records of `genrelab.models.recipes`.

With n training rows, p encoded columns and L labels, in bytes:

| model | bytes |
|---|---|
| machines with a shared kernel: distances and Gram matrix, both float32; support vectors and scaling | 8 n² + 8 n p |
| the same past 20,000 rows, by the Nyström approximation with m landmarks | 12 n m + 8 n p |
| libsvm's own kernel | its cache of 200 MiB + 24 n p |
| forest | trees * 0.4 n nodes * (64 + 16 L) |
| stack of up to 8 members | its largest block + 32 * 8 n L: their scores, side by side for trees and regression |
| others | 12 to 32 a stored value, by learner: copies in double precision, inner folds, histograms |
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .balance.strategies import STRATEGIES
from .kernel.storage import EXACT_ROWS, LANDMARKS

LIBSVM_CACHE = 200 * 2**20
TREES = 200
MEMBERS = 8  # of a stack: seven kinds of blocks, and one machine on all


@dataclass(frozen=True)
class Fit:
    """The size of one fit.

    Parameters
    ----------
    kind : {"multilabel", "single"}
    balance : str
        A name of `STRATEGIES`.
    labels : int
        L.
    rows : int
        Training rows.
    dense, terms : int
        Columns that are numbers, and columns that are terms of a text.
    stored : int
        Values of terms that are not zero, in the training rows.
    embedding : int
        Columns of all embeddings together, among `dense`.
    sparse : bool
        Whether the matrix is CSR.
    kernels : bool
        Whether a stack of these blocks holds a kernel.
    parameters : mapping
        Of the model.
    """

    kind: str
    balance: str
    labels: int
    rows: int
    dense: int
    terms: int = 0
    stored: int = 0
    embedding: int = 0
    sparse: bool = False
    kernels: bool = False
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """All columns."""
        return self.dense + self.terms

    @property
    def values(self) -> int:
        """Values stored for the training rows."""
        return self.rows * self.dense + self.stored

    @property
    def resampled(self) -> bool:
        """Whether rows are repeated or made up; then there is a classifier per label."""
        return bool(STRATEGIES[self.balance].sampler)


def none(fit: Fit) -> float:
    """No part grows with the square of the rows."""
    return 0.0


def per_value(size: float) -> Callable[[Fit], float]:
    """So many bytes for every stored value of the training rows.

    Examples
    --------
    >>> per_value(12)(Fit("single", "none", 2, rows=10, dense=3))
    360.0
    """
    return lambda fit: float(size * fit.values)


def a_copy(fit: Fit) -> float:
    """Two copies of the rows in double precision: what is assumed where nothing was measured."""
    return 16.0 * fit.values


def square(fit: Fit) -> float:
    """Distances and Gram matrix of machines that share a kernel; none where rows are resampled."""
    if fit.resampled:
        return 0.0
    if fit.rows > EXACT_ROWS:
        return approximation(fit.rows)
    return float((12 if fit.parameters.get("precision") == "float64" else 8) * fit.rows**2)


def approximation(rows: int) -> float:
    """The rows as the Nyström approximation maps them, while they are made: three float32 values a landmark.

    Examples
    --------
    >>> approximation(100_000)
    2400000000.0
    """
    return 12.0 * rows * min(rows, LANDMARKS)


def square_of_labels(fit: Fit) -> float:
    """As `square`, for a model that shares its kernel between labels only."""
    return square(fit) if fit.kind == "multilabel" else 0.0


def square_of_stack(fit: Fit) -> float:
    """As `square`, for a stack: its joint machine and its embedding block each hold a kernel, one after the other."""
    return square(fit) if fit.kernels else 0.0


def kernel(shared: Callable[[Fit], float]) -> Callable[[Fit], float]:
    """Support vector machines: the shared kernel where there is one, else libsvm's."""

    def bytes_of(fit: Fit) -> float:
        table = 4.0 * fit.rows * fit.width
        matrices = shared(fit)
        return matrices + (3 if fit.sparse else 2) * table if matrices else LIBSVM_CACHE + 6 * table

    return bytes_of


def forest(fit: Fit) -> float:
    """The nodes of all trees, and the rows."""
    nodes = 0.4 * fit.rows * int(fit.parameters.get("n_estimators", TREES))
    return nodes * (64 + 16 * fit.labels) + 8.0 * fit.values


def stack(fit: Fit) -> float:
    """The largest block, one after the other, and the scores of all: kept, joined twice, and copied by the solver."""
    block = max(fit.embedding, fit.dense - fit.embedding)
    scores = 32.0 * MEMBERS * fit.rows * fit.labels
    return square_of_stack(fit) + scores + 12.0 * fit.rows * block + 12.0 * fit.stored
