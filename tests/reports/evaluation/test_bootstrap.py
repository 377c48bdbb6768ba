import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, f1_score

from genrelab.reports.evaluation.bootstrap import (
    METRICS,
    Pooled,
    bootstrap_interval,
    bootstrap_weights,
    pool,
    weighted_scores,
)


def make_pooled(seed: int = 0, size: int = 150, skill: float = 1.0) -> Pooled:
    rng = np.random.default_rng(seed)
    truth = (np.random.default_rng(99).random((size, 4)) < [0.5, 0.3, 0.2, 0.1]).astype(np.uint8)
    score = np.round(1 / (1 + np.exp(-(skill * (2 * truth - 1) + rng.normal(0, 1, truth.shape)))), 1)
    ids = np.array([f"tt{i:07d}" for i in range(size)])
    return Pooled(ids, np.array(list("abcd")), truth, (score > 0.5).astype(np.uint8), score)


def oracle(pooled: Pooled, metric: str, rows: np.ndarray) -> float:
    """Repeat rows and ask scikit-learn."""
    truth, predicted, score = pooled.truth[rows], pooled.predicted[rows], pooled.score[rows]
    if metric == "average_precision_macro":
        return float(
            np.mean([average_precision_score(truth[:, k], score[:, k]) for k in range(4) if truth[:, k].any()])
        )
    return float(f1_score(truth, predicted, average=metric.removeprefix("f1_"), zero_division=0))


@pytest.mark.parametrize("metric", METRICS)
def test_weighted_scores_are_scores_of_repeated_rows(metric):
    pooled = make_pooled()
    weights = bootstrap_weights(150, 70, seed=1)
    found = weighted_scores(pooled, metric, weights)
    for draw in (0, 33, 69):
        rows = np.repeat(np.arange(150), weights[draw].astype(int))
        assert found[draw] == pytest.approx(oracle(pooled, metric, rows), abs=1e-6)


def test_groups_come_and_go_together():
    groups = np.repeat(np.arange(30), 5)
    weights = bootstrap_weights(150, 10, seed=0, groups=groups)
    for g in range(30):
        assert (weights[:, groups == g] == weights[:, [5 * g]]).all()
    assert weights.sum(axis=1).tolist() == [150.0] * 10


def test_groups_widen_the_interval_when_titles_repeat():
    single = make_pooled(size=60)
    copies = Pooled(
        np.arange(600),
        single.labels,
        *(np.repeat(m, 10, axis=0) for m in (single.truth, single.predicted, single.score)),
    )
    loose = bootstrap_interval(copies, draws=300)
    honest = bootstrap_interval(copies, draws=300, groups=np.repeat(np.arange(60), 10))
    assert honest[2] - honest[1] > 2 * (loose[2] - loose[1])


def test_interval_covers_the_true_value_about_as_often_as_it_says():
    # Micro F1 of a rule that is right with probability 0.8 on balanced labels is 0.8.
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(150):
        truth = rng.integers(0, 2, (80, 3)).astype(np.uint8)
        predicted = np.where(rng.random(truth.shape) < 0.8, truth, 1 - truth).astype(np.uint8)
        pooled = Pooled(np.arange(80), np.array(list("abc")), truth, predicted, predicted * 1.0)
        _, low, high = bootstrap_interval(pooled, "f1_micro", draws=200)
        held += low <= 0.8 <= high
    assert 0.88 <= held / 150 <= 0.99


def test_difference_of_two_systems_is_paired():
    good, bad = make_pooled(1, skill=1.5), make_pooled(2, skill=0.3)
    value, low, high = bootstrap_interval(good, other=bad, draws=200)
    assert 0 < low < value < high
    same = bootstrap_interval(good, other=good, draws=20)
    assert same == (0.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="same titles"):
        bootstrap_interval(good, other=make_pooled(size=20))


def test_pool_averages_repeats_and_refuses_gaps():
    rows = [("tt1", "War", 1, 0.9, 1), ("tt1", "War", 1, 0.5, 0), ("tt2", "War", 0, 0.1, 0)]
    frame = pd.DataFrame(rows, columns=["imdb_id", "label", "truth", "score", "predicted"])
    frame["label"] = frame["label"].astype("category")
    pooled = pool(frame)
    assert pooled.ids.tolist() == ["tt1", "tt2"]
    assert pooled.score[:, 0] == pytest.approx([0.7, 0.1])
    assert pooled.predicted.tolist() == [[1], [0]]
    extra = pd.DataFrame([("tt2", "Crime", 0, 0.1, 0)], columns=["imdb_id", "label", "truth", "score", "predicted"])
    with pytest.raises(ValueError, match="found gaps"):
        pool(pd.concat([frame.astype({"label": str}), extra]))


def test_unknown_metric_and_same_seed():
    pooled = make_pooled()
    with pytest.raises(ValueError, match="expected one of f1_macro"):
        bootstrap_interval(pooled, "accuracy")
    assert bootstrap_interval(pooled, draws=50, seed=3) == bootstrap_interval(pooled, draws=50, seed=3)
