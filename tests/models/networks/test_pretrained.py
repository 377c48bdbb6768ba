import dataclasses
import json

import numpy as np
import pytest

from genrelab.features.frozen.backbones import file_sha256, resolve_backbone
from genrelab.features.frozen.keras import load_keras, to_numpy
from genrelab.features.frozen.network import load_network
from genrelab.features.frozen.preprocessing import PREPROCESSING, preprocess
from genrelab.features.poster.read import read_poster
from genrelab.models.networks import pretrained
from genrelab.models.networks.pretrained import describe_start, pretrained_base

PICTURES = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), dtype=np.uint8)
CUT = "block_3_expand_relu"


@pytest.fixture(scope="module", autouse=True)
def keras():
    pytest.importorskip("keras")
    return load_keras()


@pytest.fixture(scope="module")
def described(keras, tmp_path_factory):
    """A folder with files of one network, whole and cut, and the network they were saved from."""
    folder = tmp_path_factory.mktemp("weights")
    base = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(32, 32, 3))
    random = np.random.default_rng(1)
    for variable in base.weights:
        variable.assign(random.uniform(0.2, 0.6, variable.shape) if "var" in variable.name else variable + 0.1)
    base.save_weights(folder / "whole.weights.h5")
    keras.Model(base.input, base.get_layer(CUT).output).save_weights(folder / "cut.weights.h5")
    return folder, base


def weights_json(folder, *entries):
    """Describe files: (name, file, layer, preprocessing)."""
    path = folder / f"{'_'.join(name for name, *_ in entries)}.json"
    common = {"backbone": "MobileNetV2", "input_size": [32, 32], "width": 1280}
    keys = ("name", "file", "layer", "preprocessing")
    rows = [dict(zip(keys, entry, strict=True)) | common for entry in entries]
    for row in rows:
        row["sha256"] = file_sha256(folder / row["file"])
    path.write_text(json.dumps(rows), encoding="utf-8")
    return str(path)


def outputs(keras, start, layer=None):
    """What the started network, or its first layers, makes of the pictures."""
    pictures = keras.Input((32, 32, 3), dtype="uint8")
    base = start.base if layer is None else keras.Model(start.base.input, start.base.get_layer(layer).output)
    return to_numpy(keras.Model(pictures, base(start.prepare(pictures)))(PICTURES, training=False))


@pytest.mark.parametrize("mode", PREPROCESSING)
def test_preparation_is_that_of_embeddings_and_reloads_without_custom_code(keras, mode, tmp_path):
    pictures = keras.Input((32, 32, 3), dtype="uint8")
    model = keras.Model(pictures, pretrained._preparation(keras, mode)(pictures))
    expected = preprocess(PICTURES.astype("float32"), mode)
    np.testing.assert_allclose(model.predict_on_batch(PICTURES), expected, atol=1e-5)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True, compile=False)
    np.testing.assert_array_equal(loaded.predict_on_batch(PICTURES), model.predict_on_batch(PICTURES))


def test_a_whole_file_gives_the_network_it_was_saved_from(keras, described):
    folder, base = described
    start = pretrained_base("MobileNetV2", (32, 32, 3), weights_json(folder, ("a", "whole.weights.h5", None, "torch")))
    expected = to_numpy(base(preprocess(PICTURES.astype("float32"), "torch"), training=False))
    np.testing.assert_allclose(outputs(keras, start), expected, rtol=1e-4)
    assert start.description == "MobileNetV2 with the ImageNet start of whole.weights.h5"
    assert all(layer.trainable for layer in start.base.layers)


def test_a_cut_file_fills_the_layers_up_to_the_cut_and_leaves_the_rest_random(keras, described):
    folder, base = described
    weights = weights_json(folder, ("b", "cut.weights.h5", CUT, "keras"))
    keras.utils.set_random_seed(0)
    start = pretrained_base("mobilenet_v2", (32, 32, 3), weights)
    names = [layer.name for layer in base.layers]
    cut = names.index(CUT)
    for place, (found, saved) in enumerate(zip(start.base.layers, base.layers, strict=True)):
        same = [np.array_equal(one, other) for one, other in zip(found.weights, saved.weights, strict=True)]
        assert all(same) if place <= cut else not any(same), names[place]
    own = load_network(dataclasses.replace(resolve_backbone("b", weights), width=None)).start(PICTURES, 3)()
    pooled = outputs(keras, start, CUT).mean(axis=(1, 2))
    np.testing.assert_allclose(pooled, own, rtol=1e-4)
    assert start.description == (f"MobileNetV2 with an ImageNet start up to {CUT} (cut.weights.h5), random after it")


def test_keras_own_preprocessing_comes_first_then_a_whole_network(described):
    folder, _ = described
    whole, foreign = ("w", "whole.weights.h5", None, "keras"), ("f", "whole.weights.h5", None, "torch")
    cut = ("c", "cut.weights.h5", CUT, "tf")
    assert "cut.weights" in describe_start("MobileNetV2", weights_json(folder, foreign, cut))
    assert "whole.weights" in describe_start("MobileNetV2", weights_json(folder, cut, foreign, whole))
    chosen = pretrained._choose("MobileNetV2", weights_json(folder, foreign, whole))
    assert chosen.name == "w"


def test_a_random_start_follows_the_seed_and_is_named_so(keras):
    assert describe_start("resnet50", "random") == "ResNet50 with a random start"
    bases = []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(seed)
        bases.append(pretrained_base("mobilenet_v2", (32, 32, 3), "random").base)
    kernels = [to_numpy(base.weights[0]) for base in bases]
    np.testing.assert_array_equal(kernels[0], kernels[1])
    assert not np.array_equal(kernels[0], kernels[2])


def test_unknown_networks_and_descriptions_without_the_network_are_refused(described):
    folder, _ = described
    with pytest.raises(ValueError, match="expected one of resnet50, .*found 'alexnet'"):
        pretrained_base("alexnet", (32, 32, 3), "random")
    with pytest.raises(ValueError, match=r"expected a file for ResNet50 in .*, found MobileNetV2"):
        pretrained_base("resnet50", (32, 32, 3), weights_json(folder, ("a", "whole.weights.h5", None, "keras")))
    with pytest.raises(FileNotFoundError, match="which is no file"):
        describe_start("resnet50", "absent.json")


@pytest.mark.real_data
def test_real_weights_give_the_embedding_of_a_real_poster_at_the_cut(keras, real_data):
    weights = str(real_data / "weights" / "weights.json")
    start = pretrained_base("resnet50", (224, 224, 3), weights)
    assert "up to conv4_block6_out" in start.description
    path = next(path for path in sorted((real_data / "posters").rglob("*.jpg")) if read_poster(path).ok)
    picture = np.asarray(read_poster(path).image.resize((224, 224)))[np.newaxis]
    expected = load_network(resolve_backbone("resnet50_conv4", weights)).start(picture, 1)()
    pictures = keras.Input((224, 224, 3), dtype="uint8")
    cut = keras.Model(start.base.input, start.base.get_layer("conv4_block6_out").output)
    found = keras.Model(pictures, cut(start.prepare(pictures), training=False)).predict_on_batch(picture)
    np.testing.assert_allclose(found.mean(axis=(1, 2)), expected, atol=1e-5 * np.abs(expected).max())
