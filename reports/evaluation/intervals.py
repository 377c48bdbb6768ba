"""Intervals over folds and five-number summaries."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtrit

FORMULA = "mean ± t(0.975, n − 1) · s / √n, over n folds with sample standard deviation s"


class Interval(NamedTuple):
    """A mean and its interval; both ends are NaN for a single fold."""

    mean: float
    low: float
    high: float
    folds: int


class FiveNumbers(NamedTuple):
    """Spread of a metric over folds, in the order in which S1 prints it."""

    minimum: float
    first_quartile: float
    median: float
    mean: float
    third_quartile: float
    maximum: float


def fold_interval(values: ArrayLike, confidence: float = 0.95) -> Interval:
    """Student's t interval over fold values.

    Folds share training rows, so their values are not independent and the interval is too narrow: a true
    value lies outside it more often than 1 − confidence (Nadeau & Bengio 2003, doi:10.1023/A:1024068626366).

    Parameters
    ----------
    values : array-like of float
        One per fold; NaN (not measured) is left out.
    confidence : float
        0 to 1.

    Returns
    -------
    Interval

    Examples
    --------
    >>> interval = fold_interval([0.40, 0.42, 0.44])
    >>> [round(float(value), 4) for value in interval[:3]]
    [0.42, 0.3703, 0.4697]
    """
    kept = np.asarray(values, dtype=float)
    kept = kept[~np.isnan(kept)]
    if len(kept) == 0:
        return Interval(np.nan, np.nan, np.nan, 0)
    mean = float(kept.mean())
    if len(kept) == 1:
        return Interval(mean, np.nan, np.nan, 1)
    half = half_width(float(kept.std(ddof=1)), len(kept), confidence)
    return Interval(mean, mean - half, mean + half, len(kept))


def half_width(deviation: ArrayLike, folds: ArrayLike, confidence: float = 0.95) -> np.ndarray:
    """Half the width of the t interval, elementwise; NaN where there are fewer than two folds.

    Examples
    --------
    >>> half_width([0.02, 0.02], [3, 1]).round(4).tolist()
    [0.0497, nan]
    """
    n = np.asarray(folds, dtype=float)
    n = np.where(n >= 2, n, np.nan)
    return stdtrit(n - 1, 0.5 + confidence / 2) * np.asarray(deviation, dtype=float) / np.sqrt(n)


def five_numbers(values: ArrayLike) -> FiveNumbers:
    """Minimum, quartiles (linear interpolation, R's type 7), mean and maximum over folds.

    Examples
    --------
    >>> five_numbers([0.4089, 0.4148, 0.4222, 0.4341, 0.4400]).mean.round(4)
    np.float64(0.424)
    """
    kept = np.asarray(values, dtype=float)
    kept = kept[~np.isnan(kept)]
    if len(kept) == 0:
        return FiveNumbers(*[float("nan")] * 6)
    low, first, median, third, high = np.quantile(kept, [0, 0.25, 0.5, 0.75, 1])
    return FiveNumbers(low, first, median, kept.mean(), third, high)
