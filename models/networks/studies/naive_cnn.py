"""The first network of Garg et al. (2017): two convolutions and two dense layers on small posters.

Printed: two convolutions of 16 filters, 5 by 5, from Keras's default random start; max pooling after a convolution; all
features to 128 units and from there to a softmax; posters of 128 by 192 pixels. Not printed, and chosen here: ReLU,
no padding, pooling 2 by 2 after each convolution, Adam at 0.001, batches of 32, and 25 epochs, which is what the study
gives for its pretrained network.
"""

from typing import Any

from ....features.frozen.keras import load_keras
from ..architecture import POSTER, Network, Stage, Training

__all__ = ["NETWORK", "build", "classify"]


def build(shape: tuple[int, ...], labels: int, activation: str, *, filters: int = 16, units: int = 128) -> Any:
    """Build the network.

    Parameters
    ----------
    shape : (int, int, int)
        Height and width in pixels of the pictures, at least 16, and 3.
    labels : int
        Outputs.
    activation : {"sigmoid", "softmax"}
    filters : int
        Of each convolution.
    units : int
        Of the first dense layer.

    Returns
    -------
    keras.Model
        From uint8 RGB pictures (n, height, width, 3) to float32 (n, labels).

    Examples
    --------
    >>> build((32, 32, 3), 8, "softmax").count_params()  # doctest: +SKIP
    59992
    """
    keras = load_keras()
    pictures = keras.Input(shape, dtype="uint8")
    scaled = keras.layers.Rescaling(1 / 255)(pictures)
    return keras.Model(pictures, classify(scaled, labels, activation, filters=filters, units=units))


def classify(pictures: Any, labels: int, activation: str, *, filters: int, units: int) -> Any:
    """Lay the network's layers on a Keras tensor of pictures with values 0 to 1 and return its output."""
    layers = load_keras().layers
    features = pictures
    for _ in range(2):
        features = layers.Conv2D(filters, 5, activation="relu")(features)
        features = layers.MaxPooling2D(2)(features)
    hidden = layers.Dense(units, activation="relu")(layers.Flatten()(features))
    return layers.Dense(labels, activation=activation, dtype="float32")(hidden)


NETWORK = Network(
    name="naive_cnn",
    summary="Two convolutions and two dense layers on posters of 128 x 192 (Garg et al. 2017)",
    reads=POSTER,
    build=build,
    training=Training(stages=(Stage(epochs=25, learning_rate=1e-3),), batch_size=32, validation=0.2),
    size=(192, 128),
    options={"filters": 16, "units": 128},
)
