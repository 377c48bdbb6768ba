"""The first network of Angappan et al. (2017): three convolutions to tell action from drama.

Printed: posters of 320 by 200; convolutions of 5 by 5, 4 by 4 and 3 by 3, each with ReLU and max pooling of 2 by 2;
batches of 256; learning rates from 0.1 to 0.01; 20 to 100 epochs. Not printed, and chosen here: 16, 32 and 64 filters;
no padding; the softmax directly on the last pooling; plain descent with 20 epochs at 0.1 and 20 at 0.01. The larger
number is taken as the height, since posters are upright.
"""

from collections.abc import Sequence
from typing import Any

from ....features.frozen.keras import load_keras
from ..architecture import POSTER, Network, Stage, Training

__all__ = ["NETWORK", "build"]

KERNELS = (5, 4, 3)


def build(shape: tuple[int, ...], labels: int, activation: str, *, filters: Sequence[int] = (16, 32, 64)) -> Any:
    """Build the network.

    Parameters
    ----------
    shape : (int, int, int)
        Height and width in pixels of the pictures, at least 26, and 3.
    labels : int
        Outputs.
    activation : {"sigmoid", "softmax"}
    filters : three int
        Of the convolutions.

    Returns
    -------
    keras.Model
        From uint8 RGB pictures (n, height, width, 3) to float32 (n, labels).

    Raises
    ------
    ValueError
        If there are not three numbers of filters.

    Examples
    --------
    >>> build((320, 200, 3), 2, "softmax").count_params()  # doctest: +SKIP
    132130
    """
    if len(filters) != len(KERNELS):
        raise ValueError(f"two_genre_cnn: expected {len(KERNELS)} numbers of filters, found {list(filters)}")
    keras = load_keras()
    pictures = keras.Input(shape, dtype="uint8")
    features = keras.layers.Rescaling(1 / 255)(pictures)
    for number, kernel in zip(filters, KERNELS, strict=True):
        features = keras.layers.Conv2D(number, kernel, activation="relu")(features)
        features = keras.layers.MaxPooling2D(2)(features)
    output = keras.layers.Dense(labels, activation=activation, dtype="float32")
    return keras.Model(pictures, output(keras.layers.Flatten()(features)))


NETWORK = Network(
    name="two_genre_cnn",
    summary="Three convolutions on posters of 200 x 320, made for two genres (Angappan et al. 2017)",
    reads=POSTER,
    build=build,
    training=Training(
        stages=(Stage(epochs=20, learning_rate=0.1), Stage(epochs=20, learning_rate=0.01)),
        batch_size=256,
        optimizer="sgd",
    ),
    size=(320, 200),
    options={"filters": (16, 32, 64)},
)
