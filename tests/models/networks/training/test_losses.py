import numpy as np
import pytest
from sklearn.metrics import log_loss

from genrelab.features.frozen.keras import load_keras, to_numpy
from genrelab.models.networks.training.losses import (
    check_balance,
    entry_weights,
    hit_rate,
    label_f1,
    make_hits,
    make_loss,
    mean_loss,
    pack,
)

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("multilabel", [True, False])
def test_keras_loss_is_the_numpy_loss(multilabel):
    targets = (RNG.random((50, 4)) < 0.3) if multilabel else np.eye(4)[RNG.integers(0, 4, 50)]
    weights = RNG.uniform(0.5, 3, (50, 4)) if multilabel else np.repeat(RNG.uniform(0.5, 3, (50, 1)), 4, axis=1)
    output = RNG.dirichlet(np.ones(4), 50).astype(np.float32)
    found = make_loss(4, multilabel=multilabel)(
        load_keras().ops.convert_to_tensor(pack(targets, weights)), load_keras().ops.convert_to_tensor(output)
    )
    assert found.shape == (50,)
    assert float(np.mean(to_numpy(found))) == pytest.approx(
        mean_loss(targets, weights, output, multilabel=multilabel), rel=1e-4
    )


def test_unweighted_losses_agree_with_scikit_learn():
    codes, output = RNG.integers(0, 3, 40), RNG.dirichlet(np.ones(3), 40)
    ones = np.ones((40, 3))
    assert mean_loss(np.eye(3)[codes], ones, output, multilabel=False) == pytest.approx(log_loss(codes, output))
    Y = np.eye(3)[codes]
    expected = np.mean([log_loss(Y[:, label], output[:, label]) for label in range(3)])
    assert mean_loss(Y, ones, output, multilabel=True) == pytest.approx(expected)


def test_balanced_labels_weigh_yes_and_no_the_same():
    Y = (RNG.random((500, 3)) < [0.5, 0.1, 0.02]).astype(float)
    weights = entry_weights(Y, np.arange(400), multilabel=True, balance="balanced")
    train, own = Y[:400], weights[:400]
    assert np.allclose((own * train).sum(axis=0), (own * (1 - train)).sum(axis=0), rtol=1e-4)
    assert own.mean() == pytest.approx(1, rel=1e-5)
    assert weights.shape == Y.shape and weights.dtype == np.float32


def test_largest_weighs_every_label_by_its_rows():
    Y = np.zeros((100, 3))
    Y[:50, 0] = Y[:10, 1] = 1
    weights = entry_weights(Y, np.arange(100), multilabel=True, labels="largest")
    assert np.allclose(weights[0] / weights[0, 0], [1, 5, 1])  # a label never seen keeps weight 1
    balanced = entry_weights(Y, np.arange(100), multilabel=True, labels="balanced")
    assert balanced[0, 1] / balanced[0, 0] == pytest.approx(5)


def test_classes_are_weighed_and_unseen_ones_harmless():
    codes = np.array([0] * 90 + [1] * 10)
    targets = np.eye(3)[codes]
    weights = entry_weights(targets, np.arange(100), multilabel=False, balance="balanced")
    assert weights[95, 0] / weights[0, 0] == pytest.approx(9)
    assert np.isfinite(weights).all()


def test_samplers_and_unknown_weighings_are_refused():
    for wrong in ("smote", "oversample+log", "heavy"):
        with pytest.raises(ValueError, match="one of none, balanced, inverse, log"):
            check_balance(wrong)
    with pytest.raises(ValueError, match="label_weights"):
        entry_weights(np.eye(2), np.arange(2), multilabel=True, labels="all")


def test_hit_rate():
    assert hit_rate(np.eye(2), np.array([[0.9, 0.1], [0.6, 0.4]]), multilabel=False) == 0.5
    assert hit_rate(np.zeros((2, 2)), np.ones((2, 2)), multilabel=True) == 0
    assert np.isnan(hit_rate(np.empty((0, 2)), np.empty((0, 2)), multilabel=True))


def test_the_metric_of_a_training_is_the_hit_rate():
    targets = (RNG.random((40, 3)) < 0.4).astype(np.float32)
    output = RNG.random((40, 3)).astype(np.float32)
    classes = np.eye(3, dtype=np.float32)[RNG.integers(0, 3, 40)]
    for truth, multilabel in ((targets, True), (classes, False)):
        rows = make_hits(3, multilabel=multilabel)(pack(truth, np.ones_like(truth)), output)
        assert np.mean(to_numpy(rows)) == pytest.approx(hit_rate(truth, output, multilabel=multilabel), abs=1e-6)


def test_f1_of_a_label_that_is_never_given_is_zero_and_of_one_that_nobody_has_undefined():
    truth, output = np.array([[1, 0, 0], [1, 1, 0]]), np.array([[0.4, 0.9, 0.1], [0.2, 0.8, 0.2]])
    first, second, third = label_f1(truth, output, 0.5)
    assert (first, second) == (0, pytest.approx(2 / 3)) and np.isnan(third)
    assert np.isnan(label_f1(truth[:0], output[:0], 0.5)).all()
