"""Scores per genre: of the best model, and of every feature set side by side."""

from collections.abc import Sequence

import pandas as pd

from ...runs.read import KEYS, SPLIT, Configuration, RunFolder
from .genre_intervals import genre_intervals

_METRICS = ("precision", "recall", "f1", "average_precision")


def genre_table(run: RunFolder, configuration: Configuration, labels: Sequence[str]) -> pd.DataFrame:
    """Precision, recall, F1 and average precision per genre, mean over folds.

    Parameters
    ----------
    run : RunFolder
    configuration : Configuration
    labels : sequence of str
        Row order.

    Returns
    -------
    DataFrame
        label, support (true titles, over the folds of one repeat), precision, recall, f1, f1_low, f1_high (95 %
        interval), average_precision, always_f1 (F1 of giving this genre to every title: the bar to clear).
        Metrics that were not measured are missing.
    """
    rows = _label_rows(run, configuration)
    always = _label_rows(run, Configuration("-", "trivial:all_positive", "none"))
    ends = genre_intervals(run, configuration)
    records = []
    for label in labels:
        own = rows[rows["label"] == label]
        record: dict[str, object] = {"label": label}
        support = own[own["metric"] == "support"]
        if not support.empty:
            record["support"] = round(support.groupby("repeat")["value"].sum().mean())
        for metric in _METRICS:
            values = own.loc[own["metric"] == metric, "value"]
            if values.empty:
                continue
            record[metric] = values.mean()
            if metric == "f1":
                record["f1_low"], record["f1_high"] = ends.get(label, (float("nan"), float("nan")))
        bar = always[(always["label"] == label) & (always["metric"] == "f1")]["value"]
        if not bar.empty:
            record["always_f1"] = bar.mean()
        elif not support.empty:
            share = support["value"].sum() / max(_titles(run), 1) / support["repeat"].nunique()
            record["always_f1"] = 2 * share / (1 + share)
        records.append(record)
    table = pd.DataFrame(records)
    return table if len(table.columns) > 1 else table.iloc[:0]


def genre_by_feature_set(run: RunFolder, chosen: Sequence[Configuration], labels: Sequence[str]) -> pd.DataFrame:
    """F1 per genre (rows) for a configuration of each feature set (columns, named after it), mean over folds."""
    return genre_by_configuration(run, chosen, labels, [configuration.feature_set for configuration in chosen])


def genre_by_configuration(
    run: RunFolder, chosen: Sequence[Configuration], labels: Sequence[str], names: Sequence[str] | None = None
) -> pd.DataFrame:
    """F1 per genre of some configurations, mean over folds.

    Parameters
    ----------
    run : RunFolder
    chosen : sequence of Configuration
        Those without scores per genre are left out.
    labels : sequence of str
        Row order.
    names : sequence of str, optional
        Of the columns; the configurations in words by default.

    Returns
    -------
    DataFrame
        Indexed by label, one column per configuration.
    """
    rows = run.results[(run.results["metric"] == "f1") & run.results["label"].notna()]
    means = rows.groupby([*KEYS, "label"])["value"].mean()
    known = {key[:-1] for key in means.index}
    columns = {
        name: means.loc[tuple(configuration)]
        for name, configuration in zip(names or list(map(str, chosen)), chosen, strict=True)
        if tuple(configuration) in known
    }
    table = pd.DataFrame(columns)
    table = table.reindex([label for label in labels if label in table.index])
    table.index.name = "label"
    return table


def coin_toss(run: RunFolder, labels: Sequence[str]) -> dict[str, float]:
    """F1 of giving a genre to every second title by a coin: p / (p + 1/2) for a genre that a share p of the titles has.

    Returns
    -------
    dict of label to float
        Labels without recorded support are missing.
    """
    rows = run.results[(run.results["metric"] == "support") & run.results["label"].isin(list(labels))]
    cells = rows.drop_duplicates(["label", *SPLIT])
    titles, repeats = _titles(run), cells["repeat"].nunique()
    if not titles or not repeats:
        return {}
    shares = cells.groupby("label")["value"].sum() / repeats / titles
    return {str(label): float(p / (p + 0.5)) for label, p in shares.items()}


def _label_rows(run: RunFolder, configuration: Configuration) -> pd.DataFrame:
    rows = run.results
    mask = rows["label"].notna()
    for key, value in zip(KEYS, configuration, strict=True):
        mask &= rows[key] == value
    return rows.loc[mask, [*SPLIT, "metric", "label", "value"]]


def _titles(run: RunFolder) -> int:
    return int(run.info.get("titles") or (0 if run.titles is None else len(run.titles)))
