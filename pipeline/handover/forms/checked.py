"""An ONNX file of a model, checked before ONNX Runtime opens it."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from ....models.file import ModelFileError, read_manifest
from ....models.manifest import form_sha256
from .build import DECISIONS, PROBABILITIES
from .operators.graph import ML

# What our own graphs are made of. None of these reads a file, holds a graph of its own or calls other code.
OPERATORS = {
    "": set(
        "Abs Add And ArgMax Cast Concat Div Equal Exp Expand Gather Greater GreaterOrEqual Identity IsNaN Less Log "
        "MatMul Max Min Mul Neg Not ReduceMax ReduceMean ReduceSum Relu Shape Sigmoid Sign Slice Softmax Sqrt Sub TopK "
        "Unsqueeze Where".split()
    ),
    ML: {"TreeEnsembleRegressor"},
}


def open_onnx(path: str | os.PathLike) -> Any:
    """A session for a model's ONNX file, opened after its hash and every operator were checked.

    Parameters
    ----------
    path : path
        Such as `model.onnx`, with `model.json` beside it.

    Returns
    -------
    onnxruntime.InferenceSession
        On the processor, with the inputs that the manifest lists.

    Raises
    ------
    ModelFileError
        When the file is missing, changed, no ONNX, or holds anything that `genrelab convert` does not write.
    """
    path = Path(path)
    manifest = read_manifest(path)
    expected = form_sha256(path, manifest)
    if path.suffix != ".onnx":
        raise ModelFileError(f"{path}: expected a file name that ends in .onnx; load_model reads .joblib and .skops")
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        raise ModelFileError(
            f"{path} is not the file its manifest describes (expected sha256 {expected[:12]}…, found {found[:12]}…): "
            "it was changed or damaged, so it was not opened"
        )
    fault = _fault(data, manifest)
    if fault:
        raise ModelFileError(f"{path} {fault}, so it was not opened; get it again from its maker")
    import onnxruntime

    try:
        return onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    except Exception as damage:  # ONNX Runtime has many exceptions and no common one
        raise ModelFileError(f"{path}: ONNX Runtime cannot read it ({str(damage).splitlines()[0][:120]})") from None


def _fault(data: bytes, manifest: dict[str, Any]) -> str | None:
    """What is wrong with a file, as the middle of a sentence; None where nothing is."""
    import onnx

    try:
        proto = onnx.load_model_from_string(data)
    except Exception as damage:  # protobuf raises its own kinds
        return f"is no ONNX file ({type(damage).__name__})"
    graph = proto.graph
    if not graph.node:
        return "is no ONNX file (it has no operator)"
    if proto.functions or proto.training_info or graph.sparse_initializer:
        return "holds functions, training or sparse constants, which genrelab does not write"
    strange = sorted(
        {f"{node.domain or 'onnx'}.{node.op_type}" for node in graph.node if node.op_type not in _known(node.domain)}
    )
    if strange:
        return f"holds operators that genrelab does not write ({', '.join(strange[:3])})"
    if any(part.HasField("g") or part.graphs or part.sparse_tensors for node in graph.node for part in node.attribute):
        return "holds a graph inside an operator, which genrelab does not write"
    tensors = [*graph.initializer, *(part.t for node in graph.node for part in node.attribute if part.HasField("t"))]
    if any(tensor.external_data or tensor.data_location for tensor in tensors):
        return "keeps constants in other files, which genrelab does not write"
    described = {"labels": json.dumps(manifest["labels"], ensure_ascii=False), "kind": manifest["kind"]}
    if {prop.key: prop.value for prop in proto.metadata_props} != described:
        return "names other labels than its manifest"
    inputs = {(one["name"], one["type"], len(one["columns"])) for one in manifest["forms"]["onnx"]["inputs"]}
    names: dict[int, str] = {
        onnx.TensorProto.DOUBLE: "double",
        onnx.TensorProto.FLOAT: "float",
        onnx.TensorProto.UINT8: "uint8",
    }
    if {_signature(one, names) for one in graph.input} != inputs:
        return "reads other inputs than its manifest lists"
    width = len(manifest["labels"])
    if {_signature(one, names) for one in graph.output} != {
        (PROBABILITIES, "double", width),
        (DECISIONS, "uint8", width),
    }:
        return "gives something else than probabilities and decisions"
    return None


def _known(domain: str) -> set[str]:
    return OPERATORS.get(domain, set())


def _signature(value: Any, names: dict[int, str]) -> tuple[str, str | None, int]:
    tensor = value.type.tensor_type
    shape = tensor.shape.dim
    return value.name, names.get(tensor.elem_type), shape[1].dim_value if len(shape) == 2 else -1
