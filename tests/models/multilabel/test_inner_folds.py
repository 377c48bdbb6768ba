"""Folds inside the training rows."""

import numpy as np
import pytest

from genrelab.models.multilabel.inner_folds import inner_folds


@pytest.fixture
def labels() -> np.ndarray:
    return (np.random.default_rng(0).random((900, 12)) < np.linspace(0.01, 0.5, 12)).astype(np.uint8)


def test_every_row_is_tested_once_and_folds_have_one_size(labels):
    folds = inner_folds(labels, 3)
    assert np.sort(np.concatenate([test for _, test in folds])).tolist() == list(range(900))
    assert all(np.array_equal(np.union1d(*fold), np.arange(900)) for fold in folds)
    sizes = [len(test) for _, test in folds]
    assert max(sizes) - min(sizes) <= 30


def test_labels_are_spread_better_than_by_chance(labels):
    def spread(folds):
        counts = np.array([labels[test].sum(axis=0) for _, test in folds])
        return (counts.max(axis=0) - counts.min(axis=0)).mean()

    order = np.random.default_rng(1).permutation(900)
    by_chance = [(None, part) for part in np.array_split(order, 3)]
    assert spread(inner_folds(labels, 3)) < spread(by_chance) / 3
    rare = labels[:, 0]
    assert np.ptp([rare[test].sum() for _, test in inner_folds(labels, 3)]) <= 1


def test_groups_stay_together(labels):
    groups = np.random.default_rng(2).integers(0, 300, 900)
    folds = inner_folds(labels, 3, groups=groups)
    for train, test in folds:
        assert not set(groups[train]) & set(groups[test])


def test_classes_are_stratified_and_the_seed_decides():
    y = np.repeat([0, 1, 2], [50, 30, 9])
    folds = inner_folds(y, 3, random_state=1)
    assert all(np.bincount(y[test], minlength=3)[2] == 3 for _, test in folds)
    same, other = inner_folds(y, 3, random_state=1), inner_folds(y, 3, random_state=2)
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(folds, same, strict=True))
    assert any(not np.array_equal(a[1], b[1]) for a, b in zip(folds, other, strict=True))


def test_fewer_groups_than_folds_are_refused(labels):
    with pytest.raises(ValueError, match="expected 2 to 2"):
        inner_folds(labels, 3, groups=np.arange(900) % 2)
    with pytest.raises(ValueError, match="found 1"):
        inner_folds(labels, 1)
