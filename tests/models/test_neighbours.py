import warnings

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.neighbors import KNeighborsClassifier

from genrelab.models.neighbours import NearestNeighbours


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    return rng.normal(size=(60, 3)), rng.integers(0, 3, 60)


def test_is_scikit_learns_answer_where_there_are_rows_enough(rows):
    X, y = rows
    ours, theirs = NearestNeighbours(7).fit(X, y), KNeighborsClassifier(7, weights="distance").fit(X, y)
    assert (ours.predict_proba(X) == theirs.predict_proba(X)).all()
    assert (ours.predict(X) == theirs.predict(X)).all()
    assert ours.notes_ == []


def test_with_fewer_rows_all_are_asked_and_a_note_says_so(rows):
    X, y = rows
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = NearestNeighbours(25, weights="uniform").fit(X[:10], y[:10])
    assert model.notes_ == ["10 neighbours in place of 25: there are no more training rows"]
    assert [str(warning.message) for warning in caught] == model.notes_
    shares = [float(np.mean(y[:10] == label)) for label in model.classes_]
    assert np.allclose(model.predict_proba(X), [shares] * len(X))


def test_many_labels_and_sparse_rows(rows):
    X, y = rows
    Y = np.stack([y == 0, y == 1], axis=1).astype(int)
    model = NearestNeighbours(5).fit(sp.csr_matrix(X), Y)
    assert [part.shape for part in model.predict_proba(sp.csr_matrix(X))] == [(60, 2), (60, 2)]
    assert (model.predict(X) == Y).all()  # a row is its own nearest neighbour


def test_fewer_than_one_is_refused(rows):
    with pytest.raises(ValueError, match="n_neighbors: expected at least 1, got 0"):
        NearestNeighbours(0).fit(*rows)
