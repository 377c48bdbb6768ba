"""Brier score and calibration error per genre against scikit-learn and a loop."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss

from genrelab.reports.evaluation.genre_calibration import genre_calibration


def frame(seed: int = 0, size: int = 400) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    parts = []
    for label, share in (("Drama", 0.5), ("War", 0.1)):
        score = rng.beta(2, 2 / share - 2, size)
        parts.append(pd.DataFrame({"label": label, "truth": (rng.random(size) < score).astype(int), "score": score}))
    return pd.concat(parts, ignore_index=True)


def test_it_agrees_with_an_independent_computation():
    data = frame()
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
    good = frame(size=4000)
    worse = good.assign(score=np.sqrt(good["score"]))
    labels = ["Drama", "War"]
    assert (genre_calibration(good, labels)["error"] < 0.03).all()
    assert (genre_calibration(worse, labels)["error"] > 0.08).all()


def test_margins_and_missing_labels_give_no_row():
    data = frame().assign(score=lambda f: f["score"] * 4 - 2)
    assert genre_calibration(data, ["Drama", "War"]).empty
    assert genre_calibration(frame(), ["Drama", "Absent"])["label"].tolist() == ["Drama"]
