"""What the metrics are called on a page, and which way is better."""

NAMES = {
    "f1_macro": "macro F1",
    "f1_micro": "micro F1",
    "f1_weighted": "weighted F1",
    "f1_samples": "samples F1",
    "average_precision_macro": "macro average precision",
    "average_precision_micro": "micro average precision",
    "roc_auc_macro": "macro ROC AUC",
    "hamming_loss": "Hamming loss",
    "subset_accuracy": "subset accuracy",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "log_loss": "log loss",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "average_precision": "average precision",
    "support": "support",
}
SHORT = {"average_precision_macro": "macro AP", "average_precision_micro": "micro AP", "average_precision": "AP"}
LOWER_IS_BETTER = frozenset({"hamming_loss", "log_loss"})
# What fits a page; the CSV holds all.
ON_PAGE = {
    "multilabel": ("f1_macro", "f1_micro", "f1_weighted", "average_precision_macro"),
    "single": ("f1_macro", "balanced_accuracy", "accuracy", "log_loss"),
}


def metric_name(metric: str, *, short: bool = False, start: bool = False) -> str:
    """The words for a metric; an unknown one keeps its own name with the underscores out.

    Parameters
    ----------
    metric : str
        As in results.parquet.
    short, start : bool
        For the head of a column; for the start of a sentence.

    Examples
    --------
    >>> metric_name("f1_macro"), metric_name("average_precision", short=True), metric_name("my_score")
    ('macro F1', 'AP', 'my score')
    """
    name = NAMES.get(metric, metric.replace("_", " "))
    name = SHORT.get(metric, name) if short else name
    return name[:1].upper() + name[1:] if start else name
