"""A genre model as one ONNX graph: feature columns in, probabilities and decisions out."""

import json
from typing import Any

import numpy as np

from ....models.genre_model import GenreModel
from .operators.calibration import curved
from .operators.columns import encoded
from .operators.graph import IR_VERSION, ML, ML_OPSET, OPSET, Graph
from .operators.table import OPERATORS

PROBABILITIES, DECISIONS = "probabilities", "decisions"


def build_onnx(model: GenreModel) -> tuple[Any, list[dict[str, Any]]]:
    """The ONNX model of a fitted genre model.

    Parameters
    ----------
    model : GenreModel
        Of a classical recipe; networks have files of their own.

    Returns
    -------
    onnx.ModelProto
        One input for each feature family; outputs `probabilities`, double of shape (n, L), and `decisions`, uint8 of
        shape (n, L) by the model's thresholds, or the most probable class.
    list of dict
        The inputs, as `columns.encoded` describes them.

    Raises
    ------
    ValueError
        When a part of the model has no ONNX form.
    """
    from onnx import TensorProto, helper

    steps = model.pipeline.named_steps
    if not hasattr(steps["encode"], "transformers_"):
        raise ValueError("this model reads the feature table itself, as networks do; it has no ONNX form")
    graph = Graph(OPERATORS)
    rows, inputs = encoded(graph, steps["encode"], model.specs)
    found, width = graph.probabilities(steps["classify"], rows), len(model.labels)
    if model.kind == "multilabel":
        found = curved(graph, found, model.calibration)
        chosen = graph.node("GreaterOrEqual", found, graph.constant(model.thresholds[np.newaxis]))
    else:
        classes = np.asarray(steps["classify"].classes_, dtype=int)
        if len(classes) != width or (classes != np.arange(width)).any():
            found = graph.node("MatMul", found, graph.constant(np.eye(width)[classes]))
        best = graph.node("ArgMax", found, axis=1, keepdims=1)
        chosen = graph.node("Equal", best, graph.constant(np.arange(width, dtype=np.int64)[np.newaxis]))
    graph.named(found, PROBABILITIES)
    graph.named(graph.cast(chosen, np.uint8), DECISIONS)
    types = {"double": TensorProto.DOUBLE, "float": TensorProto.FLOAT}
    proto = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "genre_model",
            [
                helper.make_tensor_value_info(one["name"], types[one["type"]], ["n", len(one["columns"])])
                for one in inputs
            ],
            [
                helper.make_tensor_value_info(PROBABILITIES, TensorProto.DOUBLE, ["n", width]),
                helper.make_tensor_value_info(DECISIONS, TensorProto.UINT8, ["n", width]),
            ],
            graph.constants,
        ),
        producer_name="genrelab",
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(ML, ML_OPSET)],
        ir_version=IR_VERSION,
    )
    helper.set_model_props(proto, {"labels": json.dumps(list(model.labels), ensure_ascii=False), "kind": model.kind})
    return proto, inputs


def onnx_inputs(model: GenreModel, features: Any, inputs: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """A feature table as the ONNX model's inputs, with the model's own encoder where an input enters encoded.

    Parameters
    ----------
    model : GenreModel
    features : DataFrame of n rows
        All of the model's columns.
    inputs : list of dict
        As `build_onnx` gives them.

    Returns
    -------
    dict of input name to ndarray of shape (n, its columns)
    """
    encoder = model.pipeline.named_steps["encode"]
    matrix = None
    found = {}
    for one in inputs:
        if one["stage"] == "table":
            found[one["name"]] = features[one["columns"]].to_numpy(dtype=np.float64, na_value=np.nan)
            continue
        if matrix is None:
            matrix = encoder.transform(features[list(model.columns)])
            matrix = matrix.toarray() if hasattr(matrix, "toarray") else matrix
        found[one["name"]] = np.asarray(matrix[:, encoder.output_indices_[one["name"]]], dtype=np.float32)
    return found
