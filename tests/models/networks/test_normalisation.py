"""Batch normalisation: a short training is scored by what it learnt, and folded layers stay the identity."""

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("keras")

from genrelab.features.frozen.keras import load_keras, to_numpy
from genrelab.models.networks import normalisation
from genrelab.models.networks.architecture import FEATURES, Network, Stage, Training
from genrelab.models.networks.classifier import NetworkClassifier
from genrelab.models.networks.normalisation import batch_norms, freeze_folded, shorten_memory


def build(shape, labels, activation, blocks=None):
    layers = load_keras().layers
    return load_keras().Sequential(
        [
            load_keras().Input(shape),
            layers.Rescaling(20, offset=60),  # as pixels: neither of mean 0 nor of variance 1
            layers.Dense(16, activation="relu"),
            layers.BatchNormalization(),
            layers.Dense(16, activation="relu"),
            layers.BatchNormalization(),
            layers.Dense(labels, activation=activation, dtype="float32"),
        ]
    )


NETWORK = Network("norm", "", FEATURES, build, Training((Stage(3, 0.02),), batch_size=16))


def accuracy():
    """Of an easy task, two clouds far apart, after three epochs of eleven steps; and the model."""
    rng = np.random.default_rng(0)
    y = np.arange(200) % 2
    X = pd.DataFrame(rng.normal(size=(200, 4)) + 4 * y[:, None])
    X.columns = [f"metadata_{k}" for k in range(4)]
    model = NetworkClassifier(NETWORK, specs=("metadata",), random_state=1)
    return float((model.fit(X, y).predict(X) == y).mean()), model


def test_a_short_training_is_scored_by_what_it_learnt(monkeypatch):
    short, model = accuracy()
    assert {layer.momentum for layer in batch_norms(model.model_)} == {0.9}
    monkeypatch.setattr(normalisation, "MOMENTUM", 0.99)
    long, _ = accuracy()
    assert short > 0.95 and short > long + 0.1


def test_folded_layers_are_frozen_and_others_are_not():
    model = build((4,), 2, "softmax")
    first, second = batch_norms(model)
    second.moving_mean.assign(np.linspace(-1, 1, 16))
    second.moving_variance.assign(np.linspace(1, 2, 16))
    assert freeze_folded(model) == 1 and not first.trainable and second.trainable
    X = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")
    hidden = model.layers[1](X)
    # Trained or not, a frozen identity gives what it gets (its epsilon apart).
    np.testing.assert_allclose(to_numpy(first(hidden, training=True)), to_numpy(hidden), rtol=1e-3)


def test_the_folded_stay_frozen_through_the_stages_of_a_training():
    def folded(shape, labels, activation, blocks=None):
        model = build(shape, labels, activation)
        next(batch_norms(model)).trainable = False
        return model

    def thaw(model):
        for layer in model.layers:
            layer.trainable = True

    network = Network("norm", "", FEATURES, folded, Training((Stage(1, 0.02, thaw),), batch_size=16))
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 2)) + 5, columns=["metadata_a", "metadata_b"])
    model = NetworkClassifier(network, specs=("metadata",)).fit(X, np.arange(60) % 2)
    first, second = batch_norms(model.model_)
    assert not to_numpy(first.moving_mean).any() and to_numpy(second.moving_mean).any()


def test_a_short_memory_is_not_made_longer():
    model = load_keras().Sequential([load_keras().Input((2,)), load_keras().layers.BatchNormalization(momentum=0.5)])
    shorten_memory(model)
    assert [layer.momentum for layer in batch_norms(model)] == [0.5]
