"""What two blocks say together that neither says alone."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from genrelab.models.stack.interplay import INTERPLAY, lacks_all
from genrelab.models.stack.stacked import StackedBlocks

LEARNERS = {"a": ("glm", {}), "b": ("glm", {})}
BLOCKS = {"a": slice(0, 1), "b": slice(1, 2)}


@pytest.fixture(scope="module")
def rows() -> tuple[np.ndarray, np.ndarray]:
    """Label 0 is there where just one of the blocks is positive; the others follow one block each."""
    X = np.random.default_rng(0).normal(size=(900, 2))
    single = [X[:, block] > cut for block in (0, 1) for cut in (-0.6, -0.3, 0, 0.3, 0.6)]
    return X, np.column_stack([(X[:, 0] > 0) ^ (X[:, 1] > 0), *single]).astype(np.uint8)


def fitted(rows, **more) -> StackedBlocks:
    X, Y = rows
    return StackedBlocks(BLOCKS, learners=LEARNERS, **more).fit(X[:600], Y[:600])


def test_trees_on_the_scores_tell_what_a_sum_of_them_cannot(rows):
    X, Y = rows
    plain, trees = (fitted(rows, interplay=way).predict_proba(X[600:])[:, 0] for way in (False, True))
    assert roc_auc_score(Y[600:, 0], plain) < 0.65
    assert roc_auc_score(Y[600:, 0], trees) > 0.9


def test_what_the_blocks_add_still_sums_to_the_log_odds(rows):
    model = fitted(rows, interplay=True)
    parts = model.contributions(rows[0][600:])
    assert list(parts) == ["a", "b", INTERPLAY, "intercept"]
    odds = sum(parts.values())
    np.testing.assert_allclose(1 / (1 + np.exp(-odds)), model.predict_proba(rows[0][600:]), atol=1e-9)


def test_a_row_with_one_block_is_judged_without_the_trees(rows):
    model = fitted(rows, interplay=True)
    one = np.array([[1.5, 0.0]])
    assert model.contributions(one)[INTERPLAY].tolist() == [[0.0] * 11]
    assert lacks_all(model.block_scores(np.zeros((1, 2)))).tolist() == [True]


def test_one_block_has_no_interplay(rows):
    X, Y = rows
    assert StackedBlocks({"a": slice(0, 2)}, learners=LEARNERS, interplay=True).fit(X, Y).interplay_ is None


def test_a_model_of_an_earlier_version_answers_as_before(rows):
    model = fitted(rows)
    before = model.predict_proba(rows[0])
    del model.interplay_, model.interplay
    np.testing.assert_array_equal(model.predict_proba(rows[0]), before)
