"""A network's outputs, batch by batch."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ....features.frozen.keras import load_keras


def forward(model: Any) -> Callable[[np.ndarray], Any]:
    """A model's inference on a batch of any number of rows; follows its weights when they change.

    On TensorFlow it is one graph for all batch sizes; Keras's own traces one per size.

    Parameters
    ----------
    model : keras.Model

    Returns
    -------
    callable
        `run(inputs)` gives an array, or a tensor that numpy can read.
    """
    keras = load_keras()
    if keras.backend.backend() != "tensorflow":
        return model.predict_on_batch
    import tensorflow as tf

    reads = model.inputs[0]
    kind = tf.as_dtype(reads.dtype)
    signature = [tf.TensorSpec((None, *reads.shape[1:]), kind)]
    graph = tf.function(lambda inputs: model(inputs, training=False), input_signature=signature, autograph=False)
    run = graph.get_concrete_function()
    return lambda inputs: run(tf.constant(inputs, dtype=kind))


def predict(
    run: Callable[[np.ndarray], Any], source: Any, rows: np.ndarray, batch_size: int, workers: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Outputs of the rows that have an input.

    Parameters
    ----------
    run : callable
        From `forward`.
    source : PosterSource or MatrixSource
    rows : ndarray of int
        Positions, in the order wanted.
    batch_size, workers : int

    Yields
    ------
    rows : ndarray of int, shape (b,)
    outputs : ndarray of float64, shape (b, L)
    """
    for places, inputs in source.batches(rows, batch_size, workers):
        yield places, np.asarray(run(inputs), dtype=np.float64)
