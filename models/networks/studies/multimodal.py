"""Poster, text and metadata in one network, joined by gates that weigh the branches anew for every title.

Each branch turns its columns into as many hidden units. For each unit a softmax over the branches that a title has
says how much of each goes into the sum that the labels are read from. In training branches are hidden at random, so
that the network learns to do without any of them.

References
----------
Arevalo, Solorio, Montes-y-Gómez, González (2017), Gated Multimodal Units for Information Fusion, ICLR Workshop.
Neverova, Wolf, Taylor, Nebout (2016), ModDrop: Adaptive Multi-Modal Gesture Recognition, IEEE TPAMI 38.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ....features.frozen.keras import load_keras
from ..architecture import FEATURES, Network, Stage, Training

__all__ = ["NETWORK", "branch_use", "build"]

GATES = "gates"
# Above every logit of a gate, and within the range of bfloat16.
FAR = 1e9

# Of each branch's columns: posters have thousands of dense ones, texts as many that are mostly zero.
INPUT_DROPOUT = {"poster": 0.8, "text": 0.7, "metadata": 0.1}
OTHER_DROPOUT = 0.5

Range = tuple[int, int]


def build(
    shape: tuple[int, ...],
    labels: int,
    activation: str,
    *,
    blocks: Mapping[str, Range | Sequence[Range]],
    units: int = 128,
    input_dropout: float | Mapping[str, float] | None = None,
    dropout: float = 0.5,
    branch_dropout: float = 0.3,
) -> Any:
    """Build the network.

    Parameters
    ----------
    shape : (int,)
        Columns: the encoded ones, then one per branch with 1 where a title has it and 0 where not, in the order of
        `blocks`.
    labels : int
        Outputs.
    activation : {"sigmoid", "softmax"}
    blocks : mapping of branch to (start, stop), or to several of them
        Columns of each branch.
    units : int
        Hidden units of each branch.
    input_dropout : float in [0, 1), or mapping of branch to float, optional
        Of the encoded columns; by default, and for branches that the mapping lacks, 0.8 of a poster's, 0.7 of a
        text's, 0.1 of the metadata's and 0.5 of another branch's.
    dropout : float in [0, 1)
        Of the hidden units.
    branch_dropout : float in [0, 1)
        How often training hides a branch that a title has; the only branch is never hidden.

    Returns
    -------
    keras.Model
        From float32 (n, p) to float32 (n, labels). Columns of a missing branch change nothing; a title without any
        branch gets the last layer's bias. The layer `gates` gives (n, branches, units), read by `branch_use`.

    Raises
    ------
    ValueError
        When there is no branch, or one's columns do not exist.

    Examples
    --------
    >>> build((8,), 3, "sigmoid", blocks={"poster": (0, 4), "text": (4, 6)}).output_shape  # doctest: +SKIP
    (None, 3)
    """
    keras = load_keras()
    layers, ops = keras.layers, keras.ops
    encoded = int(shape[0]) - len(blocks)
    ranges = {name: _ranges(name, block, encoded) for name, block in blocks.items()}
    if not ranges:
        raise ValueError("blocks: expected at least one branch, found none")
    rates = dict.fromkeys(ranges, input_dropout) if isinstance(input_dropout, (int, float)) else input_dropout or {}
    rates = {**INPUT_DROPOUT, **rates}
    hiding = branch_dropout if len(ranges) > 1 else 0.0
    inputs = keras.Input(shape, dtype="float32")
    # Dropout scales what it leaves; what counts is whether anything is left.
    there = ops.cast(layers.Dropout(hiding)(inputs[:, encoded:]) > 0, "float32")
    hidden = []
    for number, (name, own) in enumerate(ranges.items()):
        parts = [inputs[:, start:stop] for start, stop in own]
        columns = parts[0] if len(parts) == 1 else layers.Concatenate()(parts)
        columns = layers.Dropout(rates.get(name, OTHER_DROPOUT))(columns)
        # The norm has its own bias.
        found = layers.BatchNormalization(momentum=0.9)(layers.Dense(units, use_bias=False)(columns))
        found = layers.Dropout(dropout)(layers.ReLU()(found))
        hidden.append(found * there[:, number : number + 1])
    stacked, mask = ops.stack(hidden, axis=1), ops.expand_dims(there, -1)
    if len(ranges) > 1:
        shares = layers.Dense(len(ranges) * units)(layers.Concatenate()([*hidden, there]))
        shares = layers.Reshape((len(ranges), units))(shares)
        shares = layers.Softmax(axis=1, dtype="float32")(shares + (mask - 1) * FAR)
    else:
        shares = ops.ones_like(stacked)
    # Without any branch the softmax is even; the product is not.
    gates = layers.Multiply(name=GATES)([shares, mask])
    fused = ops.sum(gates * stacked, axis=1)
    return keras.Model(inputs, layers.Dense(labels, activation=activation, dtype="float32")(fused))


def branch_use(model: Any, inputs: np.ndarray, batch_size: int = 512) -> np.ndarray:
    """What the network used of each branch for each title: its gates, averaged over the hidden units (and members).

    Parameters
    ----------
    model : keras.Model
        As built here, or reloaded.
    inputs : ndarray of float32, shape (n, p)
    batch_size : int

    Returns
    -------
    ndarray of float32, shape (n, branches)
        In the order of `blocks`; 0 where a branch is missing, and rows that sum to 1 unless all are.

    Raises
    ------
    ValueError
        If the model has no gates.

    Examples
    --------
    >>> model = build((8,), 3, "sigmoid", blocks={"poster": (0, 4), "text": (4, 6)})  # doctest: +SKIP
    >>> branch_use(model, np.array([[1, 1, 1, 1, 0, 0, 1, 0]], dtype="float32"))  # doctest: +SKIP
    array([[1., 0.]], dtype=float32)
    """
    keras = load_keras()
    members = [layer for layer in model.layers if isinstance(layer, keras.Model)] or [model]
    if any(GATES not in [layer.name for layer in member.layers] for member in members):
        raise ValueError(f"expected a network with a layer {GATES!r}, found {model.name} without one")
    means = []
    for member in members:
        gates = keras.Model(member.inputs[0], member.get_layer(GATES).output)
        starts = range(0, len(inputs), batch_size)
        found = [np.asarray(gates.predict_on_batch(inputs[start : start + batch_size])) for start in starts]
        means.append(np.concatenate([np.zeros((0, *gates.output_shape[1:])), *found]).mean(axis=-1))
    return np.mean(means, axis=0).astype(np.float32)


def _ranges(name: str, block: Range | Sequence[Range], encoded: int) -> list[Range]:
    """The block as a list of ranges."""
    found = [(int(start), int(stop)) for start, stop in np.reshape(block, (-1, 2))]
    for start, stop in found:
        if not 0 <= start < stop <= encoded:
            raise ValueError(f"branch {name}: expected columns 0 ≤ start < stop ≤ {encoded}, found {start} and {stop}")
    return found


NETWORK = Network(
    name="multimodal",
    summary="Poster, text and metadata branches joined by gates; a title may lack any of them",
    reads=FEATURES,
    build=build,
    training=Training(
        stages=(Stage(epochs=40, learning_rate=5e-3),),
        batch_size=128,
        patience=4,
        members=5,
    ),
    options={"blocks": None, "units": 128, "input_dropout": None, "dropout": 0.5, "branch_dropout": 0.3},
)
