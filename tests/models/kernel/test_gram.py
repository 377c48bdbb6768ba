import numpy as np
import pytest
from sklearn.metrics.pairwise import euclidean_distances, rbf_kernel

from genrelab.models.kernel.gram import (
    gamma_value,
    gram_matrix,
    gram_of_rows,
    kernel_scores,
    scores_of_rows,
    squared_distances,
)


@pytest.fixture(scope="module", name="X")
def rows():  # more rows than one block
    return np.random.default_rng(0).normal(size=(1100, 7))


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_gram_matrix_equals_scikit_learns(X, n_jobs):
    gram = gram_matrix(X, 0.1, n_jobs=n_jobs)
    assert gram.dtype == np.float32 and np.array_equal(gram, gram.T) and (np.diag(gram) == 1).all()
    assert np.allclose(gram, rbf_kernel(X, gamma=0.1), rtol=1e-7, atol=0)


def test_distances_serve_gram_matrices_and_scores(X):
    distances = squared_distances(X, n_jobs=2)
    assert np.allclose(distances, euclidean_distances(X, squared=True), atol=1e-10)
    assert np.array_equal(distances, distances.T) and (np.diag(distances) == 0).all()
    rows, others = np.arange(0, 1100, 2), np.arange(1, 1100, 2)
    assert np.array_equal(gram_of_rows(distances, rows, 0.1), gram_matrix(X, 0.1)[np.ix_(rows, rows)])
    coef = np.random.default_rng(1).normal(size=(550, 3))
    expected = rbf_kernel(X[others], X[rows], gamma=0.1) @ coef
    assert np.allclose(scores_of_rows(distances, others, rows, coef, 0.1, n_jobs=2), expected, rtol=1e-11)
    assert np.allclose(kernel_scores(X[others], X[rows], coef, 0.1, n_jobs=2), expected, rtol=1e-11)


def test_single_precision_error_is_as_documented():
    rng = np.random.default_rng(0)
    for X in (rng.normal(size=(300, 2048)), np.maximum(rng.normal(size=(300, 2048)), 0)):
        gamma = gamma_value("scale", X)
        exact, single = gram_matrix(X, gamma), gram_matrix(X.astype(np.float32), gamma)
        assert np.abs(exact - single).max() < 2e-6


def test_gamma_is_scikit_learns(X):
    assert gamma_value("scale", X) == 1 / (7 * X.var())
    assert gamma_value("auto", X) == 1 / 7
    assert gamma_value(np.float32(0.5), X) == 0.5
    assert gamma_value("scale", np.ones((3, 2))) == 1
    for bad in ("wide", -1, True, None):
        with pytest.raises(ValueError, match="gamma: expected"):
            gamma_value(bad, X)
