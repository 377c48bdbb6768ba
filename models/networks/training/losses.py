"""Losses in which every entry of a target has its own weight, on any Keras backend."""

from typing import Any

import numpy as np

from ....features.frozen.keras import load_keras
from ...balance.strategies import STRATEGIES, class_weights

LABEL_WEIGHTS = ("none", "balanced", "largest")
_SMALLEST = 1e-7  # Keras's own bound on a probability under a logarithm


def check_balance(balance: str) -> None:
    """Refuse what is no weighing: a network draws no rows twice and makes none up.

    Raises
    ------
    ValueError
        Naming the weighings there are.

    Examples
    --------
    >>> check_balance("log")
    """
    strategy = STRATEGIES.get(balance)
    if strategy is None or strategy.sampler:
        known = ", ".join(name for name, one in STRATEGIES.items() if not one.sampler)
        raise ValueError(f"balance: a network expects a weighing, one of {known}, found {balance!r}")


def entry_weights(
    targets: np.ndarray, train: np.ndarray, *, multilabel: bool, balance: str = "none", labels: str = "none"
) -> np.ndarray:
    """Weight of every entry of the targets, learnt on the training rows and of mean 1 there.

    Parameters
    ----------
    targets : ndarray of shape (n, L)
        0/1; with `multilabel=False` one 1 a row.
    train : ndarray of int
        Rows that are counted.
    multilabel : bool
        Whether each label has classes of its own, yes and no; else the columns are the classes.
    balance : str
        A weighing of `genrelab.models.balance.strategies.STRATEGIES`.
    labels : {"none", "balanced", "largest"}
        Factor of each label's column, for label matrices: n / (L n_l), or n_max / n_l. A label without rows has 1.

    Returns
    -------
    ndarray of float32, shape (n, L)

    Raises
    ------
    ValueError
        When a weighing is unknown, or `balance` draws rows.

    Examples
    --------
    >>> Y = np.array([[1, 0], [0, 0], [0, 0], [0, 1]])
    >>> entry_weights(Y, np.arange(4), multilabel=True, balance="balanced")[:, 0].round(2)
    array([2.  , 0.67, 0.67, 0.67], dtype=float32)
    """
    check_balance(balance)
    if labels not in LABEL_WEIGHTS:
        raise ValueError(f"label_weights: expected one of {', '.join(LABEL_WEIGHTS)}, found {labels!r}")
    seen = targets[train].astype(np.int64)
    weights = np.ones(targets.shape)
    scheme = STRATEGIES[balance].weights
    if multilabel:
        if scheme:
            for label in range(targets.shape[1]):
                own = class_weights(seen[:, label], scheme)
                weights[:, label] = np.where(targets[:, label] > 0, own.get(1, 1.0), own.get(0, 1.0))
        weights *= _label_factors(seen.sum(axis=0), len(seen), labels)
    elif scheme:
        own = class_weights(seen.argmax(axis=1), scheme)
        weights *= np.array([own.get(code, 1.0) for code in targets.argmax(axis=1).tolist()])[:, np.newaxis]
    mean = weights[train].mean() if len(train) else 1.0
    return (weights / mean).astype(np.float32)


def _label_factors(counts: np.ndarray, rows: int, labels: str) -> np.ndarray:
    if labels == "none" or not counts.any():
        return np.ones(len(counts))
    top = rows / len(counts) if labels == "balanced" else counts.max()
    return np.where(counts > 0, top / np.maximum(counts, 1), 1.0)


def pack(targets: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Targets and weights side by side, as `make_loss` reads them: float32 of shape (n, 2 L)."""
    return np.concatenate([targets, weights], axis=1, dtype=np.float32)


def make_loss(labels: int, *, multilabel: bool) -> Any:
    """A Keras loss of packed targets: weighted cross-entropy, binary per label or categorical.

    Parameters
    ----------
    labels : int
        Columns of the output.
    multilabel : bool

    Returns
    -------
    callable
        `loss(packed, output) -> (n,)`: the mean over the labels, or the one of the row's class.
    """
    ops, least = load_keras().ops, load_keras().config.epsilon()

    def weighted_cross_entropy(packed: Any, output: Any) -> Any:
        targets, weights = packed[:, :labels], packed[:, labels:]
        if multilabel:  # written out: PyTorch's own ends the program at an output that is not a number
            inside = ops.clip(output, least, 1 - least)
            entropies = -targets * ops.log(inside) - (1 - targets) * ops.log(1 - inside)
            return ops.mean(weights * entropies, axis=-1)
        return weights[:, 0] * ops.categorical_crossentropy(targets, output)

    return weighted_cross_entropy


def make_hits(labels: int, *, multilabel: bool) -> Any:
    """`hit_rate`'s accuracy as a Keras metric of packed targets, row by row.

    Parameters
    ----------
    labels : int
        Columns of the output.
    multilabel : bool

    Returns
    -------
    callable
        `hits(packed, output) -> (n,)`: the share of a row's entries that are right, or whether its class is.
    """
    ops = load_keras().ops

    def hits(packed: Any, output: Any) -> Any:
        targets = packed[:, :labels]
        if multilabel:
            return ops.mean(ops.cast(ops.equal(targets > 0, output >= 0.5), "float32"), axis=-1)
        return ops.cast(ops.equal(ops.argmax(targets, axis=-1), ops.argmax(output, axis=-1)), "float32")

    return hits


def mean_loss(targets: np.ndarray, weights: np.ndarray, output: np.ndarray, *, multilabel: bool) -> float:
    """The same loss in numpy, averaged over the rows.

    Parameters
    ----------
    targets, weights : ndarray of shape (n, L)
    output : ndarray of shape (n, L)
        Probabilities.
    multilabel : bool

    Returns
    -------
    float
        NaN without rows.

    Examples
    --------
    >>> round(mean_loss(np.eye(2), np.ones((2, 2)), np.full((2, 2), 0.5), multilabel=False), 3)
    0.693
    """
    if not len(targets):
        return float("nan")
    yes = np.clip(np.asarray(output, dtype=np.float64), _SMALLEST, 1 - _SMALLEST)
    if multilabel:
        each = -(targets * np.log(yes) + (1 - targets) * np.log1p(-yes)) * weights
        return float(each.mean())
    return float((-(targets * np.log(yes)).sum(axis=1) * weights[:, 0]).mean())


def hit_rate(targets: np.ndarray, output: np.ndarray, *, multilabel: bool, monitor: str = "accuracy") -> float:
    """What a training may watch beside the loss; of label matrices it cuts at 0.5.

    Parameters
    ----------
    targets, output : ndarray of shape (n, L)
    multilabel : bool
    monitor : {"accuracy", "recall"}
        Share of entries that are right, or micro recall, which is 1 where every label is given. Of classes both are the
        accuracy.

    Returns
    -------
    float
        0 to 1; NaN without rows.

    Examples
    --------
    >>> Y, output = np.array([[1, 0], [1, 1]]), np.array([[0.9, 0.9], [0.2, 0.7]])
    >>> hit_rate(Y, output, multilabel=True), hit_rate(Y, output, multilabel=True, monitor="recall")
    (0.5, 0.6666666666666666)
    """
    if not len(targets):
        return float("nan")
    if multilabel and monitor != "recall":
        return float(((targets > 0) == (output >= 0.5)).mean())
    if multilabel:
        return float((targets * (output >= 0.5)).sum() / max(1, targets.sum()))
    return float((targets.argmax(axis=1) == output.argmax(axis=1)).mean())


def label_f1(targets: np.ndarray, output: np.ndarray, threshold: float | None) -> list[float]:
    """F1 of each label.

    Parameters
    ----------
    targets, output : ndarray of shape (n, L)
    threshold : float or None
        From which output on a label is given; None gives the most probable one alone.

    Returns
    -------
    list of L floats, 0 to 1
        0 for a label that is never given; NaN for one that is neither given nor true, and without rows.

    Examples
    --------
    >>> Y, output = np.array([[1, 0], [1, 1]]), np.array([[0.9, 0.9], [0.2, 0.7]])
    >>> label_f1(Y, output, 0.5), label_f1(np.eye(2), output, None)
    ([0.6666666666666666, 0.6666666666666666], [1.0, 1.0])
    """
    width = targets.shape[1]
    if not len(targets):
        return [float("nan")] * width
    given = np.eye(width)[output.argmax(axis=1)] if threshold is None else output >= threshold
    hits, total = (targets * given).sum(axis=0), targets.sum(axis=0) + given.sum(axis=0)
    return [float(2 * hit / both) if both else float("nan") for hit, both in zip(hits, total, strict=True)]
