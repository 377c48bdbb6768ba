"""The max-T test on resampled scores: one critical value for all pairs of configurations together."""

import numpy as np
from scipy import stats

_NONE = 1e-12


class TitleTest:
    """Intervals and p-values from scores under draws of titles.

    A pair's difference over its standard error is held against the largest such value of any pair in each draw
    (Westfall and Young 1993, "Resampling-based multiple testing", the single-step method). Configurations that agree
    on most titles move together from draw to draw, and the adjustment is milder for them than Bonferroni's.

    Parameters
    ----------
    draws : ndarray of shape (systems, splits, draws)
        NaN where a system has no score on a split.
    trivial : ndarray of shape (systems,), bool
        Pairs of two trivial rules are no part of the family.
    alpha : float
    """

    def __init__(self, draws: np.ndarray, trivial: np.ndarray, alpha: float):
        self.draws, self.alpha = draws, alpha
        self.count = draws.shape[2]
        # Where all have all splits, as in every finished run, the mean over splits is taken once.
        self._whole = None if np.isnan(draws).any() else draws.mean(axis=1)
        self._largest = self._largest_values(trivial)

    def error(self, place: int) -> tuple[float, float]:
        """Standard error of a system's mean score and the normal quantile for its interval."""
        drawn = np.nanmean(self.draws[place], axis=0)
        return float(drawn.std(ddof=1)), float(stats.norm.ppf(1 - self.alpha / 2))

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
        value = abs(difference) / error
        p = (1 + int((np.abs(centred[0]) / error >= value).sum())) / (self.count + 1)
        adjusted = (1 + int((self._largest >= value).sum())) / (self.count + 1)
        critical = float(self._largest[max(int(self.alpha * (self.count + 1)) - 1, 0)])
        return difference - critical * error, difference + critical * error, p, adjusted

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
