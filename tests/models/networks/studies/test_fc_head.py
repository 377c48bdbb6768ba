import numpy as np
import pytest

from genrelab.features.frozen.keras import load_keras, to_numpy
from genrelab.models.dense_head import DenseHead
from genrelab.models.networks.studies.fc_head import NETWORK, build


@pytest.fixture(scope="module", autouse=True)
def keras():
    pytest.importorskip("keras")
    return load_keras()


def test_layers_and_parameters_are_the_studys():
    model = build((2048,), 19, "sigmoid", **NETWORK.options)
    hidden = [layer for layer in model.layers if type(layer).__name__ == "Dense"]
    assert [layer.units for layer in hidden] == [500, 250, 250, 100, 19]
    assert [layer.activation.__name__ for layer in hidden] == ["relu"] * 4 + ["sigmoid"]
    assert [layer.rate for layer in model.layers if type(layer).__name__ == "Dropout"] == [0.2] * 4
    assert [layer.kernel_constraint.max_value for layer in hidden[:4]] == [3.0] * 4
    assert hidden[4].kernel_constraint is None
    expected = 2049 * 500 + 501 * 250 + 251 * 250 + 251 * 100 + 101 * 19
    assert model.count_params() == expected == 1_239_519


def test_training_is_the_studys_where_printed_and_dense_heads_where_not():
    training, ours = NETWORK.training, DenseHead()
    assert (training.optimizer, training.halve_every, training.patience) == ("sgd", 10, 10)
    assert (training.monitor, training.threshold) == ("accuracy", 0.5)
    assert NETWORK.options["units"] == ours.hidden
    (stage,) = training.stages
    assert (stage.learning_rate, stage.epochs) == (ours.learning_rate, ours.max_epochs)
    assert (training.momentum, training.batch_size) == (ours.momentum, ours.batch_size)


def test_a_step_of_any_length_leaves_every_hidden_unit_within_the_bound(keras):
    model = build((6,), 2, "sigmoid", units=(8, 4), max_norm=0.5, dropout=0.0)
    model.compile(optimizer=keras.optimizers.SGD(10.0), loss="binary_crossentropy")
    random = np.random.default_rng(0)
    model.train_on_batch(random.normal(size=(16, 6)).astype(np.float32), random.integers(0, 2, (16, 2)))
    for layer in (layer for layer in model.layers if getattr(layer, "kernel_constraint", None)):
        lengths = np.linalg.norm(to_numpy(layer.kernel), axis=0)
        assert lengths.shape == (layer.units,)
        assert lengths.max() <= 0.5 + 1e-5


def test_outputs_are_those_of_dense_head_with_the_same_weights():
    rows = np.random.default_rng(1).normal(size=(40, 6)).astype(np.float32)
    ours = DenseHead((5, 4), max_epochs=2).fit(rows, np.column_stack([rows[:, 0] > 0, rows[:, 1] > 0]))
    model = build((6,), 2, "sigmoid", units=(5, 4))
    model.set_weights([array for pair in zip(ours.weights_, ours.biases_, strict=True) for array in pair])
    np.testing.assert_allclose(model.predict_on_batch(rows), ours.predict_proba(rows), atol=1e-6)


def test_it_reloads_without_custom_code(keras, tmp_path):
    model = build((6,), 3, "softmax", units=[5, 4])
    rows = np.random.default_rng(0).normal(size=(7, 6)).astype(np.float32)
    found = model.predict_on_batch(rows)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True, compile=False)
    np.testing.assert_array_equal(loaded.predict_on_batch(rows), found)
    assert loaded.layers[1].kernel_constraint.max_value == 3.0
