"""The stack: a model for each block, the joint machine, and the regressions that weigh what they say."""

from typing import Any

import numpy as np

from .....models.stack.alone import ALL, INTERPLAY
from .....models.stack.blocks import NEAR
from .....models.stack.meta import CLIP
from .calibration import clipped_log_odds
from .graph import Graph, Rows
from .kernel import dense, kernel, platt_margins

CERTAIN = 700.0  # log odds that the logistic function turns into 0 or 1 without overflow


def stack(graph: Graph, estimator: Any, rows: Rows) -> str:
    """Probabilities of a `StackedBlocks`: double of shape (n, L)."""
    width = len(estimator.classes_)
    odds, absent = {}, {}
    for name, member in estimator.members_.items():
        block = _block(graph, rows, estimator, name)
        said = _widened(graph, member, graph.probabilities(member, block), width)
        odds[name] = clipped_log_odds(graph, said, CLIP)
        absent[name] = _absent(graph, block, estimator, name)
    trees = getattr(estimator, "trees_", None)
    if trees is not None:
        read = _score_columns(graph, trees, odds, absent)
        said = _widened(graph, trees.forest, graph.probabilities(trees.forest, read), width)
        odds[INTERPLAY], absent[INTERPLAY] = clipped_log_odds(graph, said, CLIP), graph.constant(np.array([[False]]))
    found = _regression(graph, estimator.meta_, odds, absent)
    for one in getattr(estimator, "alone_", {}).values():
        fits = [graph.node("Not", absent[name]) for name in one.centre]
        fits += [lacks for name, lacks in absent.items() if name not in one.centre and name not in ALL]
        alone = fits[0]
        for other in fits[1:]:
            alone = graph.node("And", alone, other)
        found = graph.node("Where", alone, _regression(graph, one, odds, absent), found)
    return found


def _widened(graph: Graph, member: Any, said: str, width: int) -> str:
    """Probabilities with a zero column for each class that the member has not seen."""
    if len(member.classes_) == width:
        return said
    return graph.node("MatMul", said, graph.constant(np.eye(width)[np.asarray(member.classes_, dtype=int)]))


def _score_columns(graph: Graph, trees: Any, odds: dict[str, str], absent: dict[str, str]) -> Rows:
    """What the trees of a stack read, as `models.stack.trees`: the scores of all members, and which are absent."""
    columns = [
        graph.node("Where", absent[name], graph.constant(np.asarray(centre)[np.newaxis]), odds[name])
        for name, centre in trees.centre.items()
    ]
    columns += [graph.double(absent[name]) for name in trees.centre]
    width = len(trees.centre) * (trees.width + 1)
    return Rows(graph.cast(graph.side_by_side(columns), np.float32), width)


def _absent(graph: Graph, block: Rows, estimator: Any, name: str) -> str:
    """Whether a row lacks a block, as `models.stack.blocks.absent`: bool of shape (n, 1)."""
    values, empty = graph.wide(block), getattr(estimator, "empty", None)
    own = None if empty is None else np.asarray(empty, dtype=np.float64)[np.asarray(estimator.blocks_[name])]
    most = 0.0
    if own is not None and own.any():
        values, most = graph.node("Sub", values, graph.constant(own[np.newaxis])), NEAR
    largest = graph.node("ReduceMax", graph.node("Abs", values), axes=[1], keepdims=1)
    return graph.node("Not", graph.node("Greater", largest, graph.number(most)))


def _regression(graph: Graph, meta: Any, odds: dict[str, str], absent: dict[str, str]) -> str:
    """Probabilities of a `MetaClassifier` on the blocks it knows."""
    columns = []
    for name, centre in meta.centre.items():
        said = graph.node("Sub", odds[name], graph.constant(np.asarray(centre)[np.newaxis]))
        columns.append(said if name in meta.lacking else graph.node("Where", absent[name], graph.number(0.0), said))
    columns += [graph.double(absent[name]) for name in meta.lacking]
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
