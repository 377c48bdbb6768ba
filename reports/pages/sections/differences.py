"""Which differences are shown, who is level with whom, and what other titles would have changed."""

from typing import Any

import pandas as pd

from ...evaluation.metric_intervals import metric_intervals
from ...evaluation.ranks import Ranks, ranks
from ...evaluation.significance import comparisons
from ...evaluation.verdicts import sentences
from ...runs.metric_names import metric_name
from ..figures.ranks import plot_ranks
from ..parts import InText, Items, Part, Picture, Text
from ..report import Report
from ..section import Section
from ..tables import table_of
from ..words import formats


def _sentences(report: Report) -> list[str] | None:
    return sentences(report.run, report.table) or None


def _sentences_parts(report: Report, data: list[str]) -> list[Part]:
    return [Items(data), Text(comparisons(report.run).words, quiet=True)]


def _ranks(report: Report) -> Ranks | None:
    return ranks(report.run, report.table)


def _ranks_parts(_: Report, data: Ranks) -> list[Part]:
    left = f" The {data.left_out} configurations below these are left out." if data.left_out else ""
    told = (
        f"{metric_name(data.metric, start=True)} of the best configurations.{left} A bar joins, by its dots, "
        "configurations without a shown difference; two that share no bar do differ. The verdicts are those of "
        "the sentences above."
    )
    columns: dict[str, Any] = {
        "name": ("configuration", str),
        "score": (metric_name(data.metric), formats.score),
        "mean_rank": ("mean rank over genres", lambda value: f"{value:.2f}"),
    }
    named = ranks_table(data).assign(name=[data.names[system] for system in data.scores.index])
    return [Text(told), Picture(plot_ranks(data), wide=True), InText(table_of(named, columns))]


def ranks_table(data: Ranks) -> pd.DataFrame:
    """Feature set, model, balance, score and mean rank over genres, best first."""
    keys = pd.DataFrame([list(system) for system in data.scores.index], columns=["feature_set", "model", "balance"])
    mean_ranks = [data.genre_ranks.get(system) for system in data.scores.index]
    return keys.assign(score=data.scores.to_numpy(), mean_rank=pd.Series(mean_ranks, dtype=float))


def _pooled(report: Report) -> pd.DataFrame | None:
    table = metric_intervals(report.run, report.table, report.best)
    return None if table.empty else table


def _pooled_parts(report: Report, data: pd.DataFrame) -> list[Part]:
    told = (
        f"The scores of {report.best}, and its lead over the best trivial rule: how far they would move if other "
        "titles were tested (bootstrap; titles of one franchise are drawn together)."
    )
    frame = data.assign(
        metric=data["metric"].map(metric_name),
        interval=[formats.spread(low, high) for low, high in zip(data["low"], data["high"], strict=True)],
        gained=[formats.spread(low, high) for low, high in zip(data["gain_low"], data["gain_high"], strict=True)],
    )
    columns: dict[str, Any] = {
        "metric": ("metric", str),
        "value": ("score", formats.score),
        "interval": ("95 % interval", formats.as_is),
        "gain": ("lead over the rule", formats.score),
        "gained": ("95 % interval", formats.as_is),
        "rule": ("rule", str),
    }
    return [Text(told), table_of(frame, columns)]


REAL = Section("real", "Which differences are shown", _sentences, _sentences_parts, open=True)
RANKS = Section(
    "ranks", "Who is level with whom", _ranks, _ranks_parts, lambda data: {"comparison_groups": ranks_table(data)}
)
POOLED = Section(
    "pooled", "If other titles had been tested", _pooled, _pooled_parts, lambda data: {"pooled_intervals": data}
)
