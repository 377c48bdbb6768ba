"""Tampered and foreign skops and ONNX files are refused in one sentence, before anything of them runs."""

import hashlib
import io
import json
import shutil
import zipfile
from typing import Any

import numpy as np
import pytest

from genrelab.models.file import ModelFileError, load_model
from genrelab.pipeline.handover.forms.checked import open_onnx
from genrelab.pipeline.handover.forms.convert import convert

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")
skops_io = pytest.importorskip("skops.io")


@pytest.fixture(scope="module")
def converted(saved, tmp_path_factory):
    """A model with its skops and ONNX forms."""
    folder = tmp_path_factory.mktemp("converted")
    for name in ("model.joblib", "model.json"):
        shutil.copy(saved.parent / name, folder / name)
    for form in ("skops", "onnx"):
        convert(folder / "model.joblib", form)
    return folder


@pytest.fixture
def folder(converted, tmp_path):
    """A copy to tamper with."""
    return shutil.copytree(converted, tmp_path / "copy")


def forge(folder, form, data, **about):
    """Write a file and a manifest that vouches for it."""
    (folder / f"model.{form}").write_bytes(data)
    manifest = json.loads((folder / "model.json").read_text("utf-8"))
    manifest["forms"][form] |= {"sha256": hashlib.sha256(data).hexdigest(), **about}
    (folder / "model.json").write_text(json.dumps(manifest), "utf-8")


def refused(read, path, sentence):
    with pytest.raises(ModelFileError, match=sentence) as fault:
        read(path)
    assert "\n" not in str(fault.value) and len(str(fault.value)) < 500


class Marker:
    """Leaves a file behind if it is ever built."""

    place = None

    def __init__(self):
        self.place = None

    def __setstate__(self, state):
        from pathlib import Path

        Path(state["place"]).write_text("ran")


def _schema(data, change):
    """A skops file with its schema changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "schema.json":
                part = json.dumps(change(json.loads(part))).encode()
            new.writestr(name, part)
    return out.getvalue()


def _method(schema):
    schema["content"] = {
        "__class__": "system",
        "__module__": "os",
        "__loader__": "FunctionNode",
        "__id__": 1,
        "content": {"module_path": "os", "function": "system"},
    }
    return schema


SKOPS = {
    "a changed byte": (lambda data, folder: None, "is not the file its manifest describes"),
    "no archive": (lambda data, folder: b"not a zip", "expected a skops file"),
    "a pickle": (lambda data, folder: (folder / "model.joblib").read_bytes(), "expected a skops file"),
    "half a file": (lambda data, folder: data[: len(data) // 2], "expected a skops file"),
    "an archive without a schema": (
        lambda data, folder: _zip({"a.txt": b"x"}),
        "expected a skops file",
    ),
    "a schema that is none": (
        lambda data, folder: _zip({"schema.json": b"[]"}),
        "expected a skops file",
    ),
    "os.system": (lambda data, folder: _schema(data, _method), r"holds types that no genrelab model has \(.*system"),
    "a class of another package": (
        lambda data, folder: skops_io.dumps({"a": _marked(folder)}),
        r"holds types that no genrelab model has \(.*Marker",
    ),
    "another object": (lambda data, folder: skops_io.dumps({"a": 1}), "expected a GenreModel, found dict"),
    "a bomb": (lambda data, folder: _bomb(), "would unpack to"),
    "another model": (lambda data, folder: _relabelled(folder), "its labels are not those of its manifest"),
}


def _marked(folder):
    marker: Any = Marker()
    marker.place = str(folder / "ran")
    return marker


def _zip(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return out.getvalue()


def _bomb():
    data = bytearray(_zip({"schema.json": b"{}"}))
    size = data.index(b"PK\x01\x02") + 24  # the unpacked size that the archive's directory states
    data[size : size + 4] = (2**31).to_bytes(4, "little")
    return bytes(data)


def _relabelled(folder):
    model = load_model(folder / "model.skops")
    model.labels = ("Romance", "War", "Drama")
    return skops_io.dumps(model)


@pytest.mark.parametrize("name", SKOPS)
def test_a_skops_file_that_is_not_ours(folder, name):
    make, sentence = SKOPS[name]
    data = (folder / "model.skops").read_bytes()
    changed = make(data, folder)
    if changed is None:
        (folder / "model.skops").write_bytes(data[:-1] + b"!")
    else:
        forge(folder, "skops", changed, trusted_types=["os.system", "builtins.eval"])
    refused(load_model, folder / "model.skops", sentence)
    assert not (folder / "ran").exists()


def _model(data, change):
    proto = onnx.load_model_from_string(data)
    change(proto)
    return proto.SerializeToString()


def _external(proto):
    tensor = proto.graph.initializer[0]
    tensor.data_location = onnx.TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "../../etc/passwd"


def _operator(name, domain=""):
    def change(proto):
        proto.graph.node[0].op_type, proto.graph.node[0].domain = name, domain

    return change


def _loop(proto):
    attribute = proto.graph.node[0].attribute.add()
    attribute.name, attribute.type = "body", onnx.AttributeProto.GRAPH
    attribute.g.name = "inside"


def _function(proto):
    proto.functions.add().name = "hidden"


ONNX = {
    "a changed byte": (None, "is not the file its manifest describes"),
    "no ONNX": (lambda data: b"\x00nonsense", "is no ONNX file"),
    "nothing": (lambda data: b"", "is no ONNX file"),
    "half a file": (lambda data: data[: len(data) // 2], "is no ONNX file"),
    "an operator of a custom library": (lambda data: _model(data, _operator("Run", "evil")), r"\(evil\.Run\)"),
    "a loop": (lambda data: _model(data, _operator("Loop")), r"\(onnx\.Loop\)"),
    "a graph inside": (lambda data: _model(data, _loop), "holds a graph inside an operator"),
    "constants elsewhere": (lambda data: _model(data, _external), "keeps constants in other files"),
    "a function": (lambda data: _model(data, _function), "holds functions"),
    "other labels": (
        lambda data: _model(data, lambda proto: onnx.helper.set_model_props(proto, {"labels": "[]"})),
        "names other labels",
    ),
    "other inputs": (
        lambda data: _model(data, lambda proto: setattr(proto.graph.input[0], "name", "x")),
        "reads other inputs",
    ),
    "other outputs": (
        lambda data: _model(data, lambda proto: proto.graph.output.pop()),
        "gives something else than probabilities and decisions",
    ),
    "wires that lead nowhere": (
        lambda data: _model(data, lambda proto: proto.graph.node[3].input.__setitem__(0, "gone")),
        "ONNX Runtime cannot read it",
    ),
}


@pytest.mark.parametrize("name", ONNX)
def test_an_onnx_file_that_is_not_ours(folder, name):
    change, sentence = ONNX[name]
    path = folder / "model.onnx"
    if change is None:
        path.write_bytes(path.read_bytes() + b"!")
    else:
        forge(folder, "onnx", change(path.read_bytes()))
    refused(open_onnx, path, sentence)


def test_files_that_the_manifest_does_not_know(folder):
    shutil.copy(folder / "model.json", folder / "other.json")
    manifest = json.loads((folder / "other.json").read_text("utf-8"))
    manifest["forms"] = {}
    (folder / "other.json").write_text(json.dumps(manifest), "utf-8")
    for form, read in (("skops", load_model), ("onnx", open_onnx)):
        shutil.copy(folder / f"model.{form}", folder / f"other.{form}")
        refused(read, folder / f"other.{form}", f"describes no .{form} file")
    refused(load_model, folder / "model.onnx", r"expected a \.joblib or \.skops file")
    refused(open_onnx, folder / "model.skops", r"ends in \.onnx")
    refused(lambda path: load_model(path, sha256="0" * 64), folder / "model.skops", "it is another model")


def test_what_is_not_tampered_with_is_read(folder):
    assert np.isfinite(load_model(folder / "model.skops").thresholds).all()
    assert [one.name for one in open_onnx(folder / "model.onnx").get_inputs()] == ["metadata"]
