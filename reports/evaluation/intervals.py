"""Intervals that stay within a score's range, and five-number summaries."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


class FiveNumbers(NamedTuple):
    """Spread of a metric over folds, in the order in which S1 prints it."""

    minimum: float
    first_quartile: float
    median: float
    mean: float
    third_quartile: float
    maximum: float


def score_interval(score: float, error: float, quantile: float, *, bounded: bool = True) -> tuple[float, float]:
    """An interval around a score that never leaves the score's range.

    The interval is symmetric on the scale of the logit, log(s / (1 - s)), for scores between 0 and 1, and of the
    logarithm for losses without an upper bound; the standard error is carried there by the delta method.

    Parameters
    ----------
    score : float
        0 to 1; or more than 0 where it is not bounded.
    error : float
        Standard error of the score.
    quantile : float
        Of the reference distribution: 1.96 for a normal one and 95 %.
    bounded : bool
        Whether 1 is the most.

    Returns
    -------
    low, high : float
        The score twice where the error is 0 or the score lies on its bound, where no logit exists.

    Examples
    --------
    >>> [round(end, 3) for end in score_interval(0.05, 0.04, 1.96)]
    [0.01, 0.215]
    """
    slope = score * (1 - score) if bounded else score
    if np.isnan(score) or np.isnan(error):
        return float("nan"), float("nan")
    if error <= 0 or slope <= 0:
        return score, score
    half = quantile * error / slope
    if not bounded:
        return score * float(np.exp(-half)), score * float(np.exp(half))
    odds = score / (1 - score)
    low, high = odds * np.exp(-half), odds * np.exp(min(half, 500.0))
    return float(low / (1 + low)), float(high / (1 + high))


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
