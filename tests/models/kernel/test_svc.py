import pickle

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_multilabel_classification
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.model_selection import KFold
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import SVC
from sklearn.utils.estimator_checks import parametrize_with_checks

from genrelab.models.balance.strategies import TrainingReport
from genrelab.models.kernel.svc import SharedKernelSVC


def relative(found, expected):
    return np.abs(found - expected).max() / np.abs(expected).max()


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    latent = rng.normal(size=(260, 8))
    X = np.maximum(latent @ rng.normal(size=(8, 40)) + rng.normal(size=(260, 40)), 0)
    X[50:60] = X[:10]  # the same poster twice
    Y = (latent[:, :4] + rng.normal(size=(260, 4)) > 0.8).astype(int)
    return X[:200], Y[:200], X[200:]


def not_for_support_vectors(estimator):
    reason = 'gamma="scale" is 1 / variance of the rows as given: repeating a row moves it, a weight does not'
    return {"check_sample_weight_equivalence_on_dense_data": f"{reason} (scikit-learn's SVC fails alike)"}


@parametrize_with_checks([SharedKernelSVC()], expected_failed_checks=not_for_support_vectors)
def test_scikit_learn_contract(estimator, check):
    check(estimator)


@pytest.mark.parametrize("solver", ["numba", "libsvm"])
@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"C": 30.0, "gamma": 0.02},
        {"C": 0.3, "gamma": "auto", "class_weight": "balanced"},
        {"C": 5.0, "class_weight": {0: 1.0, 1: 7.5}},
        {"C": 100.0, "tol": 1e-6},
        {"C": 10.0, "shrinking": False},
    ],
)
def test_equals_one_vs_rest_of_scikit_learn(data, parameters, solver):
    if solver == "numba":
        pytest.importorskip("numba")
    X, Y, new = data
    peer = OneVsRestClassifier(SVC(**parameters)).fit(X, Y)
    model = SharedKernelSVC(**parameters, solver=solver, n_jobs=2).fit(X, Y)
    assert relative(model.decision_function(new), peer.decision_function(new)) < 1e-10
    assert np.array_equal(model.predict(new), peer.predict(new))
    assert model.n_iter_.tolist() == [e.n_iter_[0] for e in peer.estimators_]  # pyright: ignore[reportAttributeAccessIssue]
    assert model.n_support_.tolist() == [e.n_support_.sum() for e in peer.estimators_]  # pyright: ignore[reportAttributeAccessIssue]


@pytest.mark.parametrize("classes", [["a", "b"], ["a", "b", "c"]])
def test_equals_one_vs_rest_for_single_labels(data, classes):
    X, Y, new = data
    y = np.array(classes)[Y[:, : len(classes)].argmax(axis=1)]
    peer = OneVsRestClassifier(SVC(C=3, class_weight="balanced")).fit(X, y)
    model = SharedKernelSVC(C=3, class_weight="balanced").fit(X, y)
    expected = peer.decision_function(new)
    assert model.decision_function(new).shape == expected.shape
    assert relative(model.decision_function(new), expected) < 1e-10
    assert np.array_equal(model.predict(new), peer.predict(new))


def test_sample_weights_equal_scikit_learns(data):
    X, Y, new = data
    weight = np.random.default_rng(1).integers(0, 4, len(X)).astype(float)
    gamma = 0.01  # scikit-learn takes the variance of all rows, also of those that weigh nothing
    for solver in ("auto", "libsvm"):
        model = SharedKernelSVC(C=2, gamma=gamma, solver=solver).fit(X, Y, sample_weight=weight)
        for label in range(Y.shape[1]):
            peer = SVC(C=2, gamma=gamma).fit(X, Y[:, label], sample_weight=weight)
            assert relative(model.decision_function(new)[:, label], peer.decision_function(new)) < 1e-10
    assert not set(model.support_) & set(np.flatnonzero(weight == 0))


def test_log_weights_and_a_dict_per_label(data):
    X, Y, new = data
    counts = Y.sum(axis=0)
    dicts = [{0: 1.0, 1: 1 + np.log((len(Y) - k) / k)} for k in counts]
    by_word = SharedKernelSVC(class_weight="log").fit(X, Y).decision_function(new)
    by_dict = SharedKernelSVC(class_weight=dicts).fit(X, Y).decision_function(new)
    assert relative(by_word, by_dict) < 1e-12
    plain = SharedKernelSVC().fit(X, Y).decision_function(new)
    assert (by_word.mean(axis=0) > plain.mean(axis=0)).all()  # all labels are the smaller class here


def test_a_dict_of_classes_weighs_rows(data):
    X, Y, new = data
    y = np.array(["a", "b", "c"])[Y[:, :3].argmax(axis=1)]
    weights = {"a": 1.0, "b": 4.0, "c": 0.5}
    rows = np.array([weights[c] for c in y])
    found = SharedKernelSVC(class_weight=weights).fit(X, y).decision_function(new)
    assert relative(found, SharedKernelSVC().fit(X, y, sample_weight=rows).decision_function(new)) < 1e-12


def test_one_class_only_is_constant_and_reported(data):
    X, Y, new = data
    Y = Y.copy()
    Y[:, 1], Y[:, 3] = 0, 1
    with pytest.warns(TrainingReport, match=r"1 \(always 0\), 3 \(always 1\)"):
        model = SharedKernelSVC(probability=True).fit(X, Y)
    assert model.constant_labels_.tolist() == [1, 3]
    with pytest.warns(UserWarning, match="is present in all training examples"):
        peer = OneVsRestClassifier(SVC()).fit(X, Y)
    assert relative(model.decision_function(new), peer.decision_function(new)) < 1e-10
    assert (model.predict(new)[:, [1, 3]] == [0, 1]).all()
    assert (model.predict_proba(new)[:, [1, 3]] == [0, 1]).all()


def test_single_precision_is_near(data):
    X, Y, new = data
    exact = SharedKernelSVC().fit(X, Y).decision_function(new)
    model = SharedKernelSVC(precision="float32").fit(X.astype(np.float32), Y)
    assert np.abs(model.decision_function(new.astype(np.float32)) - exact).max() < 5e-3
    assert model.support_vectors_.dtype == np.float32


def test_float32_input_is_computed_in_double_precision(data):
    X, Y, new = (part.astype(np.float32) if k != 1 else part for k, part in enumerate(data))
    peer = OneVsRestClassifier(SVC()).fit(X, Y)
    model = SharedKernelSVC().fit(X, Y)
    assert relative(model.decision_function(new), peer.decision_function(new)) < 1e-10
    assert model.support_vectors_.dtype == np.float32  # and the pickle is half as large


@pytest.mark.parametrize("gamma", ["scale", 0.01])
def test_out_of_fold_scores_equal_separate_fits(data, gamma):
    X, Y, _ = data
    folds = list(KFold(3, shuffle=True, random_state=0).split(X))
    weight = np.linspace(0.5, 2, len(X))
    model = SharedKernelSVC(gamma=gamma)
    found = model.out_of_fold_decision(X, Y, folds, weight)
    with pytest.raises(NotFittedError):
        model.predict(X)
    expected = np.empty_like(found)
    for train, test in folds:
        fitted = clone(model).fit(X[train], Y[train], weight[train])  # pyright: ignore[reportAttributeAccessIssue]
        expected[test] = fitted.decision_function(X[test])
    assert relative(found, expected) < 1e-10
    again = model.out_of_fold_decision(X, Y, folds, weight, refit=True)
    assert np.array_equal(again, found)
    again = clone(model).fit(X, Y, weight)  # pyright: ignore[reportAttributeAccessIssue]
    assert relative(model.decision_function(X), again.decision_function(X)) < 1e-10


def test_rows_in_no_test_fold_are_nan(data):
    X, Y, _ = data
    scores = SharedKernelSVC().out_of_fold_decision(X, Y, [(np.arange(150), np.arange(150, 180))])
    assert np.isfinite(scores[150:180]).all() and np.isnan(scores[:150]).all() and np.isnan(scores[180:]).all()


def test_probabilities_are_scikit_learns_sigmoid_of_out_of_fold_scores(data):
    X, Y, new = data
    y = Y[:, 0]
    folds = list(KFold(3, shuffle=True, random_state=5).split(X))
    model = SharedKernelSVC(probability=True, calibration_cv=folds).fit(X, y)
    peer = CalibratedClassifierCV(SVC(), cv=folds, ensemble=False).fit(X, y)
    assert relative(model.predict_proba(new), peer.predict_proba(new)) < 1e-9


def test_probabilities_of_many_labels(data):
    X, Y, new = data
    model = SharedKernelSVC(probability=True).fit(X, Y)
    probabilities = model.predict_proba(new)
    assert probabilities.shape == (len(new), 4) and (probabilities >= 0).all() and (probabilities <= 1).all()
    for label in range(4):  # a sigmoid keeps the order
        order = np.argsort(model.decision_function(new)[:, label])
        assert (np.diff(probabilities[order, label]) >= 0).all()
    y = np.array(["a", "b", "c"])[Y[:, :3].argmax(axis=1)]
    assert np.allclose(SharedKernelSVC(probability=True).fit(X, y).predict_proba(new).sum(axis=1), 1)
    assert not hasattr(SharedKernelSVC(), "predict_proba")


def test_a_mapped_file_gives_the_same_bits_and_says_so(data):
    X, Y, new = data
    with pytest.warns(UserWarning, match=r"200 rows need a 0\.2 MiB matrix, more than the limit"):
        mapped = SharedKernelSVC(memory_limit=1000).fit(X, Y)
    assert np.array_equal(mapped.decision_function(new), SharedKernelSVC().fit(X, Y).decision_function(new))


def test_pickle_holds_support_vectors_only(data):
    X, Y, new = data
    X, Y = np.vstack([X] * 6), np.vstack([Y] * 6)
    model = SharedKernelSVC(C=0.5).fit(X, Y)
    blob = pickle.dumps(model)
    assert len(blob) < model.support_vectors_.nbytes + model.dual_coef_.nbytes + 10_000
    assert np.array_equal(pickle.loads(blob).decision_function(new), model.decision_function(new))


def test_threads_do_not_change_a_bit(data):
    X, Y, new = data
    scores = [SharedKernelSVC(n_jobs=k).fit(X, Y).decision_function(new) for k in (1, 2)]
    assert relative(*scores) < 1e-12


def test_sparse_indicators_and_column_names(data):
    X, Y, _ = data
    frame = pd.DataFrame(X, columns=[f"resnet50_{k:04d}" for k in range(X.shape[1])])
    model = SharedKernelSVC().fit(frame, csr_matrix(Y))
    assert model.feature_names_in_[0] == "resnet50_0000"  # pyright: ignore[reportAttributeAccessIssue]
    assert np.array_equal(model.predict(frame), SharedKernelSVC().fit(X, Y).predict(X))


def test_max_iter_is_reported(data):
    X, Y, _ = data
    with pytest.warns(ConvergenceWarning, match="4 labels reached max_iter=5"):
        SharedKernelSVC(max_iter=5).fit(X, Y)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"C": 0}, "C: expected a number above 0, found 0"),
        ({"tol": "small"}, "tol: expected a number above 0, found 'small'"),
        ({"gamma": -1.0}, "gamma: expected"),
        ({"gamma": "wide"}, "gamma: expected"),
        ({"precision": "float16"}, "precision: expected one of"),
        ({"solver": "cuda"}, "solver: expected one of"),
        ({"class_weight": "heavy"}, "class_weight: expected one of"),
        ({"class_weight": [{1: 2.0}]}, "a list of 5 dicts"),
        ({"class_weight": {2: 2.0}}, "expected the keys 0 and 1, found"),
        ({"class_weight": {1: -2.0}}, "at least 0"),
    ],
)
def test_bad_parameters_are_named(parameters, message):
    X, Y = make_multilabel_classification(30, 5, n_classes=5, random_state=0)  # pyright: ignore[reportAssignmentType]
    with pytest.raises(ValueError, match=message):
        SharedKernelSVC(**parameters).fit(X, Y)


def test_bad_targets_and_weights_are_named(data):
    X, Y, _ = data
    with pytest.raises(ValueError, match="Unknown label type"):
        SharedKernelSVC().fit(X, Y + np.arange(4))
    with pytest.raises(ValueError, match=r"sample_weight: expected shape \(200,\), found \(3,\)"):
        SharedKernelSVC().fit(X, Y, sample_weight=np.ones(3))
    with pytest.raises(ValueError, match="at least 0"):
        SharedKernelSVC().fit(X, Y, sample_weight=-np.ones(200))
