"""Learners that take all labels at once."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier

from genrelab.models.balance.strategies import TrainingReport
from genrelab.models.multilabel.native import NativeLabels


@pytest.fixture
def rows() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 4))
    return X, (X[:, :3] > [0.0, 0.5, 1.0]).astype(np.uint8)


def learners():
    from xgboost import XGBClassifier

    boosted = XGBClassifier(n_estimators=5, n_jobs=1, random_state=0)
    return [RandomForestClassifier(5, random_state=0), KNeighborsClassifier(3), boosted]


@pytest.mark.parametrize("number", range(3), ids=["forest", "neighbours", "boosted"])
def test_labels_together_have_the_columns_of_labels(rows, number):
    X, Y = rows
    learner = learners()[number]
    found = NativeLabels(learner).fit(X, Y).predict_proba(X)
    assert found.shape == (80, 3)
    for label in range(3):
        assert found[Y[:, label] == 1, label].mean() > found[Y[:, label] == 0, label].mean() + 0.2


@pytest.mark.parametrize("number", range(3), ids=["forest", "neighbours", "boosted"])
@pytest.mark.parametrize("kept", [0, 1, 2])
def test_labels_with_one_class_are_kept_from_the_learner(rows, number, kept):
    X, Y = rows
    Y = np.column_stack([np.ones(80), Y[:, :kept], np.zeros(80)]).astype(np.uint8)
    first = pytest.warns(TrainingReport, match="label number 0: every training row is 1")
    last = pytest.warns(TrainingReport, match=f"label number {kept + 1}: every training row is 0")
    with first, last:
        model = NativeLabels(learners()[number]).fit(X, Y)
    found = model.predict_proba(X)
    assert (found[:, 0] == 1).all()
    assert (found[:, -1] == 0).all()
    assert (model.predict(X)[:, 1:-1] == Y[:, 1:-1]).mean() > 0.7 if kept else True


def test_neighbours_agree_with_one_learner_a_label(rows):
    X, Y = rows
    found = NativeLabels(KNeighborsClassifier(5)).fit(X, Y).predict_proba(X)
    for label in range(3):
        peer = KNeighborsClassifier(5).fit(X, Y[:, label]).predict_proba(X)[:, 1]
        np.testing.assert_allclose(found[:, label], peer)
