"""A convolutional network with batch normalisation, trained on posters from nothing."""

from typing import Any

from ....features.frozen.keras import load_keras
from ..architecture import POSTER, Network, Stage, Training
from .mini_vgg import refuse_small


def build(shape: tuple[int, int, int], labels: int, activation: str) -> Any:
    """Four blocks of convolution, batch normalisation, pool and dropout; two dense layers likewise.

    Only the first convolution starts from He's distribution, as in the study's listing.

    Parameters
    ----------
    shape : (int, int, int)
        Height and width in pixels, 46 or more, and 3.
    labels : int
        Number of outputs.
    activation : {"sigmoid", "softmax"}

    Returns
    -------
    keras.Model
        From uint8 RGB (n, height, width, 3) to float32 (n, labels); 2,497,524 parameters for 224x224 and 20 labels.

    Raises
    ------
    ValueError
        If the posters are too small.

    References
    ----------
    Vogiatzis, Prasinos, Zourou (2020), Judge a movie by its cover, section 4.

    Examples
    --------
    >>> NETWORK.size, NETWORK.training.threshold
    ((224, 224), 0.4)
    """
    refuse_small(shape, "poster_cnn")
    keras = load_keras()
    layers = keras.layers
    stack = [keras.Input(shape, dtype="uint8"), layers.Rescaling(1 / 255, dtype="float32")]
    for filters, start in ((16, "he_uniform"), (32, "glorot_uniform"), (64, "glorot_uniform"), (128, "glorot_uniform")):
        stack += [
            layers.Conv2D(filters, 3, activation="relu", kernel_initializer=start),
            layers.BatchNormalization(),
            layers.MaxPooling2D(2),
            layers.Dropout(0.25),
        ]
    stack.append(layers.Flatten())
    for units, dropped in ((128, 0.4), (256, 0.3)):
        stack += [layers.Dense(units, activation="relu"), layers.BatchNormalization(), layers.Dropout(dropped)]
    return keras.Sequential([*stack, layers.Dense(labels, activation=activation, dtype="float32")])


# The study gives neither the number of epochs nor the length at which gradients are clipped.
NETWORK = Network(
    name="poster_cnn",
    summary="Four convolutions with batch normalisation and dropout, and two dense layers, on posters",
    reads=POSTER,
    build=build,
    training=Training(
        stages=(Stage(epochs=100, learning_rate=1e-3),),
        batch_size=100,
        plateau=3,
        patience=20,
        monitor="recall",
        label_weights="largest",
        clip_norm=1.0,
        threshold=0.4,
    ),
    size=(224, 224),
)
