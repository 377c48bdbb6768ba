"""Draw titles again, whole groups at a time: how far would a score have moved, had other titles been tested?

The statistic is the one that the results hold: a metric of each split, averaged over the splits. A draw gives every
group of titles a whole number of copies, the same in every split and for every configuration, so that scores of two
configurations under one draw are paired (Efron and Tibshirani 1993, "An introduction to the bootstrap", chapter 8).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import sparse

from ..runs.once import once_per_run
from ..runs.read import SPLIT, Configuration, RunFolder

# Of 1,999 draws the hundredth largest is exactly the critical value of a test at 5 %.
DRAWS = 1999
AVERAGE_PRECISION_DRAWS = 299
# More groups than this are drawn in bundles made at random: sums of independent groups are independent, too.
MOST_UNITS = 4000
_BLOCK = 100
_VALUES = 1 << 22  # of an array at a time: 32 MiB in double precision


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


@once_per_run
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
    coded = CodedPredictions.of(predictions, units)
    return {} if coded is None else coded.draws(metric)


def f1_by_label(run: RunFolder, configuration: Configuration, units: Units) -> dict[str, np.ndarray]:
    """A configuration's F1 for every label, mean over the splits, under every draw.

    Returns
    -------
    dict of label to ndarray of shape (draws,), float64
        Empty where `split_draws` is.
    """
    coded = CodedPredictions.of(run.predictions(configuration), units)
    if coded is None:
        return {}
    scores = []
    for split in coded.splits:
        hits, said, true, _ = coded.counts(split)
        scores.append(_share(2 * hits, said + true))
    mean = np.mean(scores, axis=0)
    return {name: mean[:, place] for place, name in enumerate(coded.labels)}


@dataclass(frozen=True)
class CodedPredictions:
    """Predictions of one configuration, a row a title and label, ready to be drawn by any metric.

    Attributes
    ----------
    labels : list of str
        Sorted.
    units : Units
    splits : dict of (repeat, fold) to ndarray of int
        The places of its rows.
    unit, label, truth, predicted, score : ndarray of shape (rows,)
        The first two are places among the units and the labels.
    """

    labels: list[str]
    units: Units
    splits: dict[tuple[int, int], np.ndarray]
    unit: np.ndarray
    label: np.ndarray
    truth: np.ndarray
    predicted: np.ndarray
    score: np.ndarray

    @classmethod
    def of(cls, frame: pd.DataFrame, units: Units) -> "CodedPredictions | None":
        """Code a frame of repeat, fold, imdb_id, label, truth, score, predicted.

        Returns
        -------
        CodedPredictions or None
            None where a title has no unit, or the frame has no rows.
        """
        titles, labels = (frame[name].astype("category").cat for name in ("imdb_id", "label"))
        codes = units.codes.reindex(titles.categories).to_numpy(dtype=np.float64)
        if frame.empty or np.isnan(codes[titles.codes]).any():
            return None
        there = labels.categories[np.bincount(labels.codes, minlength=len(labels.categories)) > 0]
        names = sorted(map(str, there))
        place = pd.Index(names).get_indexer(labels.categories.astype(str)).astype(np.int32)
        unit = np.nan_to_num(codes).astype(np.int32)  # of categories without rows, any
        repeats, folds = (frame[name].to_numpy() for name in SPLIT)
        splits = {
            (int(repeat), int(fold)): np.flatnonzero((repeats == repeat) & (folds == fold))
            for repeat, fold in frame[SPLIT].drop_duplicates().sort_values(SPLIT).itertuples(index=False)
        }
        values = (frame[name].to_numpy() for name in ("truth", "predicted", "score"))
        return cls(names, units, splits, unit[titles.codes], place[labels.codes], *values)

    def draws(self, metric: str) -> dict[tuple, np.ndarray]:
        """As `split_draws`."""
        if metric == _RANKED:
            return {split: self._average_precision(rows) for split, rows in self.splits.items()}
        return {split: COUNTED[metric](*self.counts(split)) for split in self.splits}

    def counts(self, split: tuple[int, int]) -> tuple[np.ndarray, ...]:
        """True positives, predicted, true and all titles of each label in every draw.

        Returns
        -------
        four ndarrays of shape (draws, labels), float32
        """
        tallied, weights = self._tallies[split], self.units.weights
        drawn = tallied.any(axis=(1, 2, 3))
        tallied = tallied[drawn].astype(np.float32)
        sums = tallied[:, :, 1, 1], tallied[..., 1].sum(axis=2), tallied[:, :, 1].sum(axis=2), tallied.sum(axis=(2, 3))
        return tuple(np.split(weights[:, drawn] @ np.concatenate(sums, axis=1), 4, axis=1))

    @cached_property
    def _tallies(self) -> dict[tuple[int, int], np.ndarray]:
        """Titles of each split by unit, label, truth and prediction."""
        shape = self.units.count, len(self.labels), 2, 2
        return {
            split: np.bincount(
                ((self.unit[rows] * shape[1] + self.label[rows]) * 2 + self.truth[rows]) * 2 + self.predicted[rows],
                minlength=int(np.prod(shape)),
            ).reshape(shape)
            for split, rows in self.splits.items()
        }

    def _average_precision(self, rows: np.ndarray) -> np.ndarray:
        """Macro average precision; a label without a true title in a draw is left out of that draw's mean."""
        weights = self.units.weights[:AVERAGE_PRECISION_DRAWS]
        total, seen = np.zeros(len(weights)), np.zeros(len(weights))
        labels = self.label[rows]
        for place in range(len(self.labels)):
            own = rows[labels == place]
            values = weighted_average_precision(self.truth[own], self.score[own], weights, self.unit[own])
            known = ~np.isnan(values)
            total += np.where(known, values, 0.0)
            seen += known
        return _share(total, seen)


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


def weighted_average_precision(
    truth: np.ndarray, score: np.ndarray, weights: np.ndarray, unit: np.ndarray
) -> np.ndarray:
    """Average precision of weighted titles as scikit-learn defines it, ties taken together, for many weightings.

    Between one true title and the next, only the weight of all titles matters, so that titles are summed by unit and
    stretch (a sparse matrix) before they are weighted: n additions a draw.

    Parameters
    ----------
    truth : ndarray of shape (n,), 0 or 1
    score : ndarray of shape (n,)
    weights : ndarray of shape (draws, units)
    unit : ndarray of shape (n,), int
        The unit of every title.

    Returns
    -------
    ndarray of shape (draws,), float64
        NaN for a draw without a true title.

    Examples
    --------
    >>> one, own = np.ones((1, 3)), np.arange(3)
    >>> weighted_average_precision(np.array([1, 0, 1]), np.array([0.9, 0.5, 0.1]), one, own).round(3).tolist()
    [0.833]
    """
    order = np.argsort(-score, kind="stable")
    truth, unit = truth[order] == 1, unit[order]
    tie = np.concatenate([[0], np.cumsum(np.diff(score[order]) != 0)])[: len(order)]
    ranks = np.unique(tie[truth])  # the ties that hold a true title, from the highest score on
    # A stretch ends with such a tie; what comes after the last one changes nothing.
    stretch = np.searchsorted(ranks, tie)
    counted = stretch < len(ranks)
    shape = len(ranks), weights.shape[1]
    titles, true = (
        sparse.csr_matrix((np.ones(rows.sum()), (stretch[rows], unit[rows])), shape=shape) for rows in (counted, truth)
    )
    values = np.full(len(weights), np.nan)
    block = max(1, _VALUES // max(len(ranks), 1))
    for first in range(0, len(weights), block):
        drawn = weights[first : first + block].T.astype(np.float64, order="C")
        positive = true @ drawn
        precision = _share(np.cumsum(positive, axis=0), np.cumsum(titles @ drawn, axis=0))
        area, total = (precision * positive).sum(axis=0), positive.sum(axis=0)
        np.divide(area, total, out=values[first : first + block], where=total > 0)
    return values
