"""Nearest neighbours: distances, the k smallest, and shares of their labels."""

from typing import Any

import numpy as np

from .graph import Graph, Rows
from .kernel import dense, squared_distances


def neighbour_shares(graph: Graph, estimator: Any, rows: Rows, targets: np.ndarray) -> str:
    """Shares of the neighbours' targets, near ones counting more where the estimator says so.

    Parameters
    ----------
    graph : Graph
    estimator : KNeighborsClassifier
    rows : Rows
    targets : ndarray of shape (m, K)
        0/1 for each training row.

    Returns
    -------
    str
        Double of shape (n, K).
    """
    distances = graph.node("Sqrt", squared_distances(graph, rows, dense(estimator._fit_X)))
    near, place = _nearest(graph, distances, estimator.n_neighbors)
    found = graph.node("Gather", graph.constant(targets.astype(np.float64)), place, axis=0)
    weights = near
    if estimator.weights == "distance":
        at_zero = graph.double(graph.node("Equal", near, graph.number(0.0)))
        any_zero = graph.node("Greater", graph.total(at_zero, 1), graph.number(0.0))
        inverse = graph.node("Div", graph.number(1.0), graph.node("Add", near, at_zero))
        weights = graph.node("Where", any_zero, at_zero, inverse)
    else:
        weights = graph.node("Add", graph.node("Mul", near, graph.number(0.0)), graph.number(1.0))
    weights = graph.node("Div", weights, graph.total(weights, 1))
    last = graph.constant(np.array([2], dtype=np.int64))
    weighed = graph.node("Mul", found, graph.node("Unsqueeze", weights, last))
    return graph.node("ReduceSum", weighed, graph.constant(np.array([1], dtype=np.int64)), keepdims=0)


def neighbours(graph: Graph, estimator: Any, rows: Rows) -> str:
    """Class probabilities of a `KNeighborsClassifier` or `NearestNeighbours`."""
    inner = getattr(estimator, "estimator_", estimator)
    codes = np.asarray(inner._y).ravel()
    return neighbour_shares(graph, inner, rows, np.eye(len(inner.classes_))[codes])


def _nearest(graph: Graph, distances: str, count: int) -> tuple[str, str]:
    from onnx import helper

    near, place = f"{distances}_near", f"{distances}_place"
    inputs = [distances, graph.constant(np.array([count], dtype=np.int64))]
    graph.nodes.append(helper.make_node("TopK", inputs, [near, place], axis=1, largest=0, sorted=1))
    return near, place
