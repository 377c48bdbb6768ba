import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import cohen_kappa_score, jaccard_score

from genrelab.reports.evaluation.details.agreement import agreement, cohen_kappa


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
