"""What pretrained networks expect of a picture, and what Keras's own release of each architecture expects."""

from typing import Any, NamedTuple

import numpy as np

from .keras import load_keras

__all__ = ["preprocess"]


class Preprocessing(NamedTuple):
    """What a network expects of an RGB picture of 0..255: `(picture[order] / divisor - mean) / deviation`."""

    order: tuple[int, int, int]
    divisor: float
    mean: tuple[float, float, float]
    deviation: tuple[float, float, float]


PREPROCESSING = {
    "none": Preprocessing((0, 1, 2), 1.0, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),  # the network does it itself
    "caffe": Preprocessing((2, 1, 0), 1.0, (103.939, 116.779, 123.68), (1.0, 1.0, 1.0)),
    "tf": Preprocessing((0, 1, 2), 127.5, (1.0, 1.0, 1.0), (1.0, 1.0, 1.0)),
    "torch": Preprocessing((0, 1, 2), 255.0, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
}


class Architecture(NamedTuple):
    """A network of keras.applications: its input side, width after pooling, and Keras's own preprocessing."""

    size: int
    width: int
    preprocessing: str


ARCHITECTURES = {
    "ConvNeXtBase": Architecture(224, 1024, "none"),
    "ConvNeXtSmall": Architecture(224, 768, "none"),
    "ConvNeXtTiny": Architecture(224, 768, "none"),
    "DenseNet121": Architecture(224, 1024, "torch"),
    "DenseNet169": Architecture(224, 1664, "torch"),
    "DenseNet201": Architecture(224, 1920, "torch"),
    "EfficientNetV2B0": Architecture(224, 1280, "none"),
    "EfficientNetV2B1": Architecture(240, 1280, "none"),
    "EfficientNetV2B2": Architecture(260, 1408, "none"),
    "EfficientNetV2B3": Architecture(300, 1536, "none"),
    "EfficientNetV2S": Architecture(384, 1280, "none"),
    "InceptionResNetV2": Architecture(299, 1536, "tf"),
    "InceptionV3": Architecture(299, 2048, "tf"),
    "MobileNetV2": Architecture(224, 1280, "tf"),
    "ResNet101": Architecture(224, 2048, "caffe"),
    "ResNet101V2": Architecture(224, 2048, "tf"),
    "ResNet152": Architecture(224, 2048, "caffe"),
    "ResNet152V2": Architecture(224, 2048, "tf"),
    "ResNet50": Architecture(224, 2048, "caffe"),
    "ResNet50V2": Architecture(224, 2048, "tf"),
    "VGG16": Architecture(224, 512, "caffe"),
    "VGG19": Architecture(224, 512, "caffe"),
    "Xception": Architecture(299, 2048, "tf"),
}


def preprocess(images: Any, mode: str) -> Any:
    """Turn RGB pictures into what the weights expect; the input stays as it is.

    Parameters
    ----------
    images : array or Keras tensor of shape (n, height, width, 3)
        Values 0 to 255, of a floating-point type.
    mode : {"caffe", "tf", "torch", "none"}
        BGR without ImageNet's mean; -1 to 1; ImageNet's mean and deviation on 0 to 1; or 0 to 255 as they are.

    Returns
    -------
    Array or tensor of the same shape; float32 for float32.

    References
    ----------
    `preprocess_input` of each module of keras.applications.

    Examples
    --------
    >>> preprocess(np.array([[[[0, 127.5, 255]]]], dtype="float32"), "tf")
    array([[[[-1.,  0.,  1.]]]], dtype=float32)
    """
    order, *constants = PREPROCESSING[mode]
    divisor, mean, deviation = (np.asarray(constant, "float32") for constant in constants)
    if isinstance(images, np.ndarray):
        images = images[..., list(order)]
    else:  # PyTorch, one of Keras's backends, knows neither slices of step -1 nor arrays on a card
        ops = load_keras().ops
        images = ops.flip(images, axis=-1) if order == (2, 1, 0) else images
        divisor, mean, deviation = (ops.convert_to_tensor(constant) for constant in (divisor, mean, deviation))
    return (images / divisor - mean) / deviation
