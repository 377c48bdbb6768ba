"""Thresholds against trying them all."""

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_score, recall_score

from genrelab.models.multilabel.thresholds import OBJECTIVES, choose_threshold, choose_thresholds


def every_outcome(y, scores):
    for threshold in np.unique(scores):
        predicted = scores >= threshold
        yield (
            f1_score(y, predicted),
            precision_score(y, predicted, zero_division=0),
            recall_score(y, predicted),
        )


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_no_other_threshold_is_better(seed, objective):
    rng = np.random.default_rng(seed)
    y = (rng.random(80) < 0.2).astype(int)
    scores = np.round(rng.random(80) * 0.6 + 0.4 * y * rng.random(80), 2)  # rounded: with ties
    predicted = scores >= choose_threshold(y, scores, objective, 0.4)
    found = f1_score(y, predicted), precision_score(y, predicted), recall_score(y, predicted)
    outcomes = list(every_outcome(y, scores))
    if objective == "f1":
        assert found[0] == pytest.approx(max(f for f, _, _ in outcomes))
    elif objective == "recall_at_precision" and any(p >= 0.4 for _, p, _ in outcomes):
        assert found[1] >= 0.4
        assert found[2] == pytest.approx(max(r for _, p, r in outcomes if p >= 0.4))
    elif objective == "precision_at_recall":
        assert found[2] >= 0.4
        assert found[1] == pytest.approx(max(p for _, p, r in outcomes if r >= 0.4))


def test_an_unreachable_precision_takes_the_nearest():
    y, scores = np.array([0, 1, 0]), np.array([0.9, 0.8, 0.1])
    predicted = scores >= choose_threshold(y, scores, "recall_at_precision", 0.9)
    assert predicted.tolist() == [True, True, False]


def test_ties_are_never_split_and_neighbouring_floats_are_told_apart():
    assert choose_threshold(np.array([1, 0]), np.array([0.5, 0.5])) == 0.5
    low, high = 0.3, np.nextafter(0.3, 1)
    assert choose_threshold(np.array([0, 1]), np.array([low, high])) == high


def test_one_class_gives_one_half():
    assert choose_thresholds(np.array([[0, 1], [0, 1]]), np.full((2, 2), 0.2)).tolist() == [0.5, 0.5]


def test_bad_input_is_named():
    y = np.array([0, 1])
    with pytest.raises(ValueError, match="objective: expected one of f1"):
        choose_threshold(y, y, "accuracy")
    with pytest.raises(ValueError, match="level: expected"):
        choose_threshold(y, y, "precision_at_recall", 0)
    with pytest.raises(ValueError, match="scores: expected finite numbers, found 1 others"):
        choose_threshold(y, np.array([0.1, np.nan]))
