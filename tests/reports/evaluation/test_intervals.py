"""Intervals within a score's range, quartiles against pandas."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from genrelab.reports.evaluation.intervals import five_numbers, score_interval


def test_interval_is_symmetric_on_the_logit_scale():
    low, high = score_interval(0.3, 0.05, 1.96)
    assert logit(high) - logit(0.3) == pytest.approx(logit(0.3) - logit(low)) == pytest.approx(1.96 * 0.05 / 0.21)
    assert expit(logit(0.3) - 1.96 * 0.05 / 0.21) == pytest.approx(low)


def test_a_small_error_gives_the_plain_interval():
    assert score_interval(0.4, 0.001, 1.96) == pytest.approx((0.4 - 0.00196, 0.4 + 0.00196), abs=1e-5)


@pytest.mark.parametrize("score", [1e-6, 0.01, 0.184, 0.5, 0.883, 0.999999])
@pytest.mark.parametrize("error", [0.001, 0.05, 0.35, 5.0])
@pytest.mark.parametrize("quantile", [1.96, 4.3, 12.7])
def test_no_interval_leaves_the_range_and_each_holds_its_score(score: float, error: float, quantile: float):
    low, high = score_interval(score, error, quantile)
    assert 0 <= low <= score <= high <= 1
    low, high = score_interval(score, min(error, score), quantile, bounded=False)
    assert 0 <= low <= score <= high


def test_bounds_and_missing_values():
    assert score_interval(0.0, 0.1, 1.96) == (0.0, 0.0)
    assert score_interval(1.0, 0.0, 1.96) == (1.0, 1.0)
    assert np.isnan(score_interval(0.5, float("nan"), 1.96)).all()


def test_five_numbers_are_those_of_describe():
    values = np.random.default_rng(1).random(7)
    described = pd.Series(values).describe()
    expected = [described[name] for name in ("min", "25%", "50%", "mean", "75%", "max")]
    assert list(five_numbers(values)) == pytest.approx(expected)
    assert np.isnan(five_numbers([np.nan])).all()
