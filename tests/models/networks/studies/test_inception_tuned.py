import numpy as np
import pytest

from genrelab.features.frozen.keras import load_keras, to_numpy
from genrelab.models.networks.studies.inception_tuned import NETWORK, build, train_head, train_top_blocks

SHAPE = (75, 75, 3)
PICTURES = np.random.default_rng(0).integers(0, 256, (2, *SHAPE), dtype=np.uint8)


@pytest.fixture(scope="module", autouse=True)
def keras():
    pytest.importorskip("keras")
    return load_keras()


@pytest.fixture(scope="module")
def model(keras):
    keras.utils.set_random_seed(0)
    return build(SHAPE, 8, "softmax", **{**NETWORK.options, "weights": "random"})


def trainable(model):
    return sum(int(np.prod(variable.shape)) for variable in model.trainable_variables)


def unit(height, width, before, filters):
    """Parameters of a convolution without bias and its normalisation without scale, and those that are trained."""
    kernel = height * width * before * filters
    return np.array([kernel + 3 * filters, kernel + filters])


def top_block(before):
    """An inception block of the last size, from Szegedy et al. (2016), figure 7."""
    single = unit(1, 1, before, 320) + unit(1, 1, before, 192)
    forked = unit(1, 1, before, 384) + 2 * unit(1, 3, 384, 384)
    longer = unit(1, 1, before, 448) + unit(3, 3, 448, 384) + 2 * unit(1, 3, 384, 384)
    return single + forked + longer


def test_the_head_is_pooling_one_dense_layer_and_softmax(model):
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds == ["InputLayer", "Rescaling", "Functional", "GlobalAveragePooling2D", "Dense", "Dense"]
    head = (2048 + 1) * 1024 + (1024 + 1) * 8
    assert model.count_params() == 21_802_784 + head  # the published size of InceptionV3 without its top
    train_head(model)
    assert trainable(model) == head


def test_the_second_step_trains_the_top_two_blocks_by_their_published_shapes(model):
    train_head(model)
    train_top_blocks(model)
    head = (2048 + 1) * 1024 + (1024 + 1) * 8
    assert trainable(model) == head + (top_block(1280) + top_block(2048))[1]
    train_head(model)
    assert trainable(model) == head


def test_172_frozen_layers_of_the_time_are_those_up_to_the_same_join(keras, model):
    base = model.get_layer("inception_v3")
    train_top_blocks(model)
    then = [layer for layer in base.layers if not isinstance(layer, keras.layers.Activation)]
    assert len(then) == 217
    assert then[172].name == "mixed8"
    with_weights = [layer for layer in then if layer.weights]
    assert [layer.trainable for layer in with_weights] == [then.index(layer) >= 172 for layer in with_weights]


def test_frozen_normalisation_keeps_its_statistics_while_the_rest_trains(keras, model):
    train_top_blocks(model)
    base = model.get_layer("inception_v3")
    normal = [layer for layer in base.layers if isinstance(layer, keras.layers.BatchNormalization)]
    frozen, tuned = normal[0], next(layer for layer in reversed(normal) if layer.trainable)
    before = [to_numpy(layer.moving_variance) for layer in (frozen, tuned)]
    cut = keras.Model(base.input, base.get_layer("mixed8").output)
    prepared = (PICTURES / 127.5 - 1).astype(np.float32)
    np.testing.assert_array_equal(to_numpy(cut(prepared, training=True)), to_numpy(cut(prepared, training=False)))
    base(prepared, training=True)
    np.testing.assert_array_equal(to_numpy(frozen.moving_variance), before[0])
    assert not np.array_equal(to_numpy(tuned.moving_variance), before[1])


def test_training_is_the_studys_where_printed():
    first, second = NETWORK.training.stages
    assert NETWORK.training.batch_size == 512
    assert (second.epochs, second.learning_rate) == (25, 1e-4)
    assert (first.freeze, second.freeze) == (train_head, train_top_blocks)
    assert NETWORK.size == (192, 128)


def test_it_reloads_without_custom_code(keras, model, tmp_path):
    found = to_numpy(model(PICTURES, training=False))
    assert found.shape == (2, 8)
    assert found.dtype == np.float32
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True, compile=False)
    np.testing.assert_allclose(to_numpy(loaded(PICTURES, training=False)), found, atol=1e-7)
