import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from genrelab.features.frozen.backbones import resolve_backbone
from genrelab.features.frozen.embeddings import embed
from genrelab.features.frozen.encoders import read_encoders
from genrelab.features.frozen.hub import resolve_text
from genrelab.features.frozen.onnx import OnnxPictures, open_network, pooled
from genrelab.features.frozen.style import resolve_network
from genrelab.features.store import FeatureStore


def eye(tmp_path, tiny_encoders, *, places=False, **entry):
    folder = tiny_encoders.picture(tmp_path / "eye", places=places, layout=entry.get("layout", "NCHW"))
    about = {"name": "eye", "kind": "picture", "file": "model.onnx", "input_size": [6, 4]} | entry
    (folder / "encoders.json").write_text(json.dumps([about]))
    return read_encoders(folder / "encoders.json")[0]


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
def test_pixels_reach_the_network_as_described(tmp_path, tiny_encoders, layout):
    encoder = eye(tmp_path, tiny_encoders, layout=layout, divisor=1, mean=[10, 20, 30], deviation=[1, 2, 4])
    images = np.zeros((2, 6, 4, 3), np.uint8)
    images[1] = (110, 120, 130)
    rows = OnnxPictures(encoder).start(images, 2)()
    assert rows.tolist() == [[-10.0, -10.0, -7.5], [100.0, 50.0, 25.0]]
    assert rows.dtype == np.float32


def test_colours_are_turned_round_for_a_network_of_bgr(tmp_path, tiny_encoders):
    encoder = eye(tmp_path, tiny_encoders, order="BGR", divisor=1)
    images = np.full((1, 6, 4, 3), (1, 2, 3), np.uint8)
    assert OnnxPictures(encoder).start(images, 1)().tolist() == [[3.0, 2.0, 1.0]]


@pytest.mark.parametrize("layout", ["NCHW", "NHWC"])
def test_a_map_of_places_is_pooled(tmp_path, tiny_encoders, layout):
    images = np.zeros((1, 6, 4, 3), np.uint8)
    images[0, 0, 0] = (24, 48, 240)
    mean = eye(tmp_path / "mean", tiny_encoders, places=True, layout=layout, pooling="mean", divisor=1)
    most = eye(tmp_path / "max", tiny_encoders, places=True, layout=layout, pooling="max", divisor=1)
    assert OnnxPictures(mean).start(images, 1)().tolist() == [[1.0, 2.0, 10.0]]
    assert OnnxPictures(most).start(images, 1)().tolist() == [[24.0, 48.0, 240.0]]


def test_posters_go_through_embed_and_the_store(tmp_path, tiny_encoders):
    encoder = eye(tmp_path, tiny_encoders)
    path = tmp_path / "red.png"
    Image.new("RGB", (40, 60), (255, 0, 0)).save(path)
    store = FeatureStore(tmp_path / "store")
    frame = embed([path, None, path], encoder, store=store, n_jobs=1)
    assert frame.columns.tolist() == ["eye_0000", "eye_0001", "eye_0002"]
    np.testing.assert_allclose(frame.iloc[0], [1.0, 0.0, 0.0])
    assert frame.iloc[1].isna().all()
    assert frame.iloc[2].equals(frame.iloc[0].rename(2))
    broken = replace(encoder, file=str(tmp_path / "gone.onnx"), width=3)
    assert embed([path], broken, store=store).equals(frame.iloc[[0]])  # nothing is computed


def test_a_feature_spec_finds_the_encoder_beside_the_networks_of_keras(tmp_path, tiny_encoders):
    encoder = eye(tmp_path, tiny_encoders)
    place = f"random:{tmp_path / 'eye'}"
    assert resolve_network("eye", place) == encoder
    assert resolve_network("resnet50", place) == resolve_backbone("resnet50", "random")
    with pytest.raises(ValueError, match=r"encoder 'nose': expected one of .*networks of Keras .*resnet50"):
        resolve_network("nose", place)


def test_another_file_than_the_one_described_is_refused(tmp_path, tiny_encoders):
    encoder = eye(tmp_path, tiny_encoders, sha256="0" * 64)
    with pytest.raises(ValueError, match=r"is not the file described: expected sha256 0000"):
        open_network(encoder)


def test_what_is_no_network_is_refused_with_its_name(tmp_path, tiny_encoders):
    folder = tiny_encoders.text(tmp_path / "broken")
    (folder / "model.onnx").write_bytes(b"no network")
    with pytest.raises(ValueError, match=r"broken/model\.onnx is no network of ONNX"):
        open_network(resolve_text(str(folder)))


def test_an_output_that_is_not_there_is_named(tmp_path, tiny_encoders):
    encoder = replace(resolve_text(str(tiny_encoders.text(tmp_path / "mine"))), output="image_embeds")
    with pytest.raises(ValueError, match="expected an output among tokens, found 'image_embeds'"):
        open_network(encoder)


def test_tokens_without_a_pooling_are_refused(tmp_path, tiny_encoders):
    encoder = replace(resolve_text(str(tiny_encoders.text(tmp_path / "mine"))), pooling="none")
    with pytest.raises(ValueError, match="expected one vector a row"):
        pooled(np.zeros((1, 2, 3)), np.ones((1, 2)), encoder)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system does not grant cores to a process")
@pytest.mark.parametrize(("cores", "asked", "expected"), [(1, "", 1), (1, "8", 1), (2, "1", 1), (2, "no", 2)])
def test_threads_are_those_that_the_process_is_granted(cores, asked, expected):
    granted = sorted(os.sched_getaffinity(0))[:cores]
    if len(granted) < cores:
        pytest.skip(f"needs {cores} cores")
    code = f"import os; os.sched_setaffinity(0, {granted}); from genrelab.features.frozen import onnx as own; "
    code += "print(own._cores())"
    environment = os.environ | {"OMP_NUM_THREADS": asked}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == [str(expected)]
