"""How networks learnt: loss by epoch, and one poster as augmentation shows it to them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..pages.figures.svg import INK, MARKERS, MUTED, SERIES, as_svg, figure, legend_below
from ..pages.figures.thumbnails import thumbnail
from ..runs.read import KEYS, SPLIT, Configuration, RunFolder

MOST = 12


@dataclass(frozen=True)
class TrainingCurve:
    """The training of one configuration, fold by fold.

    Attributes
    ----------
    configuration : Configuration
    epochs : DataFrame
        epoch, loss, loss_low, loss_high, validation_loss, validation_loss_low, validation_loss_high, folds: mean and
        range over the folds that got so far.
    best_epochs : list of int
        The epoch of the smallest validation loss in each fold.
    stages : list of int
        First epochs of the second and later stages, in the fold that came to them first.
    seconds : float
        Mean of an epoch.
    """

    configuration: Configuration
    epochs: pd.DataFrame
    best_epochs: list[int]
    stages: list[int]
    seconds: float

    @property
    def sentence(self) -> str:
        """What the curve says, in words."""
        first, last = self.epochs.iloc[0], self.epochs.iloc[-1]
        best = sorted(self.best_epochs)
        when = f"epoch {best[0]}" if best[0] == best[-1] else f"epochs {best[0]} to {best[-1]}"
        told = f"training loss {first['loss']:.3g} to {last['loss']:.3g}, "
        told += f"validation loss best in {when} of {len(self.epochs)}"
        if best[-1] < len(self.epochs) and last["validation_loss"] > 1.05 * self.epochs["validation_loss"].min():
            by_heart = last["loss"] < 0.9 * first["loss"]
            told += "; after that it learns its training titles by heart" if by_heart else "; after that it gets worse"
        elif self.epochs["loss"].min() > 0.97 * first["loss"]:
            told += "; it hardly learns"
        elif best[0] == len(self.epochs):
            told += "; it was still getting better at the end"
        return f"{told}; {self.seconds:.1f} s an epoch."


def training_curves(run: RunFolder) -> list[TrainingCurve]:
    """Losses of every network of a run.

    Parameters
    ----------
    run : RunFolder

    Returns
    -------
    list of TrainingCurve
        At most 12, in the order of the run; none where no network was trained.
    """
    path = run.path / "curves.parquet"
    if not path.exists():
        return []
    table = pd.read_parquet(path)
    found = []
    for key, rows in table.groupby(KEYS, sort=False):
        by_epoch = rows.groupby("epoch")
        parts = {"folds": by_epoch.size()}
        for name in ("loss", "validation_loss"):
            parts |= {name: by_epoch[name].mean(), f"{name}_low": by_epoch[name].min()}
            parts[f"{name}_high"] = by_epoch[name].max()
        folds = [own for _, own in rows.groupby(SPLIT)]
        # A fold whose losses are no numbers has no best epoch.
        best = [
            int(own.loc[own["validation_loss"].idxmin(), "epoch"])
            for own in folds
            if own["validation_loss"].notna().any()
        ]
        starts = folds[0].groupby("stage")["epoch"].min().iloc[1:].tolist()
        epochs = pd.DataFrame(parts).reset_index()
        if best:
            found.append(TrainingCurve(Configuration(*key), epochs, best, starts, float(rows["seconds"].mean())))
    return found[:MOST]


def plot_training(curve: TrainingCurve, name: str) -> str:
    """Loss by epoch: mean over folds as lines, their range as a band; later stages begin at dotted lines."""
    made, axes = figure(5.2, 3.4)
    epochs = curve.epochs
    for k, (column, label) in enumerate((("loss", "training"), ("validation_loss", "validation"))):
        axes.fill_between(
            epochs["epoch"], epochs[f"{column}_low"], epochs[f"{column}_high"], color=SERIES[k], alpha=0.18, linewidth=0
        )
        axes.plot(epochs["epoch"], epochs[column], color=SERIES[k], marker=MARKERS[k], markersize=4.5, label=label)
    for start in curve.stages:
        axes.axvline(start - 0.5, color=MUTED, linestyle=(0, (1, 2)), linewidth=1.2)
    best = int(np.median(curve.best_epochs))
    level = float(epochs.loc[epochs["epoch"] == best, "validation_loss"].iloc[0])
    axes.plot([best], [level], marker="o", markersize=10, markerfacecolor="none", markeredgecolor=INK)
    axes.set(xlabel="epoch (the ring marks the median best one)", ylabel="loss")
    axes.set_xlim(epochs["epoch"].min() - 0.5, epochs["epoch"].max() + 0.5)
    axes.xaxis.get_major_locator().set_params(integer=True)
    legend_below(axes, columns=2)
    return as_svg(made, name, f"Loss by epoch of {curve.configuration}")


def augmented_picture(run: RunFolder) -> str | None:
    """One poster augmented many ways, if the run left such a picture: a data URI."""
    return thumbnail(run.path / "augmented.png", 900, 1100)
