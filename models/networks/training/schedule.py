"""Decisions of a training, each a function of its history so far, so that a killed one resumes with the same."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ..architecture import Stage, Training

Entry = Mapping[str, Any]


def gain(entry: Entry, monitor: str) -> tuple[float, float]:
    """How good an epoch was, greater is better; equal hit rates are told apart by the validation loss.

    Examples
    --------
    >>> low = {"monitor": 0.4, "validation_loss": 0.4}
    >>> gain(low, "loss") > gain({"monitor": 0.5, "validation_loss": 0.5}, "loss")
    True
    """
    loss = -entry["validation_loss"]
    first = loss if monitor == "loss" else entry["monitor"]
    found = (first, loss)
    return found if all(math.isfinite(value) for value in found) else (-math.inf, -math.inf)


def best_epoch(history: Sequence[Entry], monitor: str) -> int | None:
    """Position of the best epoch, the first of equals; None while no epoch had a finite loss.

    Examples
    --------
    >>> best_epoch([{"monitor": value, "validation_loss": value} for value in (0.7, 0.5, 0.6)], "loss")
    1
    """
    best = None
    for place, entry in enumerate(history):
        own = gain(entry, monitor)
        if math.isfinite(own[0]) and (best is None or own > gain(history[best], monitor)):
            best = place
    return best


def learning_rate(stage: Stage, training: Training, history: Sequence[Entry]) -> float:
    """Learning rate of a stage's next epoch.

    Parameters
    ----------
    stage : Stage
    training : Training
        Its `halve_every` and `plateau`.
    history : sequence of mapping
        The stage's epochs so far.

    Returns
    -------
    float

    Examples
    --------
    >>> falling = [{"monitor": value, "validation_loss": value} for value in (0.5, 0.6, 0.7)]
    >>> round(learning_rate(Stage(10, 0.1), Training((), plateau=2), falling), 6)
    0.01
    """
    rate = stage.learning_rate
    if training.halve_every:
        rate *= 0.5 ** (len(history) // training.halve_every)
    if training.plateau:
        best, waited = (-math.inf, -math.inf), 0
        for entry in history:
            own = gain(entry, training.monitor)
            best, waited = (own, 0) if own > best else (best, waited + 1)
            if waited >= training.plateau:
                rate, waited = rate * 0.1, 0
    return rate


def is_over(stage: Stage, training: Training, history: Sequence[Entry]) -> bool:
    """Whether a stage has had its epochs, or its patience, or lost its weights to a loss that is not finite.

    Examples
    --------
    >>> rising = [{"loss": 1.0, "monitor": value, "validation_loss": value} for value in (0.5, 0.6, 0.7)]
    >>> is_over(Stage(10, 0.1), Training((), patience=2), rising)
    True
    """
    if len(history) >= stage.epochs or (history and not math.isfinite(history[-1]["loss"])):
        return True
    best = best_epoch(history, training.monitor)
    return bool(training.patience) and len(history) - 1 - (-1 if best is None else best) >= training.patience
