"""The small VGG-like network that was made for film posters and then put to series posters."""

from typing import Any

from ....features.frozen.keras import load_keras
from ..architecture import POSTER, Network, Stage, Training

SIZE = (268, 182)
GRID = {
    "learning_rate": (1e-2, 5e-3, 1e-3, 5e-4, 1e-4),
    "shrink": (0.30, 0.44, 0.58, 0.72, 0.86, 1.00),
}
_SMALLEST = 46  # what four times a convolution of 3 and a pool of 2 leave one pixel of


def poster_size(shrink: float = 1.0) -> tuple[int, int]:
    """Height and width of the study's posters at a shrink ratio.

    The study's table gives a width of 127 pixels at 72 %, where 0.72 of 182 is 131; the other sizes agree.

    Parameters
    ----------
    shrink : float in (0, 1]
        Ratio of each side.

    Returns
    -------
    (int, int)
        In pixels.

    Raises
    ------
    ValueError
        If the ratio is not above 0 and at most 1.

    Examples
    --------
    >>> poster_size(0.3)
    (80, 55)
    """
    if not 0 < shrink <= 1:
        raise ValueError(f"shrink: expected a ratio above 0 and at most 1, found {shrink}")
    return round(SIZE[0] * shrink), round(SIZE[1] * shrink)


def refuse_small(shape: tuple[int, int, int], name: str) -> None:
    """Raise ValueError for a poster of which four convolutions and pools leave nothing.

    Examples
    --------
    >>> refuse_small((46, 46, 3), "mini_vgg")
    """
    if min(shape[:2]) < _SMALLEST:
        raise ValueError(f"{name}: expected posters of {_SMALLEST} pixels a side or more, found {shape[0]}x{shape[1]}")


def build(shape: tuple[int, int, int], labels: int, activation: str) -> Any:
    """Four convolutions with pools, two dense layers with dropout.

    The study put titles of several genres through a softmax; a label matrix gets a sigmoid here. Its Adam adds 1e-8
    to the denominator, ours Keras' 1e-7.

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
        From uint8 RGB (n, height, width, 3) to float32 (n, labels).

    Raises
    ------
    ValueError
        If the posters are too small.

    References
    ----------
    Bodur, Özış (2022), Genre prediction for TV series, section III; after Dave, Movie genre prediction.

    Examples
    --------
    >>> NETWORK.size, NETWORK.training.batch_size
    ((268, 182), 32)
    """
    refuse_small(shape, "mini_vgg")
    keras = load_keras()
    layers = keras.layers
    stack = [keras.Input(shape, dtype="uint8"), layers.Rescaling(1 / 255, dtype="float32")]
    for filters in (32, 32, 32, 64):
        stack += [layers.Conv2D(filters, 3, activation="relu"), layers.MaxPooling2D(2)]
    stack.append(layers.Flatten())
    for units in (64, 32):
        stack += [layers.Dense(units, activation="relu"), layers.Dropout(0.5)]
    return keras.Sequential([*stack, layers.Dense(labels, activation=activation, dtype="float32")])


NETWORK = Network(
    name="mini_vgg",
    summary="Four small convolutions and two dense layers on posters; made for films, asked about series",
    reads=POSTER,
    build=build,
    training=Training(stages=(Stage(epochs=50, learning_rate=1e-3),), batch_size=32),
    size=SIZE,
)
