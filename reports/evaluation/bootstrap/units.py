"""Draw titles again, whole groups at a time: how far would a score have moved, had other titles been tested?

The statistic is the one that the results hold: a metric of each split, averaged over the splits. A draw gives every
group of titles a whole number of copies, the same in every split and for every configuration, so that scores of two
configurations under one draw are paired (Efron and Tibshirani 1993, "An introduction to the bootstrap", chapter 8).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...runs.once import once_per_run
from ...runs.read import RunFolder

# Of 1,999 draws the hundredth largest is exactly the critical value of a test at 5 %.
DRAWS = 1999
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
