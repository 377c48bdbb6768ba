import importlib

import numpy as np
import pytest

from genrelab.features.frozen.keras import load_keras
from genrelab.features.frozen.preprocessing import ARCHITECTURES, PREPROCESSING, preprocess

MODULES = {
    **dict.fromkeys(("ConvNeXtBase", "ConvNeXtSmall", "ConvNeXtTiny"), "convnext"),
    **dict.fromkeys(("DenseNet121", "DenseNet169", "DenseNet201"), "densenet"),
    **{f"EfficientNetV2{size}": "efficientnet_v2" for size in ("B0", "B1", "B2", "B3", "S")},
    "InceptionResNetV2": "inception_resnet_v2",
    "InceptionV3": "inception_v3",
    "MobileNetV2": "mobilenet_v2",
    "ResNet101": "resnet",
    "ResNet101V2": "resnet_v2",
    "ResNet152": "resnet",
    "ResNet152V2": "resnet_v2",
    "ResNet50": "resnet50",
    "ResNet50V2": "resnet_v2",
    "VGG16": "vgg16",
    "VGG19": "vgg19",
    "Xception": "xception",
}


@pytest.fixture(scope="module")
def pictures():
    return np.random.default_rng(0).integers(0, 256, (3, 8, 5, 3)).astype(np.float32)


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_is_prepared_as_keras_prepares_it(name, pictures):
    pytest.importorskip("keras")
    module = importlib.import_module(f"keras.applications.{MODULES[name]}")
    assert hasattr(importlib.import_module("keras.applications"), name)
    ours = preprocess(pictures, ARCHITECTURES[name].preprocessing)
    np.testing.assert_array_equal(ours, module.preprocess_input(pictures.copy()))


@pytest.mark.parametrize("mode", PREPROCESSING)
def test_the_input_is_not_overwritten(mode, pictures):
    before = pictures.copy()
    result = preprocess(pictures, mode)
    np.testing.assert_array_equal(pictures, before)
    assert result.dtype == np.float32


def test_torch_mode_is_mean_and_deviation_of_the_unit_range():
    red = np.array([[[[255.0, 0.0, 0.0]]]], dtype=np.float32)
    expected = [(1 - 0.485) / 0.229, -0.456 / 0.224, -0.406 / 0.225]
    np.testing.assert_allclose(preprocess(red, "torch").ravel(), expected, rtol=1e-6)


def test_tensors_of_keras_are_prepared_like_arrays(pictures):
    keras = pytest.importorskip("keras") and load_keras()
    for mode in PREPROCESSING:
        prepared = keras.ops.convert_to_numpy(preprocess(keras.ops.convert_to_tensor(pictures), mode))
        np.testing.assert_allclose(prepared, preprocess(pictures, mode), rtol=1e-6, atol=1e-6)
