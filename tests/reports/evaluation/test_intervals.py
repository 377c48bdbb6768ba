"""Intervals against scipy, quartiles against pandas."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from genrelab.reports.evaluation.intervals import five_numbers, fold_interval, half_width


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_interval_is_scipys_t_interval(confidence: float):
    values = np.random.default_rng(0).normal(0.4, 0.02, 10)
    expected = stats.t.interval(confidence, 9, loc=values.mean(), scale=stats.sem(values))
    found = fold_interval(values, confidence)
    assert (found.low, found.high) == pytest.approx(expected)
    assert found.folds == 10


def test_missing_folds_are_left_out():
    assert fold_interval([0.4, np.nan, 0.5]) == pytest.approx(fold_interval([0.4, 0.5]))


def test_one_fold_has_no_interval_and_none_no_mean():
    one, none = fold_interval([0.4]), fold_interval([])
    assert one.mean == 0.4 and np.isnan(one.low) and one.folds == 1
    assert np.isnan(none.mean) and none.folds == 0


def test_half_width_agrees_with_the_interval():
    values = [0.1, 0.4, 0.3]
    interval = fold_interval(values)
    assert half_width(np.std(values, ddof=1), 3) == pytest.approx(interval.high - interval.mean)


def test_five_numbers_are_those_of_describe():
    values = np.random.default_rng(1).random(7)
    described = pd.Series(values).describe()
    expected = [described[name] for name in ("min", "25%", "50%", "mean", "75%", "max")]
    assert list(five_numbers(values)) == pytest.approx(expected)
    assert np.isnan(five_numbers([np.nan])).all()
