"""The deeper network of Garg et al. (2017): the naive one with three wide dense layers.

Printed: the naive network's two convolutions; the output of the last one to 1024 units, and two more dense layers; He's
initialisation, batch normalisation, class weights, learning rate 0.01, softmax. The class weights are a matter of the
experiment (`balance`). Not printed, and chosen here: all three dense layers have 1024 units; normalisation stands
before each ReLU, after convolutions, too; descent with momentum 0.9, as rates of 0.001 to 0.1 were tried; batches of 32
(the study varied them); and 25 epochs, which is what the study gives for its pretrained network.

References
----------
He et al. (2015), Delving Deep into Rectifiers. Ioffe, Szegedy (2015), Batch Normalization.
"""

from typing import Any

from ....features.frozen.keras import load_keras
from ..architecture import POSTER, Network, Stage, Training

__all__ = ["NETWORK", "build", "classify"]


def build(
    shape: tuple[int, ...], labels: int, activation: str, *, filters: int = 16, units: int = 1024, depth: int = 3
) -> Any:
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
        Of each hidden dense layer.
    depth : int
        Hidden dense layers.

    Returns
    -------
    keras.Model
        From uint8 RGB pictures (n, height, width, 3) to float32 (n, labels).

    Examples
    --------
    >>> len(build((32, 32, 3), 8, "softmax").layers)  # doctest: +SKIP
    21
    """
    keras = load_keras()
    pictures = keras.Input(shape, dtype="uint8")
    scaled = keras.layers.Rescaling(1 / 255)(pictures)
    return keras.Model(pictures, classify(scaled, labels, activation, filters=filters, units=units, depth=depth))


def classify(pictures: Any, labels: int, activation: str, *, filters: int, units: int, depth: int) -> Any:
    """Lay the network's layers on a Keras tensor of pictures with values 0 to 1 and return its output."""
    layers = load_keras().layers
    features = pictures
    for _ in range(2):
        features = _rectify(layers.Conv2D(filters, 5, kernel_initializer="he_normal")(features))
        features = layers.MaxPooling2D(2)(features)
    features = layers.Flatten()(features)
    for _ in range(depth):
        features = _rectify(layers.Dense(units, kernel_initializer="he_normal")(features))
    return layers.Dense(labels, activation=activation, dtype="float32")(features)


def _rectify(features: Any) -> Any:
    layers = load_keras().layers
    return layers.ReLU()(layers.BatchNormalization()(features))


NETWORK = Network(
    name="deep_cnn",
    summary="Two convolutions and three dense layers of 1024, batch-normalised (Garg et al. 2017)",
    reads=POSTER,
    build=build,
    training=Training(
        stages=(Stage(epochs=25, learning_rate=0.01),), batch_size=32, optimizer="sgd", momentum=0.9, validation=0.2
    ),
    size=(192, 128),
    options={"filters": 16, "units": 1024, "depth": 3},
)
