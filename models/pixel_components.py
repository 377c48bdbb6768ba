"""Principal components of poster pixels."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import PCA
from sklearn.utils.validation import _check_feature_names_in, check_array, check_is_fitted, validate_data
from threadpoolctl import threadpool_limits


class PixelComponents(TransformerMixin, BaseEstimator):
    """PCA of pixels 0…255, scaled to deviation 1, for training sets in which some posters are unreadable.

    Unreadable posters are rows of zeros: they are left out when the components are learnt and become 0, the
    average poster. Components come from a seeded randomised decomposition, in float32, by one thread: sums that
    several threads share change with their number, and through them trees and scores.

    Parameters
    ----------
    components : int
        Number of components, at least 1; 20 in Angappan et al. (2017). Fewer come out when there are fewer posters
        or pixels.
    prefix : str
        Begins every column name.
    random_state : int or None

    Attributes
    ----------
    components_ : ndarray of float32, shape (components, pixels)
        Directions, divided by the deviation along them.
    explained_variance_ratio_ : ndarray of float, shape (components,)
        Share of the pixels' variance that each component holds.

    Examples
    --------
    >>> pixels = np.random.default_rng(0).integers(1, 256, (30, 12))
    >>> encoder = PixelComponents(components=2).fit(pixels)
    >>> encoder.transform(pixels).shape, encoder.get_feature_names_out().tolist()
    ((30, 2), ['pixels_pca_01', 'pixels_pca_02'])
    """

    def __init__(self, components: int = 20, prefix: str = "pixels", random_state: int | None = 0):
        self.components = components
        self.prefix = prefix
        self.random_state = random_state

    def fit(self, X, y=None):
        """Learn the components.

        Parameters
        ----------
        X : array-like of shape (n, pixels)
            Values 0…255; a row of zeros is an unreadable poster.
        y : ignored

        Raises
        ------
        ValueError
            When `components` is not positive, or fewer than two posters are readable.
        """
        if self.components < 1:
            raise ValueError(f"components: expected at least 1, found {self.components}")
        X = self._values(X, reset=True)
        readable = X.any(axis=1)
        if readable.sum() < 2:
            raise ValueError(f"pixels: expected at least two readable posters, found {int(readable.sum())}")
        pixels = self._scaled(X[readable])
        count = min(self.components, *pixels.shape)
        with threadpool_limits(1, user_api="blas"):
            pca = PCA(count, svd_solver="randomized", random_state=self.random_state, copy=False).fit(pixels)
        scale = np.sqrt(np.maximum(pca.explained_variance_, 1e-12))[:, np.newaxis]
        self.components_ = np.ascontiguousarray(pca.components_ / scale, dtype=np.float32)
        self.offset_ = np.ascontiguousarray(self.components_ @ pca.mean_, dtype=np.float32)
        self.explained_variance_ratio_ = np.asarray(pca.explained_variance_ratio_)
        return self

    def transform(self, X) -> np.ndarray:
        """Project posters: float32 of shape (n, components)."""
        check_is_fitted(self)
        X = self._values(X, reset=False)
        with threadpool_limits(1, user_api="blas"):
            projected = self._scaled(X) @ self.components_.T - self.offset_
        projected[~X.any(axis=1)] = 0.0
        return projected

    def get_feature_names_out(self, input_features=None) -> np.ndarray:
        """Column names, such as `pixels_pca_01`."""
        check_is_fitted(self)
        _check_feature_names_in(self, input_features)
        count = len(self.explained_variance_ratio_)
        return np.array([f"{self.prefix}_pca_{number:02d}" for number in range(1, count + 1)], dtype=object)

    def _values(self, X, *, reset: bool) -> np.ndarray:
        # Checked as an array: given a frame, scikit-learn asks the type of each of 73,728 columns, for seconds.
        values = X.to_numpy() if hasattr(X, "to_numpy") else X
        values = check_array(values, dtype="numeric", ensure_min_samples=2 if reset else 1, estimator=self)
        validate_data(self, X, reset=reset, skip_check_array=True)
        return values

    @staticmethod
    def _scaled(X: np.ndarray) -> np.ndarray:
        return X.astype(np.float32) * np.float32(1 / 255)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags
