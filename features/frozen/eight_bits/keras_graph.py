"""A frozen Keras network as an ONNX graph, from a batch of RGB pictures to a batch of embeddings.

Preprocessing, and the average over the picture, are part of the graph. A batch normalisation that follows a
convolution is folded into its kernel, so that a quantiser sees one operator. Only the layers of the residual,
inception and mobile networks have a form here; others are refused.
"""

from pathlib import Path
from typing import Any

import numpy as np

from ..backbones import Backbone
from ..preprocessing import PREPROCESSING

__all__ = ["write_graph"]

OPSET, IR_VERSION = 17, 8


def write_graph(model: Any, backbone: Backbone, path: Path) -> None:
    """Write a network as an ONNX file.

    Parameters
    ----------
    model : keras.Model
        From the prepared picture to the last layer's output, as Keras applications build it, channels last.
    backbone : Backbone
        Says how pictures are prepared, and how large they are.
    path : Path
        Of the file; its input is `pictures`, float32 of shape (n, height, width, 3) with values 0 to 255, its output
        `embedding`, float32 of shape (n, width).

    Raises
    ------
    ValueError
        For a layer without an ONNX form.
    """
    import onnx
    from onnx import TensorProto, helper

    writer = _Writer()
    picture = writer.prepared(backbone)
    last = writer.layers(model, picture)
    pooled = writer.node("GlobalAveragePool", last)
    writer.nodes.append(helper.make_node("Flatten", [pooled], ["embedding"]))
    height, width = backbone.input_size
    graph = helper.make_graph(
        writer.nodes,
        backbone.name,
        [helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ["n", height, width, 3])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["n", int(model.output_shape[-1])])],
        writer.constants,
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.checker.check_model(made)
    onnx.save(made, str(path))


class _Writer:
    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def node(self, operator: str, *inputs: str, **attributes: Any) -> str:
        from onnx import helper

        output = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [output], name=f"{operator}_{output}", **attributes))
        return output

    def constant(self, value: Any, kind: str = "float32") -> str:
        from onnx import numpy_helper

        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(np.asarray(value, kind)), name))
        return name

    def prepared(self, backbone: Backbone) -> str:
        """The picture as the weights expect it, channels first."""
        order, divisor, mean, deviation = PREPROCESSING[backbone.mode]
        values = self.node("Transpose", "pictures", perm=[0, 3, 1, 2])
        if order != (0, 1, 2):
            values = self.node("Gather", values, self.constant(order, "int64"), axis=1)
        factor = 1 / (divisor * np.asarray(deviation))
        shift = -np.asarray(mean) / np.asarray(deviation)
        values = self.node("Mul", values, self.constant(factor.reshape(1, 3, 1, 1)))
        return self.node("Add", values, self.constant(shift.reshape(1, 3, 1, 1)))

    def layers(self, model: Any, picture: str) -> str:
        """The output of the last layer."""
        outputs = {model.inputs[0].name: picture}
        consumers: dict[str, list[Any]] = {}
        for layer in model.layers:
            for tensor in _inputs(layer):
                consumers.setdefault(tensor.name, []).append(layer)
        folded = set()
        for layer in model.layers:
            kind = type(layer).__name__
            if kind == "InputLayer":
                outputs[layer.output.name] = picture
                continue
            if layer.name in folded:
                continue
            inputs, target = [outputs[tensor.name] for tensor in _inputs(layer)], layer.output.name
            if kind in ("Conv2D", "DepthwiseConv2D"):
                following = consumers.get(layer.output.name, [])
                norm = following[0] if len(following) == 1 and _is_norm(following[0]) else None
                if norm is not None and _activation(layer) == "linear":
                    folded.add(norm.name)
                    target = norm.output.name
                else:
                    norm = None
                outputs[target] = self.convolution(layer, norm, inputs[0])
            else:
                outputs[target] = self.other(layer, kind, inputs)
        return outputs[model.outputs[0].name]

    def convolution(self, layer: Any, norm: Any, values: str) -> str:
        kernel = np.asarray(layer.kernel, "float64")
        depthwise = type(layer).__name__ == "DepthwiseConv2D"
        if depthwise and kernel.shape[-1] != 1:
            raise ValueError(f"layer {layer.name!r}: expected one filter a channel, found {kernel.shape[-1]}")
        kernel = kernel.transpose(2, 3, 0, 1) if depthwise else kernel.transpose(3, 2, 0, 1)
        bias = np.asarray(layer.bias, "float64") if layer.use_bias else np.zeros(len(kernel))
        if norm is not None:
            factor, shift = _affine(norm)
            kernel, bias = kernel * factor.reshape(-1, 1, 1, 1), bias * factor + shift
        same = layer.padding == "same"
        made = self.node(
            "Conv",
            values,
            self.constant(kernel),
            self.constant(bias),
            strides=list(layer.strides),
            dilations=list(layer.dilation_rate),
            group=len(kernel) if depthwise else int(getattr(layer, "groups", 1)),
            kernel_shape=list(kernel.shape[2:]),
            auto_pad="SAME_UPPER" if same else "VALID",
        )
        return self.activated(layer, made)

    def activated(self, layer: Any, values: str) -> str:
        name = _activation(layer)
        if name == "linear":
            return values
        if name == "relu":
            return self.node("Relu", values)
        if name == "relu6":
            return self.clipped(values, 6.0)
        raise ValueError(f"layer {layer.name!r}: activation {name!r} has no ONNX form here")

    def clipped(self, values: str, most: float) -> str:
        return self.node("Clip", values, self.constant(0.0), self.constant(most))

    def other(self, layer: Any, kind: str, inputs: list[str]) -> str:
        if kind == "BatchNormalization":
            factor, shift = (part.reshape(1, -1, 1, 1) for part in _affine(layer))
            return self.node("Add", self.node("Mul", inputs[0], self.constant(factor)), self.constant(shift))
        if kind == "Activation":
            return self.activated(layer, inputs[0])
        if kind == "ReLU" and not layer.threshold and not layer.negative_slope:
            if layer.max_value is None:
                return self.node("Relu", inputs[0])
            return self.clipped(inputs[0], float(layer.max_value))
        if kind in ("MaxPooling2D", "AveragePooling2D"):
            shape: dict[str, Any] = {"kernel_shape": list(layer.pool_size), "strides": list(layer.strides)}
            shape["auto_pad"] = "SAME_UPPER" if layer.padding == "same" else "VALID"
            return self.node("MaxPool" if kind[0] == "M" else "AveragePool", inputs[0], **shape)
        if kind == "ZeroPadding2D":
            (top, bottom), (left, right) = layer.padding
            return self.node("Pad", inputs[0], self.constant([0, 0, top, left, 0, 0, bottom, right], "int64"))
        if kind == "Add" and len(inputs) == 2:
            return self.node("Add", *inputs)
        if kind == "Concatenate":
            return self.node("Concat", *inputs, axis=1)
        raise ValueError(f"layer {layer.name!r}: {kind} has no ONNX form here")


def _inputs(layer: Any) -> list[Any]:
    found = layer.input
    return list(found) if isinstance(found, list | tuple) else [found]


def _is_norm(layer: Any) -> bool:
    return type(layer).__name__ == "BatchNormalization"


def _activation(layer: Any) -> str:
    return getattr(layer.activation, "__name__", str(layer.activation))


def _affine(norm: Any) -> tuple[np.ndarray, np.ndarray]:
    """What a batch normalisation multiplies by and adds, per channel."""
    mean, variance = np.asarray(norm.moving_mean, "float64"), np.asarray(norm.moving_variance, "float64")
    factor = 1 / np.sqrt(variance + norm.epsilon)
    if norm.scale:
        factor = factor * np.asarray(norm.gamma, "float64")
    shift = -mean * factor
    if norm.center:
        shift = shift + np.asarray(norm.beta, "float64")
    return factor, shift
