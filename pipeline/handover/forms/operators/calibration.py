"""Curves from scores to probabilities: Platt's sigmoid, monotone steps, and the logistic function of a margin."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .....models.multilabel.calibration import KEPT, Curve
from .graph import Graph, Rows
from .kernel import libsvm_margins
from .linear import linear_svm

CLIP = 1e-6
MARGINS = {"LinearSVC": linear_svm, "SVC": libsvm_margins}


def margin_probabilities(graph: Graph, estimator: Any, rows: Rows) -> str:
    """Class probabilities of a `MarginProbabilities`: calibrated out of fold, or the plain logistic function."""
    inner = estimator.estimator_
    several = getattr(inner, "calibrated_classifiers_", None)
    machine = inner if several is None else several[0].estimator
    margins = MARGINS[type(machine).__name__](graph, machine, rows)
    classes = len(estimator.classes_)
    if several is None:
        return graph.node("Softmax", margins, axis=1) if classes > 2 else graph.both(graph.node("Sigmoid", margins))
    curves = several[0].calibrators
    slope, offset = np.array([[curve.a_ for curve in curves]]), np.array([[curve.b_ for curve in curves]])
    scaled = graph.node("Add", graph.node("Mul", margins, graph.constant(-slope)), graph.constant(-offset))
    found = graph.node("Sigmoid", scaled)
    return graph.both(found) if classes == 2 else graph.shares(found, classes)


def clipped_log_odds(graph: Graph, probabilities: str, clip: float) -> str:
    """ln(p / (1 - p)), with p kept between `clip` and 1 - `clip`."""
    kept = graph.node("Min", graph.node("Max", probabilities, graph.number(clip)), graph.number(1 - clip))
    return graph.node("Log", graph.node("Div", kept, graph.complement(kept)))


def calibrated(graph: Graph, probabilities: str, calibrators: Any) -> str:
    """The columns of `OutOfFold`, each through its curve, if it has one."""
    if all(curve is None for curve in calibrators):
        return probabilities
    columns = []
    for label, curve in enumerate(calibrators):
        column = graph.columns(probabilities, [label])
        if hasattr(curve, "curve"):
            odds = clipped_log_odds(graph, column, CLIP)
            slope, offset = float(curve.curve.coef_[0, 0]), float(curve.curve.intercept_[0])
            scaled = graph.node("Add", graph.node("Mul", odds, graph.number(slope)), graph.number(offset))
            column = graph.node("Sigmoid", scaled)
        elif curve is not None:
            column = _steps(graph, column, curve.steps.X_thresholds_, curve.steps.y_thresholds_)
        columns.append(column)
    return graph.side_by_side(columns)


def curved(graph: Graph, probabilities: str, curves: Sequence[Curve]) -> str:
    """The columns of a model, each through the curve that its export gave it."""
    if all(curve.method == "none" for curve in curves):
        return probabilities
    columns = []
    for label, curve in enumerate(curves):
        column = graph.columns(probabilities, [label])
        if curve.method == "sigmoid":
            odds = clipped_log_odds(graph, column, CLIP)
            scaled = graph.node("Mul", odds, graph.number(curve.slope))
            column = graph.node("Sigmoid", graph.node("Add", scaled, graph.number(curve.intercept)))
        elif curve.method == "isotonic":
            steps = _steps(graph, column, np.array(curve.scores), np.array(curve.values))
            kept = graph.node("Min", graph.node("Max", column, graph.number(CLIP)), graph.number(1 - CLIP))
            steps = graph.node("Mul", steps, graph.number(1 - KEPT))
            column = graph.node("Add", steps, graph.node("Mul", kept, graph.number(KEPT)))
        columns.append(column)
    return graph.side_by_side(columns)


def _steps(graph: Graph, column: str, scores: np.ndarray, values: np.ndarray) -> str:
    """Linear interpolation between the knots of an isotonic regression, flat outside them.

    As a sum of ramps: each stretch adds its slope times how far the score is into it.
    """
    x = np.asarray(scores, dtype=np.float64)
    y = np.asarray(values, dtype=np.float64)
    if len(x) == 1:
        return graph.node("Add", graph.node("Mul", column, graph.number(0.0)), graph.number(float(y[0])))
    lengths = np.diff(x)
    into = graph.node("Sub", column, graph.constant(x[:-1][np.newaxis]))
    into = graph.node("Max", graph.node("Min", into, graph.constant(lengths[np.newaxis])), graph.number(0.0))
    slopes = graph.constant((np.diff(y) / lengths)[:, np.newaxis])
    return graph.node("Add", graph.node("MatMul", into, slopes), graph.number(float(y[0])))
