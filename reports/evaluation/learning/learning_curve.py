"""Scores by number of training titles, and what a power law through them says of twice as many.

Learning curves of classifiers mostly follow score(n) = a - b n^-c once they rise (Viering and Loog 2023, "The shape of
learning curves: a review"). The law is fitted to the measured points; beyond them it is an extrapolation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...runs.format import KEYS, SPLIT, Configuration
from ...runs.read import RunFolder
from ..bootstrap.draws import frame_draws
from ..bootstrap.units import Units, units_of
from ..metric_intervals import drawn_interval

EXPONENTS = np.geomspace(0.05, 2.0, 60)
LEAST_POINTS = 4  # one more than the law has parameters


@dataclass(frozen=True)
class Law:
    """score(n) = ceiling - slope * n ** -exponent, for one curve or for many drawn ones.

    Parameters
    ----------
    ceiling, slope, exponent : ndarray of shape (curves,)
    """

    ceiling: np.ndarray
    slope: np.ndarray
    exponent: np.ndarray

    def at(self, titles: float) -> np.ndarray:
        """The score of every curve at a number of titles."""
        return self.ceiling - self.slope * titles**-self.exponent


def fit_law(titles: Sequence[float], scores: np.ndarray) -> Law:
    """Least squares over all exponents from 0.05 to 2, with a slope of at least 0 and a ceiling of at most 1.

    Parameters
    ----------
    titles : sequence of p
    scores : ndarray of shape (curves, p)

    Examples
    --------
    >>> titles = np.array([500.0, 1000, 2000, 4000])
    >>> law = fit_law(titles, (0.8 - 3 * titles**-0.4)[None])
    >>> round(float(law.at(8000)[0]), 3), round(0.8 - 3 * 8000**-0.4, 3)
    (0.718, 0.718)
    """
    scores, count = np.atleast_2d(np.asarray(scores, dtype=np.float64)), len(scores)
    least = np.full(count, np.inf)
    ceiling, slope, exponent = np.zeros((3, count))
    for power in EXPONENTS:
        x = np.asarray(titles, dtype=np.float64) ** -power
        apart = x - x.mean()
        b = np.maximum(-(scores @ apart) / (apart @ apart), 0.0)
        a = scores.mean(axis=1) + b * x.mean()
        over = a > 1
        b = np.where(over, np.maximum(((1 - scores) @ x) / (x @ x), 0.0), b)
        a = np.where(over, 1.0, a)
        error = ((scores - a[:, None] + b[:, None] * x) ** 2).sum(axis=1)
        better = error < least - 1e-15
        least = np.where(better, error, least)
        ceiling, slope, exponent = (
            np.where(better, new, old) for new, old in ((a, ceiling), (b, slope), (power, exponent))
        )
    return Law(ceiling, slope, exponent)


@dataclass(frozen=True)
class Doubling:
    """What twice the titles bring by one metric.

    Attributes
    ----------
    metric : str
    measured : (float, float, float)
        Gain from half the titles to all of them, and its 95 % interval.
    forecast : (float, float, float) or None
        Gain from all of them to twice as many, extrapolated, and the interval over titles drawn again.
    why_not : str
        Why there is no forecast; else empty.
    law : Law or None
        Of the measured points.
    """

    metric: str
    measured: tuple[float, float, float]
    forecast: tuple[float, float, float] | None
    why_not: str
    law: Law | None


@dataclass(frozen=True)
class LearningCurve:
    """Scores and seconds of one configuration by number of training titles.

    Attributes
    ----------
    configuration : Configuration
    points : DataFrame
        share, titles (mean over folds), fit_seconds (mean), and for every metric its value, `METRIC_low` and
        `METRIC_high`; fewest titles first, the last with all of them.
    doublings : list of Doubling
        One a metric.
    fit_seconds : float
        Of twice the titles, by the power law through the last two points.
    """

    configuration: Configuration
    points: pd.DataFrame
    doublings: list[Doubling]
    fit_seconds: float


def learning_curve(run: RunFolder) -> LearningCurve | None:
    """The learning curve of a run.

    Returns
    -------
    LearningCurve or None
        None where no fits on parts of the training titles were made, or titles cannot be drawn.
    """
    parts, units = run.learning(), units_of(run)
    if parts is None or parts.empty or units is None:
        return None
    configuration = Configuration(*parts[KEYS].iloc[0])
    whole = run.predictions(configuration)
    whole = whole[whole["repeat"] == whole["repeat"].min()]
    seconds = run.results[(run.results[KEYS] == list(configuration)).all(axis=1)]
    sizes = {(s["repeat"], s["fold"]): s["train"] for s in run.info.get("splits", [])}
    if whole.empty or not sizes:
        return None
    splits = list(whole[SPLIT].drop_duplicates().itertuples(index=False, name=None))
    seconds = seconds.drop_duplicates(SPLIT).set_index(SPLIT)["fit_seconds"].reindex(splits)
    fits = [(float(share), parts[parts["share"] == share]) for share in np.unique(parts["share"])]
    fits = [(share, frame) for share, frame in fits if len(frame) == len(whole)]  # all folds could be fitted
    rows = [
        {"share": share, "titles": one["trained_on"].mean(), "fit_seconds": one["fit_seconds"].mean()}
        for share, one in ((share, frame.drop_duplicates(SPLIT)) for share, frame in fits)
    ]
    rows.append({"share": 1.0, "titles": float(np.mean([sizes[key] for key in splits])), "fit_seconds": seconds.mean()})
    points = pd.DataFrame(rows)
    frames = [*(frame for _, frame in fits), whole]
    doublings = []
    for metric in ("f1_macro", "average_precision_macro" if run.kind == "multilabel" else "accuracy"):
        scores = [_drawn(frame, metric, units) for frame in frames]
        points[metric] = [float(values.mean()) for values, _ in scores]
        ends = [drawn_interval(drawn, values) for values, drawn in scores]
        points[f"{metric}_low"], points[f"{metric}_high"] = zip(*ends, strict=True)
        means = np.stack([np.mean(list(drawn.values()), axis=0) for _, drawn in scores], axis=1)
        doublings.append(_doubling(metric, points, means))
    return LearningCurve(configuration, points, doublings, _cost(points))


def _drawn(frame: pd.DataFrame, metric: str, units: Units) -> tuple[pd.Series, dict[tuple, np.ndarray]]:
    """A score on every split as it is, and under every draw."""
    once = Units(units.codes, np.ones((1, units.count), dtype=np.float32))
    values = {key: float(value[0]) for key, value in frame_draws(frame, metric, once).items()}
    index = pd.MultiIndex.from_tuples(list(values), names=SPLIT)
    return pd.Series(list(values.values()), index), frame_draws(frame, metric, units)


def _doubling(metric: str, points: pd.DataFrame, means: np.ndarray) -> Doubling:
    """`means` holds the score of every draw (rows) at every point (columns)."""
    scores, titles = points[metric].to_numpy(), points["titles"].to_numpy()
    gone = len(points) < 2 or not np.isclose(points["share"].iloc[-2], 0.5)
    nothing = (float("nan"), float("nan"), float("nan"))
    measured = nothing if gone else (float(scores[-1] - scores[-2]), *_middle(means[:, -1] - means[:, -2]))
    if len(points) < LEAST_POINTS:
        return Doubling(
            metric, measured, None, f"a power law needs {LEAST_POINTS} points, {len(points)} are there", None
        )
    law = fit_law(titles, scores[None])
    if law.slope[0] <= 0:
        return Doubling(metric, measured, None, "the scores do not grow with the titles", None)
    reach = (points[f"{metric}_high"] - points[f"{metric}_low"]).to_numpy() / 2
    off = np.abs(scores - np.array([law.at(one)[0] for one in titles]))
    if (off > reach).any():
        return Doubling(metric, measured, None, f"the points lie up to {off.max():.3f} off any power law", None)
    drawn = fit_law(titles, means)
    gains = drawn.at(2 * titles[-1]) - drawn.at(titles[-1])
    gain = float(law.at(2 * titles[-1])[0] - law.at(titles[-1])[0])
    return Doubling(metric, measured, (gain, *_middle(gains)), "", law)


def _middle(values: np.ndarray) -> tuple[float, float]:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


def _cost(points: pd.DataFrame) -> float:
    if len(points) < 2 or not (points["fit_seconds"].iloc[-2:] > 0).all():
        return float("nan")
    (few, many), (short, long) = (np.log(points[name].iloc[-2:]) for name in ("titles", "fit_seconds"))
    return float(np.exp(long + np.log(2) * (long - short) / (many - few)))
