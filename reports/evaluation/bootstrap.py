"""Draw titles again, whole groups at a time: how far would a score have moved, had other titles been tested?

The statistic is the one that the results hold: a metric of each split, averaged over the splits. A draw gives every
group of titles a whole number of copies, the same in every split and for every configuration, so that scores of two
configurations under one draw are paired (Efron and Tibshirani 1993, "An introduction to the bootstrap", chapter 8).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..runs.read import SPLIT, Configuration, RunFolder

# Of 1,999 draws the hundredth largest is exactly the critical value of a test at 5 %.
DRAWS = 1999
AVERAGE_PRECISION_DRAWS = 299
# More groups than this are drawn in bundles made at random: sums of independent groups are independent, too.
MOST_UNITS = 4000
_BLOCK = 100


@dataclass(frozen=True)
class Units:
    """What is drawn: groups of titles.

    Parameters
    ----------
    codes : Series of int
        The unit of every title, indexed by `imdb_id`.
    weights : ndarray of shape (draws, units), float32
        How often each unit is in each draw.
    """

    codes: pd.Series
    weights: np.ndarray

    @property
    def count(self) -> int:
        """How many units there are."""
        return self.weights.shape[1]


def units_of(run: RunFolder, draws: int = DRAWS, seed: int = 0) -> Units | None:
    """The groups of a run's titles as `titles.parquet` records them; each title by itself where it records none.

    Parameters
    ----------
    run : RunFolder
    draws : int
    seed : int
        The same seed gives the same draws.

    Returns
    -------
    Units or None
        None where the run lists no titles.
    """
    if run.titles is None or run.titles.empty:
        return None
    ids = run.titles["imdb_id"].astype(str)
    names = run.titles["group"].astype("string").fillna(ids) if "group" in run.titles else ids
    codes = pd.factorize(names)[0]
    rng = np.random.default_rng(seed)
    count = int(codes.max()) + 1
    if count > MOST_UNITS:
        codes = rng.permutation(count)[codes] % MOST_UNITS
        count = MOST_UNITS
    series = pd.Series(codes, index=ids)
    return Units(series[~series.index.duplicated()], draw_weights(count, draws, rng))


def draw_weights(count: int, draws: int, rng: np.random.Generator) -> np.ndarray:
    """How often each of `count` units is in each resample of `count` units.

    Returns
    -------
    ndarray of shape (draws, count), float32

    Examples
    --------
    >>> draw_weights(5, 3, np.random.default_rng(0)).sum(axis=1).tolist()
    [5.0, 5.0, 5.0]
    """
    weights = np.empty((draws, count), dtype=np.float32)
    for start in range(0, draws, _BLOCK):
        size = min(_BLOCK, draws - start)
        drawn = rng.integers(count, size=(size, count)) + np.arange(size)[:, None] * count
        weights[start : start + size] = np.bincount(drawn.ravel(), minlength=size * count).reshape(size, count)
    return weights


def split_draws(run: RunFolder, configuration: Configuration, metric: str, units: Units) -> dict[tuple, np.ndarray]:
    """A configuration's score on every split, under every draw.

    Parameters
    ----------
    run : RunFolder
    configuration : Configuration
    metric : str
        One of `METRICS`.
    units : Units

    Returns
    -------
    dict of (repeat, fold) to ndarray of shape (draws,), float64
        Empty where the run kept no predictions of the configuration, or predictions of titles it does not list.
        Average precision takes the first 299 draws only.

    Raises
    ------
    ValueError
        When the metric is not one of `METRICS`.
    """
    return frame_draws(run.predictions(configuration), metric, units)


def frame_draws(predictions: pd.DataFrame, metric: str, units: Units) -> dict[tuple, np.ndarray]:
    """The same for predictions at hand: repeat, fold, imdb_id, label, truth, score, predicted of one fit a split."""
    if metric not in METRICS:
        raise ValueError(f"metric {metric!r}: expected one of {', '.join(METRICS)}")
    frame = _coded(predictions, units)
    if frame is None:
        return {}
    size = int(frame["code"].max()) + 1
    found = {}
    for _, part in frame.groupby(SPLIT, sort=True):
        if metric == _RANKED:
            values = _average_precision(part, units.weights[:AVERAGE_PRECISION_DRAWS])
        else:
            values = COUNTED[metric](*_counts(part, size, units.weights))
        found[int(part["repeat"].iloc[0]), int(part["fold"].iloc[0])] = values
    return found


def f1_by_label(run: RunFolder, configuration: Configuration, units: Units) -> dict[str, np.ndarray]:
    """A configuration's F1 for every label, mean over the splits, under every draw.

    Returns
    -------
    dict of label to ndarray of shape (draws,), float64
        Empty where `split_draws` is.
    """
    frame = _coded(run.predictions(configuration), units)
    if frame is None:
        return {}
    names = np.unique(frame["label"])
    scores = []
    for _, part in frame.groupby(SPLIT, sort=True):
        hits, said, true, _ = _counts(part, len(names), units.weights)
        scores.append(_share(2 * hits, said + true))
    mean = np.mean(scores, axis=0)
    return {str(name): mean[:, place] for place, name in enumerate(names)}


def _coded(frame: pd.DataFrame, units: Units) -> pd.DataFrame | None:
    """Predictions with the codes of their units and labels; None where a title has no unit, or nothing was kept."""
    codes = units.codes.reindex(frame["imdb_id"]).to_numpy(dtype=np.float64)
    if frame.empty or np.isnan(codes).any():
        return None
    return frame.assign(unit=codes.astype(np.int64), code=pd.factorize(frame["label"], sort=True)[0])


def _counts(part: pd.DataFrame, labels: int, weights: np.ndarray) -> tuple[np.ndarray, ...]:
    """True positives, predicted, true and all titles of each label in every draw, each of shape (draws, labels)."""
    drawn, place = np.unique(part["unit"].to_numpy(), return_inverse=True)
    cell = place * labels + part["code"].to_numpy()
    truth, predicted = part["truth"].to_numpy(), part["predicted"].to_numpy()
    sums = [
        np.bincount(cell, weights=column, minlength=len(drawn) * labels).reshape(len(drawn), labels)
        for column in (truth & predicted, predicted, truth, np.ones(len(part)))
    ]
    counts = np.concatenate(sums, axis=1).astype(np.float32)
    return tuple(np.split(weights[:, drawn] @ counts, 4, axis=1))


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape, dtype=np.float64), where=whole > 0)


def _f1_weighted(hits: np.ndarray, said: np.ndarray, true: np.ndarray, titles: np.ndarray) -> np.ndarray:
    return _share((_share(2 * hits, said + true) * true).sum(axis=1), true.sum(axis=1))


def _balanced(hits: np.ndarray, said: np.ndarray, true: np.ndarray, titles: np.ndarray) -> np.ndarray:
    return _share(_share(hits, true).sum(axis=1), (true > 0).sum(axis=1))


# A label without a true or predicted title has an F1 of 0 and no recall, as everywhere in genrelab. Every array has a
# row a draw and a column a label; for single-label targets, accuracy is micro recall.
COUNTED: dict[str, Callable[..., np.ndarray]] = {
    "f1_macro": lambda hits, said, true, titles: _share(2 * hits, said + true).mean(axis=1),
    "f1_micro": lambda hits, said, true, titles: _share(2 * hits.sum(axis=1), (said + true).sum(axis=1)),
    "f1_weighted": _f1_weighted,
    "accuracy": lambda hits, said, true, titles: _share(hits.sum(axis=1), true.sum(axis=1)),
    "balanced_accuracy": _balanced,
    "hamming_loss": lambda hits, said, true, titles: _share((said + true - 2 * hits).sum(axis=1), titles.sum(axis=1)),
}
_RANKED = "average_precision_macro"
METRICS = (*COUNTED, _RANKED)


def _average_precision(part: pd.DataFrame, weights: np.ndarray) -> np.ndarray:
    """Macro average precision; a label without a true title in a draw is left out of that draw's mean."""
    total, seen = np.zeros(len(weights)), np.zeros(len(weights))
    for _, rows in part.groupby("code", sort=True):
        truth, score = rows["truth"].to_numpy(dtype=np.float64), rows["score"].to_numpy(dtype=np.float64)
        values = weighted_average_precision(truth, score, weights[:, rows["unit"].to_numpy()])
        known = ~np.isnan(values)
        total += np.where(known, values, 0.0)
        seen += known
    return _share(total, seen)


def weighted_average_precision(truth: np.ndarray, score: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Average precision of weighted titles as scikit-learn defines it, ties taken together, for many weightings.

    Parameters
    ----------
    truth : ndarray of shape (n,), 0 or 1
    score : ndarray of shape (n,)
    weights : ndarray of shape (draws, n)

    Returns
    -------
    ndarray of shape (draws,), float64
        NaN for a draw without a true title.

    Examples
    --------
    >>> weighted_average_precision(np.array([1, 0, 1]), np.array([0.9, 0.5, 0.1]), np.ones((1, 3))).round(3).tolist()
    [0.833]
    """
    order = np.argsort(-score, kind="stable")
    last_of_tie = np.append(np.diff(score[order]) != 0, True)
    part = weights[:, order].astype(np.float64)
    positive = np.cumsum(part * truth[order], axis=1)[:, last_of_tie]
    everything = np.cumsum(part, axis=1)[:, last_of_tie]
    total = positive[:, -1]
    area = (_share(positive, everything) * np.diff(positive, axis=1, prepend=0.0)).sum(axis=1)
    return np.divide(area, total, out=np.full(len(area), np.nan), where=total > 0)
