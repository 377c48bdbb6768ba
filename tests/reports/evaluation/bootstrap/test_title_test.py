"""The max-T test against a slow, literal version of itself."""

import numpy as np
import pytest

from genrelab.reports.evaluation.bootstrap.title_test import LEAST_EXCESS, TitleTest


def made(seed: int = 0, systems: int = 4, draws: int = 199) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=(1, 3, draws))
    return 0.4 + 0.02 * (shared + rng.normal(size=(systems, 3, draws))), np.array([False] * (systems - 1) + [True])


def judged(draws: np.ndarray, trivial: np.ndarray, values: np.ndarray | None = None) -> TitleTest:
    """With hardly a spread of the values over folds, the least excess is what widens the errors."""
    values = draws.mean(axis=2) if values is None else values
    return TitleTest(draws, values, np.zeros(draws.shape[1]), 0.5, trivial, 0.05)


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
    found = judged(draws, trivial)
    errors, largest = brute(draws, trivial)
    assert found.excess == LEAST_EXCESS
    for (one, other), error in errors.items():
        inside = np.mean([(draws[one, split] - draws[other, split]).var(ddof=1) for split in range(3)])
        wide = np.sqrt(error**2 + (LEAST_EXCESS - 1) * inside * (1 / 3 + 0.5))
        for difference in (0.0, 0.02, -0.05):
            low, high, p, adjusted = found.test(one, other, difference)
            assert adjusted == pytest.approx((1 + (largest >= abs(difference) / wide).sum()) / 200)
            assert p <= adjusted
            half = np.sort(largest)[::-1][9] * wide
            assert (low, high) == pytest.approx((difference - half, difference + half))
            assert (adjusted <= 0.05) == (low > 0 or high < 0)
            assert found.test(other, one, -difference) == pytest.approx((-high, -low, p, adjusted))


def test_missing_splits_leave_the_shared_ones():
    draws, trivial = made()
    gaps = draws.copy()
    gaps[1, 2] = np.nan
    found, shared = judged(gaps, trivial), judged(draws[:, :2], trivial)
    one, other = found.test(0, 1, 0.0), shared.test(0, 1, 0.0)
    # The same two splits give the same errors; the critical values differ, for other pairs have three.
    assert one[1] / other[1] == pytest.approx(1, abs=0.15) and one[0] == -one[1]
    none = draws.copy()
    none[1, :2], none[0, 2] = np.nan, np.nan
    assert judged(none, trivial).test(0, 1, 0.1) == (-np.inf, np.inf, 1.0, 1.0)


def test_equal_systems_are_equal_and_a_steady_gap_is_a_gap():
    draws, trivial = made()
    draws[1] = draws[0]
    assert judged(draws, trivial).test(0, 1, 0.0) == (0.0, 0.0, 1.0, 1.0)
    draws[1] = draws[0] + 0.1
    assert judged(draws, trivial).test(1, 0, 0.1) == (0.1, 0.1, 0.0, 0.0)


def test_alike_systems_pay_less_for_being_many():
    rng = np.random.default_rng(1)
    base, trivial = rng.normal(size=(1, 1, 1999)), np.zeros(20, bool)
    apart = rng.normal(size=(20, 1, 1999))
    twins = np.repeat(apart[:2], 10, axis=0) + 0.01 * apart
    assert judged(base + twins, trivial)._largest[99] < judged(base + apart, trivial)._largest[99]


def test_folds_that_differ_more_than_titles_explain_widen_every_interval():
    draws, trivial = made(draws=400)
    spread = draws.std()
    steady, rng = draws.mean(axis=2), np.random.default_rng(2)
    restless = steady + rng.normal(0, 3 * spread, steady.shape)
    calm, wide = judged(draws, trivial, steady), judged(draws, trivial, restless)
    assert calm.excess == LEAST_EXCESS < wide.excess
    pairs = [(0, 1), (0, 2), (1, 2)]
    over = np.mean([(restless[a] - restless[b]).var(ddof=1) for a, b in pairs])
    inside = np.mean([(draws[a] - draws[b]).var(axis=1, ddof=1).mean() for a, b in pairs])
    # Two of three configurations are free, over two of three folds: four degrees of freedom beside the ten.
    assert wide.excess == pytest.approx((4 * over / inside + 10 * LEAST_EXCESS) / 14)
    assert wide.test(0, 1, 0.0)[1] > calm.test(0, 1, 0.0)[1]
    assert wide.error(0)[0] > calm.error(0)[0]


def test_repeats_are_no_folds():
    draws, trivial = made()
    twice = np.concatenate([draws, draws], axis=1)
    values = np.concatenate([draws.mean(axis=2), draws.mean(axis=2) + 0.3], axis=1)
    found = TitleTest(twice, values, np.repeat([0, 1], 3), 0.5, trivial, 0.05)
    assert found.excess == LEAST_EXCESS
    assert TitleTest(twice, values, np.zeros(6), 0.5, trivial, 0.05).excess == LEAST_EXCESS
