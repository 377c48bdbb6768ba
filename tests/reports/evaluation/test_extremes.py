"""Best and worst titles against scikit-learn's log loss."""

from dataclasses import replace
from pathlib import Path

import pytest
from sklearn.metrics import log_loss

from genrelab.reports.evaluation.extremes import extreme_titles
from genrelab.reports.runs.read import Configuration, read_run

BEST = Configuration("everything", "rf", "none")


def test_order_and_loss(multilabel_run: Path):
    run = read_run(multilabel_run)
    predictions = run.predictions(BEST)
    best, worst = extreme_titles(run, predictions, thumbnails=False)
    assert len(best) == len(worst) == 8
    assert [card.loss for card in best] == sorted(card.loss for card in best)
    assert worst[0].loss >= worst[-1].loss >= best[-1].loss
    own = predictions[predictions["imdb_id"] == worst[0].imdb_id].groupby("label")[["truth", "score"]].mean()
    assert worst[0].loss == pytest.approx(log_loss(own["truth"], own["score"].clip(1e-4, 1 - 1e-4)), rel=1e-4)
    assert set(worst[0].truth) == set(own.index[own["truth"] == 1])
    assert all(card.picture is None for card in best + worst)


def test_pictures_pass_over_titles_without_a_poster(multilabel_run: Path):
    run = read_run(multilabel_run)
    best, worst = extreme_titles(run, run.predictions(BEST))
    assert all(card.picture for card in best + worst)
    assert run.titles is not None
    absent = replace(run, titles=run.titles.assign(poster=None))
    cards, _ = extreme_titles(absent, run.predictions(BEST))
    assert len(cards) == 8 and not any(card.picture for card in cards)


def test_titles_fall_back_to_ids_and_no_scores_to_nothing(multilabel_run: Path):
    run = replace(read_run(multilabel_run), titles=None)
    best, _ = extreme_titles(run, run.predictions(BEST), count=2)
    assert best[0].title == best[0].imdb_id and best[0].year is None
    assert extreme_titles(run, run.predictions(BEST).assign(score=float("nan"))) == ([], [])
