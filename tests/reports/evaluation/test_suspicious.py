"""Agreement between sources and suspicious labels, from a run's folder."""

import numpy as np
import pandas as pd
import pytest

from genrelab.reports.evaluation.verdicts import configuration
from genrelab.reports.evaluation.leaderboard import choose_best, leaderboard
from genrelab.reports.evaluation.suspicious import agreement_matrix, source_agreement, source_labels, suspects
from genrelab.reports.pages.page import render_html
from genrelab.reports.pages.summary import summarize
from genrelab.reports.runs.read import read_run


@pytest.fixture(scope="module")
def labelled(make_run):
    """A run whose IMDb genres are the labels; TMDb lacks every second Drama, and knows nothing of some titles."""
    folder = make_run(titles=120, posters=120, signal=0.4)
    titles = pd.read_parquet(folder / "titles.parquet")
    titles["genres_imdb"] = titles["labels"]
    told = [[n for n in names if n != "Drama" or k % 2] for k, names in enumerate(titles["labels"])]
    titles["genres_tmdb"] = [None if k % 10 == 0 else (names or None) for k, names in enumerate(told)]
    titles["genres_movielens"] = None
    titles.to_parquet(folder / "titles.parquet")
    return folder


def test_sources_hold_the_titles_they_know(labelled):
    found = source_labels(read_run(labelled))
    assert list(found) == ["IMDb", "TMDb"]
    assert len(found["IMDb"]) == 120 and len(found["TMDb"]) < 108
    assert found["IMDb"].to_numpy().max() == 1 and found["IMDb"].dtypes.eq(np.uint8).all()


def test_the_genre_that_sources_disagree_on_comes_first(labelled):
    table = source_agreement(read_run(labelled))
    matrix = agreement_matrix(table)
    assert matrix.columns.tolist() == ["IMDb and TMDb"]
    assert matrix.index[0] == "Drama" and matrix.iloc[0, 0] < 0.9
    assert matrix.drop(index="Drama").to_numpy() == pytest.approx(1)


def test_a_planted_wrong_label_is_suspected_and_the_other_source_is_asked(labelled):
    run = read_run(labelled)
    best = configuration(choose_best(leaderboard(run)))
    predictions = run.predictions(best)
    victim = predictions[(predictions["label"] == "Western") & (predictions["truth"] == 1)].iloc[0]["imdb_id"]
    own = (predictions["imdb_id"] == victim) & (predictions["label"] == "Western")
    predictions.loc[own, "score"] = 1e-9
    found = suspects(run, predictions, thumbnails=False)
    first = next(one for one in found if one.imdb_id == victim)
    assert (first.label, first.kind) == ("Western", "wrong")
    assert all(name == "TMDb" for name, _ in first.says) and len(found) <= 12


def test_the_page_shows_both_and_a_run_without_sources_neither(labelled, make_run):
    page = render_html(summarize(labelled))
    assert "Cohen" in page and "The most suspicious labels" in page
    assert "TMDb does not" in page or "TMDb gives it" in page
    bare = summarize(make_run("single", titles=40))
    assert bare.kappa.empty and bare.suspects == []
    assert "Are the labels right?" not in render_html(bare)
