"""Batch normalisation in short trainings, and in networks whose weights have it folded into their convolutions."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from ...features.frozen.keras import load_keras

# After s steps the averages still hold 0.9 ** s of the values they began with: half a per cent after 50. With Keras'
# 0.99 it is 60 %, and what the network learnt is scored through averages it never saw.
MOMENTUM = 0.9


def batch_norms(model: Any) -> Iterator[Any]:
    """Every layer of batch normalisation in a Keras model, those of models inside it among them."""
    kind = load_keras().layers.BatchNormalization
    for layer in model.layers:
        if isinstance(layer, kind):
            yield layer
        elif hasattr(layer, "layers"):
            yield from batch_norms(layer)


def shorten_memory(model: Any) -> None:
    """Let running averages follow a training of few steps: `MOMENTUM` in place of a longer one."""
    for layer in batch_norms(model):
        layer.momentum = min(layer.momentum, MOMENTUM)


def freeze_folded(model: Any) -> int:
    """Freeze the batch normalisation of loaded weights that is folded into the convolutions.

    Files made for inference multiply each convolution by its normalisation and leave an identity behind: mean 0,
    one variance for all channels. Trained with the statistics of batches, such a layer normalises a second time, and
    the start that the weights give is lost; frozen, it stays the identity.

    Parameters
    ----------
    model : keras.Model
        The layers that were loaded, and no others: a random start looks the same.

    Returns
    -------
    int
        How many layers were frozen.
    """
    count = 0
    for layer in batch_norms(model):
        mean, variance = np.asarray(layer.moving_mean), np.asarray(layer.moving_variance)
        if not mean.any() and variance.max() - variance.min() < 1e-6:
            layer.trainable = False
            count += 1
    return count


def frozen_norms(model: Any) -> list[Any]:
    """The layers of batch normalisation that are not trained."""
    return [layer for layer in batch_norms(model) if not layer.trainable]
