import numpy as np
import pytest

from genrelab.features.frozen.keras import to_numpy
from genrelab.models.networks.studies.cnn_lstm import NETWORK, build

# Layer, shape of its output and parameters, from the study's summary of its model.
PRINTED = [
    ("Embedding", (76, 200), 24_000_000),
    ("SpatialDropout1D", (76, 200), 0),
    ("Conv1D", (74, 64), 38_464),
    ("MaxPooling1D", (37, 64), 0),
    ("Bidirectional", (256,), 197_632),
    ("Dense", (20,), 5_140),
]


@pytest.fixture(scope="module")
def keras():
    return pytest.importorskip("keras")


def trained(model):
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


def values(model, inputs):
    return to_numpy(model(inputs, training=False))


def test_layers_are_those_that_the_study_printed(keras):
    model = build((76,), 20, "sigmoid", vectors=np.zeros((120_000, 200), np.float32))
    found = [(type(layer).__name__, layer.output.shape[1:], layer.count_params()) for layer in model.layers]
    assert found == PRINTED
    assert model.count_params() == 24_241_236
    assert trained(model) == 241_236
    assert model.layers[1].rate == 0.2
    assert model.layers[2].activation.__name__ == "relu"
    assert model.layers[4].forward_layer.units == 128
    assert model.layers[5].activation.__name__ == "sigmoid"


def test_training_is_the_studys_where_it_says():
    assert NETWORK.options["vocabulary"] == 120_000
    assert NETWORK.options["length"] == 76
    assert [stage.learning_rate for stage in NETWORK.training.stages] == [1e-3]
    assert NETWORK.training.optimizer == "adam"
    assert NETWORK.training.label_weights == "none"


def test_given_vectors_stay_and_learnt_ones_do_not(keras):
    vectors = np.random.default_rng(0).normal(size=(50, 7)).astype(np.float32)
    numbers = np.random.default_rng(1).integers(0, 50, (16, 12), dtype=np.int32)
    labels = np.random.default_rng(2).integers(0, 2, (16, 3)).astype(np.float32)
    given = build((12,), 3, "sigmoid", vocabulary=9, vectors=vectors)
    learnt = build((12,), 3, "sigmoid", vocabulary=50, width=7)
    assert learnt.count_params() == given.count_params()
    assert trained(learnt) - trained(given) == 350
    start = learnt.layers[0].get_weights()[0]
    for model in (given, learnt):
        model.compile(optimizer="adam", loss="binary_crossentropy", run_eagerly=True)
        model.fit(numbers, labels, verbose=0)
    np.testing.assert_array_equal(given.layers[0].get_weights()[0], vectors)
    assert np.abs(learnt.layers[0].get_weights()[0] - start).max() > 0


@pytest.mark.parametrize("given", [True, False])
def test_a_saved_model_loads_without_custom_code_and_gives_the_same(keras, tmp_path, given):
    vectors = np.random.default_rng(0).normal(size=(30, 5)).astype(np.float32) if given else None
    model = build((10,), 4, "softmax", vocabulary=30, vectors=vectors)
    numbers = np.random.default_rng(1).integers(0, 30, (6, 10), dtype=np.int32)
    expected = values(model, numbers)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True, compile=False)
    np.testing.assert_array_equal(values(loaded, numbers), expected)
    assert trained(loaded) == trained(model)


def test_the_shortest_text_passes_and_shorter_ones_do_not(keras):
    assert build((4,), 2, "sigmoid", vocabulary=5, width=3).output_shape == (None, 2)
    with pytest.raises(ValueError, match="expected texts of 4 words or more, found a length of 3"):
        build((3,), 2, "sigmoid", vocabulary=5, width=3)
    with pytest.raises(ValueError, match=r"expected vectors as a matrix \(vocabulary, width\), found shape \(5,\)"):
        build((4,), 2, "sigmoid", vectors=np.zeros(5, np.float32))
