"""Predictions as matrices: a row a title, a column a label. A million titles are millions of rows of a table."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def matrices(
    predictions: pd.DataFrame, values: Sequence[str], labels: Sequence[str] | None = None, *, first: bool = False
) -> tuple[pd.Index, pd.Index, list[np.ndarray]]:
    """Spread predictions of one system over matrices.

    Parameters
    ----------
    predictions : DataFrame
        imdb_id, label and the values, a row a title, label and repeat.
    values : sequence of str
        Such as truth, score, predicted.
    labels : sequence of str, optional
        Order of the columns; by default all, in alphabetical order.
    first : bool
        Of a title that was asked about a label more than once, the first row counts, and not the mean.

    Returns
    -------
    titles : Index of n ids
        In alphabetical order.
    labels : Index of L names
    matrices : list of ndarray of shape (n, L), float32
        One for each of the values; NaN where a title was not asked about a label.

    Examples
    --------
    >>> rows = [("b", "War", 1, 0.5), ("a", "War", 0, 0.25), ("a", "Drama", 1, 0.75), ("a", "Drama", 1, 0.25)]
    >>> frame = pd.DataFrame(rows, columns=["imdb_id", "label", "truth", "score"])
    >>> titles, labels, (truth, score) = matrices(frame, ["truth", "score"])
    >>> list(titles), list(labels), truth.tolist(), score.tolist()
    (['a', 'b'], ['Drama', 'War'], [[1.0, 0.0], [nan, 1.0]], [[0.5, 0.25], [nan, 0.5]])
    """
    ids, row = places_of(predictions["imdb_id"])
    names, column = places_of(predictions["label"])
    if labels is not None:
        place = pd.Index(labels).get_indexer(names)
        names, column = pd.Index(labels), place[column]
        asked = column >= 0
        if not asked.all():
            predictions, row, column = predictions[asked], row[asked], column[asked]
    shape = len(ids), len(names)
    cell = row.astype(np.int64) * shape[1] + column
    times = None if first else np.bincount(cell, minlength=shape[0] * shape[1])
    made = []
    for name in values:
        matrix, given = np.full(shape[0] * shape[1], np.nan, dtype=np.float32), predictions[name].to_numpy()
        if times is None or times.max(initial=0) <= 1:
            matrix[cell[::-1]] = given[::-1]  # the last of several assignments stays
        else:
            sums = np.bincount(cell, weights=given, minlength=len(times))
            np.divide(sums, times, out=matrix, where=times > 0, casting="same_kind")
        made.append(matrix.reshape(shape))
    return ids, names, made


def places_of(column: pd.Series) -> tuple[pd.Index, np.ndarray]:
    """Sorted names that occur, and the place of every row among them."""
    coded = column.astype("category").cat
    there = np.bincount(coded.codes, minlength=len(coded.categories)) > 0
    names = pd.Index(coded.categories[there].astype(str))
    order = names.argsort()
    place = np.empty(len(there), dtype=np.int32)
    place[np.flatnonzero(there)[order]] = np.arange(len(names))
    return names[order], place[coded.codes]
