"""scikit-learn's one-hot encoder with a faster way back, which is most of the time that SMOTENC takes."""

import numpy as np
from scipy import sparse
from sklearn.preprocessing import OneHotEncoder

_BLOCK = 1 << 22  # values of a dense block: 32 MiB in double precision


class DenseInverse(OneHotEncoder):
    """`OneHotEncoder` that decodes sparse rows as dense blocks; the same values.

    On a sparse matrix scikit-learn looks for the largest value of every row and feature in a loop of Python.

    Examples
    --------
    >>> encoder = DenseInverse().fit([[0, 1], [1, 1], [1, 0]])
    >>> encoder.inverse_transform(encoder.transform([[1, 0], [0, 1]])).tolist()
    [[1, 0], [0, 1]]
    """

    def inverse_transform(self, X):
        """The categories of one-hot rows, an array of shape (n, features)."""
        if not sparse.issparse(X):
            return super().inverse_transform(X)
        rows, X = max(1, _BLOCK // X.shape[1]), X.tocsr()
        decode = super().inverse_transform
        return np.concatenate([decode(X[first : first + rows].toarray()) for first in range(0, X.shape[0], rows)])
