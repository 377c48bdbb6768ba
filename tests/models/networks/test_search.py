"""A network's parameters are chosen on the rows it sets apart; the chosen one is the one that was trained."""

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("keras")

from genrelab.features.frozen.keras import load_keras
from genrelab.models.networks.architecture import FEATURES, Network, Stage, Training
from genrelab.models.networks.classifier import NetworkClassifier
from genrelab.models.networks.search import best_network


def build(shape, labels, activation, blocks=None):
    layers = load_keras().layers
    output = layers.Dense(labels, activation=activation, dtype="float32")
    return load_keras().Sequential([load_keras().Input(shape), output])


def test_the_one_that_learns_is_kept_and_was_trained_once():
    network = Network("small", "", FEATURES, build, Training((Stage(6, 0.05),), batch_size=16))
    rng = np.random.default_rng(0)
    y = np.arange(120) % 2
    X = pd.DataFrame(rng.normal(size=(120, 2)) + 3 * y[:, None], columns=["metadata_a", "metadata_b"])
    built = [
        ({"learning_rate": rate}, NetworkClassifier(network, specs=("metadata",), learning_rate=rate))
        for rate in (1e-7, 0.1, 1e-6)
    ]
    best = best_network(built, X, y)
    assert best is built[1][1] and best.search_.parameters == {"learning_rate": 0.1}
    assert [one["learning_rate"] for one, _ in best.search_.tried] == [1e-7, 0.1, 1e-6]
    assert best.search_.score == best.validation_score_ > 0.9
    assert (best.predict(X) == y).mean() > 0.9
    alone = NetworkClassifier(network, specs=("metadata",), learning_rate=0.1).fit(X, y)
    np.testing.assert_allclose(best.predict_proba(X), alone.predict_proba(X), atol=1e-6)
    assert built[0][1].model_ is None and not built[0][1].trained_


def test_several_genres_under_one_softmax():
    network = Network("small", "", FEATURES, build, Training((Stage(40, 0.1),), batch_size=16))
    rng = np.random.default_rng(0)
    first, second = rng.integers(0, 2, (2, 150))
    first[(first == 0) & (second == 0)] = 1
    Y = np.column_stack([first, second])
    X = pd.DataFrame(rng.normal(size=(150, 2)) * 0.2 + Y, columns=["metadata_a", "metadata_b"])
    model = NetworkClassifier(network, specs=("metadata",), output="softmax").fit(X, Y)
    found = model.predict_proba(X)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    # The cross-entropy of a row with two ones is least where each has a half.
    assert abs(found[(first == 1) & (second == 1), 0].mean() - 0.5) < 0.1
    assert found[(first == 1) & (second == 0), 0].mean() > 0.8
    with pytest.raises(ValueError, match="output: expected 'own' or 'softmax', found 'tanh'"):
        NetworkClassifier(network, specs=("metadata",), output="tanh").fit(X, Y)
