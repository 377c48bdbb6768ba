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
