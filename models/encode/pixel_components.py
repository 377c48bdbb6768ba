"""Principal components of poster pixels."""

import numpy as np
from sklearn.utils.validation import check_array, validate_data

from .whitened import WhitenedComponents


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
        return X.any(axis=1)

    def _scaled(self, X: np.ndarray) -> np.ndarray:
        return X.astype(np.float32) * np.float32(1 / 255)
