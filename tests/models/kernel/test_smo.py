"""The solver against libsvm itself: the same number of steps, the same dual values."""

import numpy as np
import pytest
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.svm import SVC

from genrelab.models.kernel import smo as kernel_smo


def problem(seed: int, n: int):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 5))
    X[: n // 10] = X[n // 2 : n // 2 + n // 10]  # equal rows, some of unequal labels: ties and no curvature
    y = X[:, 0] + rng.normal(size=n) > 0.6
    return rbf_kernel(X, gamma=0.2), y


def solve(function, gram, y, cost, **options):
    order = np.concatenate([np.flatnonzero(~y & (cost > 0)), np.flatnonzero(y & (cost > 0))])
    options = {"tol": 1e-3, "shrinking": True, "max_iter": -1} | options
    sign = np.where(y, -1.0, 1.0)
    return function(gram.astype(np.float32), order, sign, cost, *options.values())


@pytest.mark.skipif(not kernel_smo.COMPILED, reason="numba is not installed: plain Python is too slow here")
@pytest.mark.parametrize("shrinking", [True, False])
@pytest.mark.parametrize("tol", [1e-1, 1e-3, 1e-8])
@pytest.mark.parametrize("C", [0.01, 1.0, 1000.0])
@pytest.mark.parametrize("n", [40, 700])
def test_follows_libsvms_path(n, C, tol, shrinking):
    gram, y = problem(n, n)
    weight = np.random.default_rng(2).uniform(0.1, 3, n)
    peer = SVC(kernel="precomputed", C=C, tol=tol, shrinking=shrinking, cache_size=500)
    peer.fit(gram, y, sample_weight=weight)
    coef, intercept, iterations, timed_out = solve(
        kernel_smo.solve_label, gram, y, weight * C, tol=tol, shrinking=shrinking
    )
    assert iterations == peer.n_iter_[0] and not timed_out
    assert np.array_equal(np.flatnonzero(coef), np.sort(peer.support_))
    assert np.allclose(coef[peer.support_], peer.dual_coef_[0], rtol=1e-9, atol=1e-9 * C)
    assert intercept == pytest.approx(peer.intercept_[0], rel=1e-9, abs=1e-9)


@pytest.mark.skipif(not kernel_smo.COMPILED, reason="numba is not installed")
def test_rows_set_aside_are_compacted_and_restored():
    gram, y = problem(1, 2500)  # a loose box: most rows rest at 0 or C after the first thousand steps
    peer = SVC(kernel="precomputed", C=0.05, tol=1e-5, cache_size=500).fit(gram, y)
    coef, _, iterations, _ = solve(kernel_smo.solve_label, gram, y, np.full(2500, 0.05), tol=1e-5)
    assert iterations == peer.n_iter_[0]
    assert np.allclose(coef[peer.support_], peer.dual_coef_[0], rtol=1e-9)


def test_the_plain_functions_give_the_same_bits():
    gram, y = problem(3, 40)
    plain = getattr(kernel_smo.solve_label, "py_func", kernel_smo.solve_label)
    found, expected = (solve(f, gram, y, np.ones(40)) for f in (plain, kernel_smo.solve_label))
    assert np.array_equal(found[0], expected[0]) and found[1:] == expected[1:]


def test_max_iter_stops():
    gram, y = problem(4, 40)
    *_, iterations, timed_out = solve(kernel_smo.solve_label, gram, y, np.ones(40), max_iter=3)
    assert iterations == 3 and timed_out
