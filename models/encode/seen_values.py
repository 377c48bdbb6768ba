"""One 0/1 column for every value that enough training rows have, and one that says nothing is known."""

from collections import Counter
from typing import cast

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted

from .top_words import text_cells


class SeenValues(TransformerMixin, BaseEstimator):
    """One-hot columns for texts that hold one or several values.

    Parameters
    ----------
    min_titles : int
        Training rows that a value needs, at least 1; rarer ones are left out.
    separator : str
        Between the values of a cell.

    Attributes
    ----------
    values_ : list of list of str
        Kept values of each input column, in alphabetical order.

    Examples
    --------
    >>> X = pd.DataFrame({"country": ["USA|UK", "USA", None]}, dtype=object)
    >>> encoder = SeenValues(min_titles=1).fit(X)
    >>> encoder.get_feature_names_out().tolist()
    ['country_UK', 'country_USA', 'country_missing']
    >>> encoder.transform(X).tolist()
    [[1.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    """

    def __init__(self, min_titles: int = 5, separator: str = "|"):
        self.min_titles = min_titles
        self.separator = separator

    def fit(self, X, y=None):
        """Learn the values.

        Parameters
        ----------
        X : array-like of shape (n, p)
            Text; None or NaN where nothing is known.
        y : ignored

        Raises
        ------
        ValueError
            When `min_titles` is below 1.
        """
        if self.min_titles < 1:
            raise ValueError(f"min_titles: expected at least 1, found {self.min_titles}")
        X = text_cells(self, X)
        counts = [Counter(value for cell in column for value in self._split(cell)) for column in X.T]
        self.values_ = [sorted(v for v, titles in count.items() if titles >= self.min_titles) for count in counts]
        return self

    def transform(self, X) -> np.ndarray:
        """Mark which values each row has: float32 of shape (n, number of values + p), 0 or 1."""
        check_is_fitted(self)
        X = text_cells(self, X, reset=False)
        blocks = []
        for column, values in zip(X.T, self.values_, strict=True):
            place = {value: number for number, value in enumerate(values)}
            block = np.zeros((len(X), len(values) + 1), dtype=np.float32)
            for row, cell in enumerate(column):
                found = self._split(cell)
                for value in found:
                    if value in place:
                        block[row, place[value]] = 1.0
                block[row, -1] = not found
            blocks.append(block)
        return np.hstack(blocks)

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        """Column names: the input's name and the value, then `<name>_missing`."""
        check_is_fitted(self)
        names = cast(np.ndarray, _check_feature_names_in(self, input_features))
        made = [f"{n}_{v}" for n, values in zip(names, self.values_, strict=True) for v in [*values, "missing"]]
        return np.array(made, dtype=object)

    def _split(self, cell: object) -> set[str]:
        if cell is None or cell is pd.NA or (isinstance(cell, float) and cell != cell):
            return set()
        return set(filter(None, str(cell).split(self.separator)))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = []
        return tags
