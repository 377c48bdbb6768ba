"""InceptionV3 fine-tuned in two steps, as in Garg et al. (2017).

Printed: InceptionV3 from its ImageNet start on posters of 128 by 192; global average pooling and fully connected
layers; first only these are trained, for a few epochs, then the top two inception blocks with them, the first 172
layers staying frozen; batches of 512, learning rate 0.0001, 25 epochs. Not printed, and chosen here: one dense layer
of 1024 ReLU units, as in the example of Keras's documentation that the study follows to the number 172; Adam; 5 epochs
at 0.001 for the first step.

The number 172 counts the layers of the Keras of 2017, in which a convolution and its ReLU were one layer: 217 in all,
of which the one numbered 172 joins the third block from the top. Today's Keras has 311, and that layer, `mixed8`, is
number 248. What is frozen is therefore named, not numbered: everything up to `mixed8`. Weights cut at `mixed8` are
thus exactly those of the frozen layers; with them the two blocks on top start at random.

Frozen batch normalisation uses its stored statistics. In the Keras of 2017 it normalised by the batch while training
and by the stored statistics afterwards, which may be part of the study's 0.98 on training rows and 0.44 on others.

References
----------
Szegedy et al. (2016), Rethinking the Inception Architecture for Computer Vision.
"""

from typing import Any

from ....features.frozen.keras import load_keras
from ..architecture import POSTER, Network, Stage, Training
from ..pretrained import pretrained_base

__all__ = ["NETWORK", "build", "train_head", "train_top_blocks"]

BASE, LAST_FROZEN = "inception_v3", "mixed8"


def build(
    shape: tuple[int, ...],
    labels: int,
    activation: str,
    *,
    weights: str = "imagenet",
    units: int = 1024,
) -> Any:
    """Build the network.

    Parameters
    ----------
    shape : (int, int, int)
        Height and width in pixels of the pictures, at least 75, and 3.
    labels : int
        Outputs.
    activation : {"sigmoid", "softmax"}
    weights : str
        `imagenet`, `random` or the path of a weights.json; see `pretrained_base`.
    units : int
        Of the dense layer.

    Returns
    -------
    keras.Model
        From uint8 RGB pictures (n, height, width, 3) to float32 (n, labels).

    Examples
    --------
    >>> model = build((75, 75, 3), 8, "softmax", weights="random")  # doctest: +SKIP
    >>> model.get_layer("inception_v3").count_params()  # doctest: +SKIP
    21802784
    """
    keras = load_keras()
    base, prepare, _ = pretrained_base(BASE, (shape[0], shape[1], 3), weights)
    pictures = keras.Input(shape, dtype="uint8")
    pooled = keras.layers.GlobalAveragePooling2D()(base(prepare(pictures)))
    hidden = keras.layers.Dense(units, activation="relu")(pooled)
    return keras.Model(pictures, keras.layers.Dense(labels, activation=activation, dtype="float32")(hidden))


def train_head(model: Any) -> None:
    """Freeze all of InceptionV3."""
    model.get_layer(BASE).trainable = False


def train_top_blocks(model: Any) -> None:
    """Freeze InceptionV3 up to `mixed8`; the two blocks above it and the head are trained."""
    base = model.get_layer(BASE)
    base.trainable = True
    for layer in base.layers:
        layer.trainable = False
        if layer.name == LAST_FROZEN:
            return


NETWORK = Network(
    name="inception_tuned",
    summary="InceptionV3: a new head first, then its top two blocks at a low rate (Garg et al. 2017)",
    reads=POSTER,
    build=build,
    training=Training(
        stages=(
            Stage(epochs=5, learning_rate=1e-3, freeze=train_head),
            Stage(epochs=25, learning_rate=1e-4, freeze=train_top_blocks),
        ),
        batch_size=512,
        validation=0.2,
    ),
    size=(192, 128),
    options={"weights": "imagenet", "units": 1024},
    start=BASE,
)
