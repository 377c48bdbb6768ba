import numpy as np
import pytest

from genrelab.features.frozen.keras import load_keras, to_numpy
from genrelab.models.networks.studies.deep_cnn import NETWORK, build


@pytest.fixture(scope="module", autouse=True)
def keras():
    pytest.importorskip("keras")
    return load_keras()


def named(model, kind):
    return [layer for layer in model.layers if type(layer).__name__ == kind]


def test_layers_and_parameters_are_the_studys_at_its_size():
    model = build((*NETWORK.size, 3), 8, "softmax", **NETWORK.options)
    assert [(layer.filters, layer.kernel_size) for layer in named(model, "Conv2D")] == [(16, (5, 5))] * 2
    assert [layer.units for layer in named(model, "Dense")] == [1024, 1024, 1024, 8]
    assert len(named(model, "BatchNormalization")) == len(named(model, "ReLU")) == 5
    normal = 4  # values per unit: scale, offset, mean, variance
    flat = (((192 - 4) // 2 - 4) // 2) * (((128 - 4) // 2 - 4) // 2) * 16
    expected = (75 + 1 + normal) * 16 + (25 * 16 + 1 + normal) * 16
    expected += (flat + 1 + normal) * 1024 + 2 * (1024 + 1 + normal) * 1024 + 1025 * 8
    assert model.count_params() == expected
    hidden = [*named(model, "Conv2D"), *named(model, "Dense")[:-1]]
    assert {type(layer.kernel_initializer).__name__ for layer in hidden} == {"HeNormal"}


def test_the_start_has_the_spread_of_he(keras):
    keras.utils.set_random_seed(0)
    kernel = to_numpy(named(build((24, 24, 3), 2, "softmax", units=512), "Dense")[1].kernel)
    assert kernel.std() == pytest.approx(np.sqrt(2 / 512), rel=0.02)


def test_normalisation_stands_between_each_kernel_and_its_relu():
    kinds = [type(layer).__name__ for layer in build((24, 24, 3), 2, "softmax", units=4).layers]
    block = ["Conv2D", "BatchNormalization", "ReLU", "MaxPooling2D"]
    dense = ["Dense", "BatchNormalization", "ReLU"]
    assert kinds == ["InputLayer", "Rescaling", *block * 2, "Flatten", *dense * 3, "Dense"]


def test_training_is_the_studys_where_printed():
    (stage,) = NETWORK.training.stages
    assert stage.learning_rate == 0.01


def test_it_reloads_without_custom_code(keras, tmp_path):
    model = build((24, 20, 3), 3, "softmax", units=8, depth=2)
    assert len(named(model, "Dense")) == 3
    pictures = np.random.default_rng(0).integers(0, 256, (4, 24, 20, 3), dtype=np.uint8)
    found = model.predict_on_batch(pictures)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-6)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True, compile=False)
    np.testing.assert_array_equal(loaded.predict_on_batch(pictures), found)
