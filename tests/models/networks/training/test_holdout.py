import numpy as np

from genrelab.models.networks.training.holdout import set_apart


def test_groups_stay_together_and_shares_hold():
    rng = np.random.default_rng(0)
    Y = (rng.random((300, 3)) < [0.5, 0.2, 0.1]).astype(np.uint8)
    groups = rng.integers(0, 100, 300)
    rows = np.flatnonzero(rng.random(300) < 0.8)
    [(learn, watch)] = set_apart(Y, rows, 0.2, groups=groups)
    assert not set(groups[learn]) & set(groups[watch])
    assert sorted([*learn, *watch]) == rows.tolist()
    assert abs(len(watch) / len(rows) - 0.2) < 0.03
    assert np.abs(Y[watch].mean(axis=0) - Y[rows].mean(axis=0)).max() < 0.05
    assert np.array_equal(set_apart(Y, rows, 0.2, groups=groups)[0][1], watch)


def test_nothing_to_set_apart():
    for rows, groups in (([], None), ([1], None), ([0, 1, 2], np.zeros(3))):
        assert set_apart(np.ones((3, 1)), np.array(rows, dtype=int), 0.2, groups=groups) == []


def test_members_set_every_row_apart_once():
    Y, rows = np.eye(2)[np.arange(60) % 2], np.arange(60)[5:]
    parts = set_apart(Y, rows, 0.2, members=4, groups=np.arange(60) // 2)
    assert sorted(np.concatenate([watch for _, watch in parts]).tolist()) == rows.tolist()
    assert all(sorted([*learn, *watch]) == rows.tolist() for learn, watch in parts)


def test_two_rows_make_one_each():
    [(learn, watch)] = set_apart(np.ones((2, 1)), np.arange(2), 0.1)
    assert len(learn) == len(watch) == 1
