"""Trees on the scores of a stack's members."""

import numpy as np
import pytest
from scipy.special import expit, softmax
from sklearn.metrics import average_precision_score

from genrelab.models.stack import trees as module
from genrelab.models.stack.meta import BlockScores
from genrelab.models.stack.stacked import StackedBlocks
from genrelab.models.stack.trees import ScoreTrees

LEARNERS = {"words": ("glm", {"C": 1.0}), "metadata": ("glm", {})}
BLOCKS = {"words": slice(0, 4), "metadata": slice(4, 8)}


@pytest.fixture(scope="module")
def interplay() -> tuple[np.ndarray, np.ndarray]:
    """The second label is told by one block or the other, never by both: no weighted sum of scores says so."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(900, 8))
    Y = np.column_stack([X[:, 0] > 0.5, X[:, 4] > 0.5, (X[:, 0] > 0.5) ^ (X[:, 4] > 0.5)])
    return X, Y.astype(np.uint8)


def stack(**more) -> StackedBlocks:
    return StackedBlocks(BLOCKS, learners=LEARNERS, **more)


def test_trees_see_what_a_regression_on_scores_cannot(interplay):
    X, Y = interplay
    without, with_trees = (stack(interplay=on).fit(X[:600], Y[:600]) for on in (False, True))
    precision = [
        average_precision_score(Y[600:, 2], model.predict_proba(X[600:])[:, 2]) for model in (without, with_trees)
    ]
    assert precision[0] < 0.6
    assert precision[1] > 0.9


def test_what_they_add_is_counted_and_rows_in_pieces_get_the_same_answer(interplay):
    X, Y = interplay
    model = stack(interplay=True).fit(X, Y)
    parts = model.contributions(X[:5])
    assert list(parts) == ["words", "metadata", "interplay", "intercept"]
    np.testing.assert_allclose(expit(sum(parts.values())), model.predict_proba(X[:5]), atol=1e-9)
    np.testing.assert_array_equal(model.predict_proba(X[:5])[2:3], model.predict_proba(X[2:3]))


def test_scores_of_training_rows_are_of_trees_that_have_not_seen_them():
    rng = np.random.default_rng(1)
    scores = {name: BlockScores(rng.normal(size=(300, 1)), np.zeros(300, dtype=bool)) for name in "ab"}
    noise = rng.integers(0, 2, size=(300, 1))
    folds = [(np.flatnonzero(np.arange(300) % 3 != k), np.flatnonzero(np.arange(300) % 3 == k)) for k in range(3)]
    trees = ScoreTrees("multilabel", 0)
    found = trees.fit(scores, noise, folds, 1)
    assert abs(np.corrcoef(found.scores[:, 0], noise[:, 0])[0, 1]) < 0.12
    assert np.corrcoef(trees.score(scores).scores[:, 0], noise[:, 0])[0, 1] > 0.18  # of rows that they have seen


def test_a_block_that_is_absent_is_scored_as_the_average_title(interplay):
    X, Y = interplay
    model = stack(interplay=True).fit(X, Y)
    rows = X[:4].copy()
    rows[:, :4] = 0.0
    scores = model.block_scores(rows)
    assert scores["words"].absent.all()
    told = {
        name: BlockScores(np.full((4, 3), 99.0), block.absent) if name == "words" else block
        for name, block in scores.items()
    }
    assert model.trees_ is not None
    np.testing.assert_array_equal(model.trees_.score(told).scores, scores["interplay"].scores)
    # One block alone is judged by its own regression: trees have nothing to compare it with.
    one = model.alone_["metadata"]
    odds = scores["metadata"].scores
    np.testing.assert_allclose(
        model.predict_proba(rows), expit((odds - one.centre["metadata"]) @ one.coef.T + one.intercept)
    )


def test_one_class_a_title_with_a_class_that_a_fold_lacks(interplay):
    X, _ = interplay
    y = np.where(X[:, 0] > 0.5, "a", np.where(X[:, 4] > 0.5, "b", "c"))
    y[7] = "rare"
    model = stack(kind="single", interplay=True).fit(X, y)
    found = model.predict_proba(X)
    assert found.shape == (900, 4)
    np.testing.assert_allclose(found.sum(axis=1), 1.0)
    np.testing.assert_allclose(softmax(sum(model.contributions(X[:3]).values()), axis=1), found[:3], atol=1e-9)


def test_one_member_alone_gets_no_trees(interplay):
    X, Y = interplay
    assert StackedBlocks({"metadata": slice(0, 8)}, learners=LEARNERS, interplay=True).fit(X, Y).trees_ is None


def test_a_tree_of_many_titles_is_grown_on_some_of_them(interplay, monkeypatch):
    X, Y = interplay
    monkeypatch.setattr(module, "ROWS", 300)
    model = stack(interplay=True).fit(X[:600], Y[:600])
    assert model.trees_ is not None
    forest = model.trees_.forest.estimator_
    assert forest.max_samples == 0.5
    assert average_precision_score(Y[600:, 2], model.predict_proba(X[600:])[:, 2]) > 0.9
