"""Curves against scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, brier_score_loss

from genrelab.reports.evaluation.details.curves import calibration, genre_calibration, precision_recall


@pytest.fixture
def scored() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    score = rng.random(3000)
    truth = (rng.random(3000) < score**2).astype(int)
    return pd.DataFrame({"label": rng.choice(["a", "b"], 3000), "truth": truth, "score": score})


def test_precision_recall_keeps_its_shape_when_thinned(scored: pd.DataFrame):
    whole, a, b = precision_recall(scored, ["a", "b", "never"])
    assert whole.average_precision == pytest.approx(average_precision_score(scored["truth"], scored["score"]))
    assert [a.label, b.label] == ["a", "b"]
    for curve in (whole, a, b):
        assert len(curve.recall) <= 150
        assert (np.diff(curve.recall) >= 0).all() and curve.recall[0] == 0 and curve.recall[-1] == 1
        area = np.sum(np.diff(curve.recall) * curve.precision[1:])
        assert area == pytest.approx(curve.average_precision, abs=0.02)
    assert whole.prevalence == pytest.approx(scored["truth"].mean())


def test_only_the_first_labels_get_a_curve(scored: pd.DataFrame):
    assert len(precision_recall(scored, ["a", "b"], most=1)) == 2


def test_calibration_is_scikit_learns(scored: pd.DataFrame):
    found = calibration(scored)
    observed, means = calibration_curve(scored["truth"], scored["score"], n_bins=10)
    assert found is not None
    assert found.bins["observed"].to_numpy() == pytest.approx(observed)
    assert found.bins["mean_score"].to_numpy() == pytest.approx(means)
    assert found.brier == pytest.approx(brier_score_loss(scored["truth"], scored["score"]))
    assert found.bins["count"].sum() == 3000


def test_missing_scores_and_margins(scored: pd.DataFrame):
    nothing = scored.assign(score=np.nan)
    assert precision_recall(nothing, ["a"]) == [] and calibration(nothing) is None
    assert calibration(scored.assign(score=scored["score"] * 3 - 1)) is None


def beta_scores(seed: int = 0, size: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    parts = []
    for label, share in (("Drama", 0.5), ("War", 0.1)):
        score = rng.beta(2, 2 / share - 2, size)
        parts.append(pd.DataFrame({"label": label, "truth": (rng.random(size) < score).astype(int), "score": score}))
    return pd.concat(parts, ignore_index=True)


def test_it_agrees_with_an_independent_computation():
    data = beta_scores()
    table = genre_calibration(data, ["War", "Drama"]).set_index("label")
    assert list(table.index) == ["War", "Drama"]
    for label, own in data.groupby("label"):
        assert table.at[label, "brier"] == pytest.approx(brier_score_loss(own["truth"], own["score"]))
        share = np.full(len(own), own["truth"].mean())
        assert table.at[label, "brier_share"] == pytest.approx(brier_score_loss(own["truth"], share))
        gaps = [
            len(part) / len(own) * abs(part["score"].mean() - part["truth"].mean())
            for _, part in own.groupby(np.minimum((own["score"] * 10).astype(int), 9))
        ]
        assert table.at[label, "error"] == pytest.approx(sum(gaps))


def test_true_probabilities_are_calibrated_and_squared_ones_are_not():
    good = beta_scores(size=4000)
    worse = good.assign(score=np.sqrt(good["score"]))
    labels = ["Drama", "War"]
    assert (genre_calibration(good, labels)["error"] < 0.03).all()
    assert (genre_calibration(worse, labels)["error"] > 0.08).all()


def test_margins_and_missing_labels_give_no_row():
    data = beta_scores().assign(score=lambda f: f["score"] * 4 - 2)
    assert genre_calibration(data, ["Drama", "War"]).empty
    assert genre_calibration(beta_scores(), ["Drama", "Absent"])["label"].tolist() == ["Drama"]
