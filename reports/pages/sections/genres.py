"""Genre by genre: the best model, every feature set, several systems beside a coin toss, classification reports."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ...evaluation.details.genres import coin_toss, genre_by_configuration, genre_by_feature_set, genre_table
from ...evaluation.leaderboard import best_per
from ...evaluation.verdicts import configuration
from ...runs.read import Configuration
from ..figures.genres import plot_genres, plot_systems
from ..parts import Fold, Heading, Part, Picture, Side, Text
from ..report import Report
from ..section import Section
from ..tables import Heat, table_of
from ..words import formats

SYSTEMS = 4  # side by side; more cannot be told apart in a picture
_REPORT: dict[str, tuple[str, Callable[[Any], str]]] = {
    "label": ("genre", str),
    "precision": ("precision", formats.score),
    "recall": ("recall", formats.score),
    "f1": ("F1", formats.score),
    "support": ("support", formats.whole),
}


def _best(report: Report) -> pd.DataFrame | None:
    if report.best is None:
        return None
    table = genre_table(report.run, report.best, report.labels)
    return None if table.empty else table


def _best_parts(report: Report, data: pd.DataFrame) -> list[Part]:
    told = (
        f"The best configuration, {report.best}, mean over folds. “Always” is the F1 of giving the genre to every "
        "title: the bar to clear. Support is the number of titles."
    )
    columns: dict[str, Any] = {
        "label": ("genre", str),
        "f1": ("F1", formats.score),
        "always_f1": ("always", formats.score),
        "precision": ("precision", formats.score),
        "recall": ("recall", formats.score),
        "average_precision": ("AP", formats.score),
        "support": ("support", formats.whole),
    }
    drawn = [Picture(plot_genres(data))] if "f1" in data and len(data) > 1 else []
    return [Text(told), Side([*drawn, table_of(data, columns)])]


def _by_set(report: Report) -> pd.DataFrame | None:
    chosen = [configuration(row) for _, row in report.per_set.iterrows()]
    table = genre_by_feature_set(report.run, chosen, report.labels)
    return table if table.shape[1] > 1 else None


@dataclass(frozen=True)
class Systems:
    """Several systems genre by genre.

    Attributes
    ----------
    f1 : DataFrame
        Genres by systems.
    coin : dict of genre to float
        F1 of giving the genre to every second title, by a coin.
    reports : dict of system to DataFrame
        Classification reports: precision, recall, F1 and support of every genre.
    """

    f1: pd.DataFrame
    coin: dict[str, float]
    reports: dict[str, pd.DataFrame]


def systems(report: Report) -> Systems | None:
    """The best of every model, and what balancing makes of the leader; None with one system only."""
    if report.best is None:
        return None
    run, table = report.run, report.table
    chosen = [configuration(row) for _, row in best_per(table, "model").head(SYSTEMS).iterrows()]
    f1 = genre_by_configuration(run, chosen, report.labels)
    same = table[(table["feature_set"] == report.best.feature_set) & (table["model"] == report.best.model)]
    balances = [configuration(row) for _, row in same.iterrows()]
    compared = balances if len(balances) > 1 else chosen
    reports = {str(one): _classification(report, one) for one in compared[:2]}
    if f1.shape[1] < 2 and len(reports) < 2:
        return None
    return Systems(f1, coin_toss(run, report.labels), reports)


def _classification(report: Report, which: Configuration) -> pd.DataFrame:
    table = genre_table(report.run, which, report.labels)
    return table[[name for name in _REPORT if name in table]]


def _systems_parts(_: Report, data: Systems) -> list[Part]:
    parts: list[Part] = []
    if data.f1.shape[1] > 1 and not data.f1.empty:
        parts.append(
            Text(
                "F1 genre by genre of the best configuration of each model, beside a coin toss that gives the genre to "
                "every second title: a system that is no better than the coin has learnt nothing about that genre."
            )
        )
        parts.append(Side([Picture(plot_systems(data.f1, data.coin, "systems")), Heat(data.f1, decimals=True)]))
    if len(data.reports) > 1:
        tables: list[Part] = [
            Side([Side([Heading(name), table_of(frame, _REPORT)]) for name, frame in data.reports.items()])
        ]
        parts.append(Fold("Two classification reports side by side", tables))
    return parts


def _systems_tables(data: Systems) -> dict[str, pd.DataFrame]:
    reports = [frame.assign(system=name) for name, frame in data.reports.items()]
    return {
        "genres_by_model": data.f1.reset_index(),
        "classification_reports": pd.concat(reports, ignore_index=True) if reports else pd.DataFrame(),
    }


GENRES = Section("genres", "Genre by genre", _best, _best_parts, lambda data: {"genres": data}, open=True)
BY_SET = Section(
    "genres-features",
    "Genres by feature set",
    _by_set,
    lambda _, data: [Text("F1 of each genre with the best model of each feature set."), Heat(data, decimals=True)],
    lambda data: {"genres_by_feature_set": data.reset_index()},
)
BY_SYSTEM = Section("genres-models", "Genres by model", systems, _systems_parts, _systems_tables)
