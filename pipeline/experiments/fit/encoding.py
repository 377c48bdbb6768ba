"""Rows as the models of one feature set read them; the encoder learns from training rows alone."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from ....models.encode.encoder import make_encoder
from ....models.encode.top_words import TopWords
from ....reports.runs.format import TOP_WORD, Cell, Rows
from .estimator import takes_table
from .setting import Setting


@dataclass(frozen=True)
class Encoded:
    """Training rows and sets of test rows as the models of one feature set read them.

    Parameters
    ----------
    rows : ndarray of int64
        Positions of the training rows.
    train : matrix or DataFrame
    tests : list of matrix or DataFrame
    encoder : fitted transformer or None
        None for networks and trivial rules.
    notes : list of str
        What the encoding warned of.
    empty : ndarray or None
        What the encoder makes of a title of which nothing is known.
    """

    rows: np.ndarray
    train: Any
    tests: list[Any]
    encoder: Any = None
    notes: Sequence[str] = ()
    empty: np.ndarray | None = None

    def learnt(self) -> Rows:
        """What a reader may want to see of the encoding, as rows of the results.

        The share of variance that each component explains, and each chosen word with the share of titles that have it.
        """
        rows: Rows = []
        for name, part in {} if self.encoder is None else self.encoder.named_transformers_.items():
            if isinstance(part, TopWords):
                shares = part.titles_ / max(1, len(self.rows))
                rows += [(TOP_WORD, str(word), float(share)) for word, share in zip(part.words_, shares, strict=True)]
            ratios = getattr(part, "explained_variance_ratio_", None)
            for number, ratio in enumerate(() if ratios is None else ratios, start=1):
                rows.append(("explained_variance_ratio", f"{name}_{number:02d}", float(ratio)))
        return rows


def encode(
    cell: Cell, setting: Setting, X: pd.DataFrame | None, train: np.ndarray, tests: Sequence[np.ndarray]
) -> Encoded:
    """Encode the rows that a cell, and every cell like it on this feature set, learns from and is tested on.

    Parameters
    ----------
    cell : Cell
    setting : Setting
    X : DataFrame of m rows or None
        The feature table of the cell's feature set; None for a trivial rule.
    train, tests : positions of rows
        The encoder learns from `train` alone.

    Returns
    -------
    Encoded
    """
    if X is None:
        return Encoded(train, np.zeros((len(train), 1)), [np.zeros((len(rows), 1)) for rows in tests])
    if takes_table(cell):
        return Encoded(train, X.iloc[train], [X.iloc[rows] for rows in tests])
    encoder = make_encoder(setting.feature_sets[cell.feature_set], list(X.columns))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        encoded = [encoder.fit_transform(X.iloc[train]), *(encoder.transform(X.iloc[rows]) for rows in tests)]
        empty = sp.csr_matrix(encoder.transform(nothing_known(X))).toarray()[0]
    notes = sorted({f"encoding: {warning.message}" for warning in caught})
    if not encoded[0].shape[1]:
        name = cell.feature_set
        notes.append(f"{name}: no feature is known of these training titles; models learn frequencies only")
        encoded, empty = [np.zeros((len(rows), 1), np.float32) for rows in (train, *tests)], None
    return Encoded(train, encoded[0], encoded[1:], encoder, notes, empty)


def nothing_known(X: pd.DataFrame) -> pd.DataFrame:
    """One row with the columns of a feature table: all missing, and 0 where a type knows no missing value.

    Examples
    --------
    >>> table = pd.DataFrame({"year": [1999.0], "words": ["heist"], "pixel": np.array([7], np.uint8)})
    >>> nothing_known(table).isna().to_numpy().tolist(), int(nothing_known(table)["pixel"].iloc[0])
    ([[True, True, False]], 0)
    """
    whole = X.select_dtypes(["integer", "bool"]).iloc[:1]  # by type and not by column: pixels have 73,728 of them
    gaps = X.iloc[:0].loc[:, ~X.columns.isin(whole.columns)].reindex([0])
    zeros = pd.DataFrame(np.zeros(whole.shape, np.uint8), columns=whole.columns)
    return pd.concat([gaps, zeros], axis=1)[X.columns]
