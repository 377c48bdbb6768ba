"""Scores as probabilities: precision and recall, calibration, and genre lists that keep a promise."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from ...evaluation.details.curves import Calibration, Curve, calibration, genre_calibration, precision_recall
from ...evaluation.details.sets import genre_sets
from ..figures.curves import plot_calibration, plot_precision_recall
from ..parts import Fold, Part, Picture, Side, Text
from ..report import Report
from ..section import Section
from ..tables import Table, table_of
from ..words import formats

_BRIER = (
    "The Brier score is the mean squared error of the probabilities; beside it that of always giving the genre's "
    "share, the bar to get below. The calibration error is the mean gap between a probability and the "
    "share that came true."
)
_PROMISE = (
    "Lists long enough that a promised share of the true genres is on them (conformal risk control; thresholds come "
    "from the other folds). A promise is kept when the measured coverage reaches it; its price is the length of the "
    "list. It is made for all genres of a title together, or for every single genre, which takes longer lists."
)


@dataclass(frozen=True)
class Scores:
    """Curves of the best model, its calibration, and that of every genre."""

    curves: list[Curve]
    calibration: Calibration | None
    genres: pd.DataFrame


def scores(report: Report) -> Scores | None:
    """Curves and calibration; None without predictions."""
    if report.predictions.empty:
        return None
    curves = precision_recall(report.predictions, report.labels)
    known = calibration(report.predictions)
    if not curves and known is None:
        return None
    return Scores(curves, known, genre_calibration(report.predictions, report.labels))


def _scores_parts(_: Report, data: Scores) -> list[Part]:
    pictures: list[Part] = []
    if data.curves:
        pictures.append(Picture(plot_precision_recall(data.curves), "Precision and recall at every threshold."))
    if data.calibration:
        pictures.append(
            Picture(plot_calibration(data.calibration), "Predicted probability, and how often it came true.")
        )
    parts: list[Part] = [Side(pictures)]
    if len(data.genres):
        parts += [Fold("Calibration genre by genre", [Text(_BRIER), calibration_table(data.genres)])]
    return parts


def calibration_table(genres: pd.DataFrame) -> Table:
    """Calibration of every genre."""
    columns: dict[str, Any] = {
        "label": ("genre", str),
        "brier": ("Brier score", formats.score),
        "brier_share": ("of its share", formats.score),
        "error": ("calibration error", formats.score),
        "share": ("share", formats.score),
        "mean_score": ("mean probability", formats.score),
    }
    return table_of(genres, columns)


def _scores_tables(data: Scores) -> dict[str, pd.DataFrame]:
    parts = [pd.DataFrame({"label": c.label, "recall": c.recall, "precision": c.precision}) for c in data.curves]
    return {
        "calibration": data.calibration.bins if data.calibration else pd.DataFrame(),
        "calibration_by_genre": data.genres,
        "precision_recall": pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(),
    }


def _sets(report: Report) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    whole, genres = genre_sets(report.run)
    return None if whole.empty else (whole, genres)


def _sets_parts(_: Report, data: tuple[pd.DataFrame, pd.DataFrame]) -> list[Part]:
    whole, genres = data
    frame = whole.assign(
        interval=[formats.spread(low, high) for low, high in zip(whole["low"], whole["high"], strict=True)],
        scope=whole["scope"].map({"title": "a title's genres", "genre": "every genre"}),
    )
    columns: dict[str, Any] = {
        "promise": ("promise, %", formats.share),
        "scope": ("made for", str),
        "coverage": ("coverage", formats.score),
        "interval": ("95 % interval", formats.as_is),
        "set_size": ("genres on a list", lambda value: f"{value:.1f}"),
        "all_found": ("titles with all their genres listed, %", formats.share),
    }
    parts: list[Part] = [Text(_PROMISE), table_of(frame, columns)]
    if len(genres):
        by_genre: dict[str, Any] = {
            "label": ("genre", str),
            "titles": ("titles", formats.whole),
            "coverage": ("coverage", formats.score),
            "listed": ("listed for, %", formats.share),
            "genre_coverage": ("coverage, promise per genre", formats.score),
            "genre_listed": ("listed for, %", formats.share),
        }
        line = f"Genre by genre, for the promise of {formats.share(whole['promise'].max())} %"
        parts.append(Fold(line, [table_of(genres, by_genre)]))
    return parts


CURVES = Section("curves", "Scores and probabilities", scores, _scores_parts, _scores_tables)
SETS = Section(
    "sets",
    "Genre lists that keep a promise",
    _sets,
    _sets_parts,
    lambda data: {"genre_sets": data[0], "genre_sets_by_genre": data[1]},
)
