"""Linear margins, logistic regressions and dense layers."""

from typing import Any

import numpy as np

from .graph import Graph, Rows


def margin(graph: Graph, coef: np.ndarray, intercept: np.ndarray, rows: Rows) -> str:
    """X coef' + intercept: double of shape (n, K), K rows of coefficients."""
    weights = graph.constant(np.asarray(coef, dtype=np.float64).T)
    product = graph.node("MatMul", graph.wide(rows), weights)
    return graph.node("Add", product, graph.constant(np.asarray(intercept, dtype=np.float64).reshape(1, -1)))


def linear_svm(graph: Graph, estimator: Any, rows: Rows) -> str:
    """The decision values of a `LinearSVC`."""
    return margin(graph, estimator.coef_, estimator.intercept_, rows)


def logistic(graph: Graph, estimator: Any, rows: Rows) -> str:
    """Class probabilities of a logistic regression: sigmoid for two classes, softmax for more."""
    scores = margin(graph, estimator.coef_, estimator.intercept_, rows)
    if len(estimator.classes_) == 2:
        return graph.both(graph.node("Sigmoid", scores))
    return graph.node("Softmax", scores, axis=1)


def dense_head(graph: Graph, estimator: Any, rows: Rows) -> str:
    """ReLU layers in single precision, as they were trained; sigmoids or a softmax in double at the end."""
    layer = rows.name
    last = len(estimator.weights_) - 1
    for number, (weight, bias) in enumerate(zip(estimator.weights_, estimator.biases_, strict=True)):
        layer = graph.node("Add", graph.node("MatMul", layer, graph.constant(weight)), graph.constant(bias))
        layer = layer if number == last else graph.node("Relu", layer)
    scores = graph.double(layer)
    return graph.node("Sigmoid", scores) if estimator.multilabel_ else graph.node("Softmax", scores, axis=1)
