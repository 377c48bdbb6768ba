"""Probabilities on top of the shared kernel."""

import numpy as np
import pytest
from sklearn.svm import SVC

from genrelab.models.balance.strategies import TrainingReport, class_weights
from genrelab.models.kernel.classifier import SharedKernelLabels
from genrelab.models.multilabel.inner_folds import inner_folds


@pytest.fixture
def rows() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(150, 6))
    return X, (X[:, :3] + rng.normal(size=(150, 3)) > [0.0, 0.8, 1.2]).astype(np.uint8)


@pytest.mark.parametrize("balance", ["none", "balanced", "inverse", "log"])
def test_margins_are_those_of_scikit_learns_machine(rows, balance):
    X, Y = rows
    ours = SharedKernelLabels(balance=balance, precision="float64").fit(X, Y).decision_function(X)
    for label in range(3):
        y = Y[:, label]
        weights = None if balance == "none" else class_weights(y, balance)
        peer = SVC(class_weight=weights).fit(X, y)
        np.testing.assert_allclose(ours[:, label], peer.decision_function(X), atol=1e-6)


def test_scores_of_training_rows_are_out_of_fold(rows):
    X, Y = rows
    noise = (np.random.default_rng(1).random(Y.shape) < 0.3).astype(np.uint8)
    model = SharedKernelLabels(C=100.0, gamma=1.0).fit(X, noise)
    inside = ((model.decision_function(X) > 0) == noise).mean()
    outside = np.corrcoef(model.out_of_fold_scores_.ravel(), noise.ravel())[0, 1]
    assert inside > 0.95
    assert abs(outside) < 0.2


def test_probabilities_have_the_mean_of_the_labels_even_when_balanced(rows):
    X, Y = rows
    for balance in ("none", "balanced"):
        model = SharedKernelLabels(balance=balance).fit(X, Y)
        np.testing.assert_allclose(model.out_of_fold_scores_.mean(axis=0), Y.mean(axis=0), atol=1e-2)


def test_single_label_rows_sum_to_one(rows):
    X, Y = rows
    y = np.array(["a", "b", "c"])[np.argmax(Y, axis=1)]
    model = SharedKernelLabels("single").fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1.0)
    assert (model.predict(X) == y).mean() > 0.6
    assert model.classes_.tolist() == ["a", "b", "c"]


@pytest.mark.parametrize("search", [None, {"C": [0.5, 1.0]}])
def test_a_matrix_of_one_label_is_learnt_as_beside_others(rows, search):
    X, Y = rows
    alone = SharedKernelLabels(search=search, precision="float64").fit(X, Y[:, :1])
    folds = inner_folds(Y[:, :1], 3)
    beside = SharedKernelLabels(C=alone.machines_.C, cv=folds, precision="float64").fit(X, Y)
    assert alone.predict(X).shape == (150, 1)
    np.testing.assert_allclose(alone.predict_proba(X), beside.predict_proba(X)[:, :1], atol=1e-6)
    np.testing.assert_allclose(alone.out_of_fold_scores_, beside.out_of_fold_scores_[:, :1], atol=1e-6)


def test_labels_with_one_class_get_it_and_a_report(rows):
    X, Y = rows
    Y = np.column_stack([Y, np.ones(150), np.zeros(150)])
    one = pytest.warns(TrainingReport, match="label number 3: every training row is 1")
    zero = pytest.warns(TrainingReport, match="label number 4: every training row is 0")
    with one, zero:
        model = SharedKernelLabels().fit(X, Y)
    assert model.predict_proba(X)[:, 3:].tolist() == [[1.0, 0.0]] * 150
    assert model.out_of_fold_scores_[:, 3:].tolist() == [[1.0, 0.0]] * 150


def test_a_label_too_rare_to_calibrate_says_so(rows):
    X, Y = rows
    Y = Y.copy()
    Y[:, 2] = 0
    Y[0, 2] = 1
    with pytest.warns(TrainingReport, match="label number 2: too few rows to calibrate"):
        model = SharedKernelLabels(cv=inner_folds(Y, 3)).fit(X, Y)
    assert np.isfinite(model.predict_proba(X)).all()


def test_samplers_are_refused(rows):
    with pytest.raises(ValueError, match="balance: expected one of none, balanced, inverse, log, found 'smote'"):
        SharedKernelLabels(balance="smote").fit(*rows)


def test_labels_follow_the_side_of_the_margin():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(150, 4))
    Y = np.column_stack([X[:, 0] + rng.normal(size=150) > 1, X[:, 1] > 0]).astype(np.uint8)
    model = SharedKernelLabels(balance="balanced", random_state=0).fit(X, Y)
    new = rng.normal(size=(80, 4))
    np.testing.assert_array_equal(model.predict(new), model.decision_function(new) >= 0)


@pytest.mark.parametrize("kind", ["multilabel", "single"])
def test_without_room_for_the_kernel_its_approximation_answers_much_the_same_and_says_so(rows, kind):
    X, Y = rows
    y = Y if kind == "multilabel" else Y[:, 0]
    exact = SharedKernelLabels(kind).fit(X, y)
    with pytest.warns(TrainingReport, match=r"ran as Nyström \(150 landmarks\), because the exact kernel of 150"):
        near = SharedKernelLabels(kind, memory=1000, disk=0).fit(X, y)
    assert exact.notes_ == []
    assert np.abs(near.predict_proba(X) - exact.predict_proba(X)).mean() < 0.1
    assert near.out_of_fold_scores_.shape == exact.out_of_fold_scores_.shape


def test_a_kernel_in_mapped_files_answers_the_same(rows):
    X, Y = rows
    exact = SharedKernelLabels().fit(X, Y)
    with pytest.warns(TrainingReport, match="its kernel is kept in mapped files"):
        mapped = SharedKernelLabels(memory=1000, disk=1e6).fit(X, Y)
    np.testing.assert_array_equal(mapped.predict_proba(X), exact.predict_proba(X))
