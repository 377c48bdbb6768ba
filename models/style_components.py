"""Principal components of Gram matrices."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import PCA
from sklearn.utils.validation import _check_feature_names_in, check_is_fitted, validate_data

from .imputed_scaler import ImputedScaler


class StyleComponents(TransformerMixin, BaseEstimator):
    """Square roots of a Gram matrix, standardised, then their principal components, each of deviation 1.

    The entries are sums of products, spread over decades: the signed square root makes them even, and standardising
    lets a faint pair of filters count as much as a strong one. A few components would hold most of the variance; at
    deviation 1 the others have a say too, and beside other features the block weighs no more than its width. A row
    with NaN, an unreadable poster, is left out when all this is learnt and becomes 0, the average poster.

    Parameters
    ----------
    components : int
        Number of components, at least 1. Fewer come out when there are fewer posters or columns.
    prefix : str
        Begins every column name.
    random_state : int or None
        Seed of the randomised decomposition.

    Attributes
    ----------
    scaler_ : ImputedScaler
    components_ : ndarray of float32, shape (components, p)
        Directions, divided by the deviation along them.
    mean_ : ndarray of float32, shape (components,)
        What is taken off every component.
    explained_variance_ratio_ : ndarray of float, shape (components,)

    Examples
    --------
    >>> grams = np.random.default_rng(0).exponential(size=(30, 10))
    >>> encoder = StyleComponents(components=2).fit(grams)
    >>> encoder.transform(grams).shape, encoder.get_feature_names_out().tolist()
    ((30, 2), ['style_pca_001', 'style_pca_002'])
    """

    def __init__(self, components: int = 128, prefix: str = "style", random_state: int | None = 0):
        self.components = components
        self.prefix = prefix
        self.random_state = random_state

    def fit(self, X, y=None):
        """Learn deviations and components.

        Parameters
        ----------
        X : array-like of shape (n, p)
            Upper triangles of Gram matrices; NaN in the row of an unreadable poster.
        y : ignored

        Raises
        ------
        ValueError
            When `components` is not positive, or fewer than two posters are readable.
        """
        if self.components < 1:
            raise ValueError(f"components: expected at least 1, found {self.components}")
        X = self._values(X, reset=True)
        readable = X[~np.isnan(X).any(axis=1)]
        if len(readable) < 2:
            raise ValueError(f"{self.prefix}: expected at least two readable posters, found {len(readable)}")
        self.scaler_ = ImputedScaler(fill="mean", indicators=False, root=True).fit(readable)
        scaled = self.scaler_.transform(readable)
        count = min(self.components, *scaled.shape)
        pca = PCA(count, svd_solver="randomized", random_state=self.random_state, copy=False).fit(scaled)
        deviation = np.sqrt(np.maximum(pca.explained_variance_, 1e-12))[:, np.newaxis]
        self.components_ = np.ascontiguousarray(pca.components_ / deviation, dtype=np.float32)
        self.mean_ = np.ascontiguousarray(self.components_ @ pca.mean_, dtype=np.float32)
        self.explained_variance_ratio_ = np.asarray(pca.explained_variance_ratio_)
        return self

    def transform(self, X) -> np.ndarray:
        """Project posters: float32 of shape (n, components)."""
        check_is_fitted(self)
        X = self._values(X, reset=False)
        projected = self.scaler_.transform(X) @ self.components_.T - self.mean_
        projected[np.isnan(X).any(axis=1)] = 0.0
        return projected

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        """Column names, such as `style_resnet50_pca_001`."""
        check_is_fitted(self)
        _check_feature_names_in(self, input_features)
        count = len(self.components_)
        return np.array([f"{self.prefix}_pca_{number:03d}" for number in range(1, count + 1)], dtype=object)

    def _values(self, X, *, reset: bool) -> np.ndarray:
        least = 2 if reset else 1
        return validate_data(
            self,
            X,
            dtype=[np.float64, np.float32],
            ensure_all_finite="allow-nan",
            ensure_min_samples=least,
            reset=reset,
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.transformer_tags.preserves_dtype = []
        return tags
