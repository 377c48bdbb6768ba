import time

import numpy as np
import pandas as pd
import pytest

from genrelab.pipeline.experiments.folds.splits import make_splits


@pytest.fixture
def some():
    rng = np.random.default_rng(0)
    y = (rng.random((400, 5)) < [0.5, 0.3, 0.2, 0.1, 0.05]).astype(np.uint8)
    titles = pd.DataFrame({"year": pd.array(rng.integers(1980, 2016, 400), dtype="Int64")})
    return y, rng.integers(0, 250, 400), titles


@pytest.mark.parametrize("kind", ["kfold", "holdout", "decades", "temporal"])
def test_no_group_on_both_sides_and_same_bytes_for_a_seed(some, kind):
    y, groups, titles = some
    splits = make_splits(kind, y, groups, titles, seed=4, folds=3, repeats=2)
    assert splits
    for split in splits:
        assert not set(groups[split.train]) & set(groups[split.test])
        assert len(split.train) and len(split.test)
        assert (np.diff(split.train) > 0).all() and (np.diff(split.test) > 0).all()
    again = make_splits(kind, y, groups, titles, seed=4, folds=3, repeats=2)
    for one, other in zip(splits, again, strict=True):
        assert (one.repeat, one.fold, one.name) == (other.repeat, other.fold, other.name)
        assert np.array_equal(one.train, other.train) and np.array_equal(one.test, other.test)
    assert len({(s.repeat, s.fold) for s in splits}) == len(splits)


def test_every_title_is_tested_once_a_repeat(some):
    y, groups, _ = some
    splits = make_splits("kfold", y, groups, folds=4, repeats=3, seed=1)
    for repeat in range(3):
        own = [s for s in splits if s.repeat == repeat]
        assert np.array_equal(np.sort(np.concatenate([s.test for s in own])), np.arange(400))
        for split in own:
            assert np.array_equal(np.sort(np.concatenate([split.train, split.test])), np.arange(400))
    assert not np.array_equal(splits[0].test, splits[4].test)


def test_labels_keep_their_share(some):
    y, groups, _ = some
    for split in make_splits("kfold", y, groups, folds=4):
        assert np.abs(y[split.test].mean(axis=0) - y.mean(axis=0)).max() < 0.025


def test_single_labels_are_stratified_too():
    codes = np.repeat([3, 7, 9], [60, 30, 10])
    for split in make_splits("kfold", codes, folds=5):
        assert [int((codes[split.test] == c).sum()) for c in (3, 7, 9)] == [12, 6, 2]


def test_hold_out_size(some):
    y, _, _ = some
    splits = make_splits("holdout", y, test_size=0.25, repeats=2)
    assert [len(s.test) for s in splits] == [100, 100]
    assert not np.array_equal(splits[0].test, splits[1].test)


def test_decades_form_a_matrix(some):
    y, groups, titles = some
    splits = make_splits("decades", y, groups, titles, folds=3)
    decade = titles["year"].to_numpy(dtype=int) // 10 * 10
    assert len(splits) == 4 * 4 * 3
    assert {len(s.train) for s in splits if s.repeat == 0} == {min(len(s.train) for s in splits if s.repeat == 0)}
    for split in splits:
        train, test = split.name.split(" to ")
        assert set(decade[split.train]) == {int(train[:4])}
        assert set(decade[split.test]) == {int(test[:4])}
        assert split.fold == 4 * (int(train[2]) - 8) % 12 + (int(test[2]) - 8) % 10 or "0s" in split.name
    assert len({s.name for s in splits if s.fold == 5}) == 1
    # Over the draws every title of a decade is tested once from each training decade.
    tested = np.concatenate([s.test for s in splits if s.name == "1990s to 1980s"])
    assert np.array_equal(np.sort(tested), np.flatnonzero(decade == 1980))


def test_films_and_series_form_a_matrix_without_a_common_group(some):
    y, groups, titles = some
    kinds = np.where(np.arange(len(titles)) % 3 == 0, "series", "movie")
    splits = make_splits("kinds", y, groups, titles.assign(kind=kinds), folds=2)
    assert [split.name for split in splits[:4]] == [
        "films to films",
        "films to series",
        "series to films",
        "series to series",
    ]
    for split in splits:
        source, target = ({"films": "movie", "series": "series"}[form] for form in split.name.split(" to "))
        assert set(kinds[split.train]) == {source} and set(kinds[split.test]) == {target}
        assert not set(groups[split.train]) & set(groups[split.test])
    with pytest.raises(ValueError, match="at least 50 films and 50 series, found 395 and 5"):
        make_splits("kinds", y, groups, titles.assign(kind=["series"] * 5 + ["movie"] * 395))


def test_decades_can_be_chosen_and_trained_in_full(some):
    y, groups, titles = some
    splits = make_splits(
        "decades", y, groups, titles, folds=2, train_decades=[2000], test_decades=[1980], equal_train=False
    )
    assert {s.name for s in splits} == {"2000s to 1980s"}
    assert len(splits) == 2
    with pytest.raises(ValueError, match=r"train_decades: .*1980 \(.*found 1970"):
        make_splits("decades", y, groups, titles, train_decades=[1970])


def test_temporal_trains_on_the_past_only(some):
    y, _, titles = some
    titles.loc[3, "year"] = pd.NA
    years = titles["year"].to_numpy(dtype=float, na_value=np.nan)
    splits = make_splits("temporal", y, np.arange(400), titles, folds=4)
    assert [s.fold for s in splits] == [0, 1, 2, 3]
    for split in splits:
        assert years[split.train].max() < years[split.test].min()
        assert 3 not in split.train and 3 not in split.test
    assert max(len(s.test) for s in splits) < 3 * min(len(s.test) for s in splits)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "random"}, "expected one of kfold, holdout, decades, temporal, kinds, found 'random'"),
        ({"folds": 1}, "folds: expected at least 2, found 1"),
        ({"repeats": 0}, "repeats: expected at least 1"),
        ({"groups": np.zeros(400)}, "at most one per group, 1, found 5"),
        ({"groups": np.zeros(4)}, "expected 400 numbers"),
        ({"kind": "holdout", "test_size": 1.5}, "between 0 and 1, found 1.5"),
        ({"kind": "decades"}, "expected a column 'year'"),
        ({"kind": "temporal", "titles": pd.DataFrame({"year": [1990] * 400})}, "found 1 different years"),
        ({"kind": "temporal", "titles": pd.DataFrame({"year": [1990]})}, "expected 400 rows"),
    ],
)
def test_what_does_not_fit_is_said(some, arguments, message):
    with pytest.raises(ValueError, match=message):
        make_splits(**{"kind": "kfold", "y": some[0]} | arguments)


def test_a_repeat_over_five_thousand_titles_is_quick():
    rng = np.random.default_rng(0)
    y = (rng.random((5048, 25)) < rng.uniform(0.01, 0.4, 25)).astype(np.uint8)
    started = time.perf_counter()
    make_splits("kfold", y, rng.integers(0, 4800, 5048), folds=5)
    assert time.perf_counter() - started < 2
