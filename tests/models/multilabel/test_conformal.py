import numpy as np
import pytest
from sklearn.base import clone

from genrelab.models.multilabel.conformal import ConformalSets, coverage, held_out_sets


def make_scores(size: int, seed: int, skill: float = 1.5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y = (rng.random((size, 6)) < [0.5, 0.4, 0.2, 0.15, 0.1, 0.05]).astype(np.uint8)
    return y, 1 / (1 + np.exp(-(skill * (2.0 * y - 1) + rng.normal(0, 1.5, y.shape))))


def brute_force(scores: np.ndarray, y: np.ndarray, risk: float) -> float:
    """Try every score as a threshold, straight from the definition."""
    kept = y.any(axis=1)
    scores, y = scores[kept], y[kept].astype(bool)
    best = -np.inf
    for t in np.unique(scores[y]):
        losses = [1 - (s[true] >= t).mean() for s, true in zip(scores, y, strict=True)]
        if (np.sum(losses) + 1) / (len(y) + 1) <= risk + 1e-12:
            best = max(best, t)
    return float(best)


@pytest.mark.parametrize("risk", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("seed", range(4))
def test_threshold_is_the_best_of_all(seed, risk):
    y, scores = make_scores(60, seed)
    scores = np.round(scores, 1 + seed % 3)
    assert ConformalSets(risk).fit(scores, y).thresholds_ == pytest.approx(np.full(6, brute_force(scores, y, risk)))


@pytest.mark.parametrize("skill", [0.0, 1.5])
def test_promise_is_kept_on_average_whatever_the_model(skill):
    y, scores = make_scores(24_000, 0, skill)
    found = []
    for start in range(0, 20_000, 200):
        sets = ConformalSets(0.1).fit(scores[start : start + 200], y[start : start + 200])
        whole, _ = coverage(y[20_000:], sets.predict(scores[20_000:]), list("abcdef"))
        found.append(whole["coverage"])
    assert 0.895 <= np.mean(found) <= 0.915


def test_by_genre_every_genre_is_covered():
    y, scores = make_scores(20_000, 1)
    sets = ConformalSets(0.1, scope="genre").fit(scores[:5000], y[:5000])
    _, table = coverage(y[5000:], sets.predict(scores[5000:]), list("abcdef"))
    assert table["coverage"].between(0.87, 0.94).all()


def test_by_genre_is_the_conformal_quantile():
    y, scores = make_scores(300, 2)
    own = np.sort(scores[y[:, 0] == 1, 0])
    sets = ConformalSets(0.1, scope="genre").fit(scores, y)
    # At most floor(risk (n + 1)) - 1 of the n true titles may lie below.
    assert sets.thresholds_[0] == own[int(np.floor(0.1 * (len(own) + 1))) - 1]


def test_too_few_titles_list_everything():
    y = np.array([[1, 0]] * 8 + [[0, 1]] * 30)
    sets = ConformalSets(0.1, scope="genre").fit(np.linspace(0.1, 0.9, 76).reshape(38, 2), y)
    assert sets.thresholds_[0] == -np.inf
    assert np.isfinite(sets.thresholds_[1])
    assert sets.predict(np.zeros((1, 2)))[0, 0] == 1


def test_titles_without_genres_change_nothing():
    y, scores = make_scores(200, 3)
    y = y[y.any(axis=1)]
    scores = scores[: len(y)]
    more = np.vstack([y, np.zeros((50, 6), dtype=np.uint8)])
    padded = np.vstack([scores, np.full((50, 6), 0.99)])
    assert np.array_equal(ConformalSets().fit(scores, y).thresholds_, ConformalSets().fit(padded, more).thresholds_)


def test_held_out_lists_come_from_the_other_folds():
    y, scores = make_scores(3000, 4)
    folds = np.arange(3000) % 5
    listed = held_out_sets(y, scores, folds)
    own = folds == 2
    assert np.array_equal(listed[own], ConformalSets().fit(scores[~own], y[~own]).predict(scores[own]))
    whole, _ = coverage(y, listed, list("abcdef"))
    assert abs(whole["coverage"] - 0.9) < 0.02
    assert whole["low"] < whole["coverage"] < whole["high"]
    with pytest.raises(ValueError, match="at least two, found 1"):
        held_out_sets(y, scores, np.zeros(3000))


@pytest.mark.parametrize(
    ("parameters", "scores", "message"),
    [
        ({"risk": 0}, np.zeros((3, 2)), "between 0 and 1, found 0"),
        ({"scope": "all"}, np.zeros((3, 2)), "expected title or genre"),
        ({}, np.zeros((3, 3)), r"expected shape \(3, 2\), found \(3, 3\)"),
        ({}, np.full((3, 2), np.nan), "contains NaN"),
    ],
)
def test_bad_input_is_said(parameters, scores, message):
    with pytest.raises(ValueError, match=message):
        ConformalSets(**parameters).fit(scores, np.array([[1, 0], [0, 1], [1, 1]]))


def test_clones():
    copy = clone(ConformalSets(0.2, scope="genre"))
    assert isinstance(copy, ConformalSets) and copy.get_params() == {"risk": 0.2, "scope": "genre"}
