"""Scores of a configuration under every draw of titles."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ...runs.matrices import places_of
from ...runs.read import SPLIT, Configuration, RunFolder
from .average_precision import share_of, weighted_average_precision
from .units import Units

AVERAGE_PRECISION_DRAWS = 299


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
        scores.append(share_of(2 * hits, said + true))
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
        titles = frame["imdb_id"].astype("category").cat
        codes = units.codes.reindex(titles.categories).to_numpy(dtype=np.float64)
        if frame.empty or np.isnan(codes[titles.codes]).any():
            return None
        names, label = places_of(frame["label"])
        unit = np.nan_to_num(codes).astype(np.int32)  # of categories without rows, any
        repeats, folds = (frame[name].to_numpy() for name in SPLIT)
        splits = {
            (int(repeat), int(fold)): np.flatnonzero((repeats == repeat) & (folds == fold))
            for repeat, fold in frame[SPLIT].drop_duplicates().sort_values(SPLIT).itertuples(index=False)
        }
        values = (frame[name].to_numpy() for name in ("truth", "predicted", "score"))
        return cls(list(names), units, splits, unit[titles.codes], label, *values)

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
        return share_of(total, seen)


def _f1_weighted(hits: np.ndarray, said: np.ndarray, true: np.ndarray, titles: np.ndarray) -> np.ndarray:
    return share_of((share_of(2 * hits, said + true) * true).sum(axis=1), true.sum(axis=1))


def _balanced(hits: np.ndarray, said: np.ndarray, true: np.ndarray, titles: np.ndarray) -> np.ndarray:
    return share_of(share_of(hits, true).sum(axis=1), (true > 0).sum(axis=1))


# A label without a true or predicted title has an F1 of 0 and no recall, as everywhere in genrelab. Every array has a
# row a draw and a column a label; for single-label targets, accuracy is micro recall.
COUNTED: dict[str, Callable[..., np.ndarray]] = {
    "f1_macro": lambda hits, said, true, titles: share_of(2 * hits, said + true).mean(axis=1),
    "f1_micro": lambda hits, said, true, titles: share_of(2 * hits.sum(axis=1), (said + true).sum(axis=1)),
    "f1_weighted": _f1_weighted,
    "accuracy": lambda hits, said, true, titles: share_of(hits.sum(axis=1), true.sum(axis=1)),
    "balanced_accuracy": _balanced,
    "hamming_loss": lambda hits, said, true, titles: share_of((said + true - 2 * hits).sum(axis=1), titles.sum(axis=1)),
}
_RANKED = "average_precision_macro"
METRICS = (*COUNTED, _RANKED)
