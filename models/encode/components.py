"""Principal components of deviation 1, of pixels and of style, learnt from posters that could be read."""

from typing import cast

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import _check_feature_names_in, check_array, check_is_fitted, validate_data
from threadpoolctl import threadpool_limits

from .row_blocks import RowBlocks, principal_components
from .scaling import ImputedScaler


class WhitenedComponents(TransformerMixin, BaseEstimator):
    """What the components of pixels and of style share; each says which rows are readable and how values are scaled.

    Unreadable posters are left out when the components are learnt and become 0, the average poster. Components come
    from a seeded randomised decomposition, in float32, by one thread: sums that several threads share change with
    their number, and through them trees and scores. Rows are scaled block by block, never all together.

    Parameters
    ----------
    components : int
        At least 1. Fewer come out when there are fewer posters or columns.
    prefix : str
        Begins every column name.
    random_state : int or None

    Attributes
    ----------
    components_ : ndarray of float32, shape (components, p)
        Directions, divided by the deviation along them.
    offset_ : ndarray of float32, shape (components,)
        What is taken off every component.
    explained_variance_ratio_ : ndarray of float, shape (components,)
        Share of the variance that each component holds.
    """

    digits = 2

    def __init__(self, components: int, prefix: str, random_state: int | None = 0):
        self.components = components
        self.prefix = prefix
        self.random_state = random_state

    def fit(self, X, y=None):
        """Learn the components.

        Parameters
        ----------
        X : array-like of shape (n, p)
        y : ignored

        Raises
        ------
        ValueError
            When `components` is not positive, or fewer than two posters are readable.
        """
        if self.components < 1:
            raise ValueError(f"components: expected at least 1, found {self.components}")
        X = self._values(X, reset=True)
        readable = self._readable(X)
        if readable.sum() < 2:
            raise ValueError(f"{self.prefix}: expected at least two readable posters, found {int(readable.sum())}")
        rows = np.flatnonzero(readable)
        self._fit_scaling(X, readable)
        count = min(self.components, len(rows), X.shape[1])
        blocks = RowBlocks(rows, X.shape[1], lambda some: self._scaled(X[some]))
        with threadpool_limits(1, user_api="blas"):
            found = principal_components(blocks, count, self.random_state)
        deviation = np.sqrt(np.maximum(found.variance, 1e-12))[:, np.newaxis]
        self.components_ = np.ascontiguousarray(found.directions / deviation, dtype=np.float32)
        self.offset_ = np.ascontiguousarray(self.components_ @ found.mean, dtype=np.float32)
        self.explained_variance_ratio_ = found.ratio
        return self

    def transform(self, X) -> np.ndarray:
        """Project posters: float32 of shape (n, components)."""
        check_is_fitted(self)
        X = self._values(X, reset=False)
        blocks = RowBlocks(np.arange(len(X)), X.shape[1], lambda some: self._scaled(X[some]))
        projected = np.empty((len(X), len(self.components_)), np.float32)
        with threadpool_limits(1, user_api="blas"):
            for place, part in blocks.parts():
                projected[place] = part @ self.components_.T - self.offset_
        projected[~self._readable(X)] = 0.0
        return projected

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        """Column names, such as `pixels_pca_01`."""
        check_is_fitted(self)
        _check_feature_names_in(self, input_features)
        numbers = range(1, len(self.components_) + 1)
        return np.array([f"{self.prefix}_pca_{number:0{self.digits}d}" for number in numbers], dtype=object)

    def _values(self, X, *, reset: bool) -> np.ndarray:
        raise NotImplementedError

    def _readable(self, X: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def _fit_scaling(self, X: np.ndarray, readable: np.ndarray) -> None:
        """Learn what `_scaled` needs."""

    def _scaled(self, X: np.ndarray) -> np.ndarray:
        raise NotImplementedError

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags


class PixelComponents(WhitenedComponents):
    """PCA of pixels 0…255, each component of deviation 1; an unreadable poster is a row of zeros.

    Parameters
    ----------
    components : int
        20 in Angappan et al. (2017).
    prefix : str
        Begins every column name.
    random_state : int or None

    Examples
    --------
    >>> pixels = np.random.default_rng(0).integers(1, 256, (30, 12))
    >>> encoder = PixelComponents(components=2).fit(pixels)
    >>> encoder.transform(pixels).shape, encoder.get_feature_names_out().tolist()
    ((30, 2), ['pixels_pca_01', 'pixels_pca_02'])
    """

    def __init__(self, components: int = 20, prefix: str = "pixels", random_state: int | None = 0):
        super().__init__(components, prefix, random_state)

    def _values(self, X, *, reset: bool) -> np.ndarray:
        # Checked as an array: given a frame, scikit-learn asks the type of each of 73,728 columns, for seconds.
        values = X.to_numpy() if hasattr(X, "to_numpy") else X
        values = check_array(values, dtype="numeric", ensure_min_samples=2 if reset else 1, estimator=self)
        validate_data(self, X, reset=reset, skip_check_array=True)
        return values

    def _readable(self, X: np.ndarray) -> np.ndarray:
        return np.asarray(X.any(axis=1))

    def _scaled(self, X: np.ndarray) -> np.ndarray:
        return X.astype(np.float32) * np.float32(1 / 255)


class StyleComponents(WhitenedComponents):
    """Square roots of a Gram matrix, standardised, then their principal components, each of deviation 1.

    The entries are sums of products, spread over decades: the signed square root makes them even, and standardising
    lets a faint pair of filters count as much as a strong one. A few components would hold most of the variance; at
    deviation 1 the others have a say too, and beside other features the block weighs no more than its width. A row
    with NaN is an unreadable poster.

    Parameters
    ----------
    components : int
    prefix : str
        Begins every column name.
    random_state : int or None

    Attributes
    ----------
    scaler_ : ImputedScaler

    Examples
    --------
    >>> grams = np.random.default_rng(0).exponential(size=(30, 10))
    >>> encoder = StyleComponents(components=2).fit(grams)
    >>> encoder.transform(grams).shape, encoder.get_feature_names_out().tolist()
    ((30, 2), ['style_pca_001', 'style_pca_002'])
    """

    digits = 3

    def __init__(self, components: int = 128, prefix: str = "style", random_state: int | None = 0):
        super().__init__(components, prefix, random_state)

    def _values(self, X, *, reset: bool) -> np.ndarray:
        values = validate_data(
            self,
            X,
            dtype=[np.float64, np.float32],
            ensure_all_finite="allow-nan",
            ensure_min_samples=2 if reset else 1,
            reset=reset,
        )
        return cast(np.ndarray, values)

    def _readable(self, X: np.ndarray) -> np.ndarray:
        return np.asarray(~np.isnan(X).any(axis=1))

    def _fit_scaling(self, X: np.ndarray, readable: np.ndarray) -> None:
        self.scaler_ = ImputedScaler(fill="mean", indicators=False, root=True).fit(X[readable])

    def _scaled(self, X: np.ndarray) -> np.ndarray:
        return self.scaler_.transform(X)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
