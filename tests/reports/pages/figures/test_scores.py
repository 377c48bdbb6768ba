"""Every chart says what it should, whatever the data."""

import re
from dataclasses import replace

import pytest

from genrelab.reports.pages.figures import scores as plots
from genrelab.reports.pages.summary import Summary


@pytest.fixture
def summary(multilabel_summary: Summary) -> Summary:
    return multilabel_summary


def _texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_feature_sets(summary: Summary):
    texts = _texts(plots.plot_feature_sets(summary.feature_sets, summary.leaderboard, "f1_macro"))
    assert "everything · rf" in texts and any(text.startswith("trivial: all-positive") for text in texts)
    models = summary.leaderboard[~summary.leaderboard["trivial"]]
    alone = _texts(plots.plot_feature_sets(summary.feature_sets, models, "f1_macro"))
    assert not any(text.startswith("trivial") for text in alone)


def test_curves(summary: Summary):
    texts = _texts(plots.plot_precision_recall(summary.curves))
    assert sum("AP" in text for text in texts) == 7
    assert summary.calibration is not None
    assert any("Brier" in text for text in _texts(plots.plot_calibration(summary.calibration)))


def test_sweeps_of_one_and_two_parameters(summary: Summary):
    (sweep,) = summary.sweeps
    texts = _texts(plots.plot_sweep(sweep, "grid-0"))
    assert {"2", "4", "8", "max_features", "n_estimators = 100", "n_estimators = 200"} <= set(texts)
    flat = replace(sweep, parameters=("max_features",), points=sweep.points.query("n_estimators == 100"))
    assert "n_estimators = 100" not in _texts(plots.plot_sweep(flat, "grid-1"))


def test_seconds_are_plain_numbers(summary: Summary):
    texts = _texts(plots.plot_seconds(summary.leaderboard))
    assert not any("$" in text or "trivial" in text for text in texts)
    assert any(text.endswith(" s") for text in texts)


def test_explained_variance(summary: Summary):
    assert "everything: 100%" in _texts(plots.plot_explained_variance(summary.explained_variance))


@pytest.mark.parametrize("name", ["a $b$ name", "<b>", "x" * 200, "\\alpha_{1}"])
def test_odd_names_neither_break_nor_overflow(summary: Summary, name: str):
    named = summary.feature_sets.assign(feature_set=name)
    texts = _texts(plots.plot_feature_sets(named, summary.leaderboard, "f1_macro"))
    assert max(len(text) for text in texts) < 50
