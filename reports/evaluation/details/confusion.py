"""Which genres are taken for which."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ...runs.matrices import matrices

_ROWS = 65_536  # of the matrices at a time


def confusion_matrix(predictions: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """How titles of a class (rows) are predicted (columns), as a share of the class; single-label targets.

    Parameters
    ----------
    predictions : DataFrame
        repeat, imdb_id, label, truth, predicted: one row per title and label.
    labels : sequence of str
        Order of both axes.

    Returns
    -------
    DataFrame of float, 0 to 1
        Rows sum to 1; a class without titles is a row of NaN.

    Examples
    --------
    >>> rows = [(0, "t1", "a", 1, 0), (0, "t1", "b", 0, 1), (0, "t2", "a", 0, 0), (0, "t2", "b", 1, 1)]
    >>> frame = pd.DataFrame(rows, columns=["repeat", "imdb_id", "label", "truth", "predicted"])
    >>> confusion_matrix(frame, ["a", "b"]).to_numpy().tolist()
    [[0.0, 1.0], [0.0, 1.0]]
    """
    keys = ["repeat", "imdb_id"]
    truth = predictions[predictions["truth"] == 1].drop_duplicates(keys).set_index(keys)["label"]
    guess = predictions[predictions["predicted"] == 1].drop_duplicates(keys).set_index(keys)["label"]
    both = pd.DataFrame({"truth": truth, "predicted": guess}).dropna()
    counts = pd.crosstab(both["truth"], both["predicted"]).reindex(
        index=list(labels), columns=list(labels), fill_value=0
    )
    totals = counts.sum(axis=1).replace(0, np.nan)
    shares = counts.div(totals, axis=0).astype(float)
    shares.index.name = "truth"
    shares.columns.name = "predicted"
    return shares


def error_map(predictions: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """How often a genre is added by mistake to titles of another; multi-label targets.

    The value in row A and column B is, among titles that have genre A and not B, the share for which B is
    predicted.

    Parameters
    ----------
    predictions : DataFrame
        repeat, imdb_id, label, truth, predicted: one row per title and label.
    labels : sequence of str
        Order of both axes.

    Returns
    -------
    DataFrame of float, 0 to 1
        The diagonal, and pairs that never part, are NaN.

    Examples
    --------
    >>> rows = [(0, "t1", "a", 1, 1), (0, "t1", "b", 0, 1), (0, "t2", "a", 1, 1), (0, "t2", "b", 0, 0)]
    >>> frame = pd.DataFrame(rows, columns=["repeat", "imdb_id", "label", "truth", "predicted"])
    >>> error_map(frame, ["a", "b"]).loc["a", "b"]
    np.float64(0.5)
    """
    _, shares = wrongly_given(*indicators(predictions, labels))
    return pd.DataFrame(
        shares, index=pd.Index(labels, name="truth"), columns=pd.Index(labels, name="wrongly predicted")
    )


def wrongly_given(truth: np.ndarray, predicted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of the rows that have one label and not another, how many were given the other.

    Parameters
    ----------
    truth, predicted : ndarray of shape (n, L)
        0 and 1.

    Returns
    -------
    count : ndarray of float64, shape (L, L)
        Rows with the label of the row and without that of the column that were given the column's.
    share : ndarray of float64, shape (L, L)
        Of all such rows; NaN where there are none, as on the diagonal.

    Examples
    --------
    >>> count, share = wrongly_given(np.array([[1, 0], [1, 0]]), np.array([[1, 1], [1, 0]]))
    >>> count[0, 1], share[0, 1]
    (np.float64(1.0), np.float64(0.5))
    """
    pairs, wrong = np.zeros((2, truth.shape[1], truth.shape[1]))
    for first in range(0, len(truth), _ROWS):
        has, given = (matrix[first : first + _ROWS].astype(np.float64) for matrix in (truth, predicted))
        pairs += has.T @ (1.0 - has)
        wrong += has.T @ ((1.0 - has) * given)
    return wrong, np.divide(wrong, pairs, out=np.full_like(wrong, np.nan), where=pairs > 0)


def indicators(predictions: pd.DataFrame, labels: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Truth and prediction as 0/1 matrices: a row per title and repeat, a column per label."""
    repeats = predictions["repeat"].unique()
    parts = [predictions[predictions["repeat"] == one] for one in repeats] if len(repeats) > 1 else [predictions]
    pairs = [matrices(part, ["truth", "predicted"], labels, first=True)[2] for part in parts]
    truth, predicted = (np.nan_to_num(np.concatenate(rows)) for rows in zip(*pairs, strict=True))
    return truth, predicted
