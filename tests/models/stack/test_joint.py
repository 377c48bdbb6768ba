import pickle

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.special import expit
from sklearn.kernel_ridge import KernelRidge
from sklearn.metrics import average_precision_score
from sklearn.metrics.pairwise import rbf_kernel

from genrelab.models.balance.strategies import TrainingReport
from genrelab.models.kernel.storage import kernel_limits
from genrelab.models.multilabel.inner_folds import inner_folds
from genrelab.models.stack.joint import JointKernel, joint_parts


@pytest.fixture(scope="module")
def rows() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(240, 6))
    X[:, 3:] *= 100.0
    Y = np.column_stack([X[:, 0] * X[:, 3] > 0, X[:, 1] + X[:, 4] / 100 > 0.5])
    return X, Y.astype(np.uint8)


PARTS = {"a": (np.arange(3), 1.0), "b": (np.arange(3, 6), 1.0)}


def test_what_two_parts_say_only_together_is_learnt_less_well_than_what_each_says(rows):
    """A sum of kernels adds what parts say; a product of two columns is learnt where they lie in one part."""
    X, Y = rows

    def precision(parts, label):
        model = JointKernel(parts, alpha=0.1).fit(X[:160], Y[:160])
        return average_precision_score(Y[160:, label], model.predict_proba(X[160:])[:, label])

    scaled = X.copy()
    scaled[:, 3:] /= 100
    together = JointKernel({"all": (np.arange(6), 1.0)}, alpha=0.1).fit(scaled[:160], Y[:160])
    assert average_precision_score(Y[160:, 0], together.predict_proba(scaled[160:])[:, 0]) > precision(PARTS, 0)
    assert precision(PARTS, 1) > 0.8


def test_no_part_rules_by_its_scale(rows):
    X, Y = rows
    other = X.copy()
    other[:, 3:] /= 1e4
    one, two = JointKernel(PARTS).fit(X, Y), JointKernel(PARTS).fit(other, Y)
    np.testing.assert_allclose(one.predict_proba(X), two.predict_proba(other), atol=2e-3)


def test_it_is_kernel_ridge_regression_on_a_sum_of_kernels(rows):
    X, Y = rows
    folds = inner_folds(Y, 3)
    model = JointKernel({"a": (np.arange(3), 1.0), "b": (np.arange(3, 6), 0.5)}, gamma=0.4, alpha=0.5, cv=folds)
    model.fit(X, Y)
    gram = np.zeros((240, 240))
    for columns, weight in ((slice(0, 3), 2 / 3), (slice(3, 6), 1 / 3)):
        block = X[:, columns] - X[:, columns].mean(axis=0)
        gram += weight * rbf_kernel(block / np.sqrt(np.square(block).sum(axis=1).mean()), gamma=0.4)
    peer = KernelRidge(alpha=0.5, kernel="precomputed")
    mean = Y.mean(axis=0)
    wanted = peer.fit(gram, Y - mean).predict(gram) + mean
    np.testing.assert_allclose(model.margins_of(X), wanted, atol=1e-5)
    for train, test in folds:
        mean = Y[train].mean(axis=0)
        margins = peer.fit(gram[np.ix_(train, train)], Y[train] - mean).predict(gram[np.ix_(test, train)]) + mean
        wanted = expit(margins * model.curves_[:, 0] + model.curves_[:, 1])
        np.testing.assert_allclose(model.out_of_fold_scores_[test], wanted, atol=1e-4)


def test_all_rows_as_landmarks_are_the_exact_machine(rows):
    X, Y = rows
    folds = inner_folds(Y, 3)
    exact = JointKernel(PARTS, cv=folds).fit(X, Y)
    with kernel_limits(1.0, 0.0), pytest.warns(TrainingReport, match="240 landmarks of 240"):
        other = JointKernel(PARTS, cv=folds).fit(X, Y)
    np.testing.assert_allclose(other.predict_proba(X), exact.predict_proba(X), atol=1e-4)
    # In a fold, landmarks that are no training rows of it say a little more than its own rows would.
    assert np.abs(other.out_of_fold_scores_ - exact.out_of_fold_scores_).mean() < 0.02


def test_few_landmarks_come_near(rows, monkeypatch):
    X, Y = rows
    monkeypatch.setattr("genrelab.models.stack.joint.LANDMARKS", 120)
    with kernel_limits(1.0, 0.0), pytest.warns(TrainingReport, match="120 landmarks"):
        model = JointKernel(PARTS).fit(X[:160], Y[:160])
    assert model.dual_coef_.shape == (120, 2)
    assert average_precision_score(Y[160:, 1], model.predict_proba(X[160:])[:, 1]) > 0.8


@pytest.mark.parametrize("name", ["gamma", "alpha", "components"])
def test_numbers_are_above_zero(rows, name):
    with pytest.raises(ValueError, match=f"{name}: expected a number above 0, found 0"):
        JointKernel(PARTS, **{name: 0}).fit(*rows)


def test_wide_parts_are_reduced_and_pickled(rows):
    X, Y = rows
    rng = np.random.default_rng(1)
    words = sp.random(240, 500, 0.02, "csr", random_state=rng, dtype=np.float32)
    wide = rng.normal(size=(240, 40)).astype(np.float32) + 5
    both = sp.hstack([words, sp.csr_matrix(wide), sp.csr_matrix(X.astype(np.float32))]).tocsr()
    parts = {
        "words": (np.arange(500), 0.7),
        "wide": (np.arange(500, 540), 0.5),
        "numbers": (np.arange(540, 546), 1.0),
    }
    model = JointKernel(parts, components=20).fit(both, Y)
    assert {name: found.shape for name, found in model.reducers_.items()} == {"words": (20, 500), "wide": (20, 40)}
    assert model.points_["wide"].shape == (240, 20)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(model.predict_proba(both[:5]), again.predict_proba(both[:5]))
    array = JointKernel(parts, components=20).fit(both.toarray(), Y)
    np.testing.assert_allclose(array.predict_proba(both.toarray()), model.predict_proba(both), atol=1e-4)


def test_one_class_a_title(rows):
    X, Y = rows
    model = JointKernel(PARTS, kind="single").fit(X, np.array(["no", "yes"])[Y[:, 1]])
    assert model.classes_.tolist() == ["no", "yes"]
    np.testing.assert_allclose(model.predict_proba(X[:4]).sum(axis=1), 1.0)
    assert set(model.predict(X)) == {"no", "yes"}


def test_vectors_are_one_part_and_other_blocks_a_part_each():
    blocks = {
        "k": ("words", np.array([0])),
        "o": ("words", np.array([2])),
        "s": ("sentences", np.array([3])),
        "t": ("sentences", np.array([5])),
        "c": ("colours", np.array([1])),
    }
    parts = joint_parts(blocks, {"words": 0.3, "sentences": 1.0, "numbers": 1.0})
    assert {name: (columns.tolist(), weight) for name, (columns, weight) in parts.items()} == {
        "k": ([0], 0.3),
        "o": ([2], 0.3),
        "sentences": ([3, 5], 1.0),
    }
