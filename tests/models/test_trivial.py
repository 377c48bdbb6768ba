"""Trivial rules."""

import numpy as np
import pytest

from genrelab.models.trivial import BASELINES, TrivialClass, TrivialLabels

Y = np.array([[1, 0, 0], [1, 0, 1], [1, 0, 1], [0, 1, 0], [1, 0, 0]])
X = np.zeros((len(Y), 1))


@pytest.mark.parametrize("rule", BASELINES["multilabel"])
def test_every_multilabel_rule_keeps_the_contract(rule):
    model = BASELINES["multilabel"][rule](random_state=0).fit(X, Y)
    probabilities, predicted = model.predict_proba(X), model.predict(X)
    assert model.decides
    assert probabilities.shape == predicted.shape == Y.shape
    assert set(np.unique(predicted)) <= {0, 1}
    np.testing.assert_array_equal(model.predict(X), predicted)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("all_negative", [0, 0, 0]),
        ("all_positive", [1, 1, 1]),
        ("majority", [1, 0, 0]),
        ("most_frequent_set", [1, 0, 0]),
    ],
)
def test_rules_by_hand(rule, expected):
    assert TrivialLabels(rule).fit(X, Y).predict(np.zeros((2, 9))).tolist() == [expected] * 2


def test_the_first_of_equally_frequent_sets_is_taken():
    model = TrivialLabels("most_frequent_set").fit(np.zeros((4, 1)), Y[[3, 1, 1, 3]])
    assert model.predict(np.zeros((1, 1))).tolist() == [Y[3].tolist()]


def test_random_draws_have_the_training_frequencies_and_follow_the_seed():
    many = np.zeros((20_000, 1))
    model = TrivialLabels("prior_random", random_state=4).fit(X, Y)
    np.testing.assert_allclose(model.predict(many).mean(axis=0), Y.mean(axis=0), atol=0.02)
    other = TrivialLabels("prior_random", random_state=5).fit(X, Y)
    assert (model.predict(many) != other.predict(many)).any()


@pytest.mark.parametrize("rule", BASELINES["single"])
def test_every_single_label_rule_keeps_the_contract(rule):
    y = np.array([5, 5, 5, 7, 9])
    model = BASELINES["single"][rule](random_state=0).fit(np.zeros((5, 1)), y)
    many = np.zeros((9_000, 1))
    probabilities = model.predict_proba(many)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    expected = {"majority": [1, 0, 0], "prior_random": [0.6, 0.2, 0.2], "uniform": [1 / 3] * 3}[rule]
    shares = [(model.predict(many) == c).mean() for c in (5, 7, 9)]
    np.testing.assert_allclose(shares, expected, atol=0.02)
    np.testing.assert_array_equal(model.classes_[probabilities.argmax(axis=1)], model.predict(many))


def test_unknown_rules_are_refused():
    with pytest.raises(ValueError, match="found 'oracle'"):
        TrivialLabels("oracle").fit(X, Y)
    with pytest.raises(ValueError, match="expected one of majority, prior_random, uniform"):
        TrivialClass("all_positive").fit(X, Y[:, 0])
