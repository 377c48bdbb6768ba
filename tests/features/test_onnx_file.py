"""Weights in other files are found wherever a tensor can stand, and damaged files are told, without reading weights."""

import numpy as np
import pytest

from genrelab.features.onnx_file import keeps_weights_elsewhere

onnx = pytest.importorskip("onnx")


def tensor(*, outside):
    one = onnx.numpy_helper.from_array(np.arange(300, dtype=np.float32), "weight")
    if outside:
        one.data_location = onnx.TensorProto.EXTERNAL
        one.external_data.add(key="location", value="../weights.bin")
    return one


def attribute(**values):
    return onnx.AttributeProto(name="part", **values)


def node(*attributes):
    made = onnx.helper.make_node("If", ["a"], ["b"])
    made.attribute.extend(attributes)
    return made


def graph(*nodes, initializers=(), sparse=()):
    made = onnx.GraphProto(name="g", node=nodes, initializer=initializers)
    made.sparse_initializer.extend(sparse)
    return made


def model(inside):
    return onnx.ModelProto(ir_version=8, graph=inside, producer_name="somebody")


PLACES = {
    "a constant of the graph": lambda t: model(graph(initializers=[t])),
    "a sparse constant": lambda t: model(graph(sparse=[onnx.SparseTensorProto(values=t)])),
    "an attribute": lambda t: model(graph(node(attribute(t=t)))),
    "a list in an attribute": lambda t: model(graph(node(attribute(tensors=[t])))),
    "a branch": lambda t: model(graph(node(attribute(g=graph(initializers=[t]))))),
    "a list of branches": lambda t: model(graph(node(attribute(graphs=[graph(initializers=[t])])))),
    "a function": lambda t: onnx.ModelProto(functions=[onnx.FunctionProto(node=[node(attribute(t=t))])]),
    "training": lambda t: onnx.ModelProto(training_info=[onnx.TrainingInfoProto(algorithm=graph(initializers=[t]))]),
}


@pytest.mark.parametrize("place", PLACES)
def test_wherever_a_tensor_stands(tmp_path, place):
    for outside in (True, False):
        (tmp_path / "net.onnx").write_bytes(PLACES[place](tensor(outside=outside)).SerializeToString())
        assert keeps_weights_elsewhere(tmp_path / "net.onnx") is outside


def test_a_place_without_a_mark_counts_too(tmp_path):
    one = tensor(outside=True)
    one.ClearField("data_location")
    (tmp_path / "net.onnx").write_bytes(model(graph(initializers=[one])).SerializeToString())
    assert keeps_weights_elsewhere(tmp_path / "net.onnx")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "it is empty"),
        (b"\x00nonsense", "it is no protobuf of a network"),
        (b"PK\x03\x04 an archive", "it is"),
        (b"\x3a\x7f\x2a", "breaks off"),
        (b"\xff" * 30, "it is no protobuf of a network"),
        (b"\x38\x01", "it is no protobuf of a network"),
    ],
)
def test_what_is_no_network(tmp_path, data, told):
    (tmp_path / "net.onnx").write_bytes(data)
    with pytest.raises(ValueError, match=told):
        keeps_weights_elsewhere(tmp_path / "net.onnx")


def test_every_cut_of_a_file_is_told_or_has_no_tensor_outside(tmp_path):
    data = model(graph(node(attribute(t=tensor(outside=False))))).SerializeToString()
    for end in range(1, len(data), 7):
        (tmp_path / "net.onnx").write_bytes(data[:end])
        try:
            assert keeps_weights_elsewhere(tmp_path / "net.onnx") is False
        except ValueError as fault:
            assert "it is" in str(fault)


def message(number, inside):
    """A field of bytes in protobuf's encoding."""
    length, size = len(inside), b""
    while length > 127:
        size, length = size + bytes([length & 127 | 128]), length >> 7
    return bytes([number << 3 | 2]) + size + bytes([length]) + inside


def test_graphs_inside_graphs_do_not_exhaust_the_stack(tmp_path):
    inside = b""
    for _ in range(5_000):
        inside = message(1, message(5, message(6, inside)))
    (tmp_path / "net.onnx").write_bytes(message(7, inside))
    with pytest.raises(ValueError, match="nested too deep"):
        keeps_weights_elsewhere(tmp_path / "net.onnx")
