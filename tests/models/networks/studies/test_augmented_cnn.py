import numpy as np
import pytest

from genrelab.features.frozen.keras import load_keras, to_numpy
from genrelab.models.networks.studies import deep_cnn, naive_cnn
from genrelab.models.networks.studies.augmented_cnn import NETWORK, build

PICTURES = np.random.default_rng(0).integers(0, 256, (6, 24, 20, 3), dtype=np.uint8)


@pytest.fixture(scope="module", autouse=True)
def keras():
    pytest.importorskip("keras")
    return load_keras()


@pytest.fixture(scope="module")
def model(keras):
    keras.utils.set_random_seed(0)
    return build((24, 20, 3), 3, "softmax", body="naive")


def test_the_body_is_the_deeper_networks_and_its_training_too():
    augmented, deep = build((24, 20, 3), 3, "softmax"), deep_cnn.build((24, 20, 3), 3, "softmax")
    kinds = [type(layer).__name__ for layer in augmented.layers]
    steps = ["RandomRotation", "RandomTranslation", "RandomShear", "RandomZoom", "RandomFlip"]
    assert kinds == ["InputLayer", "Rescaling", *steps, *(type(layer).__name__ for layer in deep.layers[2:])]
    assert augmented.count_params() == deep.count_params()
    assert NETWORK.training.stages[0].learning_rate == deep_cnn.NETWORK.training.stages[0].learning_rate
    assert NETWORK.options == {"body": "deep"}


def test_outside_training_it_is_its_body(model):
    body = naive_cnn.build((24, 20, 3), 3, "softmax")
    body.set_weights([to_numpy(variable) for variable in model.trainable_variables])
    np.testing.assert_allclose(model.predict_on_batch(PICTURES), body.predict_on_batch(PICTURES), atol=1e-6)


def test_in_training_every_look_at_a_picture_is_another(model):
    first, second = (to_numpy(model(PICTURES, training=True)) for _ in range(2))
    assert not np.allclose(first, second)


def test_it_trains_and_reloads_without_custom_code(keras, model, tmp_path):
    model.compile(optimizer="sgd", loss="categorical_crossentropy")
    assert np.isfinite(model.train_on_batch(PICTURES, np.eye(3)[[0, 1, 2, 0, 1, 2]]))
    found = model.predict_on_batch(PICTURES)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True, compile=False)
    np.testing.assert_array_equal(loaded.predict_on_batch(PICTURES), found)


def test_an_unknown_body_is_refused():
    with pytest.raises(ValueError, match="expected body one of deep, naive, found 'wide'"):
        build((24, 20, 3), 3, "softmax", body="wide")
