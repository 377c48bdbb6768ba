"""Predictions spread over matrices, against pandas' pivot."""

import numpy as np
import pandas as pd
import pytest

from genrelab.reports.runs.matrices import matrices


def make(repeats: int) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    rows = [
        (repeat, title, label, rng.integers(0, 2), np.float32(rng.random()))
        for repeat in range(repeats)
        for title in ("t2", "t10", "t1")
        for label in ("War", "Drama", "Western")
        if (title, label) != ("t1", "War")
    ]
    frame = pd.DataFrame(rows, columns=["repeat", "imdb_id", "label", "truth", "score"])
    return frame.sample(frac=1, random_state=0)


@pytest.mark.parametrize("repeats", [1, 3])
@pytest.mark.parametrize("coded", [True, False])
def test_matrices_are_the_pivot(repeats: int, coded: bool):
    frame = make(repeats)
    if coded:  # categories in another order, and some that do not occur
        names = {"imdb_id": ["t2", "no", "t1", "t10"], "label": ["Western", "War", "Horror", "Drama"]}
        frame = frame.assign(**{name: pd.Categorical(frame[name], kinds) for name, kinds in names.items()})
    titles, labels, (truth, score) = matrices(frame, ["truth", "score"])
    assert list(titles) == ["t1", "t10", "t2"] and list(labels) == ["Drama", "War", "Western"]
    for name, matrix in (("truth", truth), ("score", score)):
        plain = frame.astype({"imdb_id": str, "label": str})
        expected = plain.pivot_table(index="imdb_id", columns="label", values=name, aggfunc="mean")
        assert matrix == pytest.approx(expected.to_numpy(), rel=1e-6, nan_ok=True)
        assert np.isnan(matrix[0, 1]) and matrix.dtype == np.float32


def test_labels_are_those_asked_for_in_their_order():
    frame = make(1)
    titles, labels, (truth,) = matrices(frame, ["truth"], ["Western", "Horror", "Drama"])
    assert list(labels) == ["Western", "Horror", "Drama"] and len(titles) == 3
    assert np.isnan(truth[:, 1]).all() and not np.isnan(truth[:, [0, 2]]).any()


def test_the_first_answer_counts_where_it_is_asked_for():
    """Titles that several splits test, as with decades, have several rows in one repeat."""
    frame = pd.DataFrame({"imdb_id": ["b", "a", "b", "a"], "label": "War", "predicted": [1, 0, 0, 1]})
    _, _, (mean,) = matrices(frame, ["predicted"])
    _, _, (first,) = matrices(frame, ["predicted"], first=True)
    assert mean.ravel().tolist() == [0.5, 0.5] and first.ravel().tolist() == [0.0, 1.0]
