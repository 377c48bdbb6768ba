import math

import pytest

from genrelab.models.networks.architecture import Stage, Training
from genrelab.models.networks.training.schedule import best_epoch, gain, is_over, learning_rate


def history(*values, losses=None):
    losses = losses or values
    return [
        {"monitor": value, "validation_loss": loss, "loss": loss} for value, loss in zip(values, losses, strict=True)
    ]


def test_best_epoch_follows_the_monitor_and_tells_ties_apart_by_loss():
    assert best_epoch(history(0.5, 0.4, 0.6), "loss") == 1
    assert best_epoch(history(0.5, 0.4, 0.6), "accuracy") == 2
    assert best_epoch(history(0.0, 0.0, 0.0, losses=[0.7, 0.5, 0.6]), "recall") == 1
    assert best_epoch(history(0.5, 0.5), "loss") == 0
    assert best_epoch([], "loss") is None
    assert best_epoch(history(math.nan), "loss") is None
    assert best_epoch(history(math.nan, 0.3), "loss") == 1
    assert gain(history(math.nan)[0], "loss") < gain(history(1e9)[0], "loss")


def test_rate_halves_by_the_clock():
    stage, training = Stage(50, 0.8), Training((), halve_every=10)
    assert [learning_rate(stage, training, history(*[0.5] * n)) for n in (0, 9, 10, 25)] == [0.8, 0.8, 0.4, 0.2]


def test_rate_falls_on_a_plateau_and_waits_anew():
    stage, training = Stage(50, 1.0), Training((), plateau=3)
    rates = [learning_rate(stage, training, history(0.5, *[0.6] * n)) for n in range(8)]
    assert rates == pytest.approx([1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01])
    assert learning_rate(stage, training, history(0.5, 0.6, 0.6, 0.4, 0.6, 0.6)) == 1


def test_a_stage_ends():
    assert not is_over(Stage(3, 0.1), Training((), patience=2), [])
    assert is_over(Stage(3, 0.1), Training(()), history(0.3, 0.2, 0.1))
    assert not is_over(Stage(9, 0.1), Training((), patience=2), history(0.3, 0.4))
    assert is_over(Stage(9, 0.1), Training((), patience=2), history(0.3, 0.4, 0.5))
    assert not is_over(Stage(9, 0.1), Training(()), history(*[0.3] * 8))
    assert is_over(Stage(9, 0.1), Training(()), history(0.3, math.nan))
