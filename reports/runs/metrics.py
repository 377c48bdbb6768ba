"""The fixed block of metrics that every cell and every trivial rule is measured by."""

import numpy as np
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    f1_score,
    hamming_loss,
    log_loss,
    precision_recall_fscore_support,
    recall_score,
    roc_auc_score,
)

MULTILABEL = (
    "f1_macro",
    "f1_micro",
    "f1_weighted",
    "f1_samples",
    "average_precision_macro",
    "average_precision_micro",
    "roc_auc_macro",
    "hamming_loss",
    "subset_accuracy",
)
SINGLE = ("accuracy", "balanced_accuracy", "f1_macro", "log_loss")
PER_LABEL = ("precision", "recall", "f1", "average_precision", "support")
Rows = list[tuple[str, str | None, float]]
# What a leaderboard is sorted by, whatever the kind of target. Accuracy is never the headline.
HEADLINE = "f1_macro"


def multilabel_metrics(y: np.ndarray, scores: np.ndarray, predicted: np.ndarray, labels: tuple[str, ...]) -> Rows:
    """Measure multi-label predictions.

    Parameters
    ----------
    y, predicted : ndarray of shape (n, L), 0/1
    scores : ndarray of shape (n, L), float
        Higher means more likely.
    labels : L names

    Returns
    -------
    list of (metric, label or None, value)
        A label without a true title in these rows has no average precision or AUC; the macro averages leave it
        out and F1 counts it as scikit-learn does (0 where nothing is true or predicted).

    Examples
    --------
    >>> y = np.array([[1, 0], [0, 1], [1, 1]])
    >>> dict((m, v) for m, l, v in multilabel_metrics(y, y * 1.0, y, ("a", "b")) if l is None)["f1_macro"]
    1.0
    """
    positives = y.sum(axis=0)
    ranked = [k for k in range(len(labels)) if positives[k] > 0]
    precision = np.full(len(labels), np.nan)
    for k in ranked:
        precision[k] = average_precision_score(y[:, k], scores[:, k])
    separable = [roc_auc_score(y[:, k], scores[:, k]) for k in ranked if positives[k] < len(y)]
    whole = {
        f"f1_{average}": f1_score(y, predicted, average=average, zero_division=0)  # pyright: ignore[reportArgumentType]
        for average in ("macro", "micro", "weighted", "samples")
    }
    whole["average_precision_macro"] = _mean(precision[ranked])
    whole["average_precision_micro"] = average_precision_score(y.ravel(), scores.ravel()) if ranked else float("nan")
    whole["roc_auc_macro"] = _mean(separable)
    whole["hamming_loss"] = hamming_loss(y, predicted)
    whole["subset_accuracy"] = accuracy_score(y, predicted)
    return [(name, None, float(whole[name])) for name in MULTILABEL] + _per_label(y, predicted, precision, labels)


def single_metrics(y: np.ndarray, probabilities: np.ndarray, labels: tuple[str, ...]) -> Rows:
    """Measure single-label predictions; the predicted class is the most probable one.

    Parameters
    ----------
    y : ndarray of shape (n,), int codes into `labels`
    probabilities : ndarray of shape (n, L), rows summing to 1
    labels : L names

    Returns
    -------
    list of (metric, label or None, value)

    Examples
    --------
    >>> rows = single_metrics(np.array([0, 1]), np.array([[0.9, 0.1], [0.6, 0.4]]), ("a", "b"))
    >>> [value for metric, label, value in rows if metric == "accuracy"]
    [0.5]
    """
    codes = np.arange(len(labels))
    predicted = probabilities.argmax(axis=1)
    present = np.isin(codes, y)
    truth = (y[:, None] == codes).astype(np.uint8)
    precision = np.full(len(labels), np.nan)
    for k in codes[present]:
        precision[k] = average_precision_score(truth[:, k], probabilities[:, k])
    recalls = recall_score(y, predicted, labels=codes, average=None, zero_division=0)  # pyright: ignore[reportArgumentType]
    whole = {
        "accuracy": accuracy_score(y, predicted),
        "balanced_accuracy": float(np.mean(recalls[present])),  # pyright: ignore[reportIndexIssue]
        "f1_macro": f1_score(y, predicted, labels=codes, average="macro", zero_division=0),  # pyright: ignore[reportArgumentType]
        # A model that never saw a class gives it probability 0; the clip keeps one such row from an infinite loss.
        "log_loss": log_loss(y, _normalised(probabilities), labels=codes),
    }
    guesses = (predicted[:, None] == codes).astype(np.uint8)
    return [(name, None, float(whole[name])) for name in SINGLE] + _per_label(truth, guesses, precision, labels)


def _normalised(probabilities: np.ndarray) -> np.ndarray:
    clipped = np.clip(probabilities.astype(np.float64), 1e-7, 1.0)
    return clipped / clipped.sum(axis=1, keepdims=True)


def _mean(values: np.ndarray | list[float]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def _per_label(y: np.ndarray, predicted: np.ndarray, average: np.ndarray, labels: tuple[str, ...]) -> Rows:
    precision, recall, f1, support = precision_recall_fscore_support(
        y,
        predicted,
        average=None,
        zero_division=0,  # pyright: ignore[reportArgumentType]
        labels=np.arange(len(labels)),  # pyright: ignore[reportArgumentType]
    )
    columns = dict(zip(PER_LABEL, (precision, recall, f1, average, support), strict=True))
    return [(name, label, float(columns[name][k])) for k, label in enumerate(labels) for name in PER_LABEL]  # pyright: ignore[reportIndexIssue, reportOptionalSubscript]
