"""Probabilities from margins."""

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import SVC, LinearSVC

from genrelab.models.balance.strategies import TrainingReport
from genrelab.models.multilabel.margins import MarginProbabilities


@pytest.fixture
def rows() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], 40)
    return rng.normal(size=(120, 3)) + np.eye(3)[y] * 1.5, y


def test_it_is_scikit_learns_calibration(rows):
    X, y = rows
    splitter = StratifiedKFold(3, shuffle=True, random_state=0)
    peer = CalibratedClassifierCV(SVC(), cv=splitter, ensemble=False).fit(X, y)
    ours = MarginProbabilities(SVC()).fit(X, y)
    np.testing.assert_array_equal(ours.predict_proba(X), peer.predict_proba(X))
    assert (ours.predict(X) == y).mean() > 0.6


@pytest.mark.parametrize("learner", [SVC(), LinearSVC()], ids=["rbf", "linear"])
@pytest.mark.parametrize("classes", [2, 3])
def test_a_class_of_one_row_is_not_calibrated_and_says_so(rows, learner, classes):
    X, y = rows
    few = np.append(np.flatnonzero(y < classes - 1), np.flatnonzero(y == classes - 1)[:1])
    with pytest.warns(TrainingReport, match=f"class {classes - 1} has 1 row"):
        model = MarginProbabilities(learner).fit(X[few], y[few])
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1.0)


def test_two_rows_are_enough_for_two_folds(rows):
    X, y = rows
    few = np.append(np.flatnonzero(y == 0), np.flatnonzero(y == 1)[:2])
    model = MarginProbabilities(LinearSVC()).fit(X[few], y[few])
    assert model.notes_ == []
    assert model.predict_proba(X).shape == (120, 2)


def test_one_fold_is_refused(rows):
    with pytest.raises(ValueError, match="cv: expected at least 2, found 1"):
        MarginProbabilities(SVC(), cv=1).fit(*rows)
