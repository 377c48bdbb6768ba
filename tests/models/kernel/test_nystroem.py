import numpy as np
import pytest
from sklearn.metrics import f1_score
from sklearn.svm import LinearSVC
from sklearn.utils.estimator_checks import parametrize_with_checks

from genrelab.models.balance.strategies import TrainingReport
from genrelab.models.kernel.nystroem import NystroemSVC, solve_primal
from genrelab.models.kernel.svc import SharedKernelSVC


def weighted_differently(estimator):
    return {
        "check_sample_weight_equivalence_on_dense_data": "landmarks are drawn among rows as given",
    }


@parametrize_with_checks([NystroemSVC(20)], expected_failed_checks=weighted_differently)
def test_scikit_learn_contract(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    latent = rng.normal(size=(500, 6))
    X = latent @ rng.normal(size=(6, 20)) + rng.normal(size=(500, 20))
    Y = (latent[:, :3] > 0.5).astype(int)
    return X[:300], Y[:300], X[300:], Y[300:]


def test_all_rows_as_landmarks_come_near_the_exact_machine(data):
    X, Y, new, _ = data
    exact = SharedKernelSVC(class_weight="balanced").fit(X, Y).decision_function(new)
    near = NystroemSVC(300, class_weight="balanced", tol=1e-5, n_jobs=2).fit(X, Y).decision_function(new)
    assert np.abs(near - exact).max() < 0.05  # LinearSVC also shrinks the intercept a little


def test_more_landmarks_lose_less_macro_f1(data):
    X, Y, new, truth = data
    exact = f1_score(truth, SharedKernelSVC().fit(X, Y).predict(new), average="macro")
    few, many = (f1_score(truth, NystroemSVC(k).fit(X, Y).predict(new), average="macro") for k in (5, 150))
    assert few < many and abs(exact - many) < 0.03


def test_a_constant_label_is_reported(data):
    X, Y, new, _ = data
    Y = Y.copy()
    Y[:, 1] = 1
    with pytest.warns(TrainingReport, match=r"1 \(always 1\)"):
        model = NystroemSVC(50).fit(X, Y)
    assert (model.predict(new)[:, 1] == 1).all()


def test_all_labels_at_once_are_solved_as_by_liblinear():
    rng = np.random.default_rng(3)
    Z = rng.normal(size=(300, 8))
    Y = Z[:, :3] + rng.normal(size=(300, 3)) > 0.5
    costs = rng.uniform(0.5, 2, size=Y.shape)
    weights, intercept, _, reached = solve_primal(Z, Y, costs, tol=1e-7)
    assert reached
    for label in range(3):
        peer = LinearSVC(loss="squared_hinge", dual=False, tol=1e-8).fit(Z, Y[:, label], sample_weight=costs[:, label])
        np.testing.assert_allclose(weights[label], peer.coef_[0], atol=1e-3)
        assert intercept[label] == pytest.approx(peer.intercept_[0], abs=1e-3)


def test_an_unknown_loss_is_refused():
    with pytest.raises(ValueError, match="loss: expected one of hinge, squared_hinge, got 'square'"):
        NystroemSVC(loss="square").fit([[0.0], [1.0]], [0, 1])
