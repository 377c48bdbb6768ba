"""The corrected resampled t-test against scipy and by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from genrelab.reports.evaluation.fold_test import FoldTest, corrected_t_test, default_ratio

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


def test_ratio_follows_the_folds():
    index = pd.MultiIndex.from_product([range(2), range(5)], names=["repeat", "fold"])
    assert default_ratio(index) == 0.25
    assert default_ratio(index[:1]) == 0.25


def test_bonferroni_widens_the_interval_and_agrees_with_it():
    values = np.stack([DIFFERENCES, np.zeros(10)])
    for pairs in (1, 3, 40, 1000):
        low, high, p, adjusted = FoldTest(values, 1 / 9, pairs, 0.05).test(0, 1, float(DIFFERENCES.mean()))
        alone = corrected_t_test(DIFFERENCES, 1 / 9)
        assert p == pytest.approx(alone.p_value) and adjusted == pytest.approx(min(1, pairs * p))
        assert (low + high) / 2 == pytest.approx(alone.mean) and high - low >= alone.high - alone.low - 1e-12
        assert (low > 0) == (adjusted < 0.05)


def test_only_common_splits_count_and_one_split_says_nothing():
    values = np.array([[0.5, 0.6, 0.7, np.nan], [0.4, 0.52, np.nan, 0.3]])
    found = FoldTest(values, 0.25, 1, 0.05)
    expected = corrected_t_test([0.1, 0.08], 0.25)
    assert found.test(0, 1, 0.09)[:3] == pytest.approx((expected.low, expected.high, expected.p_value))
    assert np.isnan(FoldTest(values[:, :1], 0.25, 1, 0.05).error(0)).all()
    assert FoldTest(values[:, :1], 0.25, 1, 0.05).test(0, 1, 0.1)[2:] == (1.0, 1.0)
