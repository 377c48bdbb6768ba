"""Which rows of a catalogue say the same, found without keeping what they say."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import pyarrow as pa

__all__ = ["Before", "Twins"]


class Before:
    """Which values came in an earlier piece, at 8 bytes a value: as hashes of 64 bits, like those of `Twins`.

    Examples
    --------
    >>> before = Before()
    >>> before.add(pd.Series(["a", "b", None])).tolist(), before.add(pd.Series(["c", "a", None])).tolist()
    ([False, False, False], [False, True, False])
    """

    def __init__(self) -> None:
        self._hashes = np.empty(0, np.uint64)  # sorted

    def add(self, values: pd.Series) -> np.ndarray:
        """Take in a piece.

        Parameters
        ----------
        values : Series of n

        Returns
        -------
        ndarray of n bool
            Whether each value came in an earlier piece; a missing one never did.
        """
        hashes, there = pd.util.hash_pandas_object(values, index=False).to_numpy(), values.notna().to_numpy(dtype=bool)
        places = np.searchsorted(self._hashes, hashes)
        inside = places < len(self._hashes)
        met = np.zeros(len(hashes), dtype=bool)
        met[inside] = self._hashes[places[inside]] == hashes[inside]
        # A stable sort merges runs that are sorted already.
        self._hashes = np.sort(np.concatenate([self._hashes, np.sort(hashes[there])]), kind="stable")
        return met & there


class Twins:
    """Groups of ids whose values are the same, over rows that come piece by piece.

    A row is kept as its id and a hash of 64 bits, some 20 bytes: of a million rows, two different ones share a hash
    with a chance of 1 in 37 million.

    Examples
    --------
    >>> twins = Twins()
    >>> twins.add(["a", "b"], pd.DataFrame({"title": ["Heat", "Fargo"]}))
    >>> twins.add(["c"], pd.DataFrame({"title": ["Heat"]}))
    >>> twins.groups()
    [('a', 'c')]
    """

    def __init__(self) -> None:
        self._ids: list[pa.Array] = []
        self._hashes: list[np.ndarray] = []

    def add(self, ids: Iterable[str], values: pd.DataFrame) -> None:
        """Take in some rows.

        Parameters
        ----------
        ids : iterable of n str
        values : DataFrame of n rows
        """
        self._ids.append(pa.array([str(one) for one in ids], pa.string()))
        self._hashes.append(pd.util.hash_pandas_object(values, index=False).to_numpy())

    def groups(self) -> list[tuple[str, ...]]:
        """The ids of rows that are the same, two or more in each group, in order of their first."""
        if not self._hashes:
            return []
        hashes, ids = np.concatenate(self._hashes), pa.chunked_array(self._ids)
        order = np.argsort(hashes, kind="stable")
        starts = np.flatnonzero(np.r_[True, np.diff(hashes[order]) != 0][: len(order)])
        ends = np.r_[starts[1:], len(order)].astype(np.int64)
        several = np.flatnonzero(ends - starts > 1)
        found = sorted((order[starts[one] : ends[one]] for one in several), key=lambda rows: rows[0])
        return [tuple(ids.take(pa.array(rows)).to_pylist()) for rows in found]
