"""Trees: the leaf that each tree reaches, then what the leaf says, from a table in double precision."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .graph import ML, Graph, Rows


class Tree(NamedTuple):
    """One tree: node arrays of one length, children -1 at leaves; a row goes left by comparing float32 values."""

    left: np.ndarray
    right: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    missing_left: np.ndarray


def leaves(graph: Graph, trees: Sequence[Tree], tensor: str, mode: str) -> str:
    """The leaf that every tree reaches, numbered through all trees: int64 of shape (n, T).

    Parameters
    ----------
    graph : Graph
    trees : sequence of T Tree
    tensor : str
        float32 of shape (n, p); NaN is missing.
    mode : {"BRANCH_LEQ", "BRANCH_LT"}
        When a row goes left.
    """
    parts: dict[str, list[Any]] = {name: [] for name in _NODES}
    tips: dict[str, list[Any]] = {name: [] for name in ("treeids", "nodeids", "ids", "weights")}
    start = 0
    for number, tree in enumerate(trees):
        size = len(tree.left)
        inner = tree.left >= 0
        parts["treeids"] += [number] * size
        parts["nodeids"] += range(size)
        parts["featureids"] += np.where(inner, tree.feature, 0).tolist()
        parts["values"] += np.where(inner, tree.threshold, 0.0).astype(np.float32).tolist()
        parts["modes"] += [mode if branch else "LEAF" for branch in inner]
        parts["truenodeids"] += np.where(inner, tree.left, 0).tolist()
        parts["falsenodeids"] += np.where(inner, tree.right, 0).tolist()
        parts["missing_value_tracks_true"] += np.where(inner, tree.missing_left, 0).astype(int).tolist()
        ends = np.flatnonzero(~inner)
        tips["treeids"] += [number] * len(ends)
        tips["nodeids"] += ends.tolist()
        tips["ids"] += [number] * len(ends)
        # A leaf's number is exact in single precision up to 16.7 million; counted from the tree's first node.
        tips["weights"] += ends.astype(float).tolist()
        start += size
    attributes = {f"nodes_{name}": values for name, values in parts.items()}
    attributes |= {f"target_{name}": values for name, values in tips.items()}
    found = graph.node(
        "TreeEnsembleRegressor", tensor, domain=ML, n_targets=len(trees), post_transform="NONE", **attributes
    )
    offsets = np.concatenate([[0], np.cumsum([len(tree.left) for tree in trees])[:-1]])
    return graph.node("Add", graph.cast(found, np.int64), graph.constant(offsets.astype(np.int64)[np.newaxis]))


_NODES = (
    "treeids",
    "nodeids",
    "featureids",
    "values",
    "modes",
    "truenodeids",
    "falsenodeids",
    "missing_value_tracks_true",
)


def forest_means(graph: Graph, estimator: Any, rows: Rows, values: Sequence[np.ndarray]) -> str:
    """The mean over a forest's trees of what their leaves say.

    Parameters
    ----------
    graph : Graph
    estimator : RandomForestClassifier
    rows : Rows
    values : sequence of T ndarray of shape (nodes, K)

    Returns
    -------
    str
        Double of shape (n, K).
    """
    trees = [_of_sklearn(member.tree_) for member in estimator.estimators_]
    reached = leaves(graph, trees, rows.name, "BRANCH_LEQ")
    said = graph.node("Gather", graph.constant(np.concatenate(values).astype(np.float64)), reached, axis=0)
    return graph.node("ReduceMean", said, axes=[1], keepdims=0)


def forest(graph: Graph, estimator: Any, rows: Rows) -> str:
    """Class probabilities of a `RandomForestClassifier`."""
    return forest_means(graph, estimator, rows, [member.tree_.value[:, 0, :] for member in estimator.estimators_])


def forest_labels(graph: Graph, estimator: Any, rows: Rows) -> str:
    """Probability of each label of a forest that was fitted on a label matrix: double of shape (n, L)."""
    return forest_means(graph, estimator, rows, [member.tree_.value[:, :, 1] for member in estimator.estimators_])


def _of_sklearn(tree: Any) -> Tree:
    # x <= t for a float32 x and a float64 t is the same as x <= the largest float32 that is not above t.
    threshold = tree.threshold.astype(np.float32)
    above = threshold.astype(np.float64) > tree.threshold
    threshold[above] = np.nextafter(threshold[above], np.float32(-np.inf))
    none = np.zeros(tree.node_count, dtype=int)
    return Tree(tree.children_left, tree.children_right, tree.feature, threshold, none)
