"""Which differences are real, ranks over genres, and what other titles would have changed."""

from typing import Any

import pandas as pd

from ...evaluation import answers
from ...evaluation.evidence import Ranks, pooled_intervals, ranks
from ...runs.metric_names import metric_name
from ..figures.ranks import plot_ranks
from ..parts import InText, Items, Part, Picture, Text
from ..report import Report
from ..section import Section
from ..tables import table_of
from ..words import formats


def _sentences(report: Report) -> list[str] | None:
    return answers.sentences(report.run, report.table) or None


def _ranks(report: Report) -> Ranks | None:
    return ranks(report.run, report.table)


def _ranks_parts(_: Report, data: Ranks) -> list[Part]:
    test = data.test
    left = f" The {data.left_out} configurations below these are left out." if data.left_out else ""
    p_value = "below 0.001" if test.p_value < 0.001 else formats.score(test.p_value)
    told = (
        f"Mean rank over {test.genres} genres by {metric_name(str(test.ranks.name))}; 1 is best.{left} A bar joins "
        f"configurations closer than the critical difference ({test.critical_difference:.2f} ranks), which this test "
        f"cannot tell apart. Friedman's test that all are equal: p {p_value}."
    )
    frame = ranks_table(data).assign(name=[data.names[system] for system in test.ranks.index])
    return [
        Text(told),
        Picture(plot_ranks(test, data.names), wide=True),
        Text("Genres share titles, so this shows how even a lead is over genres and proves none.", quiet=True),
        InText(table_of(frame, {"name": ("configuration", str), "mean_rank": ("mean rank", _rank)})),
    ]


def _rank(value: float) -> str:
    return f"{value:.2f}"


def ranks_table(data: Ranks) -> pd.DataFrame:
    """Feature set, model, balance and mean rank, best first."""
    keys = pd.DataFrame(list(data.test.ranks.index), columns=["feature_set", "model", "balance"])
    return keys.assign(mean_rank=data.test.ranks.to_numpy())


def _pooled(report: Report) -> pd.DataFrame | None:
    table = pooled_intervals(report.run, report.table, report.predictions)
    return None if table.empty else table


def _pooled_parts(report: Report, data: pd.DataFrame) -> list[Part]:
    told = (
        f"All out-of-fold predictions of {report.best} together, and its lead over the best trivial rule: how far they "
        "would move if other titles were tested (bootstrap; titles of one franchise are drawn together). What other "
        "training titles would change is not in these intervals."
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


REAL = Section("real", "Which differences are real", _sentences, lambda _, data: [Items(data)], open=True)
RANKS = Section(
    "ranks", "Ranks over genres", _ranks, _ranks_parts, lambda data: {"ranks_over_genres": ranks_table(data)}
)
POOLED = Section(
    "pooled", "If other titles had been tested", _pooled, _pooled_parts, lambda data: {"pooled_intervals": data}
)
