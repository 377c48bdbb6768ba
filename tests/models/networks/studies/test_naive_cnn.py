import numpy as np
import pytest

from genrelab.features.frozen.keras import load_keras
from genrelab.models.networks.studies.naive_cnn import NETWORK, build


@pytest.fixture(scope="module", autouse=True)
def keras():
    pytest.importorskip("keras")
    return load_keras()


def test_layers_and_parameters_are_the_studys_at_its_size():
    model = build((*NETWORK.size, 3), 8, "softmax", **NETWORK.options)
    kinds = [type(layer).__name__ for layer in model.layers]
    two = ["Conv2D", "MaxPooling2D"] * 2
    assert kinds == ["InputLayer", "Rescaling", *two, "Flatten", "Dense", "Dense"]
    convolutions = [layer for layer in model.layers if type(layer).__name__ == "Conv2D"]
    assert [(layer.filters, layer.kernel_size) for layer in convolutions] == [(16, (5, 5))] * 2
    height, width = ((192 - 4) // 2 - 4) // 2, ((128 - 4) // 2 - 4) // 2
    expected = (75 + 1) * 16 + (25 * 16 + 1) * 16 + (height * width * 16 + 1) * 128 + (128 + 1) * 8
    assert model.count_params() == expected == 2_681_432
    assert NETWORK.size == (192, 128)


def test_it_reads_bytes_and_reloads_without_custom_code(keras, tmp_path):
    model = build((24, 20, 3), 3, "sigmoid")
    pictures = np.random.default_rng(0).integers(0, 256, (4, 24, 20, 3), dtype=np.uint8)
    found = model.predict_on_batch(pictures)
    assert found.shape == (4, 3)
    assert found.dtype == np.float32
    assert found.std(axis=0).min() > 0
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True, compile=False)
    np.testing.assert_array_equal(loaded.predict_on_batch(pictures), found)


def test_the_first_layer_brings_pixels_to_0_to_1(keras):
    model = build((24, 20, 3), 3, "softmax")
    scaled = keras.Model(model.input, model.layers[1].output)
    pictures = np.random.default_rng(0).integers(0, 256, (2, 24, 20, 3), dtype=np.uint8)
    np.testing.assert_allclose(scaled.predict_on_batch(pictures), pictures / 255, atol=1e-7)


def test_softmax_rows_sum_to_one_and_options_count():
    model = build((24, 20, 3), 5, "softmax", filters=2, units=3)
    found = model.predict_on_batch(np.zeros((2, 24, 20, 3), np.uint8))
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)
    assert model.count_params() == 76 * 2 + 51 * 2 + (3 * 2 * 2 + 1) * 3 + 4 * 5
