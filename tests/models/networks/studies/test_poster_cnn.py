import numpy as np
import pytest

from genrelab.features.frozen.keras import to_numpy
from genrelab.models.networks.studies.poster_cnn import NETWORK, build

# Layer, shape of its output and parameters, from the study's summary of its model.
PRINTED = [
    ("Conv2D", (222, 222, 16), 448),
    ("BatchNormalization", (222, 222, 16), 64),
    ("MaxPooling2D", (111, 111, 16), 0),
    ("Dropout", (111, 111, 16), 0),
    ("Conv2D", (109, 109, 32), 4640),
    ("BatchNormalization", (109, 109, 32), 128),
    ("MaxPooling2D", (54, 54, 32), 0),
    ("Dropout", (54, 54, 32), 0),
    ("Conv2D", (52, 52, 64), 18496),
    ("BatchNormalization", (52, 52, 64), 256),
    ("MaxPooling2D", (26, 26, 64), 0),
    ("Dropout", (26, 26, 64), 0),
    ("Conv2D", (24, 24, 128), 73856),
    ("BatchNormalization", (24, 24, 128), 512),
    ("MaxPooling2D", (12, 12, 128), 0),
    ("Dropout", (12, 12, 128), 0),
    ("Flatten", (18432,), 0),
    ("Dense", (128,), 2359424),
    ("BatchNormalization", (128,), 512),
    ("Dropout", (128,), 0),
    ("Dense", (256,), 33024),
    ("BatchNormalization", (256,), 1024),
    ("Dropout", (256,), 0),
    ("Dense", (20,), 5140),
]


@pytest.fixture(scope="module")
def keras():
    return pytest.importorskip("keras")


@pytest.fixture(scope="module")
def model(keras):
    return build((224, 224, 3), 20, "sigmoid")


def values(model, inputs):
    return to_numpy(model(inputs, training=False))


def test_layers_are_those_that_the_study_printed(model):
    rescaling, *layers = model.layers
    assert rescaling.scale == pytest.approx(1 / 255)
    assert [(type(layer).__name__, layer.output.shape[1:], layer.count_params()) for layer in layers] == PRINTED
    assert model.count_params() == 2_497_524
    assert sum(int(np.prod(weight.shape)) for weight in model.trainable_weights) == 2_496_276


def test_starts_rates_and_activations_are_those_of_the_listing(model):
    convolutions = [layer for layer in model.layers if type(layer).__name__ == "Conv2D"]
    starts = [type(layer.kernel_initializer).__name__ for layer in convolutions]
    assert starts == ["HeUniform", "GlorotUniform", "GlorotUniform", "GlorotUniform"]
    rates = [layer.rate for layer in model.layers if type(layer).__name__ == "Dropout"]
    assert rates == [0.25, 0.25, 0.25, 0.25, 0.4, 0.3]
    activations = [layer.activation.__name__ for layer in model.layers if hasattr(layer, "activation")]
    assert activations == ["relu"] * 6 + ["sigmoid"]


def test_training_is_the_studys():
    training = NETWORK.training
    assert NETWORK.size == (224, 224)
    assert [stage.learning_rate for stage in training.stages] == [1e-3]
    assert (training.optimizer, training.batch_size, training.threshold) == ("adam", 100, 0.4)
    assert (training.monitor, training.plateau, training.patience) == ("recall", 3, 20)
    assert (training.label_weights, training.clip_norm) == ("largest", 1.0)


def test_small_posters_are_refused():
    with pytest.raises(ValueError, match=r"poster_cnn: expected posters of 46 pixels a side or more, found 224x30"):
        build((224, 30, 3), 20, "sigmoid")


def test_a_saved_model_loads_without_custom_code_and_gives_the_same(keras, tmp_path):
    model = build((64, 48, 3), 3, "softmax")
    images = np.random.default_rng(0).integers(0, 256, (3, 64, 48, 3), dtype=np.uint8)
    expected = values(model, images)
    np.testing.assert_allclose(expected.sum(axis=1), 1, rtol=1e-5)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True, compile=False)
    np.testing.assert_array_equal(values(loaded, images), expected)
