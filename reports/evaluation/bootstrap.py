"""Bootstrap intervals on pooled out-of-fold predictions: how much would other titles have changed the score?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

METRICS = ("f1_macro", "f1_micro", "average_precision_macro")
_BLOCK = 64


@dataclass(frozen=True)
class Pooled:
    """Out-of-fold predictions of one system as matrices, titles by labels.

    Parameters
    ----------
    ids : ndarray of n str
    labels : ndarray of L str
    truth, predicted : ndarray of shape (n, L), uint8
    score : ndarray of shape (n, L), float64
        Mean over repeats where a title was tested more than once; `predicted` then is the first repeat's.
    """

    ids: np.ndarray
    labels: np.ndarray
    truth: np.ndarray
    predicted: np.ndarray
    score: np.ndarray


def pool(predictions: pd.DataFrame) -> Pooled:
    """Gather the predictions of one system, long form, into matrices.

    Parameters
    ----------
    predictions : DataFrame
        Columns imdb_id, label, truth, score, predicted, of one configuration.

    Returns
    -------
    Pooled

    Raises
    ------
    ValueError
        When a title lacks a label, as when several systems or parts of them were given.

    Examples
    --------
    >>> rows = [("tt1", "War", 1, 0.9, 1), ("tt1", "Crime", 0, 0.2, 0)]
    >>> pool(pd.DataFrame(rows, columns=["imdb_id", "label", "truth", "score", "predicted"])).score.tolist()
    [[0.2, 0.9]]
    """
    cells = predictions.groupby(["imdb_id", "label"], observed=True, sort=True)
    table = cells.agg(truth=("truth", "first"), predicted=("predicted", "first"), score=("score", "mean"))
    wide = table.unstack("label")
    if wide.isna().to_numpy().any():
        raise ValueError("expected a prediction of every label for every title, found gaps")
    return Pooled(
        wide.index.to_numpy().astype(str),
        wide["truth"].columns.to_numpy().astype(str),
        wide["truth"].to_numpy().astype(np.uint8),
        wide["predicted"].to_numpy().astype(np.uint8),
        wide["score"].to_numpy().astype(np.float64),
    )


def bootstrap_weights(
    size: int, draws: int, seed: int | np.random.Generator, groups: Sequence | np.ndarray | None = None
) -> np.ndarray:
    """How often each title is in each resample; titles of one group come and go together.

    Parameters
    ----------
    size : int
        Titles.
    draws : int
    seed : int or Generator
    groups : sequence of `size`, optional

    Returns
    -------
    ndarray of shape (draws, size), float32

    Examples
    --------
    >>> bootstrap_weights(4, 1, 0, ["a", "a", "b", "b"]).tolist()
    [[1.0, 1.0, 1.0, 1.0]]
    """
    codes = np.arange(size) if groups is None else pd.factorize(np.asarray(groups))[0]
    count = int(codes.max()) + 1
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(count, np.full(count, 1 / count), size=draws).astype(np.float32)
    return drawn[:, codes]


def weighted_scores(pooled: Pooled, metric: str, weights: np.ndarray) -> np.ndarray:
    """A metric of weighted titles, for many weightings at once.

    Parameters
    ----------
    pooled : Pooled
    metric : {"f1_macro", "f1_micro", "average_precision_macro"}
        F1 of a label without a true or predicted title is 0, its average precision is left out of the mean, as
        everywhere in genrelab.
    weights : ndarray of shape (draws, n)

    Returns
    -------
    ndarray of shape (draws,), float64

    Examples
    --------
    >>> y = np.array([[1, 0], [0, 1]], dtype=np.uint8)
    >>> weighted_scores(Pooled(np.array(["a", "b"]), np.array(["x", "y"]), y, y, y * 1.0), "f1_macro", np.ones((1, 2)))
    array([1.])
    """
    if metric not in METRICS:
        raise ValueError(f"metric {metric!r}: expected one of {', '.join(METRICS)}")
    if metric == "average_precision_macro":
        values = np.stack(
            [_average_precision(pooled.truth[:, k], pooled.score[:, k], weights) for k in range(len(pooled.labels))],
            axis=1,
        )
        seen = ~np.isnan(values)
        return np.where(seen, values, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    hits = weights @ (pooled.truth & pooled.predicted).astype(weights.dtype)
    both = weights @ (pooled.truth.astype(weights.dtype) + pooled.predicted.astype(weights.dtype))
    if metric == "f1_micro":
        hits, both = hits.sum(axis=1, keepdims=True), both.sum(axis=1, keepdims=True)
    f1 = np.divide(2 * hits, both, out=np.zeros_like(hits, dtype=np.float64), where=both > 0)
    return f1.mean(axis=1)


def _average_precision(truth: np.ndarray, score: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted average precision as scikit-learn defines it, ties taken together; NaN without a true title."""
    order = np.argsort(-score, kind="stable")
    last_of_tie = np.append(np.diff(score[order]) != 0, True)
    part = weights[:, order].astype(np.float64)
    positive = np.cumsum(part * truth[order], axis=1)[:, last_of_tie]
    everything = np.cumsum(part, axis=1)[:, last_of_tie]
    precision = np.divide(positive, everything, out=np.zeros_like(positive), where=everything > 0)
    total = positive[:, -1]
    area = (precision * np.diff(positive, axis=1, prepend=0.0)).sum(axis=1)
    return np.divide(area, total, out=np.full(len(area), np.nan), where=total > 0)


def bootstrap_interval(
    pooled: Pooled,
    metric: str = "f1_macro",
    *,
    other: Pooled | None = None,
    groups: Sequence | np.ndarray | None = None,
    draws: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> tuple[float, float, float]:
    """A score on all pooled titles and its percentile interval; or the difference of two systems on the same titles.

    What it holds: the chance of which titles are tested. What it leaves out: the chance of which were trained on.
    (Efron and Tibshirani 1993, "An introduction to the bootstrap", chapter 13.)

    Parameters
    ----------
    pooled : Pooled
    metric : {"f1_macro", "f1_micro", "average_precision_macro"}
    other : Pooled, optional
        The result is then the score of `pooled` minus the score of `other`, resampled together.
    groups : sequence of n, optional
        Group of each title in the order of `pooled.ids`; groups are resampled whole.
    draws : int
    confidence : float
    seed : int

    Returns
    -------
    value, low, high : float

    Raises
    ------
    ValueError
        When the two systems have different titles, or the metric is unknown.

    Examples
    --------
    >>> y = np.array([[1], [0], [1], [1]], dtype=np.uint8)
    >>> bootstrap_interval(Pooled(np.array(list("abcd")), np.array(["x"]), y, y, y * 1.0), draws=50)
    (1.0, 1.0, 1.0)
    """
    if other is not None and not np.array_equal(pooled.ids, other.ids):
        raise ValueError("expected two systems tested on the same titles, found different ones")

    def score(weights: np.ndarray) -> np.ndarray:
        values = weighted_scores(pooled, metric, weights)
        return values if other is None else values - weighted_scores(other, metric, weights)

    # A block of draws at a time: all weights of a million titles would not fit into memory.
    rng = np.random.default_rng(seed)
    sizes = [min(_BLOCK, draws - start) for start in range(0, draws, _BLOCK)]
    values = np.concatenate([score(bootstrap_weights(len(pooled.ids), size, rng, groups)) for size in sizes])
    value = score(np.ones((1, len(pooled.ids)), dtype=np.float32))[0]
    low, high = np.quantile(values, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(value), float(low), float(high)
