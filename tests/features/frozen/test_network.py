import dataclasses

import numpy as np
import pytest

from genrelab.features.frozen.backbones import Backbone, file_sha256, resolve_backbone
from genrelab.features.frozen.network import Network, load_network

SMALL = dataclasses.replace(resolve_backbone("mobilenet_v2", "random"), input_size=(96, 96))
IMAGES = np.random.default_rng(0).integers(0, 256, (9, 96, 96, 3), dtype=np.uint8)


@pytest.fixture(scope="module", autouse=True)
def keras():
    pytest.importorskip("keras")
    return pytest.importorskip("keras")


@pytest.fixture(scope="module")
def described(keras, tmp_path_factory):
    """A weights file as a user has it: saved by Keras from a network cut at a layer."""
    base = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(96, 96, 3))
    cut = keras.Model(base.input, base.get_layer("block_3_expand_relu").output)
    random = np.random.default_rng(1)
    for variable in cut.weights:
        value = random.uniform(0.5, 1.5, variable.shape) if "variance" in variable.name else None
        variable.assign(random.normal(0, 0.3, variable.shape) if value is None else value)
    file = tmp_path_factory.mktemp("weights") / "cut.weights.h5"
    cut.save_weights(file)
    backbone = Backbone(
        "mine", "MobileNetV2", (96, 96), "torch", 144, str(file), "block_3_expand_relu", file_sha256(file)
    )
    return backbone, cut


def values(backbone, images=IMAGES, batch_size=16, precision="float32"):
    return load_network(backbone, precision).start(images, batch_size)()


def close(found, expected):
    return np.abs(found - expected).max() <= 1e-5 * np.abs(expected).max()


def test_a_described_file_gives_what_keras_gives_with_the_preprocessing_of_the_description(keras, described, by_keras):
    backbone, cut = described
    prepared = keras.applications.densenet.preprocess_input(IMAGES.astype("float32"))
    expected = by_keras(cut, prepared).mean(axis=(1, 2))
    found = values(backbone)
    assert found.shape == (9, 144)
    assert found.dtype == np.float32
    assert close(found, expected)


def test_random_weights_are_the_same_everywhere_and_do_not_fade(keras):
    first = values(SMALL)
    keras.utils.set_random_seed(5)
    load_network.cache_clear()
    np.testing.assert_array_equal(values(SMALL), first)
    assert 0.01 < first.std(axis=0).mean() < 10
    other = values(dataclasses.replace(SMALL, seed=1))
    assert not np.allclose(other, first, rtol=0.1)


def test_alone_in_a_batch_and_through_plain_keras_a_row_is_the_same(by_keras):
    together = values(SMALL)
    alone = np.concatenate([values(SMALL, IMAGES[row : row + 1]) for row in range(9)])
    assert close(alone, together)
    assert close(by_keras(load_network(SMALL).model, IMAGES), together)


def test_the_network_is_in_inference_mode(described):
    backbone, _ = described
    bright = np.full_like(IMAGES, 250)
    mixed = np.concatenate([IMAGES[:1], bright])
    assert close(values(backbone, mixed)[:1], values(backbone, IMAGES[:1]))


def test_bfloat16_gives_float32_rows_near_the_exact_ones():
    exact, rough = values(SMALL), values(SMALL, precision="bfloat16")
    assert rough.dtype == np.float32
    assert not np.array_equal(exact, rough)
    assert np.abs(rough - exact).max() < 0.1 * np.abs(exact).max()


def test_the_users_keras_settings_are_neither_used_nor_changed(keras):
    expected = values(SMALL)
    load_network.cache_clear()
    keras.config.set_dtype_policy("float64")
    try:
        np.testing.assert_array_equal(values(SMALL), expected)
        assert keras.config.dtype_policy().name == "float64"
    finally:
        keras.config.set_dtype_policy("float32")


def test_a_file_that_is_not_the_one_described_is_refused(described):
    backbone, _ = described
    wrong = dataclasses.replace(backbone, sha256="00" * 32)
    with pytest.raises(ValueError, match=r"'mine': .*cut.weights.h5 is not the file described: expected sha256 00"):
        Network(wrong, "float32")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"width": 7}, "expected 7 values, found that MobileNetV2 cut at block_3_expand_relu gives 144"),
        ({"layer": None, "width": 1280}, r"does not fit MobileNetV2 \(whole\)"),
        ({"layer": "nowhere"}, "expected the name of a layer of MobileNetV2, found 'nowhere'"),
    ],
)
def test_weights_that_do_not_fit_are_refused(described, change, sentence):
    backbone, _ = described
    with pytest.raises(ValueError, match=sentence):
        Network(dataclasses.replace(backbone, **change), "float32")


def test_the_release_is_loaded_whole_and_cut_afterwards(keras, tmp_path, monkeypatch, by_keras):
    """A file in the layout of Keras's release, put where Keras keeps it."""
    import h5py
    from keras.src.legacy.saving import legacy_h5_format

    from genrelab.features.frozen.weights import locate, release_path

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    keras.utils.set_random_seed(3)
    base = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(96, 96, 3))
    backbone = dataclasses.replace(
        resolve_backbone("mobilenet_v2@block_6_expand_relu", "imagenet"), input_size=(96, 96)
    )
    release_path(backbone).parent.mkdir()
    with h5py.File(release_path(backbone), "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, base)
    cut = keras.Model(base.input, base.get_layer("block_6_expand_relu").output)
    prepared = keras.applications.mobilenet_v2.preprocess_input(IMAGES.astype("float32"))
    assert close(values(locate(backbone)), by_keras(cut, prepared).mean(axis=(1, 2)))


def test_batches_are_filled_to_few_shapes(monkeypatch):
    loaded = load_network(SMALL)
    seen = []

    def run(images):
        seen.append(len(images))
        return np.zeros((len(images), 1280))

    monkeypatch.setattr(loaded, "_run", run)
    monkeypatch.setattr(loaded, "fixed_batch", False)  # also where there is a card
    for number in (1, 2, 3, 5, 9):
        assert loaded.start(IMAGES[:number], 9)().shape == (number, 1280)
    monkeypatch.setattr(loaded, "fixed_batch", True)
    loaded.start(IMAGES[:1], 9)()
    assert seen == [1, 2, 4, 8, 9, 9]
