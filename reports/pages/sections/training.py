"""How models were fitted: networks by epoch, what searches chose, grids point by point, pixel components."""

from dataclasses import dataclass

import pandas as pd

from ...evaluation.details.genres import coin_toss
from ...evaluation.learning.training_curves import TrainingCurve, genre_epochs, training_curves
from ...evaluation.sweeps import Sweep, chosen_parameters, explained_variance, find_sweeps, summarize_choices
from ...runs.format import AUGMENTED, KEYS
from ..figures.curves import plot_explained_variance, plot_sweep, plot_training
from ..figures.genres import plot_systems
from ..parts import Heading, InText, Items, Part, Picture, Side, Text
from ..report import Report
from ..section import Section
from ..tables import table_of
from ..words import formats

_LOSS = (
    "Loss and accuracy by epoch, mean over folds; bands span the folds. With several genres a title, accuracy is the "
    "share of yes and no that are right, which saying no alone makes high. Training titles are scored while the epoch "
    "runs, validation titles after it. They are split off the training titles of each fold: no tested title chooses an "
    "epoch."
)
_BY_GENRE = (
    "F1 of each genre on the validation titles after a fixed number of epochs, beside a coin toss that gives the genre "
    "to every second title. A network that is no better than the coin has learnt nothing about that genre."
)


@dataclass(frozen=True)
class Training:
    """The networks of a run epoch by epoch.

    Attributes
    ----------
    curves : list of TrainingCurve
    genres : dict of epoch to DataFrame
        F1 of genres by networks.
    coin : dict of genre to float
    augmented : str or None
        One poster as augmentation shows it to them, a data URI.
    """

    curves: list[TrainingCurve]
    genres: dict[int, pd.DataFrame]
    coin: dict[str, float]
    augmented: str | None


def training(report: Report) -> Training | None:
    """Training curves; None where no network was trained."""
    curves = training_curves(report.run)
    picture = report.thumbnail(str(report.run.path / AUGMENTED), 900, 1100)
    if not curves:
        return None
    return Training(curves, genre_epochs(report.run, report.labels), coin_toss(report.run, report.labels), picture)


def _training_parts(_: Report, data: Training) -> list[Part]:
    pictures = [
        Picture(plot_training(curve, f"training-{k}"), f"{curve.configuration}: {curve.sentence}")
        for k, curve in enumerate(data.curves)
    ]
    parts: list[Part] = [
        Text(_LOSS),
        Side(pictures),
        InText(Items([picture.caption for picture in pictures])),
    ]
    if data.genres:
        drawn = [
            Picture(plot_systems(table, data.coin, f"training-genres-{epoch}"), f"After {_epochs(epoch)}.")
            for epoch, table in data.genres.items()
        ]
        parts += [Heading("Genre by genre, half-way and at the end"), Text(_BY_GENRE), Side(drawn)]
    if data.augmented:
        parts.append(Picture(data.augmented, "One poster as augmentation shows it to a network, twenty ways."))
    return parts


def _training_tables(data: Training) -> dict[str, pd.DataFrame]:
    parts = [curve.epochs.assign(**dict(zip(KEYS, curve.configuration, strict=True))) for curve in data.curves]
    genres = [
        table.reset_index().assign(epoch=epoch, coin_toss=table.index.map(data.coin))
        for epoch, table in data.genres.items()
    ]
    by_epoch = pd.concat(genres, ignore_index=True) if genres else pd.DataFrame()
    return {"training": pd.concat(parts, ignore_index=True), "training_genres": by_epoch}


def _epochs(count: int) -> str:
    return f"{count} epoch{'s' if count != 1 else ''}"


def _grid_parts(_: Report, data: list[Sweep]) -> list[Part]:
    pictures = []
    for k, sweep in enumerate(data):
        balance = "" if sweep.balance == "none" else f" ({sweep.balance})"
        pictures.append(Picture(plot_sweep(sweep, f"grid-{k}"), f"{sweep.base} on {sweep.feature_set}{balance}"))
    told = (
        "Every point of a sweep: its mean over the folds, and the lowest and highest fold. The points are scored on "
        "the folds that would choose among them, so the best of them is too lucky to be a winner, and none "
        "has a verdict."
    )
    return [Text(told), Side(pictures)]


def _grid_tables(data: list[Sweep]) -> dict[str, pd.DataFrame]:
    parts = [
        sweep.points.assign(feature_set=sweep.feature_set, model=sweep.base, balance=sweep.balance, metric=sweep.metric)
        for sweep in data
    ]
    return {"grid": pd.concat(parts, ignore_index=True)}


def _components(report: Report) -> pd.DataFrame | None:
    table = explained_variance(report.run)
    return None if table.empty else table


def _components_parts(_: Report, data: pd.DataFrame) -> list[Part]:
    told = (
        "Share of the pixels' variance that the principal components keep; fitted on training titles, mean over folds."
    )
    return [Picture(plot_explained_variance(data), told)]


_TUNED = (
    "Every fold chose these parameters on its own training titles, so the tested titles took no part and the scores "
    "stand beside all others. The inner score is the one the choice was made by: the best of several, and so too high. "
    "Inner minus outer is that optimism: by so much a page that printed the inner score would overstate the result."
)
_TUNED_COLUMNS = {
    "feature_set": ("features", str),
    "model": ("model", str),
    "balance": ("balance", str),
    "chosen": ("chosen", str),
    "inner": ("inner macro F1", formats.score),
    "outer": ("outer macro F1", formats.score),
    "optimism": ("inner − outer", formats.score),
}


def tuned(report: Report) -> pd.DataFrame | None:
    """What every fold chose; None where nothing was tuned."""
    table = chosen_parameters(report.run)
    return None if table.empty else table


def _tuned_parts(_: Report, data: pd.DataFrame) -> list[Part]:
    return [Text(_TUNED), table_of(summarize_choices(data), _TUNED_COLUMNS)]


PIXELS = Section(
    "pixels", "Pixel components", _components, _components_parts, lambda data: {"explained_variance": data}
)
GRID = Section("grid", "Over the grid", lambda report: find_sweeps(report.run) or None, _grid_parts, _grid_tables)
TRAINING = Section("training", "How the networks learnt", training, _training_parts, _training_tables, open=True)
TUNED = Section("tuned", "Chosen inside the training folds", tuned, _tuned_parts, lambda data: {"tuned": data})
