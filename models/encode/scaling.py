"""Fill gaps, scale, and say where the gaps were."""

from typing import cast

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted, validate_data

_FILLS = ("median", "mean")


class ImputedScaler(TransformerMixin, BaseEstimator):
    """Columns of mean 0 and deviation 1, gaps filled, with a 0/1 column for every column that had gaps.

    Centre, deviation and fill value are those of the training rows. A column without any training value, or with
    one value only, becomes 0.

    Parameters
    ----------
    fill : {"median", "mean"}
        What a gap becomes.
    indicators : bool
        Add `<column>_missing` for each column with a gap among the training rows.
    root : bool
        Take the square root of absolute values first, and keep the sign. It makes the long tails of a network's
        averaged activations even.

    Attributes
    ----------
    fill_, mean_, scale_ : ndarray of float64, shape (p,)
    missing_ : ndarray of int
        Positions of the columns that have an indicator.

    Examples
    --------
    >>> scaler = ImputedScaler().fit([[1.0, 5.0], [np.nan, 5.0], [3.0, 5.0]])
    >>> scaler.transform([[np.nan, 5.0]]).tolist()
    [[0.0, 0.0, 1.0]]
    >>> scaler.get_feature_names_out(["year", "runtime"]).tolist()
    ['year', 'runtime', 'year_missing']
    """

    def __init__(self, fill: str = "median", indicators: bool = True, root: bool = False):
        self.fill = fill
        self.indicators = indicators
        self.root = root

    def fit(self, X, y=None):
        """Learn fill values, means and deviations.

        Parameters
        ----------
        X : array-like of shape (n, p)
            Numbers; NaN where one is missing.
        y : ignored

        Raises
        ------
        ValueError
            When `fill` is unknown.
        """
        if self.fill not in _FILLS:
            raise ValueError(f"fill: expected one of {', '.join(_FILLS)}, found {self.fill!r}")
        X = self._values(X, reset=True)
        gaps = np.isnan(X)
        empty = gaps.all(axis=0)
        filled = np.where(empty, 0.0, X)
        centre = np.nanmedian if self.fill == "median" else np.nanmean
        self.fill_ = np.asarray(centre(filled, axis=0), dtype=np.float64)
        filled = np.where(gaps, self.fill_, filled)
        self.mean_ = filled.mean(axis=0, dtype=np.float64)
        deviation = filled.std(axis=0, dtype=np.float64)
        # A constant column keeps a deviation of rounding errors only: dividing by it would blow them up.
        tiny = 10 * np.finfo(X.dtype).eps * np.maximum(np.abs(self.mean_), 1e-30)
        self.scale_ = np.where(deviation > tiny, deviation, 1.0)
        self.missing_ = np.flatnonzero(gaps.any(axis=0)) if self.indicators else np.array([], dtype=int)
        return self

    def transform(self, X) -> np.ndarray:
        """Fill and scale: float32 of shape (n, p + number of indicators)."""
        check_is_fitted(self)
        X = self._values(X, reset=False)
        gaps = np.isnan(X)
        scaled = ((np.where(gaps, self.fill_, X) - self.mean_) / self.scale_).astype(np.float32)
        if self.fill == "mean":
            scaled[gaps] = 0.0  # exactly, so that a row without anything can be told from one near the mean
        if len(self.missing_) == 0:
            return scaled
        return np.hstack([scaled, gaps[:, self.missing_].astype(np.float32)])

    def _values(self, X, *, reset: bool) -> np.ndarray:
        kinds = [np.float64, np.float32]
        X = cast(np.ndarray, validate_data(self, X, dtype=kinds, ensure_all_finite="allow-nan", reset=reset))
        return np.sign(X) * np.sqrt(np.abs(X)) if self.root else X

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        """The input's names, then `<name>_missing` for each indicator."""
        check_is_fitted(self)
        names = cast(np.ndarray, _check_feature_names_in(self, input_features))
        extra = [f"{names[position]}_missing" for position in self.missing_]
        return np.concatenate([np.asarray(names, dtype=object), np.array(extra, dtype=object)])

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = []
        return tags
