"""The RBF kernel: machines that share it, and scikit-learn's one-vs-one machine."""

from itertools import combinations
from typing import Any

import numpy as np
import scipy.sparse as sp

from .graph import Graph, Rows


def dense(matrix: Any) -> np.ndarray:
    """A matrix as an array of doubles."""
    return np.asarray(matrix.toarray() if sp.issparse(matrix) else matrix, dtype=np.float64)


def squared_distances(graph: Graph, rows: Rows, points: np.ndarray) -> str:
    """Squared distance of every row from every point: double of shape (n, m)."""
    x = graph.wide(rows)
    own = graph.total(graph.node("Mul", x, x), 1)
    theirs = graph.constant(np.square(points).sum(axis=1)[np.newaxis])
    product = graph.node("MatMul", x, graph.constant(-2 * points.T))
    return graph.node("Max", graph.node("Add", graph.node("Add", product, own), theirs), graph.number(0.0))


def kernel(graph: Graph, rows: Rows, points: np.ndarray, gamma: float) -> str:
    """exp(-gamma d) for every row and point: double of shape (n, m)."""
    distances = squared_distances(graph, rows, points)
    return graph.node("Exp", graph.node("Mul", distances, graph.number(-gamma)))


def shared_kernel_margins(graph: Graph, machines: Any, rows: Rows) -> str:
    """Decision values of a `SharedKernelSVC`: double of shape (n, L)."""
    if not len(machines.support_):  # every label had one class only
        return graph.repeated(machines.intercept_, rows)
    similar = kernel(graph, rows, dense(machines.support_vectors_), machines.gamma_)
    total = graph.node("MatMul", similar, graph.constant(np.asarray(machines.dual_coef_, dtype=np.float64)))
    return graph.node("Add", total, graph.constant(np.asarray(machines.intercept_, dtype=np.float64)[np.newaxis]))


def shared_kernel_labels(graph: Graph, estimator: Any, rows: Rows) -> str:
    """Probabilities of a `SharedKernelLabels`."""
    return platt_margins(graph, estimator, shared_kernel_margins(graph, estimator.machines_, rows))


def platt_margins(graph: Graph, estimator: Any, margins: str) -> str:
    """Probabilities of margins by Platt's curves: a sigmoid a label, shares for one class a title."""
    slope, offset = np.asarray(estimator.curves_, dtype=np.float64).T
    scaled = graph.node("Mul", margins, graph.constant(slope[np.newaxis]))
    found = graph.node("Sigmoid", graph.node("Add", scaled, graph.constant(offset[np.newaxis])))
    fixed = estimator.constant_ >= 0
    if fixed.any():
        constant = graph.constant(np.where(fixed, estimator.constant_, 0.0)[np.newaxis])
        found = graph.node("Where", graph.constant(fixed[np.newaxis]), constant, found)
    return graph.shares(found, len(estimator.classes_)) if estimator.kind == "single" else found


def libsvm_margins(graph: Graph, estimator: Any, rows: Rows) -> str:
    """Decision values of an `SVC` with an RBF kernel: (n, 1) for two classes, votes of all pairs for more."""
    similar = kernel(graph, rows, dense(estimator.support_vectors_), estimator._gamma)
    dual, ends = dense(estimator._dual_coef_), np.cumsum(estimator._n_support)
    starts = ends - estimator._n_support
    pairs = list(combinations(range(len(starts)), 2))
    weights = np.zeros((dual.shape[1], len(pairs)))
    for number, (first, second) in enumerate(pairs):
        # libsvm keeps a support vector's weight against class j in row j, or j - 1 from its own class on.
        weights[starts[first] : ends[first], number] = dual[second - 1, starts[first] : ends[first]]
        weights[starts[second] : ends[second], number] = dual[first, starts[second] : ends[second]]
    intercept = graph.constant(np.asarray(estimator._intercept_, dtype=np.float64)[np.newaxis])
    found = graph.node("Add", graph.node("MatMul", similar, graph.constant(weights)), intercept)
    return graph.node("Neg", found) if len(pairs) == 1 else _votes(graph, found, pairs, len(starts))


def _votes(graph: Graph, decisions: str, pairs: list[tuple[int, int]], classes: int) -> str:
    """scikit-learn's one value a class: pairs won, and less than half a vote for how clearly."""
    first, second = np.zeros((len(pairs), classes)), np.zeros((len(pairs), classes))
    for number, (i, j) in enumerate(pairs):
        first[number, i] = second[number, j] = 1.0
    lost = graph.double(graph.node("Less", decisions, graph.number(0.0)))
    won = graph.node("MatMul", graph.complement(lost), graph.constant(first))
    votes = graph.node("Add", won, graph.node("MatMul", lost, graph.constant(second)))
    clear = graph.node("MatMul", decisions, graph.constant(first - second))
    length = graph.node("Mul", graph.number(3.0), graph.node("Add", graph.node("Abs", clear), graph.number(1.0)))
    return graph.node("Add", votes, graph.node("Div", clear, length))
