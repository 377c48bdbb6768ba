"""A convolution and a bidirectional LSTM over the words of a plot text."""

from typing import Any

import numpy as np

from ....features.frozen.keras import load_keras
from ..architecture import TEXT, Network, Stage, Training

_SHORTEST = 4  # words of which a convolution of 3 and a pool of 2 leave one step


def build(
    shape: tuple[int],
    labels: int,
    activation: str,
    *,
    vocabulary: int = 120_000,
    vectors: np.ndarray | None = None,
    width: int = 200,
) -> Any:
    """Word vectors, spatial dropout, convolution, pool, bidirectional LSTM, labels.

    Parameters
    ----------
    shape : (int,)
        Number of words, 4 or more.
    labels : int
        Number of outputs.
    activation : {"sigmoid", "softmax"}
    vocabulary : int
        Rows of the learnt embedding, numbers 0 (padding) and 1 (unknown) included; without effect with `vectors`.
    vectors : float32 ndarray of shape (vocabulary, width), optional
        One vector per word number; they stay as they are. Without them the embedding is learnt.
    width : int
        Of the learnt embedding.

    Returns
    -------
    keras.Model
        From int32 word numbers (n, length) to float32 (n, labels); 24,241,236 parameters for 120,000 vectors of
        200 values, 76 words and 20 labels, of which 241,236 are trained where the vectors are given.

    Raises
    ------
    ValueError
        If the texts are too short or the vectors are no matrix.

    References
    ----------
    Vogiatzis, Prasinos, Zourou (2020), Judge a movie by its cover, section 4.

    Examples
    --------
    >>> NETWORK.options["vocabulary"], NETWORK.training.batch_size
    (120000, 100)
    """
    if shape[0] < _SHORTEST:
        raise ValueError(f"cnn_lstm: expected texts of {_SHORTEST} words or more, found a length of {shape[0]}")
    if vectors is not None:
        if np.ndim(vectors) != 2:
            raise ValueError(
                f"cnn_lstm: expected vectors as a matrix (vocabulary, width), found shape {np.shape(vectors)}"
            )
        vocabulary, width = vectors.shape
    keras = load_keras()
    layers = keras.layers
    start = "uniform" if vectors is None else "zeros"
    embedding = layers.Embedding(vocabulary, width, embeddings_initializer=start)
    model = keras.Sequential(
        [
            keras.Input(shape, dtype="int32"),
            embedding,
            layers.SpatialDropout1D(0.2),
            layers.Conv1D(64, 3, activation="relu"),
            layers.MaxPooling1D(2),
            layers.Bidirectional(layers.LSTM(128)),
            layers.Dense(labels, activation=activation, dtype="float32"),
        ]
    )
    if vectors is not None:
        embedding.set_weights([vectors])
        embedding.trainable = False
    return model


# `length`, `stem` and a path as `vectors` are for `WordSequences`, which gives `build` its shape and its matrix.
# The study gives neither epochs nor batch size nor threshold: its image network's batch, Keras' threshold.
NETWORK = Network(
    name="cnn_lstm",
    summary="Word vectors, a convolution and a bidirectional LSTM on plot texts",
    reads=TEXT,
    build=build,
    training=Training(stages=(Stage(epochs=20, learning_rate=1e-3),), batch_size=100, threshold=0.5),
    options={"vocabulary": 120_000, "length": 76, "stem": True, "vectors": None, "width": 200},
)
