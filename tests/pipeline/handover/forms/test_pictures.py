"""From poster files to genres by onnxruntime alone: the same as the joblib, whatever the picture."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from genrelab.features.poster.read import read_poster
from genrelab.models.file import load_model, read_manifest
from genrelab.pipeline.experiments.runner import compare
from genrelab.pipeline.handover.export import export
from genrelab.pipeline.handover.forms.convert import convert

TOML = """
title = "Posters through an encoder"
[target]
name = "multilabel"
min_support = 15
[split]
folds = 2
[feature_sets]
eye = ["embedding:eye"]
both = ["embedding:eye", "brightness"]
[[grid]]
models = ["ovr_svm"]
balance = ["balanced"]
"""
# Isolated, and without the packages that a user of the script need not have.
WITHOUT = (
    "import runpy, sys\n"
    "class No:\n"
    "    def find_spec(self, name, path=None, target=None):\n"
    "        if name.split('.')[0] in ('genrelab', 'sklearn', 'pandas', 'joblib', 'onnx', 'scipy'):\n"
    "            raise ImportError(name)\n"
    "sys.meta_path.insert(0, No())\n"
    "sys.argv = sys.argv[1:]\n"
    "runpy.run_path(sys.argv[0], run_name='__main__')\n"
)


def answers_of(folder, posters):
    words = [folder / "predict_posters_with_onnx.py", folder / "model.onnx", *posters]
    ran = subprocess.run(
        [sys.executable, "-P", "-c", WITHOUT, *map(str, words)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def compare_with_joblib(folder, posters, *, atol, weights=None):
    model = load_model(folder / "model.joblib")
    table = model.predict_posters(posters, weights=weights)
    answers = answers_of(folder, posters)
    assert [one["file"] for one in answers] == [str(path) for path in posters]
    expected = table[list(model.labels)].to_numpy(dtype=float)
    np.testing.assert_allclose([one["probabilities"] for one in answers], expected, atol=atol, rtol=0)
    chosen = table[[f"{label}_predicted" for label in model.labels]].to_numpy(dtype=bool)
    np.testing.assert_array_equal([[label in one["genres"] for label in model.labels] for one in answers], chosen)


@pytest.fixture(scope="module")
def made(demo_catalog, tmp_path_factory, tiny_encoders):
    """For each way to fit a picture into the input: a run, and the place of its encoder."""
    folder = tmp_path_factory.mktemp("pictures")
    toml = folder / "eye.toml"
    toml.write_text(TOML)
    found = {}
    for way, layout in (("stretch", "NCHW"), ("crop", "NHWC"), ("pad", "NCHW")):
        place = tiny_encoders.picture(folder / way, places=True, layout=layout)
        about = {"name": "eye", "kind": "picture", "file": "model.onnx", "input_size": [6, 4], "layout": layout}
        about |= {"resize": way, "pooling": "max" if way == "pad" else "mean", "normalise": way == "crop"}
        about |= {"order": "BGR" if way == "crop" else "RGB", "mean": [0.4, 0.5, 0.6], "deviation": [0.2, 0.3, 0.25]}
        (place / "encoders.json").write_text(json.dumps([about]))
        weights = os.pathsep.join(["random", str(place)])
        run = compare(str(toml), demo_catalog, folder / f"run-{way}", features=None, weights=weights, jobs=1)
        found[way] = run, place
    return found


def exported(run, demo_catalog, out, feature_set="eye"):
    export(run, out, demo_catalog, feature_set=feature_set, features=None, jobs=1)
    return out


@pytest.fixture(scope="module")
def odd_posters(tmp_path_factory):
    """Pictures that a reader can get wrong: turned, transparent, grey, palette, 16 bits, CMYK, wide, tiny."""
    folder = tmp_path_factory.mktemp("odd")
    rng = np.random.default_rng(0)
    picture = Image.fromarray(rng.integers(0, 255, (400, 270, 3), dtype=np.uint8)).resize((270, 400), reducing_gap=None)
    turned = Image.Exif()
    turned[274] = 6
    picture.rotate(90, expand=True).save(folder / "turned.jpg", exif=turned)
    clear = picture.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(picture.size))
    clear.save(folder / "transparent.png")
    picture.convert("L").save(folder / "grey.jpg")
    picture.quantize(16).save(folder / "palette.png")
    picture.convert("CMYK").save(folder / "four.jpg")
    picture.resize((900, 200)).save(folder / "wide.png")
    picture.resize((3, 5)).save(folder / "tiny.png")
    picture.resize((1200, 1800)).save(folder / "large.jpg")
    return sorted(folder.iterdir())


@pytest.mark.parametrize("way", ["stretch", "crop", "pad"])
def test_posters_by_onnx_are_those_of_the_joblib(made, demo_catalog, odd_posters, tmp_path, way):
    run, place = made[way]
    folder = convert(exported(run, demo_catalog, tmp_path / "model.joblib"), "folder", tmp_path / "forms")
    described = read_manifest(folder / "model.onnx")["forms"]["onnx"]["pictures"]
    assert [one["input"] for one in described] == ["embedding:eye"]
    assert (folder / "encoder-0.onnx").read_bytes() == (place / "model.onnx").read_bytes()
    posters = sorted((demo_catalog.parent / "posters").rglob("*.jpg"))
    # The demo has damaged posters on purpose: those that genrelab reads are compared.
    readable = [path for path in posters[:40] if read_poster(path).ok]
    compare_with_joblib(folder, [*readable, *odd_posters], atol=1e-6)
    assert "python predict_posters_with_onnx.py model.onnx poster.jpg" in (folder / "README.md").read_text("utf-8")


def test_a_model_that_reads_more_has_no_script_for_posters(made, demo_catalog, tmp_path):
    run, _ = made["stretch"]
    folder = convert(exported(run, demo_catalog, tmp_path / "model.joblib", "both"), "folder", tmp_path / "forms")
    assert not (folder / "predict_posters_with_onnx.py").exists()
    assert "pictures" not in read_manifest(folder / "model.onnx")["forms"]["onnx"]


def test_an_encoder_of_other_weights_is_refused(made, demo_catalog, tmp_path):
    run, _ = made["stretch"]
    model = exported(run, demo_catalog, tmp_path / "model.joblib")
    other = os.pathsep.join(["random", str(made["pad"][1])])
    with pytest.raises(ValueError, match="the model was trained with"):
        convert(model, "folder", tmp_path / "forms", weights=other)
    assert not (tmp_path / "forms").exists()


FORGED = {
    "a changed byte": (lambda data: b"\0" + data, False, "encoder-0.onnx is not the file that model.json describes"),
    "half a file, vouched for": (lambda data: data[:40], True, "encoder-0.onnx: ONNX Runtime cannot read it"),
    "a text, vouched for": (lambda data: b"a\nb\n", True, "encoder-0.onnx: ONNX Runtime cannot read it"),
    "weights above the folder, vouched for": (lambda data: _outside(data), True, "encoder-0.onnx: ONNX Runtime cannot"),
}


def _outside(data):
    onnx = pytest.importorskip("onnx")
    proto = onnx.load_model_from_string(data)
    weight = proto.graph.initializer.add(name="weight", data_type=1, dims=[3], data_location=1)
    weight.external_data.add(key="location", value="../../../../../../etc/passwd")
    proto.graph.node.append(onnx.helper.make_node("Add", [proto.graph.output[0].name, "weight"], ["end"]))
    proto.graph.output[0].name = "end"
    return proto.SerializeToString()


def refused_by_the_script(folder, told):
    words = [folder / "predict_posters_with_onnx.py", folder / "model.onnx", "any.jpg"]
    ran = subprocess.run([sys.executable, *map(str, words)], capture_output=True, text=True, check=False)
    assert ran.returncode == 1 and told in ran.stderr and "Traceback" not in ran.stderr, ran.stderr


def test_a_tampered_encoder_is_refused_by_the_script(made, demo_catalog, tmp_path):
    run, _ = made["stretch"]
    folder = convert(exported(run, demo_catalog, tmp_path / "model.joblib"), "folder", tmp_path / "forms")
    path, beside = folder / "encoder-0.onnx", folder / "model.json"
    whole, said = path.read_bytes(), beside.read_text("utf-8")
    for change, forged, told in FORGED.values():
        path.write_bytes(change(whole))
        if forged:
            manifest = json.loads(said)
            manifest["forms"]["onnx"]["pictures"][0]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
            beside.write_text(json.dumps(manifest), "utf-8")
        refused_by_the_script(folder, told)
        beside.write_text(said, "utf-8")
    path.write_bytes(whole)
    shutil.move(path, folder.parent / "encoder-0.onnx")
    beside.write_text(said.replace('"encoder-0.onnx"', '"../encoder-0.onnx"'), "utf-8")
    refused_by_the_script(folder, "forms/encoder-0.onnx is not the file that model.json describes")


def test_the_script_of_the_folder_is_the_example_of_the_docs(repository):
    template = repository / "pipeline" / "handover" / "forms" / "templates" / "predict_posters_with_onnx.py.txt"
    assert template.read_bytes() == (repository / "docs" / "examples" / "predict_posters_with_onnx.py").read_bytes()


REAL_ENCODER = os.environ.get("GENRELAB_TEST_ENCODER", "")


@pytest.mark.real_data
@pytest.mark.long
@pytest.mark.skipif(not REAL_ENCODER, reason="GENRELAB_TEST_ENCODER names no folder with an encoder of pictures")
def test_a_hundred_real_posters(real_data, tmp_path):
    name = Path(REAL_ENCODER).name
    toml = tmp_path / "eye.toml"
    toml.write_text(TOML.replace("embedding:eye", f"embedding:{name}"))
    weights = os.pathsep.join(["random", REAL_ENCODER])
    catalog = real_data / "catalog.parquet"
    run = compare(str(toml), catalog, tmp_path / "run", features=tmp_path / "store", weights=weights, limit=400)
    model = tmp_path / "model.joblib"
    export(run, model, catalog, feature_set="eye", features=tmp_path / "store")
    folder = convert(model, "folder", tmp_path / "forms")
    posters = sorted((real_data / "posters").rglob("*.jpg"))[:100]
    compare_with_joblib(folder, posters, atol=1e-5)
