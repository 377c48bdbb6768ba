"""The stack: a model for each block, the joint machine, and the regression that weighs what they say."""

from typing import Any

import numpy as np

from .calibration import clipped_log_odds
from .graph import Graph, Rows
from .kernel import dense, kernel, platt_margins

CLIP = 1e-4  # as models.stack.meta
CERTAIN = 700.0  # log odds that the logistic function turns into 0 or 1 without overflow


def stack(graph: Graph, estimator: Any, rows: Rows) -> str:
    """Probabilities of a `StackedBlocks`: double of shape (n, L)."""
    width, meta = len(estimator.classes_), estimator.meta_
    columns, lacking = [], []
    for name, member in estimator.members_.items():
        block = _block(graph, rows, estimator, name)
        said = graph.probabilities(member, block)
        if len(member.classes_) != width:
            said = graph.node("MatMul", said, graph.constant(np.eye(width)[np.asarray(member.classes_, dtype=int)]))
        odds = clipped_log_odds(graph, said, CLIP)
        columns.append(graph.node("Sub", odds, graph.constant(np.asarray(meta.centre[name])[np.newaxis])))
        if name in meta.lacking:
            lacking.append((name, block))
    order = {name: number for number, name in enumerate(meta.lacking)}
    for _, block in sorted(lacking, key=lambda pair: order[pair[0]]):
        largest = graph.node("ReduceMax", graph.node("Abs", graph.wide(block)), axes=[1], keepdims=1)
        columns.append(graph.double(graph.node("Equal", largest, graph.number(0.0))))
    total = graph.node("MatMul", graph.side_by_side(columns), graph.constant(np.ascontiguousarray(meta.coef.T)))
    certain = 1e9 if meta.kind == "single" else CERTAIN
    intercept = np.clip(meta.intercept, -certain, certain)[np.newaxis]
    scores = graph.node("Add", total, graph.constant(intercept))
    return graph.node("Softmax", scores, axis=1) if meta.kind == "single" else graph.node("Sigmoid", scores)


def joint_kernel(graph: Graph, estimator: Any, rows: Rows) -> str:
    """Probabilities of a `JointKernel`: parts brought to one length, a sum of their kernels, a curve a label."""
    weights = {name: weight for name, (_, weight) in estimator.parts.items()}
    similar = []
    for name, (positions, _) in estimator.parts.items():
        block = graph.columns(graph.wide(rows), np.asarray(positions))
        if name in estimator.reducers_:
            vectors = np.asarray(estimator.reducers_[name], dtype=np.float64)
            block = graph.node("MatMul", block, graph.constant(np.ascontiguousarray(vectors.T)))
        centred = graph.node("Sub", block, graph.constant(np.asarray(estimator.centres_[name])[np.newaxis]))
        scaled = graph.node("Mul", centred, graph.number(float(estimator.scales_[name])))
        points = dense(estimator.points_[name])
        near = kernel(graph, Rows(graph.cast(scaled, np.float32), points.shape[1]), points, estimator.gamma)
        similar.append(graph.node("Mul", near, graph.number(weights[name] / sum(weights.values()))))
    total = similar[0]
    for near in similar[1:]:
        total = graph.node("Add", total, near)
    margins = graph.node("MatMul", total, graph.constant(np.asarray(estimator.dual_coef_)))
    intercept = graph.constant(np.asarray(estimator.intercept_)[np.newaxis])
    return platt_margins(graph, estimator, graph.node("Add", margins, intercept))


def _block(graph: Graph, rows: Rows, estimator: Any, name: str) -> Rows:
    positions = np.asarray(estimator.blocks_[name])
    sparse = rows.sparse and bool(getattr(estimator, "sparse_", {}).get(name, True))
    if len(positions) == rows.width and (positions == np.arange(rows.width)).all():
        return Rows(rows.name, rows.width, sparse)
    return Rows(graph.columns(rows.name, positions), len(positions), sparse)
