"""Tampered and foreign encoders are refused in one sentence that names the file, before a vector is made of them."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from genrelab.features.frozen.encoders import read_encoders
from genrelab.features.frozen.onnx import OnnxPictures
from genrelab.features.text.sentences import sentences

onnx = pytest.importorskip("onnx")
PIXELS = np.zeros((2, 6, 4, 3), np.uint8)


def refused(work, file, told):
    with pytest.raises((ValueError, FileNotFoundError), match=told) as fault:
        work()
    said = str(fault.value)
    assert file in said and "\n" not in said and len(said) < 600, said


def picture_vectors(folder, **entry):
    about = {"name": "eye", "kind": "picture", "file": "model.onnx", "input_size": [6, 4]} | entry
    (folder / "encoders.json").write_text(json.dumps([about]))
    return OnnxPictures(read_encoders(folder / "encoders.json")[0]).start(PIXELS, 2)()


def text_vectors(folder, **entry):
    about = {"name": "tiny", "kind": "text", "file": "model.onnx", "tokenizer": "tokenizer.json"} | entry
    (folder / "encoders.json").write_text(json.dumps([about]))
    titles = pd.DataFrame({"imdb_id": ["tt0000001"], "title": ["bank heist"]})
    return sentences(titles, read_encoders(folder / "encoders.json")[0], ["title"])


def changed(path, change):
    proto = onnx.load(path, load_external_data=False)
    change(proto)
    path.write_bytes(proto.SerializeToString())


def last(proto, operator, *more, kind=onnx.TensorProto.FLOAT, **attributes):
    """Put one more operator behind the output."""
    proto.graph.node.append(onnx.helper.make_node(operator, [proto.graph.output[0].name, *more], ["end"], **attributes))
    proto.graph.output[0].name = "end"
    proto.graph.output[0].type.tensor_type.elem_type = kind


def weights_at(place):
    def change(proto):
        one = proto.graph.initializer.add(name="weight", data_type=1, dims=[3], data_location=1)
        one.external_data.add(key="location", value=place)
        last(proto, "Add", "weight")

    return change


def more_values_than_bytes(proto):
    proto.graph.initializer.add(name="weight", data_type=1, dims=[2**20, 2**20], raw_data=b"four")
    last(proto, "Add", "weight")


def fills_the_memory(proto):
    proto.graph.initializer.append(onnx.numpy_helper.from_array(np.array([2**21, 2**21]), "shape"))
    proto.graph.node.insert(0, onnx.helper.make_node("ConstantOfShape", ["shape"], ["huge"]))
    proto.graph.node.insert(1, onnx.helper.make_node("ReduceMean", ["huge"], ["weight"], keepdims=0))
    last(proto, "Add", "weight")


def claims_a_huge_input(proto):
    proto.graph.input[0].type.tensor_type.shape.dim[2].dim_value = 10**9


def own_operator(proto):
    proto.graph.node[0].op_type, proto.graph.node[0].domain = "Run", "evil"


def second_input(proto):
    proto.graph.input.append(onnx.helper.make_tensor_value_info("more", onnx.TensorProto.FLOAT, ["n", 3]))
    last(proto, "Add", "more")


NETWORKS = {
    "half a file": (lambda path: path.write_bytes(path.read_bytes()[:40]), "is no network of ONNX"),
    "nothing": (lambda path: path.write_bytes(b""), "is no network of ONNX"),
    "a text": (lambda path: path.write_text("a\nb\n" * 100), "is no network of ONNX"),
    "weights above the folder": (weights_at("../../secret.bin"), "keeps weights in other files"),
    "weights by a full path": (weights_at("/etc/passwd"), "keeps weights in other files"),
    "weights beside it, which no hash covers": (weights_at("secret.bin"), "keeps weights in other files"),
    "more values than bytes": (more_values_than_bytes, "is no network of ONNX"),
    "a constant that fills the memory": (fills_the_memory, "cannot run on the input that is described"),
    "a huge input": (claims_a_huge_input, "cannot run on the input that is described"),
    "an operator of its own": (own_operator, "is no network of ONNX .*evil"),
    "a second input": (second_input, "expected a network with one input, the pictures, found pixels, more"),
    "an output of texts": (
        lambda proto: last(proto, "Cast", kind=onnx.TensorProto.STRING, to=onnx.TensorProto.STRING),
        "expected numbers, a row for each",
    ),
    "one row for all": (
        lambda proto: last(proto, "ReduceMean", axes=[0], keepdims=1),
        "expected numbers, a row for each",
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_a_tampered_network(tmp_path, tiny_encoders, name):
    change, told = NETWORKS[name]
    folder = tiny_encoders.picture(tmp_path / "eye")
    (folder / "secret.bin").write_bytes(np.ones(3, np.float32).tobytes())
    shutil.copy(folder / "secret.bin", tmp_path.parent / "secret.bin")
    path = folder / "model.onnx"
    try:
        changed(path, change)
    except (AttributeError, TypeError):  # it changes the file, not the network
        change(path)
    refused(lambda: picture_vectors(folder), str(path), told)


DESCRIPTIONS = {
    "another hash": ({"sha256": "0" * 64}, "is not the file described: expected sha256 0000"),
    "a hash that is none": ({"sha256": 5}, "sha256: expected 64 hex digits, found 5"),
    "a huge input": ({"input_size": [10**6, 10**6]}, "input_size: expected sides from 1 to 4,096 pixels"),
    "an input of nothing": ({"input_size": [True, 0]}, r"expected input_size \[height, width\]"),
    "another input": ({"input_size": [7, 7]}, "cannot run on the input that is described .*Got: 7 Expected: 6"),
    "another layout": ({"layout": "NHWC"}, "cannot run on the input that is described"),
    "a huge width": ({"width": 10**12}, "width: expected a number from 1 to 100,000"),
    "another width": ({"width": 5}, "expected 5 values a row, as its description says, found 3"),
    "an output that is not there": ({"output": "nope"}, "expected an output among out, found 'nope'"),
    "an output that is no name": ({"output": 5}, "output: expected the name of an output, found 5"),
    "division by zero": ({"divisor": 0}, "divisor: expected a number other than 0, found 0"),
    "division by a word": ({"divisor": "x"}, "divisor: expected a number other than 0, found 'x'"),
    "a word for yes or no": ({"normalise": "false"}, "normalise: expected true or false, found 'false'"),
    "a file that is not there": ({"file": "../../gone.onnx"}, "does not exist"),
    "an unknown key": ({"run": "rm"}, "unknown key 'run'"),
}


@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_a_tampered_description(tmp_path, tiny_encoders, name):
    entry, told = DESCRIPTIONS[name]
    folder = tiny_encoders.picture(tmp_path / "eye")
    refused(lambda: picture_vectors(folder, **entry), str(folder), told)


def other_tokens(folder):
    about = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    about["model"]["vocab"]["bank"] = 4_000_000
    (folder / "tokenizer.json").write_text(json.dumps(about))


TEXTS = {
    "half a tokenizer": (lambda folder: (folder / "tokenizer.json").write_text('{"model": {'), "is no tokenizer.json"),
    "a list": (lambda folder: (folder / "tokenizer.json").write_text("[]"), "is no tokenizer.json"),
    "bytes": (lambda folder: (folder / "tokenizer.json").write_bytes(b"\xff\xfe\x00"), "is no tokenizer.json"),
    "another vocabulary": (other_tokens, "model.onnx cannot run on the input that is described"),
    "a network of pictures": (
        lambda folder: shutil.copy(folder.parent / "eye" / "model.onnx", folder / "model.onnx"),
        "expected the inputs input_ids, .* found pixels",
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_tampered_text_encoder(tmp_path, tiny_encoders, name):
    change, told = TEXTS[name]
    tiny_encoders.picture(tmp_path / "eye")
    folder = tiny_encoders.text(tmp_path / "tiny")
    change(folder)
    refused(lambda: text_vectors(folder), str(folder), told)


def test_a_text_encoder_that_takes_endless_texts(tmp_path, tiny_encoders):
    folder = tiny_encoders.text(tmp_path / "tiny")
    refused(lambda: text_vectors(folder, max_tokens=10**12), str(folder), "max_tokens: expected at most 32,768")


def test_what_is_not_tampered_with_answers(tmp_path, tiny_encoders):
    assert picture_vectors(tiny_encoders.picture(tmp_path / "eye"), width=3).shape == (2, 3)
    assert text_vectors(tiny_encoders.text(tmp_path / "tiny"), width=3).shape == (1, 3)
