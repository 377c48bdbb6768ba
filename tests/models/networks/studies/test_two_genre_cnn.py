import numpy as np
import pytest

from genrelab.features.frozen.keras import load_keras
from genrelab.models.networks.studies.two_genre_cnn import NETWORK, build


@pytest.fixture(scope="module", autouse=True)
def keras():
    pytest.importorskip("keras")
    return load_keras()


def test_layers_and_parameters_are_the_studys_at_its_size():
    model = build((*NETWORK.size, 3), 2, "softmax", **NETWORK.options)
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds == ["InputLayer", "Rescaling", *["Conv2D", "MaxPooling2D"] * 3, "Flatten", "Dense"]
    convolutions = [layer for layer in model.layers if type(layer).__name__ == "Conv2D"]
    assert [layer.kernel_size for layer in convolutions] == [(5, 5), (4, 4), (3, 3)]
    assert {layer.activation.__name__ for layer in convolutions} == {"relu"}
    assert {layer.pool_size for layer in model.layers if type(layer).__name__ == "MaxPooling2D"} == {(2, 2)}
    height, width = 320, 200
    for kernel in (5, 4, 3):
        height, width = (height - kernel + 1) // 2, (width - kernel + 1) // 2
    assert (height, width) == (37, 22)
    expected = (75 + 1) * 16 + (16 * 16 + 1) * 32 + (9 * 32 + 1) * 64 + (height * width * 64 + 1) * 2
    assert model.count_params() == expected == 132_130


def test_training_is_the_studys_where_printed():
    training = NETWORK.training
    assert NETWORK.size == (320, 200)
    assert training.batch_size == 256
    assert [stage.learning_rate for stage in training.stages] == [0.1, 0.01]
    assert 20 <= sum(stage.epochs for stage in training.stages) <= 100


def test_it_reloads_without_custom_code(keras, tmp_path):
    model = build((32, 26, 3), 2, "softmax", filters=(2, 3, 4))
    pictures = np.random.default_rng(0).integers(0, 256, (4, 32, 26, 3), dtype=np.uint8)
    found = model.predict_on_batch(pictures)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True, compile=False)
    np.testing.assert_array_equal(loaded.predict_on_batch(pictures), found)


def test_three_numbers_of_filters_are_needed():
    with pytest.raises(ValueError, match=r"expected 3 numbers of filters, found \[1, 2\]"):
        build((32, 26, 3), 2, "softmax", filters=(1, 2))
