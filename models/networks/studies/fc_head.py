"""Dense layers on features, trained as in Angappan et al. (2017).

Printed: four ReLU layers of 500, 250, 250 and 100 units; dropout of 20 %; weights of each hidden unit bounded to
length 3; stochastic descent with the learning rate halved every 10 epochs; sigmoids with binary cross-entropy; a stop
when validation accuracy has not risen for 10 epochs; threshold 0.5. Not printed, and chosen as in `DenseHead`, the
same study in NumPy: first learning rate 0.01, momentum 0.9, batches of 64, at most 60 epochs.

References
----------
Srivastava et al. (2014), Dropout: A Simple Way to Prevent Neural Networks from Overfitting, JMLR 15.
"""

from collections.abc import Sequence
from typing import Any

from ....features.frozen.keras import load_keras
from ..architecture import FEATURES, Network, Stage, Training

__all__ = ["NETWORK", "build"]

UNITS = (500, 250, 250, 100)


def build(
    shape: tuple[int, ...],
    labels: int,
    activation: str,
    *,
    units: Sequence[int] = UNITS,
    dropout: float = 0.2,
    max_norm: float = 3.0,
) -> Any:
    """Build the network.

    Parameters
    ----------
    shape : (int,)
        Number of features.
    labels : int
        Outputs.
    activation : {"sigmoid", "softmax"}
    units : sequence of int
        Of each hidden layer.
    dropout : float in [0, 1)
        After each hidden layer.
    max_norm : float
        Longest weight vector of a hidden unit.

    Returns
    -------
    keras.Model
        From float32 features (n, p) to float32 (n, labels).

    Examples
    --------
    >>> build((2048,), 19, "sigmoid").count_params()  # doctest: +SKIP
    1239519
    """
    keras = load_keras()
    features = keras.Input(shape, dtype="float32")
    hidden = features
    for number in units:
        bound = keras.constraints.MaxNorm(max_norm)
        hidden = keras.layers.Dense(number, activation="relu", kernel_constraint=bound)(hidden)
        hidden = keras.layers.Dropout(dropout)(hidden)
    return keras.Model(features, keras.layers.Dense(labels, activation=activation, dtype="float32")(hidden))


NETWORK = Network(
    name="fc_head",
    summary="Dense layers 500-250-250-100 with dropout and bounded weights on features (Angappan et al. 2017)",
    reads=FEATURES,
    build=build,
    training=Training(
        stages=(Stage(epochs=60, learning_rate=0.01),),
        batch_size=64,
        optimizer="sgd",
        momentum=0.9,
        halve_every=10,
        patience=10,
        monitor="accuracy",
        threshold=0.5,
    ),
    options={"units": UNITS, "dropout": 0.2, "max_norm": 3.0},
)
