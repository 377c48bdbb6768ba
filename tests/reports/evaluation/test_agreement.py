import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score, jaccard_score

from genrelab.reports.evaluation.agreement import agreement, cohen_kappa, confirmation, suspicious_labels


@pytest.fixture
def sources():
    rng = np.random.default_rng(0)
    ids = [f"tt{i:07d}" for i in range(200)]
    truth = (rng.random((200, 3)) < [0.5, 0.2, 0.1]).astype(int)
    noisy = np.where(rng.random(truth.shape) < 0.15, 1 - truth, truth)
    imdb = pd.DataFrame(truth, index=ids, columns=["Drama", "War", "Biography"])
    tmdb = pd.DataFrame(noisy[:, :2], index=ids, columns=["Drama", "War"])
    return {"imdb": imdb.iloc[:180], "tmdb": tmdb.iloc[20:].sample(frac=1, random_state=0)}


def test_counts_kappa_and_jaccard_against_scikit_learn(sources):
    table = agreement(sources).set_index("label")
    assert set(table.index) == {"Drama", "War"}
    shared = sources["imdb"].index[20:]
    for label, row in table.iterrows():
        a, b = sources["imdb"].loc[shared, label], sources["tmdb"].loc[shared, label]
        assert row["titles"] == 160
        assert row["kappa"] == pytest.approx(cohen_kappa_score(a, b))
        assert row["jaccard"] == pytest.approx(jaccard_score(a, b))
        assert (row["both"], row["first_only"], row["second_only"]) == (
            (a & b).sum(),
            (a & (1 - b)).sum(),
            ((1 - a) & b).sum(),
        )
    assert table["kappa"].is_monotonic_increasing


def test_all_pairs_of_three(sources):
    table = agreement(sources | {"movielens": sources["imdb"]})
    assert table.groupby(["first", "second"], sort=False).ngroups == 3
    same = table[(table["first"] == "imdb") & (table["second"] == "movielens")]
    assert (same["kappa"] == 1).all() and (same["jaccard"] == 1).all()


def test_nobody_or_everybody_has_no_kappa():
    assert np.isnan(cohen_kappa(np.array([0, 4]), np.array([0, 4]), np.array([0, 4]), np.array([4, 4]))).all()


def test_one_source_or_a_title_twice_is_refused(sources):
    with pytest.raises(ValueError, match="at least two sources, found 1"):
        agreement({"imdb": sources["imdb"]})
    twice = pd.concat([sources["imdb"], sources["imdb"].iloc[:1]])
    with pytest.raises(ValueError, match="'twice': expected every title once, found tt0000000 twice"):
        agreement({"twice": twice, "tmdb": sources["tmdb"]})


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
    top = confirmation(found.head(3), "other")
    assert top["confirmed"].sum() == top["suspects"].sum() >= 2
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
