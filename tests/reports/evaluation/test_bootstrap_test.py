"""The max-T test against a slow, literal version of itself."""

import numpy as np
import pytest

from genrelab.reports.evaluation.bootstrap_test import TitleTest


def made(seed: int = 0, systems: int = 4, draws: int = 199) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=(1, 3, draws))
    return 0.4 + 0.02 * (shared + rng.normal(size=(systems, 3, draws))), np.array([False] * (systems - 1) + [True])


def brute(draws: np.ndarray, trivial: np.ndarray) -> tuple[dict, np.ndarray]:
    errors, largest = {}, np.zeros(draws.shape[2])
    for one in range(len(draws)):
        for other in range(one + 1, len(draws)):
            if trivial[one] and trivial[other]:
                continue
            drawn = (draws[one] - draws[other]).mean(axis=0)
            errors[one, other] = drawn.std(ddof=1)
            largest = np.maximum(largest, np.abs(drawn - drawn.mean()) / errors[one, other])
    return errors, largest


def test_p_values_and_intervals_by_hand():
    draws, trivial = made()
    found = TitleTest(draws, trivial, 0.05)
    errors, largest = brute(draws, trivial)
    for (one, other), error in errors.items():
        for difference in (0.0, 0.02, -0.05):
            low, high, p, adjusted = found.test(one, other, difference)
            assert adjusted == pytest.approx((1 + (largest >= abs(difference) / error).sum()) / 200)
            assert p <= adjusted
            half = np.sort(largest)[::-1][9] * error
            assert (low, high) == pytest.approx((difference - half, difference + half))
            assert (adjusted <= 0.05) == (low > 0 or high < 0)
            assert found.test(other, one, -difference) == pytest.approx((-high, -low, p, adjusted))


def test_missing_splits_leave_the_shared_ones():
    draws, trivial = made()
    gaps = draws.copy()
    gaps[1, 2] = np.nan
    found, shared = TitleTest(gaps, trivial, 0.05), TitleTest(draws[:, :2], trivial, 0.05)
    centre = (lambda ends: (ends[1] - ends[0]) / 2)
    ratio = centre(found.test(0, 1, 0.0)) / centre(shared.test(0, 1, 0.0))
    assert ratio == pytest.approx(found._largest[9] / shared._largest[9])
    none = draws.copy()
    none[1, :2], none[0, 2] = np.nan, np.nan
    assert TitleTest(none, trivial, 0.05).test(0, 1, 0.1) == (-np.inf, np.inf, 1.0, 1.0)


def test_equal_systems_are_equal_and_a_steady_gap_is_a_gap():
    draws, trivial = made()
    draws[1] = draws[0]
    assert TitleTest(draws, trivial, 0.05).test(0, 1, 0.0) == (0.0, 0.0, 1.0, 1.0)
    draws[1] = draws[0] + 0.1
    assert TitleTest(draws, trivial, 0.05).test(1, 0, 0.1) == (0.1, 0.1, 0.0, 0.0)


def test_alike_systems_pay_less_for_being_many():
    rng = np.random.default_rng(1)
    base, trivial = rng.normal(size=(1, 1, 1999)), np.zeros(20, bool)
    apart = rng.normal(size=(20, 1, 1999))
    twins = np.repeat(apart[:2], 10, axis=0) + 0.01 * apart
    assert TitleTest(base + twins, trivial, 0.05)._largest[99] < TitleTest(base + apart, trivial, 0.05)._largest[99]
