"""Principal components of Gram matrices."""

import numpy as np
from sklearn.utils.validation import validate_data

from .scaling import ImputedScaler
from .whitened import WhitenedComponents


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
        return validate_data(
            self,
            X,
            dtype=[np.float64, np.float32],
            ensure_all_finite="allow-nan",
            ensure_min_samples=2 if reset else 1,
            reset=reset,
        )

    def _readable(self, X: np.ndarray) -> np.ndarray:
        return ~np.isnan(X).any(axis=1)

    def _fit_scaled(self, X: np.ndarray) -> np.ndarray:
        self.scaler_ = ImputedScaler(fill="mean", indicators=False, root=True).fit(X)
        return self.scaler_.transform(X)

    def _scaled(self, X: np.ndarray) -> np.ndarray:
        return self.scaler_.transform(X)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
