"""Names of people, role by role: those that several training rows have, weighted by how rare they are."""

from typing import cast

import numpy as np
import pandas as pd
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted

from .tfidf import TextTfidf
from .top_words import text_cells


class NameBag(TransformerMixin, BaseEstimator):
    """TF-IDF of the names in each column by itself; a column without any name gives no columns.

    A director who also writes is two terms: the roles tell different things.

    Parameters
    ----------
    min_titles : int
        Training rows that a name needs in a role, at least 1.
    separator : str
        Between the names of a cell.

    Attributes
    ----------
    roles_ : list of TextTfidf or None
        One for each input column.

    Examples
    --------
    >>> X = pd.DataFrame({"director": ["Ida|Kim", "Ida", None], "writer": [None, None, None]}, dtype=object)
    >>> bag = NameBag(min_titles=2).fit(X)
    >>> bag.get_feature_names_out().tolist(), bag.transform(X).toarray().ravel().tolist()
    (['director_Ida'], [1.0, 1.0, 0.0])
    """

    def __init__(self, min_titles: int = 2, separator: str = "|"):
        self.min_titles = min_titles
        self.separator = separator

    def fit(self, X, y=None):
        """Learn the names.

        Parameters
        ----------
        X : array-like of shape (n, p)
            Names joined by the separator; None or NaN where a title has none.
        y : ignored

        Raises
        ------
        ValueError
            When no column holds a name, or `min_titles` is below 1.
        """
        X = text_cells(self, X)
        names = cast(np.ndarray, _check_feature_names_in(self, None))
        self.roles_ = [
            TextTfidf(str(name), separator=self.separator, min_titles=self.min_titles).fit(X[:, [place]])
            if any(str(cell).strip() for cell in X[:, place] if not pd.isna(cell))
            else None
            for place, name in enumerate(names)
        ]
        if not any(self.roles_):
            raise ValueError(f"names: expected a name in at least one of {X.shape[0]} titles, found none")
        return self

    def transform(self, X) -> sp.csr_matrix:
        """Weigh the names: a float32 CSR matrix of shape (n, number of names)."""
        check_is_fitted(self)
        X = text_cells(self, X, reset=False)
        blocks = [role.transform(X[:, [place]]) for place, role in enumerate(self.roles_) if role is not None]
        return cast(sp.csr_matrix, sp.hstack(blocks, format="csr"))

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        """Column names, such as `people_director_Ida Lupino`."""
        check_is_fitted(self)
        _check_feature_names_in(self, input_features)
        return np.concatenate([role.get_feature_names_out() for role in self.roles_ if role is not None])

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = []
        return tags
