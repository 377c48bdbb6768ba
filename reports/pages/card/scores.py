"""The measured part of a model card: scores, genres and calibration, each with the bar it has to clear."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ...evaluation.details.curves import calibration, genre_calibration
from ...evaluation.details.genres import genre_table
from ...evaluation.metric_intervals import metric_intervals
from ...evaluation.significance import comparisons
from ...evaluation.verdicts import configuration
from ...runs.metric_names import LOWER_IS_BETTER, metric_name
from ...runs.read import Configuration, RunFolder
from ..figures.curves import plot_calibration
from ..parts import Part, Picture, Text
from ..report import Report
from ..sections.headline import Claim
from ..sections.probabilities import calibration_table
from ..tables import Table
from ..words import formats

_METRICS = {
    "multilabel": (
        "f1_macro",
        "f1_micro",
        "f1_samples",
        "average_precision_macro",
        "average_precision_micro",
        "roc_auc_macro",
        "hamming_loss",
        "subset_accuracy",
    ),
    "single": ("f1_macro", "balanced_accuracy", "accuracy", "log_loss"),
}


def score_parts(report: Report, row: pd.Series, predictions: pd.DataFrame, claim: Claim) -> list[Part]:
    """Every whole-set metric of a leaderboard row beside the trivial rule that is best by it."""
    run, table = report.run, report.table
    ends = metric_intervals(run, table, configuration(row)).set_index("metric")
    rules, rows, beaten = table[table["trivial"]], [], []
    for metric in _METRICS[run.kind]:
        if metric not in table:
            continue
        known = rules.dropna(subset=[metric])
        rule = None
        if not known.empty:
            best = known[metric].idxmin() if metric in LOWER_IS_BETTER else known[metric].idxmax()
            rule = known.loc[best]
            sign = -1 if metric in LOWER_IS_BETTER else 1
            beaten += [metric_name(metric)] if sign * (row[metric] - rule[metric]) <= 0 else []
        name = metric_name(metric) + (" (less is better)" if metric in LOWER_IS_BETTER else "")
        bar = formats.DASH if rule is None else formats.score(rule[metric])
        who = formats.DASH if rule is None else configuration(rule).model.partition(":")[2].replace("_", "-")
        interval = formats.spread(*ends.loc[metric, ["low", "high"]]) if metric in ends.index else formats.DASH
        rows.append([name, formats.score(row[metric]), interval, bar, who])
    names = ["metric", "model", "95 % interval", "best trivial", "which rule"]
    parts: list[Part] = [
        Text(f"Mean over folds ({row['folds']}), beside the trivial rule that is best by the same metric."),
        Table(names, rows, [False, True, True, True, False]),
        Text(f"{claim.question} {claim.short}. {claim.detail}"),
    ]
    if beaten:
        parts.append(Text(f"A trivial rule is as good or better by: {', '.join(beaten)}."))
    if run.headline in table:
        parts.append(Text(comparisons(run).words, quiet=True))
    return parts


def genre_parts(run: RunFolder, cell: Configuration, manifest: Mapping[str, Any], order: Sequence[str]) -> list[Part]:
    """Scores of every genre with its threshold, rows in the order given."""
    thresholds = dict(zip(manifest["labels"], manifest["thresholds"], strict=True))
    measured = genre_table(run, cell, order)
    multilabel = manifest["kind"] == "multilabel"
    names = ["genre", "titles", "precision", "recall", "F1", "over folds", "F1 of always", "AP"]
    names += ["threshold"] if multilabel else []
    rows = []
    for row in measured.to_dict("records"):
        cells = [row["label"], formats.whole(row.get("support"))]
        cells += [formats.score(row.get(name)) for name in ("precision", "recall", "f1")]
        cells += [formats.spread(row.get("f1_low"), row.get("f1_high")), formats.score(row.get("always_f1"))]
        cells += [formats.score(row.get("average_precision"))]
        rows.append([*cells, *([formats.score(thresholds[row["label"]])] if multilabel else [])])
    if not rows:
        return []
    told = "Means over folds. F1 of always: that of giving the genre to every title, the bar to clear."
    below = measured.loc[measured["f1"] <= measured["always_f1"], "label"].tolist() if "always_f1" in measured else []
    told += f" Not above it: {', '.join(below)}." if below else " Every genre is above it."
    return [Text(told), Table(names, rows, [False] + [True] * (len(names) - 1))]


def calibration_parts(
    predictions: pd.DataFrame, labels: Sequence[str], calibrated: Mapping[str, Any] | None = None
) -> list[Part]:
    """Brier score and calibration error, together and per genre; nothing where scores are no probabilities.

    Parameters
    ----------
    predictions : DataFrame
        Of the run, out of fold, as they were before any calibration of the exported model.
    labels : sequence of str
    calibrated : mapping, optional
        What the manifest says about the model's calibration; its `detail` is a sentence.
    """
    found = calibration(predictions) if not predictions.empty else None
    if found is None:
        return []
    table = genre_calibration(predictions, labels)
    told = (
        f"Over all pairs of title and genre the Brier score is {found.brier:.3f} and the expected calibration error "
        f"{found.error:.3f}, the mean gap in ten bins between a probability and the share that came true."
    )
    worse = table.loc[table["brier"] >= table["brier_share"], "label"].tolist()
    if worse:
        told += (
            f" For {', '.join(worse)} the probabilities are no better than always saying how frequent the genre is: "
            "take them as an order, not as probabilities."
        )
    after = calibrated.get("detail") if calibrated else None
    if after:
        told = f"The run's own scores, before calibration: {told[0].lower()}{told[1:]}"
    return [
        *([Text(f"{after}.")] if after else []),
        Text(told),
        Picture(plot_calibration(found), "Out-of-fold probabilities and how often they came true."),
        calibration_table(table),
    ]
