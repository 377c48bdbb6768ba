import numpy as np
import pytest
from sklearn.metrics import f1_score, make_scorer
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import SVC
from sklearn.utils.estimator_checks import parametrize_with_checks

from genrelab.models.balance.strategies import TrainingReport
from genrelab.models.kernel.search import SharedKernelSearchCV
from genrelab.models.kernel.svc import SharedKernelSVC
from genrelab.models.multilabel.thresholds import choose_threshold

GRID = {"C": [0.5, 5.0], "gamma": ["scale", 0.05], "class_weight": [None, "balanced"]}
CV = KFold(3, shuffle=True, random_state=0)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(3)
    latent = rng.normal(size=(180, 6))
    X = latent @ rng.normal(size=(6, 20)) + rng.normal(size=(180, 20))
    return X[:150], (latent[:, :3] + rng.normal(size=(180, 3)) > 0.7).astype(int)[:150], X[150:]


def not_for_support_vectors(estimator):
    return {"check_sample_weight_equivalence_on_dense_data": "folds and the variance see repeated rows"}


@parametrize_with_checks(
    [SharedKernelSearchCV(SharedKernelSVC(), {"C": [0.1, 1.0]}, cv=2)],
    expected_failed_checks=not_for_support_vectors,
)
def test_scikit_learn_contract(estimator, check):
    check(estimator)


def peer_search(X, y, grid, **options):
    grid = {f"estimator__{name}": values for name, values in grid.items()}
    return GridSearchCV(OneVsRestClassifier(SVC()), grid, **options).fit(X, y)


@pytest.mark.parametrize("scoring", ["f1_macro", "average_precision", None])
def test_equals_grid_search_of_scikit_learn(data, scoring):
    X, Y, new = data
    peer = peer_search(X, Y, GRID, scoring=scoring, cv=CV, return_train_score=True)
    search = SharedKernelSearchCV(
        SharedKernelSVC(), GRID, scoring=scoring, cv=CV, return_train_score=True, n_jobs=2
    ).fit(X, Y)
    plain = {name.replace("estimator__", ""): values for name, values in peer.cv_results_.items()}
    assert set(search.cv_results_) == set(plain)
    key = [str(sorted(p.items())) for p in search.cv_results_["params"]]
    order = [
        key.index(str(sorted((name.removeprefix("estimator__"), value) for name, value in p.items())))
        for p in plain["params"]
    ]
    for name, values in plain.items():
        if "test_" in name or "train_" in name:
            assert np.array_equal(search.cv_results_[name][order], values), name
    assert order[peer.best_index_] == search.best_index_
    assert search.best_score_ == peer.best_score_
    assert np.abs(search.decision_function(new) - peer.decision_function(new)).max() < 1e-10
    assert np.array_equal(search.predict(new), peer.predict(new))


def test_equals_grid_search_for_single_labels(data):
    X, Y, new = data
    y = np.array(["a", "b", "c"])[Y.argmax(axis=1)]
    grid = {"C": [0.5, 5.0], "gamma": [0.01, 0.05]}
    peer = peer_search(X, y, grid, cv=4)
    search = SharedKernelSearchCV(SharedKernelSVC(), grid, cv=4).fit(X, y)
    assert np.array_equal(search.cv_results_["mean_test_score"], peer.cv_results_["mean_test_score"])
    assert np.array_equal(search.predict(new), peer.predict(new))
    assert search.score(X, y) == peer.score(X, y)


def test_several_metrics_and_a_list_of_grids(data):
    X, Y, _ = data
    grid = [{"C": [1.0], "gamma": [0.01, 0.05]}, {"C": [1.0, 9.0]}]
    scoring = {"f1": "f1_micro", "hand": make_scorer(f1_score, average="samples", zero_division=0.0)}
    search = SharedKernelSearchCV(SharedKernelSVC(), grid, scoring=scoring, refit="hand", cv=CV).fit(X, Y)
    assert search.multimetric_ and len(search.cv_results_["rank_test_f1"]) == 4
    assert search.best_score_ == search.cv_results_["mean_test_hand"].max()
    assert search.cv_results_["param_gamma"].mask.tolist() == [False, False, True, True]
    with pytest.raises(ValueError, match="refit: with several metrics expected one of"):
        SharedKernelSearchCV(SharedKernelSVC(), grid, scoring=scoring, cv=CV).fit(X, Y)


def test_out_of_fold_scores_and_thresholds(data):
    X, Y, new = data
    search = SharedKernelSearchCV(SharedKernelSVC(), {"C": [0.5, 5.0]}, cv=CV, thresholds="f1").fit(X, Y)
    model = SharedKernelSVC(**search.best_params_)
    scores = model.out_of_fold_decision(X, Y, CV.split(X))
    assert np.abs(search.out_of_fold_decision_ - scores).max() < 1e-10
    expected = [choose_threshold(Y[:, k], search.out_of_fold_decision_[:, k]) for k in range(3)]
    assert search.thresholds_.tolist() == expected
    decided = (search.decision_function(new) >= search.thresholds_).astype(int)
    assert np.array_equal(search.predict(new), decided)


def test_probability_scorers_calibrate_inside_the_fold(data):
    X, Y, _ = data
    y = Y[:, 0]
    search = SharedKernelSearchCV(
        SharedKernelSVC(probability=True), {"C": [0.5, 5.0]}, scoring="neg_log_loss", cv=CV
    ).fit(X, y)
    train, test = next(CV.split(X))
    model = SharedKernelSVC(C=5.0, probability=True).fit(X[train], y[train])
    p = model.predict_proba(X[test])[np.arange(len(test)), y[test]]
    assert search.cv_results_["split0_test_score"][1] == pytest.approx(np.log(p).mean(), rel=1e-9)
    assert search.predict_proba(X).shape == (150, 2)


def test_weights_and_groups_reach_the_folds(data):
    X, Y, _ = data
    weight, groups = np.linspace(0.2, 3, 150), np.arange(150) // 5
    search = SharedKernelSearchCV(
        SharedKernelSVC(), {"C": [1.0, 3.0]}, scoring="f1_macro", cv=GroupKFold(3), refit=False
    ).fit(X, Y, weight, groups=groups)
    train, test = next(GroupKFold(3).split(X, Y, groups))
    fitted = SharedKernelSVC(C=3.0).fit(X[train], Y[train], weight[train])
    expected = f1_score(Y[test], fitted.predict(X[test]), average="macro")
    assert search.cv_results_["split0_test_score"][1] == expected
    assert not hasattr(search, "best_estimator_")


def test_a_class_missing_from_a_fold_is_reported_and_never_predicted(data):
    X, Y, _ = data
    y = np.where(Y[:, 0] == 1, "a", "b")
    y[:8] = "c"
    folds = [(np.arange(8, 150), np.arange(8)), (np.arange(100), np.arange(100, 150))]
    search = SharedKernelSearchCV(SharedKernelSVC(), {"C": [1.0]}, cv=folds)
    with pytest.warns(TrainingReport, match="fold 0: labels with one class only in the training rows: 2"):
        search.fit(X, y)
    assert search.cv_results_["split0_test_score"][0] == 0


def test_bad_settings_are_named(data):
    X, Y, _ = data
    with pytest.raises(ValueError, match=r"param_grid: expected C, gamma, class_weight, found tol"):
        SharedKernelSearchCV(SharedKernelSVC(), {"tol": [1e-3]}).fit(X, Y)
    with pytest.raises(ValueError, match="estimator: expected a SharedKernelSVC, found SVC"):
        SharedKernelSearchCV(SVC(), {"C": [1.0]}).fit(X, Y)
    with pytest.raises(ValueError, match="thresholds: expected None"):
        SharedKernelSearchCV(SharedKernelSVC(), {"C": [1.0]}, thresholds="best").fit(X, Y)
