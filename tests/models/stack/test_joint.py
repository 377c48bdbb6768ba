import pickle

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.metrics import average_precision_score

from genrelab.models.kernel.classifier import SharedKernelLabels
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


def test_what_two_parts_say_only_together_is_learnt(rows):
    X, Y = rows
    model = JointKernel(PARTS, C=10.0).fit(X[:160], Y[:160])
    assert average_precision_score(Y[160:, 0], model.predict_proba(X[160:])[:, 0]) > 0.8


def test_no_part_rules_by_its_scale(rows):
    X, Y = rows
    other = X.copy()
    other[:, 3:] /= 1e4
    one, two = JointKernel(PARTS).fit(X, Y), JointKernel(PARTS).fit(other, Y)
    np.testing.assert_allclose(one.predict_proba(X), two.predict_proba(other), atol=2e-3)


def test_it_is_the_shared_kernel_on_scaled_parts(rows):
    X, Y = rows
    folds = inner_folds(Y, 3)
    scaled = []
    for columns, weight in ((slice(0, 3), 1.0), (slice(3, 6), 0.5)):
        block = X[:, columns].astype(np.float32)
        block = block - block.mean(axis=0, dtype=np.float64)
        scaled.append(weight * block / np.sqrt(np.square(block).sum(axis=1).mean()))
    peer = SharedKernelLabels(balance="balanced", cv=folds).fit(np.hstack(scaled).astype(np.float32), Y)
    parts = {"a": (np.arange(3), 1.0), "b": (np.arange(3, 6), 0.5)}
    model = JointKernel(parts, cv=folds).fit(X, Y)
    np.testing.assert_allclose(model.out_of_fold_scores_, peer.out_of_fold_scores_, atol=1e-3)


def test_sparse_words_are_reduced_and_pickled(rows):
    X, Y = rows
    rng = np.random.default_rng(1)
    words = sp.random(240, 500, 0.02, "csr", random_state=rng, dtype=np.float32)
    both = sp.hstack([words, sp.csr_matrix(X.astype(np.float32))]).tocsr()
    parts = {"words": (np.arange(500), 0.7), "numbers": (np.arange(500, 506), 1.0)}
    model = JointKernel(parts, components=20).fit(both, Y)
    assert model.reducers_["words"].components_.shape == (20, 500)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(model.predict_proba(both[:5]), again.predict_proba(both[:5]))


def test_one_class_a_title(rows):
    X, Y = rows
    model = JointKernel(PARTS, kind="single").fit(X, np.array(["no", "yes"])[Y[:, 1]])
    assert model.classes_.tolist() == ["no", "yes"]
    np.testing.assert_allclose(model.predict_proba(X[:4]).sum(axis=1), 1.0)
    assert set(model.predict(X)) == {"no", "yes"}


def test_blocks_of_one_kind_are_one_part_and_others_stay_out():
    blocks = {"k": ("words", np.array([0])), "o": ("words", np.array([2])), "n": ("names", np.array([1]))}
    parts = joint_parts(blocks, {"words": 0.7, "numbers": 1.0})
    assert {kind: (columns.tolist(), weight) for kind, (columns, weight) in parts.items()} == {"words": ([0, 2], 0.7)}
