"""Agreement between sources and suspicious labels, from a run's folder."""

import numpy as np
import pandas as pd
import pytest

from genrelab.reports.evaluation.details.agreement import agreement_matrix, source_agreement, source_labels
from genrelab.reports.evaluation.details.suspicious import suspects, suspicious_labels
from genrelab.reports.evaluation.leaderboard import choose_best, leaderboard
from genrelab.reports.evaluation.verdicts import configuration
from genrelab.reports.pages.report import Report
from genrelab.reports.pages.sections.labels import LABELS, doubts
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
    found = suspects(run, predictions)
    first = next(one for one in found if one.imdb_id == victim)
    assert (first.label, first.kind) == ("Western", "wrong")
    assert all(name == "TMDb" for name, _ in first.says) and len(found) <= 12


def test_the_section_shows_both_and_a_run_without_sources_neither(labelled, make_run):
    report = Report(read_run(labelled))
    data = doubts(report)
    assert data is not None
    html = "".join(part.html() for part in LABELS.parts(report, data))
    assert "Cohen" in html and "The most suspicious labels" in html and "TMDb: " in html
    assert doubts(Report(read_run(make_run("single", titles=40)))) is None


def make_predictions():
    """War is scored well but for three labels that were turned round; Drama is scored by chance."""
    rng = np.random.default_rng(1)
    ids = [f"tt{i:07d}" for i in range(300)]
    war = (rng.random(300) < 0.3).astype(int)
    score = np.clip(war * 0.6 + 0.2 + rng.normal(0, 0.03, 300), 0, 1)
    given = war.copy()
    turned = [*np.flatnonzero(war == 1)[:2], np.flatnonzero(war == 0)[0]]
    given[turned] = 1 - given[turned]
    score[turned] = np.where(war[turned], 0.95, 0.05)
    drama = pd.DataFrame({"imdb_id": ids, "label": "Drama", "truth": 1 - (score > 0.5), "score": score})
    wars = pd.DataFrame({"imdb_id": ids, "label": "War", "truth": given, "score": score})
    return pd.concat([wars, drama]), ids, war, turned


def test_turned_labels_are_the_most_suspicious():
    predictions, ids, war, turned = make_predictions()
    source = pd.DataFrame({"War": war}, index=ids)
    found = suspicious_labels(predictions, {"other": source.iloc[1:]})
    assert set(found.head(3)["imdb_id"]) == {ids[i] for i in turned}
    assert found["suspicion"].is_monotonic_decreasing
    known = found.head(3).dropna(subset=["other"])
    assert len(known) >= 2 and (known["other"].astype(bool) == (known["kind"] == "missing")).all()
    assert set(found["label"]) == {"War"}, "scores that do not tell titles apart accuse nobody"


def test_the_score_is_beyond_the_mean_of_the_other_side():
    predictions, *_ = make_predictions()
    war = predictions[predictions["label"] == "War"].set_index("imdb_id")
    found = suspicious_labels(predictions)
    mean = war.groupby("truth")["score"].mean()
    missing = set(war.index[(war["truth"] == 0) & (war["score"] >= mean[1])])
    wrong = set(war.index[(war["truth"] == 1) & (war["score"] <= mean[0])])
    assert set(found.loc[found["kind"] == "missing", "imdb_id"]) == missing
    assert set(found.loc[found["kind"] == "wrong", "imdb_id"]) == wrong


def test_repeats_are_averaged_and_lists_cut():
    predictions, *_ = make_predictions()
    predictions["label"] = predictions["label"].astype("category")
    twice = pd.concat([predictions, predictions.assign(score=predictions["score"])])
    pd.testing.assert_frame_equal(suspicious_labels(twice), suspicious_labels(predictions))
    assert len(suspicious_labels(predictions, per_label=1)) == 2
