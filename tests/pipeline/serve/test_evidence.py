"""What is said of a score: counted among out-of-fold scores, and nothing where there is too little."""

from typing import Any

import numpy as np
import pytest

from genrelab.models.file import load_model
from genrelab.pipeline.serve.evidence import load_evidence


@pytest.fixture(scope="module")
def evidence(serve_model, small_run):
    return load_evidence(small_run, load_model(serve_model))


def test_the_share_is_that_of_the_nearest_scores(evidence):
    label = evidence.labels[0]
    made = evidence.calibrated(label, 2.0)  # above every score: the nearest are the highest
    order = np.argsort(-evidence.scores[label].to_numpy())[: made["of"]]
    lowest = evidence.scores[label].to_numpy()[order].min()
    assert made["share"] == pytest.approx(evidence.truth[label].to_numpy()[order].mean(), abs=0.1)
    assert made["of"] >= 25 and lowest >= np.quantile(evidence.scores[label], 0.2)


def test_lists_hold_ninety_percent_of_true_genres_on_the_titles_that_chose_them(evidence):
    listed = evidence.conformal.predict(evidence.scores.to_numpy())
    truth = evidence.truth.to_numpy()
    some = truth.any(axis=1)
    share = (truth & (listed == 1)).sum(axis=1)[some] / truth.sum(axis=1)[some]
    assert share.mean() >= 0.9


def test_words_are_for_answers_made_of_all_that_the_run_had(evidence):
    scores = dict.fromkeys(evidence.labels, 0.5)
    about = evidence.about(scores | {"status": "ok"})
    assert set(about["calibrated"]) == set(evidence.labels) and about["listed"]
    assert all("titles like this" in one["words"] for one in about["calibrated"].values())
    assert evidence.about(scores | {"status": "partly"}) == {"calibrated": {}, "listed": None}


def test_counts_of_genres_are_those_of_the_predictions(evidence):
    row = evidence.genres()[0]
    truth, said = evidence.truth[row["genre"]], evidence.predicted[row["genre"]]
    assert row["titles"] == truth.sum() == row["found"] + row["missed"]
    assert row["false"] == (said & ~truth).sum()


def test_another_run_gives_no_words(serve_model, small_run):
    model: Any = load_model(serve_model)
    model.manifest = dict(model.manifest) | {"run_fingerprint": "another"}
    other = load_evidence(small_run, model)
    assert other.scores.empty and other.calibrated(other.labels[0], 0.5) is None
    assert other.listed(dict.fromkeys(other.labels, 0.5)) is None


def test_what_is_taken_for_what_counts_titles_without_the_other_genre(ready):
    evidence = ready.state.evidence
    truth, predicted = evidence.truth, evidence.predicted
    first, second = evidence.labels[:2]
    row = next(row for row in evidence.mistaken() if row["genre"] == first)
    cell = next(one for one in row["given"] if one["genre"] == second)
    asked = truth[first] & ~truth[second]
    assert cell["titles"] == int((asked & predicted[second]).sum())
    assert cell["share"] == pytest.approx((asked & predicted[second]).sum() / asked.sum())
    assert len(row["given"]) == len(evidence.labels) - 1


def test_the_points_of_reliability_hold_every_title_once(ready):
    evidence = ready.state.evidence
    for label, points in evidence.reliability().items():
        assert sum(point["titles"] for point in points) == len(evidence.scores)
        for point in points:
            scores = evidence.scores[label]
            inside = (scores <= point["high"]) & ((scores > point["low"]) | (point["low"] == 0))
            assert point["titles"] == int(inside.sum())
            assert point["share"] == pytest.approx(float(evidence.truth[label][inside].mean()))
