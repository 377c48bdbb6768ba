"""Stacking over blocks."""

import pickle

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from genrelab.models.multilabel.inner_folds import inner_folds
from genrelab.models.multilabel.out_of_fold import OutOfFold
from genrelab.models.stack.blocks import absent, block_of
from genrelab.models.stack.meta import BlockScores, MetaClassifier
from genrelab.models.stack.scored_fit import fit_scored
from genrelab.models.stack.stacked import StackedBlocks

LEARNERS = {"words": ("glm", {"C": 1.0}), "embedding": ("ovr_svm", {}), "metadata": ("glm", {})}
BLOCKS = {
    "words": slice(0, 6),
    "embedding:one": slice(6, 9),
    "embedding:two": slice(9, 12),
    "metadata": slice(12, 14),
    "remainder": slice(0, 0),
}


@pytest.fixture(scope="module")
def rows() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 14))
    X[:, :6] = np.maximum(X[:, :6], 0)
    X[::5, :6] = 0.0
    Y = np.column_stack(
        [
            X[:, 0] + X[:, 6] + rng.normal(size=300) > 0.8,
            X[:, 1] + X[:, 9] + rng.normal(size=300) > 1.2,
            X[:, 12] + rng.normal(size=300) > 1.0,
        ]
    )
    return X, Y.astype(np.uint8)


def stack(**more) -> StackedBlocks:
    return StackedBlocks(BLOCKS, learners=LEARNERS, **more)


def test_blocks_together_beat_each_alone(rows):
    X, Y = rows
    train, test = slice(0, 200), slice(200, 300)

    def score(blocks):
        model = StackedBlocks(blocks, learners=LEARNERS).fit(X[train], Y[train])
        return average_precision_score(Y[test], model.predict_proba(X[test]), average="macro")

    assert score(BLOCKS) > max(score({name: columns}) for name, columns in list(BLOCKS.items())[:4])


def test_embeddings_are_one_block_unless_asked_otherwise(rows):
    assert list(stack().fit(*rows).blocks_) == ["words", "embedding", "metadata"]
    apart = stack(merge_embeddings=False).fit(*rows)
    assert list(apart.blocks_) == ["words", "embedding:one", "embedding:two", "metadata"]


def test_kept_scores_are_out_of_fold(rows):
    X, _ = rows
    noise = (np.random.default_rng(5).random((300, 3)) < 0.4).astype(np.uint8)
    model = stack(meta_C=10.0).fit(X, noise)
    ranks = [average_precision_score(noise[:, k], model.out_of_fold_scores_[:, k]) for k in range(3)]
    assert abs(np.mean(ranks) - 0.4) < 0.08


def test_scores_of_a_fold_do_not_depend_on_its_labels(rows):
    X, Y = rows
    folds = inner_folds(Y, 3)
    test = folds[0][1]
    changed = Y.copy()
    changed[test] = 1 - changed[test]
    one, other = stack(cv=folds).fit(X, Y), stack(cv=folds).fit(X, changed)
    name = "words"
    first = one.members_[name]
    assert not np.allclose(first.predict_proba(X[:, :6]), other.members_[name].predict_proba(X[:, :6]))
    before = fit_scored(first, X[:, :6], Y, folds, width=3)[1][test]
    after = fit_scored(first, X[:, :6], changed, folds, width=3)[1][test]
    np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("kind", ["multilabel", "single"])
def test_contributions_add_up_to_the_score(rows, kind):
    X, Y = rows
    model = stack(kind=kind).fit(X, Y if kind == "multilabel" else Y.argmax(axis=1))
    parts = model.contributions(X[:20])
    assert list(parts) == ["words", "embedding", "metadata", "intercept"]
    total = np.sum(list(parts.values()), axis=0)
    expected = expit(total) if kind == "multilabel" else softmax(total, axis=1)
    np.testing.assert_allclose(model.predict_proba(X[:20]), expected, atol=1e-12)


def test_sparse_and_dense_agree(rows):
    X, Y = rows
    dense = stack().fit(X, Y).predict_proba(X)
    sparse = stack().fit(sp.csr_matrix(X), Y).predict_proba(sp.csr_matrix(X))
    np.testing.assert_allclose(sparse, dense, atol=1e-3)


def test_groups_reach_the_inner_folds(rows):
    X = rows[0]
    rng = np.random.default_rng(0)
    labels = (rng.random((150, 3)) < 0.4).astype(np.uint8)
    twins, twice = np.vstack([X[:150], X[:150]]), np.vstack([labels, labels])
    learners = {"all": ("knn", {"n_neighbors": 1})}
    leaky = StackedBlocks(learners=learners).fit(twins, twice)
    honest = StackedBlocks(learners=learners).fit(twins, twice, groups=np.tile(np.arange(150), 2))
    ranked = [average_precision_score(twice, m.out_of_fold_scores_, average="macro") for m in (leaky, honest)]
    assert ranked[0] > 0.6 > 0.5 > ranked[1]


def test_own_inputs_give_no_weight_to_other_labels(rows):
    X, Y = rows
    model = stack(meta_others=0).fit(X, Y)
    for label in range(3):
        own = np.arange(9) % 3 == label
        assert not model.meta_.coef[label, :9][~own].any()
        assert model.meta_.coef[label, :9][own].all()


def test_other_labels_are_shrunk_by_their_scale():
    rng = np.random.default_rng(1)
    Z, Y = rng.normal(size=(300, 2)), rng.integers(0, 2, (300, 2))
    meta = MetaClassifier("multilabel", others=0.1).fit({"a": BlockScores(Z, np.zeros(300, dtype=bool))}, Y, 2)
    scaled = (Z - Z.mean(axis=0)) * [1.0, 0.1]
    peer = LogisticRegression(C=1.0).fit(scaled, Y[:, 0])
    np.testing.assert_allclose(meta.coef[0], peer.coef_[0] * [1.0, 0.1], atol=1e-4)


def test_the_second_level_against_scikit_learn():
    rng = np.random.default_rng(0)
    Z, y = rng.normal(size=(200, 2, 3)), rng.integers(0, 3, 200)
    scores = {f"block{b}": BlockScores(Z[:, b], np.zeros(200, dtype=bool)) for b in range(2)}
    flat = np.hstack([Z[:, 0] - Z[:, 0].mean(axis=0), Z[:, 1] - Z[:, 1].mean(axis=0)])
    peer = LogisticRegression(C=1.0, max_iter=2000).fit(flat, y).predict_proba(flat)
    meta = MetaClassifier("single").fit(scores, y, 3)
    np.testing.assert_allclose(meta.predict_proba(scores), peer, atol=1e-6)
    two = MetaClassifier("single").fit(scores, y % 2, 3).predict_proba(scores)
    peer = LogisticRegression(C=1.0, max_iter=2000).fit(flat, y % 2).predict_proba(flat)
    np.testing.assert_allclose(two[:, :2], peer, atol=1e-6)
    assert not two[:, 2].any()


def test_it_is_repeatable_pickles_and_serves_out_of_fold(rows):
    X, Y = rows
    model = OutOfFold(stack(balance="balanced")).fit(X, Y)
    again = OutOfFold(stack(balance="balanced")).fit(X, Y)
    np.testing.assert_array_equal(model.thresholds_, again.thresholds_)
    loaded = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(loaded.predict_proba(X), again.predict_proba(X))


def test_rows_without_a_block_are_marked(rows):
    X, Y = rows
    model = stack().fit(X, Y)
    assert model.meta_.lacking == ["words"]
    assert absent(sp.csr_matrix(X), np.arange(6)).tolist() == absent(X, np.arange(6)).tolist()
    assert block_of(sp.csr_matrix((4, 9)), np.arange(9)).format == "csr"


def test_bad_parameters_are_named(rows):
    with pytest.raises(ValueError, match="meta_others: expected a number from 0 to 1, found 2"):
        stack(meta_others=2).fit(*rows)
    with pytest.raises(ValueError, match="blocks: expected columns in at least one"):
        StackedBlocks({"remainder": slice(0, 0)}).fit(*rows)


def test_a_joint_machine_is_a_member_and_what_it_adds_is_counted(rows):
    X, Y = rows
    blocks = {"keywords:tfidf": slice(0, 6), "embedding:one": slice(6, 12), "metadata": slice(12, 14)}
    model = StackedBlocks(blocks, joint=True).fit(X, Y)
    assert list(model.members_) == ["keywords:tfidf", "embedding", "metadata", "joint"]
    parts = model.contributions(X[:3])
    total = sum(parts.values())
    np.testing.assert_allclose(expit(total), model.predict_proba(X[:3]), atol=1e-9)
    alone = StackedBlocks({"metadata": slice(12, 14)}, joint=True).fit(X, Y)
    assert list(alone.members_) == ["metadata"]


def test_the_learner_of_a_block_is_chosen_out_of_fold():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 30))
    Y = (X @ rng.normal(size=(30, 2)) > 3.0).astype(np.uint8)
    chosen = StackedBlocks({"metadata": slice(0, 30)}, choose=True).fit(X, Y)
    assert chosen.learners_ == {"metadata": "glm"}  # the truth is linear
    usual = StackedBlocks({"metadata": slice(0, 30)}).fit(X, Y)
    assert usual.learners_ == {"metadata": "gbm"}


def test_provenance_is_learnt_beside_metadata(rows):
    X, Y = rows
    model = StackedBlocks({"metadata": slice(0, 6), "provenance": slice(6, 9)}).fit(X, Y)
    assert {name: columns.tolist() for name, columns in model.blocks_.items()} == {"metadata": list(range(9))}
    alone = StackedBlocks({"provenance": slice(6, 9)}).fit(X, Y)
    assert list(alone.blocks_) == ["provenance"]


def test_words_in_an_array_are_learnt_as_in_a_sparse_matrix():
    rng = np.random.default_rng(0)
    words = sp.random(120, 60, density=0.03, format="csr", random_state=rng, dtype=np.float64)
    rest = rng.normal(size=(120, 3))
    Y = np.column_stack([words[:, :30].sum(axis=1).A1 + rest[:, 0] > 0.5, rest[:, 1] > 0.3]).astype(np.uint8)
    blocks = {"keywords": slice(0, 60), "embedding:one": slice(60, 63)}
    array = np.hstack([words.toarray(), rest])
    one = StackedBlocks(blocks, learners=LEARNERS | {"keywords": ("glm", {})}, joint=True).fit(array, Y)
    other = StackedBlocks(blocks, learners=LEARNERS | {"keywords": ("glm", {})}, joint=True).fit(
        sp.csr_matrix(array), Y
    )
    assert one.sparse_["keywords"] and not one.sparse_["embedding"]
    assert np.allclose(one.predict_proba(array), other.predict_proba(sp.csr_matrix(array)), atol=1e-6)


def test_rows_with_one_block_are_judged_by_that_block(rows):
    X, Y = rows
    model = stack().fit(X, Y)
    assert list(model.alone_) == ["words", "embedding", "metadata"]
    alone = np.zeros_like(X)
    alone[:, 6:12] = X[:, 6:12]
    alone = alone[(X[:, 6:12] != 0).any(axis=1)]
    odds = model.block_scores(alone)["embedding"].scores
    one = model.alone_["embedding"]
    np.testing.assert_allclose(
        model.predict_proba(alone), expit((odds - one.centre["embedding"]) @ one.coef.T + one.intercept)
    )
    logits = sum(model.contributions(alone).values())
    np.testing.assert_allclose(expit(logits), model.predict_proba(alone))
    # A stack of that block alone is fitted on the same scores, so it says the same.
    single = StackedBlocks({name: BLOCKS[name] for name in ("embedding:one", "embedding:two")}, learners=LEARNERS)
    np.testing.assert_allclose(model.predict_proba(alone), single.fit(X, Y).predict_proba(alone), atol=1e-6)


def test_what_an_empty_row_looks_like_is_told(rows):
    X, Y = rows
    empty = np.zeros(14)
    empty[12:] = [0.7, -0.3]
    told = stack(empty=empty).fit(X, Y)
    row = np.zeros((1, 14))
    row[:, 6:12] = X[:1, 6:12]
    row[:, 12:] = [0.7, -0.3]
    assert told.block_scores(row)["metadata"].absent.tolist() == [True]
    assert stack().fit(X, Y).block_scores(row)["metadata"].absent.tolist() == [False]
    one = told.alone_["embedding"]
    odds = told.block_scores(row)["embedding"].scores
    np.testing.assert_allclose(
        told.predict_proba(row), expit((odds - one.centre["embedding"]) @ one.coef.T + one.intercept)
    )


def test_a_block_that_no_training_row_lacked_adds_nothing_where_it_is_absent(rows):
    X, Y = rows
    model = stack().fit(X, Y)
    assert model.meta_.lacking == ["words"]
    without = X[:20].copy()
    without[:, 6:12] = 0
    without[:, 0] = 0.5  # some words, so that no block is alone
    parts = model.contributions(without)
    assert not parts["embedding"].any() and parts["metadata"].any()
    np.testing.assert_allclose(expit(sum(parts.values())), model.predict_proba(without))
