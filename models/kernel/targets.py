"""Targets and weights as one-vs-rest needs them, and decision values turned back into labels."""

import numpy as np
import scipy.sparse as sp
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import column_or_1d

__all__ = ["binary_targets", "check_weight", "labels_of_scores"]


def binary_targets(y) -> tuple[np.ndarray, np.ndarray, bool]:
    """Split targets into binary problems.

    Parameters
    ----------
    y : array (n,) of classes, or 0/1 indicator matrix (n, L), dense or sparse

    Returns
    -------
    bool array (n, L)
        One column per label, or per class; for two classes one column, the second class.
    array
        Classes; for indicator targets the column numbers.
    bool
        Whether y was an indicator matrix.

    Raises
    ------
    ValueError
        If y is neither.

    Examples
    --------
    >>> Y, classes, multilabel = binary_targets(["b", "a", "b"])
    >>> Y.ravel(), classes, multilabel
    (array([ True, False,  True]), array(['a', 'b'], dtype='<U1'), False)
    """
    check_classification_targets(y)
    kind = type_of_target(y)
    if kind == "multilabel-indicator":
        Y = (y.toarray() if sp.issparse(y) else np.asarray(y)) > 0
        return Y, np.arange(Y.shape[1]), True
    if kind not in ("binary", "multiclass"):
        raise ValueError(f"Unknown label type: expected classes or a 0/1 indicator matrix, found {kind}")
    classes, codes = np.unique(column_or_1d(y, warn=True), return_inverse=True)
    Y = codes[:, None] == np.arange(len(classes))
    return (Y[:, 1:] if len(classes) == 2 else Y), classes, False


def check_weight(weight, Y: np.ndarray, multilabel: bool) -> np.ndarray | None:
    """Validate sample weights, and that what they leave can be learned.

    Parameters
    ----------
    weight : array (n,) or None
    Y : bool array (n, L)
    multilabel : bool
        Labels with one class are a matter of their own here; single-label targets need two classes.

    Returns
    -------
    float64 array (n,) or None

    Raises
    ------
    ValueError

    Examples
    --------
    >>> check_weight([1, 2], np.array([[True], [False]]), False)
    array([1., 2.])
    """
    if weight is not None:
        weight = np.asarray(weight, dtype=np.float64)
        if weight.shape != (len(Y),):
            raise ValueError(f"sample_weight: expected shape {(len(Y),)}, found {weight.shape}")
        if not (np.isfinite(weight) & (weight >= 0)).all():
            raise ValueError("sample_weight: expected finite weights of at least 0")
        if not weight.any():
            raise ValueError("sample_weight: expected at least one non-zero weight, found only zeros")
    present = Y if weight is None else Y[weight > 0]
    if not multilabel and (present == present[0]).all():
        raise ValueError("y: expected at least two classes in rows of positive weight, found one class")
    return weight


def labels_of_scores(scores: np.ndarray, classes: np.ndarray, multilabel: bool) -> np.ndarray:
    """Return labels whose decision value is positive, or the class with the largest.

    Parameters
    ----------
    scores : float64 array (n, L), or (n,) for two classes
    classes : array
    multilabel : bool

    Returns
    -------
    int64 array (n, L) of 0 and 1, or array (n,) of classes

    Examples
    --------
    >>> labels_of_scores(np.array([[0.1, 0.5, -1.0]]), np.array(["a", "b", "c"]), False)
    array(['b'], dtype='<U1')
    """
    if multilabel:
        return (scores > 0).astype(np.int64)
    if scores.ndim == 1:
        return classes[(scores > 0).astype(np.intp)]
    # of equal values the last counts, as in scikit-learn's one-vs-rest
    return classes[scores.shape[1] - 1 - np.argmax(scores[:, ::-1], axis=1)]
