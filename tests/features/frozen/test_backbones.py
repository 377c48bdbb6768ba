import dataclasses
import hashlib
import json
from pathlib import Path

import pytest

from genrelab.features.frozen.backbones import Backbone, available_backbones, file_sha256, resolve_backbone

ENTRY = {
    "name": "mine",
    "file": "mine.weights.h5",
    "backbone": "ResNet50",
    "layer": "conv4_block6_out",
    "input_size": [224, 160],
    "preprocessing": "torch",
    "width": 1024,
}


@pytest.fixture
def describe(tmp_path):
    (tmp_path / "mine.weights.h5").write_bytes(b"weights")

    def write(*entries):
        path = tmp_path / "weights.json"
        path.write_text(json.dumps(list(entries)))
        return str(path)

    return write


@pytest.mark.parametrize("weights", ["imagenet", "random"])
def test_three_networks_come_with_keras_own_preprocessing(weights):
    found = {backbone.name: (backbone.mode, backbone.width) for backbone in available_backbones(weights)}
    assert found == {
        "resnet50": ("caffe", 2048),
        "inception_v3": ("tf", 2048),
        "mobilenet_v2": ("tf", 1280),
    }
    assert resolve_backbone("inception_v3", weights).input_size == (299, 299)


def test_labels_name_the_weights(describe):
    assert resolve_backbone("mobilenet_v2", "random").label == "mobilenet_v2, random weights"
    assert resolve_backbone("resnet50").label == "resnet50, imagenet weights"
    assert resolve_backbone("mine", describe(ENTRY)).label == "mine, mine.weights.h5"


def test_a_description_is_read_whole_and_an_absent_hash_is_computed(describe, tmp_path):
    backbone = resolve_backbone("mine", describe(ENTRY))
    digest = hashlib.sha256(b"weights").hexdigest()
    assert backbone == Backbone(
        name="mine",
        backbone="ResNet50",
        input_size=(224, 160),
        preprocessing="torch",
        width=1024,
        weights=str(tmp_path / "mine.weights.h5"),
        layer="conv4_block6_out",
        sha256=digest,
    )
    assert backbone.identity() == (
        f"embedding ResNet50;224x160;stretch bilinear;torch;cut at conv4_block6_out;average;sha256 {digest};float32;v1"
    )


def test_a_changed_description_is_read_again(describe):
    assert resolve_backbone("mine", describe(ENTRY)).width == 1024
    assert resolve_backbone("mine", describe({**ENTRY, "width": 512, "note": "longer"})).width == 512


@pytest.mark.parametrize(
    "change",
    [
        {"backbone": "ResNet101"},
        {"input_size": (64, 64)},
        {"preprocessing": "tf"},
        {"layer": "conv3_block4_out"},
        {"weights": "w.h5", "sha256": "00"},
        {"seed": 1},
    ],
)
def test_everything_the_values_depend_on_is_in_the_identity(change):
    backbone = resolve_backbone("resnet50", "random")
    assert dataclasses.replace(backbone, **change).identity() != backbone.identity()
    assert backbone.identity("bfloat16") != backbone.identity()


def test_the_name_and_the_place_of_the_weights_are_not_in_the_identity():
    backbone = dataclasses.replace(resolve_backbone("resnet50"), weights="a.h5", sha256="00")
    assert dataclasses.replace(backbone, name="other", weights="b.h5").identity() == backbone.identity()
    assert dataclasses.replace(backbone, preprocessing="caffe").identity() == backbone.identity()


def test_imagenet_weights_have_no_identity_before_they_are_here():
    with pytest.raises(ValueError, match=r"'resnet50': the imagenet weights have no hash"):
        resolve_backbone("resnet50").identity()


def test_a_layer_after_the_name_cuts_the_network():
    backbone = resolve_backbone("resnet50@conv4_block6_out", "random")
    assert (backbone.name, backbone.layer) == ("resnet50_conv4_block6_out", "conv4_block6_out")
    assert backbone.width is None
    assert backbone.label == "resnet50_conv4_block6_out, random weights"


def test_unknown_names_list_the_known_ones(describe):
    with pytest.raises(ValueError, match=r"expected one of resnet50, inception_v3, .*vgg19, xception .*'vgg'"):
        resolve_backbone("vgg", "random")
    with pytest.raises(ValueError, match="expected one of mine"):
        resolve_backbone("resnet50", describe(ENTRY))


def test_a_path_that_is_no_file_is_named():
    with pytest.raises(FileNotFoundError, match=r"'imagnet', which is no file"):
        available_backbones("imagnet")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"preprocessing": None}, "weights 'mine' lack preprocessing"),
        ({"file": None, "width": None}, "lack file, width"),
        ({"preprocessing": "bgr"}, r"expected preprocessing one of keras, none, caffe, tf, torch, found 'bgr'"),
        ({"backbone": "AlexNet"}, r"expected one of .*ResNet50.*, found 'AlexNet'"),
        ({"input_size": 224}, r"expected input_size \[height, width\], found 224"),
        ({"input_size": [224, 0]}, r"expected input_size \[height, width\], found \[224, 0\]"),
    ],
)
def test_a_broken_entry_says_what_is_wrong(describe, change, sentence):
    with pytest.raises(ValueError, match=sentence):
        available_backbones(describe({**ENTRY, **change}))


def test_a_broken_description_says_what_is_wrong(describe):
    with pytest.raises(ValueError, match="every name once, found mine, mine"):
        available_backbones(describe(ENTRY, ENTRY))
    with pytest.raises(FileNotFoundError, match=r"weights 'mine': .*absent.h5 does not exist"):
        available_backbones(describe({**ENTRY, "file": "absent.h5"}))
    path = describe("text")
    with pytest.raises(ValueError, match="a list with one object per weights file"):
        available_backbones(path)
    Path(path).write_text("{")
    with pytest.raises(ValueError, match="expected JSON"):
        available_backbones(path)


@pytest.mark.real_data
def test_the_real_description_and_its_hashes():
    path = Path(__file__).parents[4] / "shared" / "data" / "weights" / "weights.json"
    if not path.is_file():
        pytest.skip("../shared/data is absent")
    backbones = available_backbones(str(path))
    assert {backbone.name: backbone.mode for backbone in backbones} == {
        "mobilenet_v2": "tf",
        "resnet50_conv4": "caffe",
        "inception_v3_mixed8": "tf",
        "resnet50_pruned": "torch",
    }
    for backbone in backbones:
        assert file_sha256(backbone.weights) == backbone.sha256
