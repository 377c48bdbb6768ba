import random

import numpy as np
import pytest

from genrelab.features.frozen.keras import load_keras
from genrelab.models.networks.saved import from_bytes, renewed, seeded, to_bytes
from genrelab.models.networks.training.forward import forward


def test_a_model_comes_back_from_its_bytes():
    keras = load_keras()
    model = keras.Sequential([keras.Input((8, 8, 3), dtype="uint8"), keras.layers.Rescaling(1 / 255)])
    model.add(keras.layers.Flatten())
    model.add(keras.layers.Dense(2))
    pictures = np.random.default_rng(0).integers(0, 255, (5, 8, 8, 3), dtype=np.uint8)
    again = from_bytes(to_bytes(model))
    expected = model.predict_on_batch(pictures)
    assert np.allclose(again.predict_on_batch(pictures), expected, atol=1e-6)
    run = forward(again)
    for number in (1, 3, 5):
        assert np.allclose(np.asarray(run(pictures[:number])), expected[:number], atol=1e-5)
    again.set_weights([np.zeros_like(weight) for weight in again.get_weights()])
    assert not np.asarray(run(pictures)).any()  # the graph reads the weights anew


def test_code_in_a_file_is_not_run():
    keras = load_keras()
    model = keras.Sequential([keras.Input((3,)), keras.layers.Lambda(lambda x: x + 1)])
    with pytest.raises(ValueError, match="[Ll]ambda"):
        from_bytes(to_bytes(model))


def test_seeds_leave_other_generators_alone():
    keras = load_keras()
    random.seed(1)
    np.random.seed(1)
    expected = random.random(), np.random.random()
    random.seed(1)
    np.random.seed(1)
    with seeded(5):
        first = keras.layers.Dense(3)
        first.build((None, 4))
    assert (random.random(), np.random.random()) == expected
    with seeded(5):
        second = keras.layers.Dense(3)
        second.build((None, 4))
    assert np.array_equal(first.get_weights()[0], second.get_weights()[0])


def test_a_renewed_model_gives_the_same_and_the_old_one_holds_nothing():
    keras = load_keras()
    inputs = keras.Input((4,))
    hidden = keras.layers.BatchNormalization()(keras.layers.Dense(3)(inputs))
    model = keras.Model(inputs, keras.ops.relu(keras.layers.Dropout(0.2)(hidden)))
    model.layers[1].trainable = False
    rows = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    expected = model.predict_on_batch(rows)
    copy = renewed(model)
    np.testing.assert_array_equal(copy.predict_on_batch(rows), expected)
    assert not copy.layers[1].trainable
    if keras.backend.backend() == "tensorflow":
        assert all(np.size(variable.value.numpy()) == 0 for variable in model.variables)
