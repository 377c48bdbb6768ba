"""Blocks of columns: what kind a block is, how it is stored, and which rows lack it."""

from collections.abc import Mapping, Sequence

import numpy as np
import scipy.sparse as sp

from ...features.families import EMBEDDING, family_of

Columns = slice | Sequence[int] | np.ndarray
SPARSE_BELOW, WORDS_BELOW = 0.2, 0.05
WITH = {"provenance": "metadata"}  # few columns that tell more beside others: learnt in their block
NEAR = 1e-6  # of a value in single precision that went through a sparse matrix


def block_kind(name: str) -> str:
    """The kind of a block by its name, a feature spec; blocks of another name are numbers.

    Examples
    --------
    >>> block_kind("keywords:stem"), block_kind("embedding"), block_kind("all")
    ('words', 'embedding', 'numbers')
    """
    if name == EMBEDDING:
        return EMBEDDING
    try:
        return family_of(name).block
    except ValueError:
        return "numbers"


def resolve_blocks(given: Mapping[str, Columns] | None, width: int, *, merge: bool = True) -> dict[str, np.ndarray]:
    """The positions of every block that has columns; blocks that are learnt together are one.

    Parameters
    ----------
    given : mapping of name to slice or positions, or None
        None is one block of all columns.
    width : int
        Columns of the matrix.
    merge : bool
        Take all `embedding:…` blocks as one.

    Raises
    ------
    ValueError
        When no block has a column.

    Examples
    --------
    >>> resolve_blocks({"embedding:a": slice(0, 1), "embedding:b": [2]}, 3)
    {'embedding': array([0, 2])}
    """
    given = {"all": slice(0, width)} if given is None else given
    found: dict[str, np.ndarray] = {}
    for name, columns in given.items():
        positions = np.arange(width)[columns]
        if len(positions) and name != "remainder":
            own = EMBEDDING if merge and name.startswith(f"{EMBEDDING}:") else name
            own = next((other for other in given if WITH.get(own) == other.partition(":")[0]), own)
            found[own] = np.concatenate([found[own], positions]) if own in found else positions
    if not found:
        raise ValueError(f"blocks: expected columns in at least one of {list(given)}, found none")
    return found


def block_of(X, columns: np.ndarray):
    """Columns of a matrix: CSR where few cells are not zero (a fifth of a sparse matrix, a twentieth of an array).

    Examples
    --------
    >>> block_of(sp.csr_matrix(np.eye(2)), np.array([1])).tolist()
    [[0.0], [1.0]]
    >>> sp.issparse(block_of(np.eye(9), np.arange(9))), sp.issparse(block_of(np.eye(40), np.arange(40)))
    (False, True)
    """
    block = X[:, columns]
    cells = max(1, block.shape[0] * block.shape[1])
    if sp.issparse(block):
        return as_stored(block, sparse=block.nnz < SPARSE_BELOW * cells)
    # Words beside embeddings come as an array of zeros, on which a logistic regression takes twenty times as long.
    return as_stored(block, sparse=bool(np.count_nonzero(block) < WORDS_BELOW * cells))


def as_stored(block, *, sparse: bool):
    """A block as CSR or as an array, whichever it was.

    Examples
    --------
    >>> as_stored(sp.csr_matrix(np.eye(2)), sparse=False).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    if sparse:
        return sp.csr_matrix(block)
    return block.toarray() if sp.issparse(block) else block


def absent(X, columns: np.ndarray, empty: np.ndarray | None = None) -> np.ndarray:
    """Rows that lack a block, such as titles without any keyword: bool of shape (n,).

    Parameters
    ----------
    X : ndarray or sparse matrix of shape (n, p)
    columns : ndarray of positions
        Of the block.
    empty : ndarray of shape (p,), optional
        A row of which nothing is known; zeros by default.

    Examples
    --------
    >>> absent(np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([0, 1])).tolist()
    [False, True]
    >>> absent(np.array([[0.5, 1.0], [0.5, 0.0]]), np.array([0, 1]), np.array([0.5, 1.0])).tolist()
    [True, False]
    """
    block = X[:, columns]
    if empty is not None and empty[columns].any():
        block = block.toarray() if sp.issparse(block) else block
        return (np.abs(block - empty[columns]) <= NEAR).all(axis=1)
    if sp.issparse(block):
        return np.asarray(block.count_nonzero(axis=1) == 0)
    return np.asarray(~np.asarray(block).any(axis=1))
