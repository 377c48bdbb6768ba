from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from genrelab.reports.evaluation.significance import (
    bayesian_t_test,
    compare_systems,
    corrected_t_test,
    default_ratio,
    fold_scores,
    holm,
)

NAMES = ["feature_set", "model", "balance", "repeat", "fold", "metric", "label", "value"]


def make_results(scores: dict, metric: str = "f1_macro") -> pd.DataFrame:
    """Results with one whole-set metric; `scores` maps a model to a list of fold values."""
    rows = [
        ("all", model, "none", 0, fold, metric, None, value)
        for model, values in scores.items()
        for fold, value in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=NAMES)


DIFFERENCES = np.array([0.021, 0.034, -0.004, 0.018, 0.027, 0.011, 0.009, 0.03, 0.002, 0.015])


def test_without_overlap_it_is_the_ordinary_t_test():
    ours = corrected_t_test(DIFFERENCES, 0.0)
    theirs = stats.ttest_1samp(DIFFERENCES, 0.0)
    assert ours.p_value == pytest.approx(theirs.pvalue)  # pyright: ignore[reportAttributeAccessIssue]
    assert ours.statistic == pytest.approx(theirs.statistic)  # pyright: ignore[reportAttributeAccessIssue]
    interval = theirs.confidence_interval()
    assert (ours.low, ours.high) == pytest.approx((interval.low, interval.high))


def test_corrected_variance_by_hand():
    test = corrected_t_test(DIFFERENCES, 1 / 9)
    mean, deviation = np.mean(DIFFERENCES), np.std(DIFFERENCES, ddof=1)
    statistic = mean / (deviation * np.sqrt(1 / 10 + 1 / 9))
    assert test.statistic == pytest.approx(statistic)
    assert test.p_value == pytest.approx(2 * (1 - stats.t.cdf(statistic, 9)))
    assert test.p_value > stats.ttest_1samp(DIFFERENCES, 0.0).pvalue  # pyright: ignore[reportAttributeAccessIssue]


def test_false_alarms_are_held_where_the_plain_test_cries_wolf():
    # Folds of one sample: differences share a part of their noise as training sets share titles.
    rng = np.random.default_rng(0)
    share, alarms, plain = 0.2, 0, 0
    for _ in range(800):
        values = rng.normal(0, np.sqrt(share)) + rng.normal(0, np.sqrt(1 - share), 10)
        alarms += corrected_t_test(values, share / (1 - share)).p_value < 0.05
        plain += stats.ttest_1samp(values, 0).pvalue < 0.05  # pyright: ignore[reportAttributeAccessIssue]
    assert alarms / 800 < 0.075
    assert plain / 800 > 0.15


@pytest.mark.parametrize(
    ("values", "p_value"), [([], 1.0), ([0.1], 1.0), ([0.0, 0.0, 0.0], 1.0), ([0.1, 0.1, 0.1], 0.0)]
)
def test_too_little_spread_or_too_few_splits(values, p_value):
    assert corrected_t_test(values, 0.25).p_value == p_value


def test_bayesian_probabilities_are_the_integral_of_the_posterior():
    ratio, rope, count = 0.25, 0.01, len(DIFFERENCES)
    correlation = ratio / (1 + ratio)
    variance = (1 / count + correlation / (1 - correlation)) * DIFFERENCES.var(ddof=1)

    def density(x):
        return stats.t.pdf((x - DIFFERENCES.mean()) / np.sqrt(variance), count - 1) / np.sqrt(variance)

    expected = [integrate.quad(density, *ends)[0] for ends in ((-1, -rope), (-rope, rope), (rope, 1))]
    found = bayesian_t_test(DIFFERENCES, ratio, rope)
    assert found == pytest.approx(expected, abs=1e-4)
    assert sum(found) == pytest.approx(1)


def test_bayesian_is_sure_without_spread_and_knows_nothing_from_one_split():
    assert bayesian_t_test([0.005] * 4, 0.25) == (0.0, 1.0, 0.0)
    assert bayesian_t_test([-0.5] * 4, 0.25) == (1.0, 0.0, 0.0)
    assert bayesian_t_test([0.5], 0.25) == pytest.approx((1 / 3, 1 / 3, 1 / 3))


def test_holm_is_the_closed_bonferroni_test():
    rng = np.random.default_rng(3)
    for _ in range(30):
        p_values = rng.random(5) ** 3
        # Reject one when every intersection that holds it is rejected by Bonferroni.
        brute = [
            max(
                min(1.0, len(subset) * p_values[list(subset)].min())
                for size in range(1, 6)
                for subset in combinations(range(5), size)
                if one in subset
            )
            for one in range(5)
        ]
        assert holm(p_values) == pytest.approx(brute)
    assert holm([]).tolist() == []


def test_losses_count_as_negative_and_order_is_by_mean():
    table = fold_scores(make_results({"a": [0.2, 0.3], "b": [0.1, 0.1]}, "hamming_loss"), "hamming_loss")
    assert table.columns.tolist() == [("all", "b", "none"), ("all", "a", "none")]
    assert table.to_numpy().max() < 0


def test_missing_metric_names_what_there_is():
    with pytest.raises(ValueError, match="metric 'accuracy': expected one of f1_macro"):
        fold_scores(make_results({"a": [0.1]}), "accuracy")


def test_ratio_follows_the_folds():
    results = make_results({"a": [0.1] * 5})
    assert default_ratio(fold_scores(results).index) == 0.25


def test_pairs_and_verdicts():
    rng = np.random.default_rng(0)
    base = 0.5 + rng.normal(0, 0.01, 10)
    noise = rng.normal(0, 0.002, (3, 10))
    results = make_results(
        {
            "good": base + 0.06,
            "twin": base + 0.0599 + noise[0] / 10,
            "weak": base + noise[1],
            "wild": base + 0.05 + rng.normal(0, 0.05, 10),
        }
    )
    found = compare_systems(results, pairs="all")
    assert len(found) == 6
    verdict = {(one[1], other[1]): v for one, other, v in found[["first", "second", "verdict"]].to_numpy()}
    # The winner of near twins leads by a hair; what is said of them is that they are the same.
    assert verdict.get(("good", "twin"), verdict.get(("twin", "good"))) == "same"
    assert verdict["good", "weak"] == "better"
    assert verdict.get(("good", "wild"), verdict.get(("wild", "good"))) == "cannot tell"
    assert (found["p_holm"] >= found["p_value"]).all()
    assert np.allclose(found[["first_worse", "same", "first_better"]].sum(axis=1), 1)
    turned = compare_systems(results, pairs=[(("all", "weak", "none"), ("all", "good", "none"))])
    assert turned["verdict"].tolist() == ["worse"]
    assert len(compare_systems(results)) == 3


def test_only_common_splits_are_compared():
    results = make_results({"a": [0.1, 0.2, 0.3], "b": [0.1, 0.2, 0.3]})
    results = results.drop(index=5)
    assert compare_systems(results)["splits"].tolist() == [2]


def test_unknown_pairs_are_refused():
    results = make_results({"a": [0.1, 0.2], "b": [0.1, 0.2]})
    with pytest.raises(ValueError, match="expected 'best', 'all' or pairs"):
        compare_systems(results, pairs="some")
    with pytest.raises(ValueError, match="expected one with f1_macro in these results, found none"):
        compare_systems(results, pairs=[(("all", "a", "none"), ("all", "z", "none"))])
