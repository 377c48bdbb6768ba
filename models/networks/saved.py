"""Keras models as bytes, as copies, as one of several; their first weights from a seed; their memory given back."""

import random
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ...features.frozen.keras import load_keras


def to_bytes(model: Any) -> bytes:
    """A Keras model as the bytes of a `.keras` file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()


def from_bytes(content: bytes) -> Any:
    """A Keras model from the bytes of a `.keras` file; no code that the file may hold is run."""
    keras = load_keras()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        path.write_bytes(content)
        return keras.saving.load_model(path, compile=False, safe_mode=True)


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed Keras, and put Python's and numpy's generators back afterwards."""
    keras = load_keras()
    python, legacy = random.getstate(), np.random.get_state()
    keras.utils.set_random_seed(seed)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(legacy)


def averaged(models: list[Any]) -> Any:
    """One Keras model whose outputs are the mean of several models' outputs for the same input.

    Parameters
    ----------
    models : list of keras.Model
        At least one; a single one is returned as it is.
    """
    if len(models) == 1:
        return models[0]
    keras = load_keras()
    reads = models[0].inputs[0]
    inputs = keras.Input(tuple(reads.shape[1:]), dtype=reads.dtype)
    return keras.Model(inputs, keras.layers.Average(dtype="float32")([model(inputs) for model in models]))


def renewed(model: Any) -> Any:
    """A copy of a trained model in variables of its own, after which the old ones are empty.

    TensorFlow holds what a training step has written to for as long as the process lives, whatever Python deletes:
    100 MB for every ResNet-50 and as much twice for its optimizer, at every fold. Emptied variables hold nothing.

    Parameters
    ----------
    model : keras.Model
        It cannot be used afterwards.

    Returns
    -------
    keras.Model
    """
    keras = load_keras()
    copy = keras.models.clone_model(model)
    for own, old in zip(copy.variables, model.variables, strict=True):
        own.assign(old)
    for own, old in zip(copy.layers, model.layers, strict=True):
        own.trainable = old.trainable
    empty(model.variables)
    return copy


def empty(variables: Iterable[Any]) -> None:
    """Let go of what Keras variables hold; they cannot be read afterwards. On other backends Python does so itself."""
    if load_keras().backend.backend() != "tensorflow":
        return
    import tensorflow as tf

    for variable in variables:
        nothing = tf.zeros([0], variable.value.dtype)
        tf.raw_ops.AssignVariableOp(resource=variable.value.handle, value=nothing)
