"""Scores under draws of titles, against scikit-learn on titles that are really repeated."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    balanced_accuracy_score,
    f1_score,
    hamming_loss,
)

from genrelab.reports.evaluation.bootstrap import units as units_module
from genrelab.reports.evaluation.bootstrap.draws import METRICS, f1_by_label, split_draws
from genrelab.reports.evaluation.bootstrap.units import units_of
from genrelab.reports.runs.read import Configuration, RunFolder, read_run

RF = Configuration("keywords", "rf", "none")


def grouped(run: RunFolder, size: int = 2) -> RunFolder:
    """The run with groups of `size` titles."""
    assert run.titles is not None
    return replace(run, titles=run.titles.assign(group=[f"g{k // size}" for k in range(len(run.titles))]))


def repeated(run: RunFolder, draw: int, split: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Truth, predictions and scores of a split, every title as often as the draw has it."""
    units, frame = units_of(run, draws=20), run.predictions(RF)
    assert units is not None
    rows = frame[(frame["repeat"] == split[0]) & (frame["fold"] == split[1])]
    matrices = [rows.pivot(index="imdb_id", columns="label", values=c) for c in ("truth", "predicted", "score")]
    times = units.weights[draw][units.codes.reindex(matrices[0].index).to_numpy()].astype(int)
    truth, predicted, score = (np.repeat(matrix.to_numpy(), times, axis=0) for matrix in matrices)
    return truth, predicted, score


def oracle(metric: str, truth: np.ndarray, predicted: np.ndarray, score: np.ndarray) -> float:
    if metric == "hamming_loss":
        return float(hamming_loss(truth, predicted))
    if metric == "average_precision_macro":
        there = truth.any(axis=0)
        return float(average_precision_score(truth[:, there], score[:, there]))
    if metric in ("accuracy", "balanced_accuracy"):
        measure = accuracy_score if metric == "accuracy" else balanced_accuracy_score
        return float(measure(truth.argmax(axis=1), predicted.argmax(axis=1)))
    return float(f1_score(truth, predicted, average=metric.removeprefix("f1_"), zero_division=0))


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
def test_scores_under_a_draw_are_scores_of_repeated_titles(multilabel_run: Path, single_run: Path, metric: str):
    run = grouped(read_run(single_run if "accuracy" in metric else multilabel_run))
    units = units_of(run, draws=20)
    assert units is not None and units.count == 60
    found = split_draws(run, RF, metric, units)
    assert set(found) == {(repeat, fold) for repeat in (0, 1) for fold in (0, 1, 2)}
    for draw, split in ((0, (0, 0)), (7, (1, 2)), (19, (0, 1))):
        assert found[split][draw] == pytest.approx(oracle(metric, *repeated(run, draw, split)), abs=1e-6)


def test_f1_by_label_is_that_of_repeated_titles(multilabel_run: Path):
    run = read_run(multilabel_run)
    units = units_of(run, draws=20)
    assert units is not None
    found = f1_by_label(run, RF, units)
    parts = [repeated(run, 3, (repeat, fold)) for repeat in (0, 1) for fold in (0, 1, 2)]
    expected = np.mean([f1_score(t, p, average=None, zero_division=0) for t, p, _ in parts], axis=0)
    assert list(found) == sorted(found)
    assert [values[3] for values in found.values()] == pytest.approx(expected.tolist(), abs=1e-6)


def test_groups_come_and_go_together_and_none_means_alone(multilabel_run: Path):
    run = read_run(multilabel_run)
    assert run.titles is not None
    alone, together = units_of(run), units_of(grouped(run, 5))
    assert alone is not None and together is not None and (alone.count, together.count) == (120, 24)
    assert together.codes.iloc[:6].tolist() == [0] * 5 + [1]
    assert (together.weights.sum(axis=1) == 24).all()
    some = run.titles.assign(group=pd.array(["a", "a"] + [None] * 118, dtype="string"))
    partly = units_of(replace(run, titles=some))
    assert partly is not None and partly.count == 119
    assert units_of(replace(run, titles=None)) is None


def test_many_groups_are_drawn_in_bundles(multilabel_run: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(units_module, "MOST_UNITS", 30)
    units = units_of(read_run(multilabel_run))
    assert units is not None and units.count == 30
    assert np.bincount(units.codes).tolist() == [4] * 30


def test_groups_widen_the_spread_when_titles_repeat(multilabel_run: Path):
    run = read_run(multilabel_run)
    assert run.titles is not None
    # Ten copies of every third title under one group, against the same copies drawn one by one.
    spread = {}
    for size in (1, 10):
        units = units_of(grouped(run, size))
        assert units is not None
        rng = np.random.default_rng(0)
        truth = np.repeat((rng.random(12) < 0.4).astype(np.uint8), 10)
        said = np.repeat((rng.random(12) < 0.4).astype(np.uint8), 10)
        frame = pd.DataFrame({"repeat": 0, "fold": 0, "imdb_id": run.titles["imdb_id"], "label": "War"})
        frame = frame.assign(truth=truth, predicted=said, score=said)
        made = _Made(run.path, run.results, grouped(run, size).titles, {"frame": frame})
        spread[size] = split_draws(made, RF, "f1_micro", units)[0, 0].std()
    assert spread[10] > 2 * spread[1]


class _Made(RunFolder):
    """A run whose predictions are in memory."""

    def predictions(self, configuration: Configuration) -> pd.DataFrame:
        return self.info["frame"]


def test_the_same_seed_draws_the_same_and_unknown_metrics_are_refused(multilabel_run: Path):
    run = read_run(multilabel_run)
    one, two, other = units_of(run, 50, 3), units_of(run, 50, 3), units_of(run, 50, 4)
    assert one is not None and two is not None and other is not None
    assert (one.weights == two.weights).all() and (one.weights != other.weights).any()
    with pytest.raises(ValueError, match="metric 'beauty': expected one of f1_macro"):
        split_draws(run, RF, "beauty", one)
    assert split_draws(run, Configuration("no", "such", "none"), "f1_macro", one) == {}
