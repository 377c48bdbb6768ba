"""The networks of Garg et al. (2017) trained on augmented posters.

Printed: the augmentation (see `augmentation`), and that the untuned network gave one class only, the one tuned like the
scratch network 0.42. So the body is `deep_cnn` with its training, or `naive_cnn` on request. Not printed, and chosen
here: 40 epochs, more than the scratch network's 25, as every epoch shows other pictures.
"""

from typing import Any

from ....features.frozen.keras import load_keras
from ..architecture import POSTER, Network, Stage, Training
from ..inputs.augmentation import augmentation_layers
from . import deep_cnn, naive_cnn

__all__ = ["NETWORK", "build"]

BODIES = {"deep": deep_cnn, "naive": naive_cnn}


def build(shape: tuple[int, ...], labels: int, activation: str, *, body: str = "deep") -> Any:
    """Build the network.

    Parameters
    ----------
    shape : (int, int, int)
        Height and width in pixels of the pictures, at least 16, and 3.
    labels : int
        Outputs.
    activation : {"sigmoid", "softmax"}
    body : {"deep", "naive"}
        The network behind the augmentation, with its own defaults.

    Returns
    -------
    keras.Model
        From uint8 RGB pictures (n, height, width, 3) to float32 (n, labels); pictures change in training only.

    Raises
    ------
    ValueError
        If there is no such body.

    Examples
    --------
    >>> build((32, 32, 3), 8, "softmax", body="naive").count_params()  # doctest: +SKIP
    59992
    """
    if body not in BODIES:
        raise ValueError(f"augmented_cnn: expected body one of {', '.join(BODIES)}, found {body!r}")
    keras = load_keras()
    pictures = keras.Input(shape, dtype="uint8")
    changed = keras.layers.Rescaling(1 / 255)(pictures)
    for layer in augmentation_layers():
        changed = layer(changed)
    network = BODIES[body]
    return keras.Model(pictures, network.classify(changed, labels, activation, **network.NETWORK.options))


NETWORK = Network(
    name="augmented_cnn",
    summary="The deeper network on posters turned, shifted, sheared, zoomed and mirrored (Garg et al. 2017)",
    reads=POSTER,
    build=build,
    training=Training(
        stages=(Stage(epochs=40, learning_rate=0.01),), batch_size=32, optimizer="sgd", momentum=0.9, validation=0.2
    ),
    size=(192, 128),
    options={"body": "deep"},
)
