"""The most frequent words of the training rows, one 0/1 column each."""

from collections import Counter
from typing import cast

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted, validate_data


def cell_texts(X: np.ndarray) -> list[str]:
    """One text per row: the cells joined by a blank, missing ones left out.

    Parameters
    ----------
    X : ndarray of shape (n, p), object
        Text; None or NaN where there is none.

    Returns
    -------
    list of n str

    Examples
    --------
    >>> cell_texts(np.array([["bank heist", None], [None, np.nan]], dtype=object))
    ['bank heist', '']
    """
    known = ~pd.isna(X)
    return [
        " ".join(str(cell) for cell, there in zip(row, present, strict=True) if there)
        for row, present in zip(X, known, strict=True)
    ]


def text_cells(encoder: BaseEstimator, X, *, reset: bool = True) -> np.ndarray:
    """The input of a text encoder as scikit-learn checks it.

    Parameters
    ----------
    encoder : estimator
        Remembers the number and names of the columns.
    X : array-like of shape (n, p)
        Text; None or NaN where there is none.
    reset : bool
        True in `fit`; False in `transform`, where the columns must be those of `fit`.

    Returns
    -------
    ndarray of shape (n, p), object

    Raises
    ------
    ValueError
        For complex numbers in `fit`, which have no sensible text, and for what scikit-learn refuses.

    Examples
    --------
    >>> text_cells(TopWords(1), [["heist"], [None]]).tolist()
    [['heist'], [None]]
    """
    if reset and getattr(getattr(X, "dtype", None), "kind", "") == "c":
        raise ValueError("Complex data not supported: expected text")
    return cast(np.ndarray, validate_data(encoder, X, dtype=object, ensure_all_finite=False, reset=reset))


class TopWords(TransformerMixin, BaseEstimator):
    """One-hot columns for the words that most training titles have.

    The vocabulary is learnt, so it belongs in the fold. Ties are broken by the alphabet: the same rows give the
    same words in the same order, whatever the order of the rows.

    Parameters
    ----------
    count : int
        Words kept, at least 1; 40 in Garg et al. (2017). Fewer columns come out when there are fewer words.
    prefix : str
        Begins every column name.

    Attributes
    ----------
    words_ : ndarray of str
        Most frequent first.
    titles_ : ndarray of int64
        Training rows that have each of them.

    Examples
    --------
    >>> X = np.array([["heist bank"], ["heist"], [None]], dtype=object)
    >>> encoder = TopWords(count=1).fit(X)
    >>> encoder.get_feature_names_out().tolist(), encoder.titles_.tolist(), encoder.transform(X).ravel().tolist()
    (['keywords_heist'], [2], [1.0, 1.0, 0.0])
    """

    def __init__(self, count: int = 40, prefix: str = "keywords"):
        self.count = count
        self.prefix = prefix

    def fit(self, X, y=None):
        """Learn the words.

        Parameters
        ----------
        X : array-like of shape (n, p)
            Words separated by blanks; None or NaN where a title has none.
        y : ignored

        Raises
        ------
        ValueError
            When `count` is not positive.
        """
        if self.count < 1:
            raise ValueError(f"count: expected at least 1, found {self.count}")
        X = text_cells(self, X)
        titles = Counter(word for text in cell_texts(X) for word in set(text.split()))
        best = sorted(titles, key=lambda word: (-titles[word], word))[: self.count]
        self.words_ = np.array(best, dtype=object)
        self.titles_ = np.array([titles[word] for word in best], dtype=np.int64)
        return self

    def transform(self, X) -> np.ndarray:
        """Mark which of the words each row has: float32 of shape (n, number of words), 0 or 1."""
        check_is_fitted(self)
        X = text_cells(self, X, reset=False)
        column = {word: number for number, word in enumerate(self.words_)}
        encoded = np.zeros((X.shape[0], len(column)), dtype=np.float32)
        for row, text in enumerate(cell_texts(X)):
            for word in text.split():
                if word in column:
                    encoded[row, column[word]] = 1.0
        return encoded

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        """Column names, such as `keywords_heist`."""
        check_is_fitted(self)
        _check_feature_names_in(self, input_features)
        return np.array([f"{self.prefix}_{word}" for word in self.words_], dtype=object)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = []
        return tags
