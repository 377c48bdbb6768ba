"""The max-T test on resampled scores: one critical value for all pairs of configurations together.

Drawing titles again leaves out that other training titles would have made other models. Folds show it: their
scores differ by more than the titles in them explain. The excess is small and three folds measure it badly for one
pair, so one ratio is estimated from all pairs of the run, and drawn towards a usual value, below which it never goes.
"""

import numpy as np
from scipy import stats

_NONE = 1e-12
# The least variance over folds, per variance that titles explain, that a test reckons with; it weighs as much as ten
# degrees of freedom. Least squares have 1.1, single trees 1.3; less than this lets false verdicts through, because
# the ratio of one run is measured badly (docs/statistics.md).
LEAST_EXCESS = 1.25
LEAST_WEIGHT = 10


class TitleTest:
    """Intervals and p-values from scores under draws of titles.

    A pair's difference over its standard error is held against the largest such value of any pair in each draw
    (Westfall and Young 1993, "Resampling-based multiple testing", the single-step method). Configurations that agree
    on most titles move together from draw to draw, and the adjustment is milder for them than Bonferroni's.

    Parameters
    ----------
    draws : ndarray of shape (systems, splits, draws)
        NaN where a system has no score on a split.
    values : ndarray of shape (systems, splits)
        The scores themselves.
    repeats : ndarray of shape (splits,)
        The repeat of each split: splits of one repeat share no tested title.
    ratio : float
        Test titles per training title.
    trivial : ndarray of shape (systems,), bool
        Pairs of two trivial rules are no part of the family.
    alpha : float
    """

    def __init__(
        self,
        draws: np.ndarray,
        values: np.ndarray,
        repeats: np.ndarray,
        ratio: float,
        trivial: np.ndarray,
        alpha: float,
    ):
        self.draws, self.values, self.alpha = draws, values, alpha
        self.count = draws.shape[2]
        self._repeats, self._ratio = repeats, ratio
        learnt = np.flatnonzero(~trivial)
        self.excess = self._excess(
            [(int(a), int(b)) for k, a in enumerate(learnt) for b in learnt[k + 1 :]], len(learnt) - 1
        )
        self._score_excess = self._excess([(int(one), None) for one in learnt], len(learnt))
        # Where all have all splits, as in every finished run, the mean over splits is taken once.
        self._whole = None if np.isnan(draws).any() else draws.mean(axis=1)
        self._largest = self._largest_values(trivial)

    def error(self, place: int) -> tuple[float, float]:
        """Standard error of a system's mean score and the normal quantile for its interval."""
        drawn = np.nanmean(self.draws[place], axis=0)
        error = self._widened(float(drawn.std(ddof=1)), place, None, self._score_excess)
        return error, float(stats.norm.ppf(1 - self.alpha / 2))

    def test(self, one: int, other: int, difference: float) -> tuple[float, float, float, float]:
        """Low, high, p-value and adjusted p-value of the difference of two systems.

        The adjusted p-value is at most `alpha` just where the interval leaves out zero.
        """
        centred, errors = self._spread(one, np.array([other]))
        error = float(errors[0])
        if np.isnan(error) or np.isnan(difference):
            return -np.inf, np.inf, 1.0, 1.0
        if error < _NONE:
            same = float(abs(difference) < _NONE)
            return difference, difference, same, same
        wide = self._widened(error, one, other, self.excess)
        value = abs(difference) / wide
        p = (1 + int((np.abs(centred[0]) / error >= value).sum())) / (self.count + 1)
        adjusted = (1 + int((self._largest >= value).sum())) / (self.count + 1)
        critical = float(self._largest[max(int(self.alpha * (self.count + 1)) - 1, 0)])
        return difference - critical * wide, difference + critical * wide, p, adjusted

    def _spread(self, one: int, others: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Deviations of drawn differences from their mean, one row a pair, and their standard errors."""
        if self._whole is not None:
            drawn = self._whole[one] - self._whole[others]
        else:
            apart = self.draws[one] - self.draws[others]
            shared = ~np.isnan(apart)
            total = np.where(shared, apart, 0.0).sum(axis=1)
            drawn = np.divide(total, shared.sum(axis=1), out=np.full(total.shape, np.nan), where=shared.any(axis=1))
        centred = drawn - drawn.mean(axis=1, keepdims=True)
        return centred, centred.std(axis=1, ddof=1)

    def _variances(self, one: int, other: int | None) -> tuple[float, float, int]:
        """Variance over the splits of a repeat, the part of it that titles explain, and the number of splits."""
        value, drawn = self.values[one], self.draws[one]
        if other is not None:
            value, drawn = value - self.values[other], drawn - self.draws[other]
        there = ~np.isnan(value)
        groups = self._repeats if len(np.unique(self._repeats)) < len(self._repeats) else np.zeros(len(value))
        over = [value[there & (groups == one)] for one in np.unique(groups)]
        over = [float(part.var(ddof=1)) for part in over if len(part) > 1]
        explained = float(drawn[there].var(axis=1, ddof=1).mean()) if there.any() else 0.0
        return float(np.mean(over)) if over else explained, explained, int(there.sum())

    def _excess(self, pairs: list[tuple[int, int | None]], independent: int) -> float:
        """Variance over folds per variance that titles explain, from all pairs together."""
        measured = [self._variances(*pair) for pair in pairs]
        explained = sum(one[1] for one in measured)
        if explained < _NONE:
            return LEAST_EXCESS
        repeats = len(np.unique(self._repeats))
        degrees = max(independent, 0) * max(
            self.values.shape[1] - (repeats if repeats < self.values.shape[1] else 1), 0
        )
        found = sum(one[0] for one in measured) / explained
        return max(LEAST_EXCESS, (degrees * found + LEAST_WEIGHT * LEAST_EXCESS) / (degrees + LEAST_WEIGHT))

    def _widened(self, error: float, one: int, other: int | None, excess: float) -> float:
        """A standard error with the part of other training sets, whose overlap the corrected variance counts."""
        _, explained, splits = self._variances(one, other)
        return float(np.sqrt(error**2 + (excess - 1) * explained * (1 / max(splits, 1) + self._ratio)))

    def _largest_values(self, trivial: np.ndarray) -> np.ndarray:
        """The largest absolute deviation over its standard error of any pair, draw by draw, in falling order."""
        largest = np.zeros(self.count)
        for one in np.flatnonzero(~trivial):
            later = np.flatnonzero(trivial | (np.arange(len(trivial)) > one))
            centred, errors = self._spread(int(one), later)
            kept = errors > _NONE
            if kept.any():
                largest = np.maximum(largest, np.abs(centred[kept] / errors[kept, None]).max(axis=0))
        return np.sort(largest)[::-1]
