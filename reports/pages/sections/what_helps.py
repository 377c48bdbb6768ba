"""What helps: each block of features, and balancing."""

from typing import Any

import pandas as pd

from ...evaluation.leaderboard import first_configurations
from ...evaluation.verdicts import blocks
from ...runs.metric_names import metric_name
from ...runs.read import KEYS
from ..figures.genres import plot_balance
from ..parts import Part, Picture, Side, Text
from ..report import Report
from ..section import Section
from ..tables import table_of
from ..words import formats

RARE = 0.25  # the rarest quarter of the genres


def _blocks(report: Report) -> pd.DataFrame | None:
    table = blocks(report.run, report.table)
    return None if table.empty else table


def _blocks_parts(report: Report, data: pd.DataFrame) -> list[Part]:
    model, balance = (data[name].iloc[0] if data[name].nunique() == 1 else None for name in ("model", "balance"))
    which = "" if model is None else f", {model}" + (f" with {balance}" if balance not in (None, "none") else "")
    told = (
        f"All blocks together against all but one: {report.metric} on the same folds{which}. The verdicts are of the "
        "same family of tests as all others on this page."
    )
    columns: dict[str, Any] = {
        "block": ("block", str),
        "model": ("model", str),
        "balance": ("balance", str),
        "answer": ("does it help?", str),
        "difference": ("gain", formats.score),
        "interval": ("95 % interval", formats.as_is),
        "with_block": ("with", formats.score),
        "without_block": ("without", formats.score),
    }
    columns = {k: v for k, v in columns.items() if (k, model is None) != ("model", False)}
    columns = {k: v for k, v in columns.items() if (k, balance is None) != ("balance", False)}
    intervals = [formats.spread(low, high) for low, high in zip(data["low"], data["high"], strict=True)]
    return [Text(told), table_of(data.assign(interval=intervals), columns)]


def balancing(report: Report) -> pd.DataFrame | None:
    """Every configuration that was measured both with and without balancing.

    Returns
    -------
    DataFrame or None
        feature_set, model, balance, macro F1, micro F1 or accuracy, and `rare_f1`: mean F1 of the rarest quarter of the
        genres.
    """
    table = report.table[first_configurations(report.table)]
    across = "f1_micro" if report.run.kind == "multilabel" else "accuracy"
    if not {across, "f1_macro"} <= set(table):
        return None
    keys = ["feature_set", "model"]
    both = table.groupby(keys)["balance"].transform(lambda names: names.nunique() > 1 and "none" in set(names))
    table = table.loc[both.astype(bool), [*KEYS, "f1_macro", across]]
    if table.empty:
        return None
    rare = report.labels[-max(1, round(RARE * len(report.labels))) :]
    rows = report.run.results
    rows = rows[(rows["metric"] == "f1") & rows["label"].isin(rare)]
    means = rows.groupby(KEYS)["value"].mean().rename("rare_f1").reset_index()
    return table.merge(means, on=KEYS, how="left").reset_index(drop=True)


def _balancing_parts(report: Report, data: pd.DataFrame) -> list[Part]:
    across = data.columns[4]
    points = data.assign(system=data["feature_set"] + " · " + data["model"], x=data[across], y=data["f1_macro"])
    means = data.groupby("balance", sort=False).agg(
        models=("model", "size"), macro=("f1_macro", "mean"), across=(across, "mean"), rare=("rare_f1", "mean")
    )
    means = means.reset_index().sort_values("balance", key=lambda names: names != "none", kind="stable")
    columns: dict[str, Any] = {
        "balance": ("balancing", str),
        "models": ("models", formats.whole),
        "macro": ("macro F1", formats.score),
        "across": (metric_name(across), formats.score),
        "rare": ("rare genres", formats.score),
    }
    rare = report.labels[-max(1, round(RARE * len(report.labels))) :]
    told = (
        f"Macro F1 counts every genre alike; {metric_name(across)} is decided by the frequent ones. Arrows lead from "
        f"each model without balancing to the same model with it. Rare genres are the rarest quarter: "
        f"{', '.join(rare)}."
    )
    return [
        Text(told),
        Side([Picture(plot_balance(points, metric_name(across), "macro F1")), table_of(means, columns)]),
    ]


BLOCKS = Section("blocks", "Does each block help?", _blocks, _blocks_parts, lambda data: {"blocks": data}, open=True)
BALANCING = Section(
    "balancing", "What balancing does", balancing, _balancing_parts, lambda data: {"balancing": data}, open=True
)
