import numpy as np
import pytest
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.svm import SVC
from sklearn.utils import compute_class_weight

from genrelab.models.balance.strategies import class_weights
from genrelab.models.kernel import smo as kernel_smo
from genrelab.models.kernel.binaries import costs_of_targets, label_costs, solve_labels


@pytest.fixture(scope="module")
def problem():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 3))
    return rbf_kernel(X).astype(np.float32), X[:, :2] + rng.normal(size=(80, 2)) > 0.8


@pytest.mark.parametrize("scheme", ["balanced", "inverse", "log"])
def test_weights_by_word_are_those_of_balance(problem, scheme):
    Y = problem[1]
    costs = label_costs(Y, 2.0, scheme)
    for k in range(2):
        weights = class_weights(Y[:, k].astype(int), scheme)
        assert np.allclose(costs[:, k], np.where(Y[:, k], weights[1], weights[0]) * 2.0, rtol=1e-15)
    if scheme == "balanced":
        weights = compute_class_weight("balanced", classes=np.array([False, True]), y=Y[:, 0])
        assert np.array_equal(costs[:, 0], np.where(Y[:, 0], weights[1] * 2, weights[0] * 2))


def test_sample_weights_multiply(problem):
    Y, weight = problem[1], np.linspace(0, 3, 80)
    assert np.array_equal(label_costs(Y, 2.0, None, weight), np.repeat(weight[:, None] * 2, 2, axis=1))


def test_a_dict_of_classes_is_checked():
    Y, classes = np.eye(3, dtype=bool), np.array(["a", "b", "c"])
    assert costs_of_targets(Y, classes, False, 2.0, {"b": 3.0}, None)[:, 0].tolist() == [2.0, 6.0, 2.0]
    with pytest.raises(ValueError, match="expected classes among"):
        costs_of_targets(Y, classes, False, 1.0, {"z": 3.0}, None)
    with pytest.raises(ValueError, match="at least 0"):
        costs_of_targets(Y, classes, False, 1.0, {"a": np.nan}, None)


@pytest.mark.parametrize("solver", ["auto", "libsvm"])
def test_many_costs_in_one_call(problem, solver):
    gram, Y = problem
    grid = [label_costs(Y, C) for C in (0.5, 5.0)]
    for C, solution in zip((0.5, 5.0), solve_labels(gram, Y, grid, solver=solver, n_jobs=2), strict=True):
        for k in range(2):
            peer = SVC(kernel="precomputed", C=C).fit(gram.astype(float), Y[:, k])
            assert np.allclose(solution.coef[peer.support_, k], peer.dual_coef_[0], rtol=1e-10)
            assert np.count_nonzero(solution.coef[:, k]) == len(peer.support_)
            assert solution.n_iter[k] == peer.n_iter_[0]


def test_a_label_without_rows_of_positive_cost_is_constant(problem):
    gram, Y = problem
    costs = label_costs(Y, 1.0)
    costs[Y[:, 0], 0] = 0
    [solution] = solve_labels(gram, Y, [costs])
    assert solution.constant.tolist() == [0, -1] and not solution.coef[:, 0].any()


def test_numba_asked_for_but_absent(problem, monkeypatch):
    monkeypatch.setattr(kernel_smo, "COMPILED", False)
    with pytest.raises(ImportError, match='use solver="libsvm"'):
        solve_labels(*problem, [label_costs(problem[1], 1.0)], solver="numba")
    [without] = solve_labels(*problem, [label_costs(problem[1], 1.0)])
    monkeypatch.undo()
    [usual] = solve_labels(*problem, [label_costs(problem[1], 1.0)])
    assert np.allclose(without.coef, usual.coef, rtol=1e-10)
