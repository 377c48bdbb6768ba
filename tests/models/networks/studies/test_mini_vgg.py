import numpy as np
import pytest

from genrelab.features.frozen.keras import to_numpy
from genrelab.models.networks.studies.mini_vgg import GRID, NETWORK, build, poster_size, refuse_small

# Width by height as the study's table prints them. Its width at 72 % is 127, where 0.72 of 182 is 131.
PRINTED = {0.30: (55, 80), 0.44: (80, 118), 0.58: (106, 155), 0.72: (127, 193), 0.86: (157, 230), 1.00: (182, 268)}


@pytest.fixture(scope="module")
def keras():
    return pytest.importorskip("keras")


def kinds(model):
    return [type(layer).__name__ for layer in model.layers]


def values(model, inputs):
    return to_numpy(model(inputs, training=False))


def test_layers_are_the_studys(keras):
    model = build((80, 55, 3), 4, "softmax")
    convolutions = ["Conv2D", "MaxPooling2D"] * 4
    assert kinds(model) == ["Rescaling", *convolutions, "Flatten", "Dense", "Dropout", "Dense", "Dropout", "Dense"]
    found = [layer for layer in model.layers if type(layer).__name__ == "Conv2D"]
    assert [(layer.filters, layer.kernel_size, layer.activation.__name__) for layer in found] == [
        (filters, (3, 3), "relu") for filters in (32, 32, 32, 64)
    ]
    assert all(layer.pool_size == (2, 2) for layer in model.layers if type(layer).__name__ == "MaxPooling2D")
    dense = [layer for layer in model.layers if type(layer).__name__ == "Dense"]
    assert [(layer.units, layer.activation.__name__) for layer in dense] == [(64, "relu"), (32, "relu"), (4, "softmax")]
    assert [layer.rate for layer in model.layers if type(layer).__name__ == "Dropout"] == [0.5, 0.5]
    assert model.input_shape == (None, 80, 55, 3)
    assert model.count_params() == 896 + 2 * 9248 + 18496 + (3 * 1 * 64 * 64 + 64) + (64 * 32 + 32) + (32 * 4 + 4)


def test_training_is_the_studys():
    training = NETWORK.training
    assert [(stage.epochs, stage.learning_rate, stage.freeze) for stage in training.stages] == [(50, 1e-3, None)]
    assert (training.optimizer, training.batch_size, training.patience, training.threshold) == ("adam", 32, 0, None)
    assert GRID["learning_rate"] == (1e-2, 5e-3, 1e-3, 5e-4, 1e-4)
    assert GRID["shrink"] == tuple(PRINTED)


@pytest.mark.parametrize("shrink", PRINTED)
def test_shrunken_sizes_are_printed_ones_but_for_one_width(shrink):
    height, width = poster_size(shrink)
    assert (width, height) == ((131, 193) if shrink == 0.72 else PRINTED[shrink])


@pytest.mark.parametrize("shrink", [0, -0.5, 1.1, float("nan")])
def test_shrink_ratios_outside_0_to_1_are_refused(shrink):
    with pytest.raises(ValueError, match="shrink: expected a ratio"):
        poster_size(shrink)


def test_the_smallest_poster_leaves_one_pixel(keras):
    flat = next(layer for layer in build((46, 46, 3), 2, "sigmoid").layers if type(layer).__name__ == "Flatten")
    assert flat.output.shape == (None, 64)
    with pytest.raises(ValueError, match=r"mini_vgg: expected posters of 46 pixels a side or more, found 45x60"):
        build((45, 60, 3), 2, "sigmoid")
    refuse_small((*poster_size(min(GRID["shrink"])), 3), "mini_vgg")


def test_a_saved_model_loads_without_custom_code_and_gives_the_same(keras, tmp_path):
    model = build((80, 55, 3), 4, "sigmoid")
    images = np.random.default_rng(0).integers(0, 256, (3, 80, 55, 3), dtype=np.uint8)
    expected = values(model, images)
    assert expected.shape == (3, 4)
    assert expected.dtype == np.float32
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True, compile=False)
    assert loaded.inputs[0].dtype == "uint8"
    np.testing.assert_array_equal(values(loaded, images), expected)
