"""How networks learnt: loss, accuracy and hit rate by epoch, and the epoch whose weights each fold kept."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...runs.read import KEYS, SPLIT, Configuration, RunFolder

MOST = 12


@dataclass(frozen=True)
class TrainingCurve:
    """The training of one configuration, fold by fold.

    Attributes
    ----------
    configuration : Configuration
    epochs : DataFrame
        epoch, folds, and for each of loss, accuracy, validation_loss, validation_accuracy and monitor its mean over the
        folds that got so far, and `_low` and `_high`, their range. Accuracies are NaN in runs that did not keep them.
    kept : list of int
        The epoch whose weights each fold kept.
    watches_hits : bool
        Whether `monitor` is the hit rate on validation titles, which then chose the kept epoch; else it is their loss.
    stages : list of int
        First epochs of the second and later stages, in the fold that came to them first.
    seconds : float
        Mean of an epoch.
    """

    configuration: Configuration
    epochs: pd.DataFrame
    kept: list[int]
    watches_hits: bool
    stages: list[int]
    seconds: float

    @property
    def sentence(self) -> str:
        """What the curve says, in words."""
        first, last = self.epochs.iloc[0], self.epochs.iloc[-1]
        kept = sorted(self.kept)
        when = f"epoch {kept[0]}" if kept[0] == kept[-1] else f"epochs {kept[0]} to {kept[-1]}"
        by = "hit rate" if self.watches_hits else "loss"
        told = f"the training loss went from {first['loss']:.3g} to {last['loss']:.3g}; "
        told += f"the weights of {when} of {len(self.epochs)} were kept, by the {by} on validation titles"
        if kept[-1] < len(self.epochs) and last["validation_loss"] > 1.05 * self.epochs["validation_loss"].min():
            learns = last["loss"] < 0.9 * first["loss"]
            told += "; after that it memorised its training titles" if learns else "; after that it got worse"
        elif self.epochs["loss"].min() > 0.97 * first["loss"]:
            told += "; it hardly learnt anything"
        elif kept[0] == len(self.epochs):
            told += "; it was still improving at the end"
        return f"{told}. {self.seconds:.1f} s per epoch."


def training_curves(run: RunFolder) -> list[TrainingCurve]:
    """Losses and hit rates of every network of a run.

    Parameters
    ----------
    run : RunFolder

    Returns
    -------
    list of TrainingCurve
        At most 12, in the order of the run; none where no network was trained.
    """
    table = run.curves()
    if table is None:
        return []
    curves = []
    for key, rows in table.groupby(KEYS, sort=False):
        by_epoch = rows.groupby("epoch")
        parts = {"folds": by_epoch.size()}
        for name in ("loss", "accuracy", "validation_loss", "validation_accuracy", "monitor"):
            values = by_epoch[name]
            parts |= {name: values.mean(), f"{name}_low": values.min(), f"{name}_high": values.max()}
        # A network that watches its loss records that loss as what it monitors.
        hits = not rows["monitor"].fillna(0).equals(rows["validation_loss"].fillna(0))
        folds = [fold for _, fold in rows.groupby(SPLIT)]
        kept = [epoch for fold in folds if (epoch := _kept(fold, hits)) is not None]
        starts = folds[0].groupby("stage")["epoch"].min().iloc[1:].tolist()
        if kept:
            epochs = pd.DataFrame(parts).reset_index()
            curves.append(
                TrainingCurve(
                    Configuration(str(key[0]), str(key[1]), str(key[2])),
                    epochs,
                    kept,
                    hits,
                    starts,
                    float(rows["seconds"].mean()),
                )
            )
    return curves[:MOST]


def genre_epochs(run: RunFolder, labels: Sequence[str], most: int = 4) -> dict[int, pd.DataFrame]:
    """F1 genre by genre of the networks of a run after two epochs that were settled beforehand.

    Epochs 10 and 20, as in Tecimer (2020), where a training got so far; else the half and the whole of the longest. The
    titles are those that a training split off from its own to watch itself: it did not learn from them, and as the
    epochs are given, they chose nothing here.

    Parameters
    ----------
    run : RunFolder
    labels : sequence of str
        Row order.
    most : int
        Networks, in the order of the run.

    Returns
    -------
    dict of epoch to DataFrame
        Indexed by label, one column per network, mean over the folds that got so far; empty where the run did not keep
        these scores.
    """
    table = run.curves()
    known = [] if table is None else list(run.info.get("labels") or [])
    if table is None or not known:
        return {}
    rows = table[[isinstance(f1, list | np.ndarray) and len(f1) == len(known) for f1 in table["validation_f1"]]]
    if rows.empty:
        return {}
    longest = int(rows["epoch"].max())
    wanted = (10, 20) if longest >= 20 else tuple(dict.fromkeys((max(1, longest // 2), longest)))
    cells = list(dict.fromkeys(Configuration(str(a), str(b), str(c)) for a, b, c in rows[KEYS].to_numpy()))[:most]
    made = {}
    for epoch in wanted:
        there = rows[rows["epoch"] == epoch]
        columns = {}
        for cell in cells:
            own = there.loc[(there[KEYS] == list(cell)).all(axis=1), "validation_f1"]
            if len(own):
                columns[str(cell)] = pd.DataFrame([list(f1) for f1 in own], columns=known).mean()
        made[epoch] = pd.DataFrame(columns).reindex([label for label in labels if label in known]).rename_axis("label")
    return made


def _kept(fold: pd.DataFrame, hits: bool) -> int | None:
    """The rule by which training keeps weights: the highest hit rate, then the lowest validation loss, then the first.

    None for a fold whose losses are no numbers.
    """
    finite = fold.dropna(subset=["monitor", "validation_loss"])
    if finite.empty:
        return None
    order = ["monitor", "validation_loss", "epoch"] if hits else ["validation_loss", "epoch"]
    ascending = [False, True, True] if hits else [True, True]
    return int(finite.sort_values(order, ascending=ascending)["epoch"].iloc[0])
