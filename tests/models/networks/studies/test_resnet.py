import numpy as np
import pytest

from genrelab.features.frozen.keras import to_numpy
from genrelab.models.networks.studies import resnet
from genrelab.models.networks.studies.resnet import RESNET_IMAGENET, RESNET_RANDOM, RESNET_TRANSFER, train_last_layers


@pytest.fixture(scope="module")
def keras():
    return pytest.importorskip("keras")


@pytest.fixture(scope="module")
def model(keras):
    keras.utils.set_random_seed(0)
    return RESNET_RANDOM.build((150, 150, 3), 7, "sigmoid")


@pytest.fixture
def unfrozen(model):
    yield model
    model.trainable = True


def trained(model):
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


def values(model, inputs):
    return to_numpy(model(inputs, training=False))


def test_parameters_are_those_that_the_study_printed(model):
    assert model.count_params() == 25_817_991
    assert trained(model) == 25_764_871


def test_the_head_is_the_studys_and_the_model_is_flat(model):
    assert not any(hasattr(layer, "layers") for layer in model.layers)
    assert model.layers[0].dtype == "uint8"
    assert model.layers[-5].name == "conv5_block3_out"
    pool, *dense = model.layers[-4:]
    assert type(pool).__name__ == "GlobalAveragePooling2D"
    assert [(layer.units, layer.activation.__name__) for layer in dense] == [
        (1024, "relu"),
        (128, "relu"),
        (7, "sigmoid"),
    ]


def test_the_last_40_layers_leave_the_studys_parameters_to_train(unfrozen):
    freeze = RESNET_TRANSFER.training.stages[0].freeze
    assert freeze is not None
    freeze(unfrozen)
    assert trained(unfrozen) == 18_062_087
    names = [layer.name for layer in unfrozen.layers if layer.trainable]
    assert len(names) == 44
    assert "conv4_block6_2_conv" in names
    assert "conv4_block6_1_conv" not in names
    train_last_layers(unfrozen)  # once more changes nothing
    assert trained(unfrozen) == 18_062_087


def test_only_the_transfer_freezes():
    networks = (RESNET_RANDOM, RESNET_IMAGENET, RESNET_TRANSFER)
    assert [network.name for network in networks] == ["resnet_random", "resnet_imagenet", "resnet_transfer"]
    assert [network.training.stages[0].freeze for network in networks] == [None, None, train_last_layers]
    for network in networks:
        training = network.training
        assert network.size == (150, 150)
        assert [(stage.epochs, stage.learning_rate) for stage in training.stages] == [(20, 1e-3)]
        assert (training.optimizer, training.batch_size) == ("adam", 128)
        assert (training.label_weights, training.threshold, training.patience) == ("balanced", 0.3, 0)


@pytest.mark.parametrize(
    ("network", "options", "expected"),
    [
        (RESNET_RANDOM, {}, "random"),
        (RESNET_IMAGENET, {}, "imagenet"),
        (RESNET_TRANSFER, {"weights": "mine.json"}, "mine.json"),
    ],
)
def test_each_asks_for_its_start(keras, monkeypatch, network, options, expected):
    asked = []

    def base(architecture, shape, weights):
        asked.append((architecture, shape, weights))
        inputs = keras.Input(shape)
        return keras.Model(inputs, keras.layers.Conv2D(4, 3)(inputs)), keras.layers.Rescaling(1.0), ""

    monkeypatch.setattr(resnet, "pretrained_base", base)
    assert network.build((32, 32, 3), 2, "softmax", **options).output_shape == (None, 2)
    assert asked == [("ResNet50", (32, 32, 3), expected)]


def test_posters_are_prepared_as_keras_prepares_them_for_resnet(keras, model):
    images = np.random.default_rng(0).integers(0, 256, (2, 150, 150, 3), dtype=np.uint8)
    padding = next(layer for layer in model.layers if layer.name == "conv1_pad")
    found = values(keras.Model(model.input, padding.input), images)
    expected = keras.applications.resnet50.preprocess_input(images.astype(np.float32))
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_a_saved_model_loads_without_custom_code_and_gives_the_same(keras, model, tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (2, 150, 150, 3), dtype=np.uint8)
    expected = values(model, images)
    assert expected.shape == (2, 7)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True, compile=False)
    np.testing.assert_array_equal(values(loaded, images), expected)
    train_last_layers(loaded)
    assert trained(loaded) == 18_062_087
