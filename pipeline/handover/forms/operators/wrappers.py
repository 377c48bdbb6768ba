"""Classifiers that hold others: one a label, all labels at once, balanced rows, thresholds."""

from typing import Any

import numpy as np

from .boosted import boosted_outputs
from .calibration import calibrated
from .graph import Graph, Rows
from .neighbours import neighbour_shares
from .trees import forest_labels


def positive(graph: Graph, estimator: Any, rows: Rows) -> str:
    """Probability of class 1 from a classifier that may know one class only: (n, 1)."""
    classes = list(estimator.classes_)
    if 1 not in classes:
        return graph.repeated([0.0], rows)
    return graph.columns(graph.probabilities(estimator, rows), [classes.index(1)])


def one_vs_rest(graph: Graph, estimator: Any, rows: Rows) -> str:
    """Probability of each label of a `OneVsRest`."""
    return graph.side_by_side([positive(graph, one, rows) for one in estimator.estimators_])


def native(graph: Graph, estimator: Any, rows: Rows) -> str:
    """Probability of each label of a `NativeLabels`, with certainty where training rows had one class."""
    varying = estimator.varying_
    if estimator.estimator_ is None:
        return graph.repeated(estimator.constant_, rows)
    found = _labels(graph, estimator.estimator_, rows, len(varying))
    if len(varying) == len(estimator.constant_):
        return found
    # The constant labels are columns of their own behind the others, then all are put in order.
    fixed = np.setdiff1d(np.arange(len(estimator.constant_)), varying)
    together = graph.side_by_side([found, graph.repeated(estimator.constant_[fixed], rows)])
    return graph.columns(together, np.argsort(np.concatenate([varying, fixed])))


def _labels(graph: Graph, estimator: Any, rows: Rows, width: int) -> str:
    """Probability of each label from a learner of a label matrix; one label alone was learnt as classes."""
    name = type(estimator).__name__
    if width == 1:
        return positive(graph, estimator, rows)
    if name in ("RandomForestClassifier", "ExtraTreesClassifier"):
        return forest_labels(graph, estimator, rows)
    if name == "XGBClassifier":
        return boosted_outputs(graph, estimator, rows)
    if name in ("NearestNeighbours", "KNeighborsClassifier"):
        inner = getattr(estimator, "estimator_", estimator)
        return neighbour_shares(graph, inner, rows, np.asarray(inner._y))
    raise ValueError(f"{name} on a label matrix has no ONNX form")


def dummy(graph: Graph, estimator: Any, rows: Rows) -> str:
    """The most frequent class with certainty."""
    return graph.repeated((estimator.class_prior_ == estimator.class_prior_.max()).astype(float), rows)


def balanced(graph: Graph, estimator: Any, rows: Rows) -> str:
    """The classifier inside a `Balanced`."""
    return graph.probabilities(estimator.estimator_, rows)


def out_of_fold(graph: Graph, estimator: Any, rows: Rows) -> str:
    """The classifier inside an `OutOfFold`, through its curves."""
    return calibrated(graph, graph.probabilities(estimator.estimator_, rows), estimator.calibrators_)
