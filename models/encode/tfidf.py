"""Words and phrases weighted by how rare they are among the training titles."""

import re
from collections import Counter
from typing import cast

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.preprocessing import normalize
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted

from .top_words import cell_texts, text_cells


class TextTfidf(TransformerMixin, BaseEstimator):
    """Term frequency times inverse document frequency, for text columns that may be missing.

    The weight of a term that occurs t times in a row, and in d of n training rows, is
    (1 + ln t) (1 + ln((1 + n) / (1 + d))), and each row is then scaled to length 1 (scikit-learn's smoothed form
    with sublinear counts). A title without text is a row of zeros.

    Parameters
    ----------
    prefix : str
        Begins every column name.
    separator : str or None
        What stands between terms; None means blanks.
    ngram_max : int
        Longest run of neighbouring terms that counts as a term of its own, at least 1.
    min_titles : int
        Training titles that a term needs, at least 1. If no term reaches it, every term is taken.

    Attributes
    ----------
    terms_ : ndarray of str, in alphabetical order
    idf_ : ndarray of float32

    References
    ----------
    Manning, Raghavan, Schütze (2008), Introduction to Information Retrieval, section 6.4.

    Examples
    --------
    >>> X = np.array([["bank robbery|heist"], ["heist"], [None]], dtype=object)
    >>> encoder = TextTfidf(separator="|", min_titles=1).fit(X)
    >>> encoder.get_feature_names_out().tolist()
    ['text_bank robbery', 'text_heist']
    >>> encoder.transform(X).toarray().round(1).astype(str).tolist()
    [['0.8', '0.6'], ['0.0', '1.0'], ['0.0', '0.0']]
    """

    def __init__(self, prefix: str = "text", separator: str | None = None, ngram_max: int = 1, min_titles: int = 2):
        self.prefix = prefix
        self.separator = separator
        self.ngram_max = ngram_max
        self.min_titles = min_titles

    def fit(self, X, y=None):
        """Learn terms and weights.

        Parameters
        ----------
        X : array-like of shape (n, p)
            Text; None or NaN where a title has none.
        y : ignored

        Raises
        ------
        ValueError
            When no row has any text, or a parameter is below 1.
        """
        for name in ("ngram_max", "min_titles"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name}: expected at least 1, found {getattr(self, name)}")
        X = text_cells(self, X)
        titles = Counter(term for text in cell_texts(X) for term in set(self._terms(text)))
        if not titles:
            raise ValueError(f"{self.prefix}: expected text in at least one of {X.shape[0]} titles, found none")
        kept = sorted(term for term, count in titles.items() if count >= self.min_titles) or sorted(titles)
        frequency = np.array([titles[term] for term in kept], dtype=np.float64)
        self.terms_ = np.array(kept, dtype=object)
        self.idf_ = (1.0 + np.log((1 + X.shape[0]) / (1 + frequency))).astype(np.float32)
        return self

    def transform(self, X) -> sp.csr_matrix:
        """Weigh the terms: a float32 CSR matrix of shape (n, number of terms), rows of length 1 or 0."""
        check_is_fitted(self)
        X = text_cells(self, X, reset=False)
        column = {term: number for number, term in enumerate(self.terms_)}
        starts, indices, counts = [0], [], []
        for text in cell_texts(X):
            found = Counter(column[term] for term in self._terms(text) if term in column)
            for number in sorted(found):
                indices.append(number)
                counts.append(found[number])
            starts.append(len(indices))
        positions = np.array(indices, dtype=np.int32)
        weights = (1.0 + np.log(np.array(counts, dtype=np.float32))) * self.idf_[positions]
        matrix = sp.csr_matrix(
            (weights.astype(np.float32), positions, np.array(starts, dtype=np.int32)),
            shape=(X.shape[0], len(column)),
        )
        return cast(sp.csr_matrix, normalize(matrix, copy=False))

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        """Column names, such as `overview_bank robber`."""
        check_is_fitted(self)
        _check_feature_names_in(self, input_features)
        return np.array([f"{self.prefix}_{term}" for term in self.terms_], dtype=object)

    def _terms(self, text: str) -> list[str]:
        if self.separator is None:
            words = text.split()
        else:
            words = [part.strip() for part in re.split(re.escape(self.separator), text) if part.strip()]
        glue = " " if self.separator is None else self.separator
        runs = [
            glue.join(words[start : start + length])
            for length in range(2, self.ngram_max + 1)
            for start in range(len(words) - length + 1)
        ]
        return words + runs

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = []
        return tags
