"""ResNet-50 with a dense head, from three starts: random, ImageNet, and ImageNet with its first layers frozen."""

from typing import Any

from ....features.frozen.keras import load_keras
from ..architecture import POSTER, Network, Stage, Training
from ..pretrained import pretrained_base

SIZE = (150, 150)
_BASE_LAYERS = 40  # that the transfer trains
_HEAD_LAYERS = 4  # the average pool and three dense layers


def build(shape: tuple[int, int, int], labels: int, activation: str, *, weights: str = "imagenet") -> Any:
    """ResNet-50 without its top, average pooling, dense layers of 1024, 128 and the labels.

    The model is flat: the layers of ResNet-50 are layers of the model.

    Parameters
    ----------
    shape : (int, int, int)
        Height and width in pixels, 32 or more, and 3.
    labels : int
        Number of outputs.
    activation : {"sigmoid", "softmax"}
    weights : str
        `imagenet`, `random`, or the path of a weights.json.

    Returns
    -------
    keras.Model
        From uint8 RGB (n, height, width, 3) to float32 (n, labels); 25,817,991 parameters for 7 labels.

    References
    ----------
    Tecimer (2020), Movie genre classification based on poster images, section 4.

    Examples
    --------
    >>> RESNET_TRANSFER.size, RESNET_TRANSFER.training.threshold
    ((150, 150), 0.3)
    """
    keras = load_keras()
    layers = keras.layers
    base, prepare, _ = pretrained_base("ResNet50", shape, weights)
    pictures = keras.Input(shape, dtype="uint8")
    # `base(...)` would make the network one layer of the model; its `call` adds its layers one by one.
    values = layers.GlobalAveragePooling2D()(base.call(prepare(pictures)))
    for units in (1024, 128):
        values = layers.Dense(units, activation="relu")(values)
    grown = keras.Model(pictures, layers.Dense(labels, activation=activation, dtype="float32")(values))
    model = keras.models.clone_model(grown)  # in `grown` a layer's `output` is still that of `base` alone
    model.set_weights(grown.get_weights())
    return model


def build_random(shape: tuple[int, int, int], labels: int, activation: str) -> Any:
    """`build` with a random start.

    Examples
    --------
    >>> RESNET_RANDOM.build is build_random
    True
    """
    return build(shape, labels, activation, weights="random")


def train_last_layers(model: Any) -> None:
    """Freeze all of `build`'s model but the head and the last 40 layers of ResNet-50.

    These are the layers that leave the 18,062,087 parameters of the study to train.

    Parameters
    ----------
    model : keras.Model

    Examples
    --------
    >>> RESNET_TRANSFER.training.stages[0].freeze is train_last_layers
    True
    """
    first = len(model.layers) - _BASE_LAYERS - _HEAD_LAYERS
    for number, layer in enumerate(model.layers):
        layer.trainable = number >= first


def _training(freeze=None) -> Training:
    return Training(
        stages=(Stage(epochs=20, learning_rate=1e-3, freeze=freeze),),
        batch_size=128,
        label_weights="balanced",
        threshold=0.3,
    )


RESNET_RANDOM = Network(
    name="resnet_random",
    summary="ResNet-50 with a dense head on posters, every layer trained from a random start",
    reads=POSTER,
    build=build_random,
    training=_training(),
    size=SIZE,
)
RESNET_IMAGENET = Network(
    name="resnet_imagenet",
    summary="ResNet-50 with a dense head on posters, every layer trained from its ImageNet weights",
    reads=POSTER,
    build=build,
    training=_training(),
    size=SIZE,
    options={"weights": "imagenet"},
    start="ResNet50",
)
RESNET_TRANSFER = Network(
    name="resnet_transfer",
    summary="ResNet-50 with a dense head on posters, its last 40 layers trained from their ImageNet weights",
    reads=POSTER,
    build=build,
    training=_training(train_last_layers),
    size=SIZE,
    options={"weights": "imagenet"},
    start="ResNet50",
)
