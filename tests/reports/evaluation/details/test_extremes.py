"""Best and worst titles against scikit-learn's log loss."""

from dataclasses import replace
from pathlib import Path

import pytest
from sklearn.metrics import log_loss

from genrelab.reports.evaluation.details.extremes import extreme_titles
from genrelab.reports.runs.read import Configuration, read_run

BEST = Configuration("everything", "rf", "none")


def test_order_and_loss(multilabel_run: Path):
    run = read_run(multilabel_run)
    predictions = run.predictions(BEST)
    best, worst = extreme_titles(run, predictions)
    assert len(best) == len(worst) == 60
    assert [card.loss for card in best] == sorted(card.loss for card in best)
    assert worst[0].loss >= worst[-1].loss >= best[-1].loss
    own = predictions[predictions["imdb_id"] == worst[0].imdb_id].groupby("label")[["truth", "score"]].mean()
    assert worst[0].loss == pytest.approx(log_loss(own["truth"], own["score"].clip(1e-4, 1 - 1e-4)), rel=1e-4)
    assert set(worst[0].truth) == set(own.index[own["truth"] == 1])
    assert all(card.poster and card.poster.endswith(f"{card.imdb_id}.jpg") for card in best + worst)


def test_titles_fall_back_to_ids_and_no_scores_to_nothing(multilabel_run: Path):
    run = replace(read_run(multilabel_run), titles=None)
    best, _ = extreme_titles(run, run.predictions(BEST))
    assert best[0].title == best[0].imdb_id and best[0].year is None
    assert extreme_titles(run, run.predictions(BEST).assign(score=float("nan"))) == ([], [])
