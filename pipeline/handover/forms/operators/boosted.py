"""Boosted trees of xgboost, read from its JSON."""

import json
from typing import Any

import numpy as np
from scipy.special import logit

from .graph import Graph, Rows
from .trees import Tree, leaves

KNOWN = {"binary:logistic": "Sigmoid", "multi:softprob": "Softmax"}


def boosted(graph: Graph, estimator: Any, rows: Rows) -> str:
    """Class probabilities of an `XGBClassifier`: double of shape (n, K)."""
    found = boosted_outputs(graph, estimator, rows)
    return found if len(estimator.classes_) > 2 else graph.both(found)


def boosted_outputs(graph: Graph, estimator: Any, rows: Rows) -> str:
    """What the booster says, an output for each label or class; one for two classes.

    Raises
    ------
    ValueError
        For a booster of other trees or another objective than `genrelab` builds.
    """
    learner = json.loads(bytes(estimator.get_booster().save_raw("json")))["learner"]
    objective, booster = learner["objective"]["name"], learner["gradient_booster"]
    if objective not in KNOWN or booster["name"] != "gbtree":
        raise ValueError(f"boosted trees: expected gbtree with one of {', '.join(KNOWN)}, got {objective}")
    base = np.atleast_1d(np.array(json.loads(learner["learner_model_param"]["base_score"]), dtype=np.float64))
    outputs = max(1, *(int(learner["learner_model_param"][name]) for name in ("num_class", "num_target")))
    base = np.broadcast_to(logit(base) if objective == "binary:logistic" else base, (outputs,))
    model = booster["model"]
    trees = [_of_xgboost(tree) for tree in model["trees"]]
    tensor = rows.name
    if rows.sparse:
        nothing = graph.node("Equal", tensor, graph.constant(np.zeros(1, dtype=np.float32)))
        tensor = graph.node("Where", nothing, graph.constant(np.full(1, np.nan, dtype=np.float32)), tensor)
    reached = leaves(graph, trees, tensor, "BRANCH_LT")
    values = np.concatenate([np.asarray(tree["split_conditions"], dtype=np.float64) for tree in model["trees"]])
    said = graph.node("Gather", graph.constant(values), reached, axis=0)
    of_output = np.eye(outputs)[np.asarray(model["tree_info"])]
    total = graph.node("MatMul", said, graph.constant(of_output))
    scores = graph.node("Add", total, graph.constant(base[np.newaxis]))
    return graph.node("Sigmoid", scores) if objective == "binary:logistic" else graph.node("Softmax", scores, axis=1)


def _of_xgboost(tree: dict[str, Any]) -> Tree:
    if any(tree.get("split_type", ())):
        raise ValueError("boosted trees: expected splits of numbers, got splits of categories")
    names = ("left_children", "right_children", "split_indices", "split_conditions", "default_left")
    return Tree(*(np.asarray(tree[name]) for name in names))
