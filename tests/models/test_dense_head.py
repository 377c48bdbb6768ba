"""The dense layers: gradients, bounds, weights."""

import numpy as np
import pytest
import scipy.sparse as sp

from genrelab.models.dense_head import DenseHead


@pytest.fixture
def rows() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 6)).astype(np.float32)
    return X, (X[:, :3] * X[:, 3:] > [0.0, 0.4, 1.0]).astype(np.uint8)


@pytest.mark.parametrize("single", [False, True])
def test_gradients_against_finite_differences(rows, single):
    X, Y = rows[0][:24], rows[1][:24]
    y = Y[:, 0] + Y[:, 1] if single else Y
    model = DenseHead((7, 5), dropout=0.0, max_norm=1e6, momentum=0.0, max_epochs=1).fit(X, y)
    targets, weights = model._targets(y, np.linspace(0.5, 2, 24))
    state = [array.astype(np.float64) for array in model._state()]
    model.weights_, model.biases_ = state[:3], state[3:]

    def loss():
        # The step divides by the rows as the mean does.
        return model._loss(model._outputs(X.astype(np.float64)), targets, weights)

    numeric = []
    for array in model._state():
        slope = np.zeros_like(array)
        for place in np.ndindex(array.shape):
            kept = array[place]
            array[place] = kept + 1e-5
            above = loss()
            array[place] = kept - 1e-5
            slope[place] = (above - loss()) / 2e-5
            array[place] = kept
        numeric.append(slope)
    speed = [np.zeros_like(array) for array in model._state()]
    model._step(X.astype(np.float64), targets, weights, 1.0, speed, np.random.default_rng(0))
    for own, slope in zip(speed, numeric, strict=True):
        np.testing.assert_allclose(-own, slope, atol=2e-5)


def test_what_no_line_can_tell_is_learnt():
    X = np.random.default_rng(1).uniform(-1, 1, (900, 2)).astype(np.float32)
    Y = (X[:, :1] * X[:, 1:] > 0).astype(np.uint8)
    model = DenseHead((32, 16), learning_rate=0.05, dropout=0.0, max_epochs=40).fit(X[:700], Y[:700])
    assert (model.predict(X[700:]) == Y[700:]).mean() > 0.85


def test_weights_stay_within_their_bound_and_training_stops(rows):
    model = DenseHead((8,), max_norm=0.5, patience=3, max_epochs=200, learning_rate=0.5).fit(*rows)
    assert all(np.linalg.norm(w, axis=0).max() <= 0.5 + 1e-5 for w in model.weights_)
    assert model.epochs_ < 200
    assert model.epochs_ - 1 - model.losses_.argmin() == 3


def test_balanced_weights_raise_rare_labels(rows):
    X, Y = rows
    plain = DenseHead((8,), learning_rate=0.05, max_epochs=10).fit(X, Y).predict_proba(X).mean(axis=0)
    raised = (
        DenseHead((8,), learning_rate=0.05, max_epochs=10, balance="balanced").fit(X, Y).predict_proba(X).mean(axis=0)
    )
    assert raised[2] > plain[2] + 0.1


def test_rows_of_no_weight_do_not_count(rows):
    X, Y = rows
    y = Y[:, 0].copy()
    weight = np.ones(300)
    weight[200:] = 0
    first = DenseHead((8,), max_epochs=3).fit(X, y, sample_weight=weight).predict_proba(X)
    y[200:] = 1 - y[200:]
    np.testing.assert_array_equal(DenseHead((8,), max_epochs=3).fit(X, y, sample_weight=weight).predict_proba(X), first)


def test_seeds_decide_and_sparse_rows_give_the_same(rows):
    X, Y = rows
    one = DenseHead((8,), max_epochs=3, random_state=1).fit(X, Y).predict_proba(X)
    np.testing.assert_array_equal(
        DenseHead((8,), max_epochs=3, random_state=1).fit(sp.csr_matrix(X), Y).predict_proba(sp.csr_matrix(X)), one
    )
    assert (DenseHead((8,), max_epochs=3, random_state=2).fit(X, Y).predict_proba(X) != one).any()


def test_bad_input_is_named(rows):
    with pytest.raises(ValueError, match="balance: expected one of none, balanced, inverse, log, found 'smote'"):
        DenseHead(balance="smote").fit(*rows)
