"""A classifier per label."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.neighbors import KNeighborsClassifier

from genrelab.models.balance.strategies import STRATEGIES, TrainingReport
from genrelab.models.multilabel.per_label import OneVsRest, check_indicator


@pytest.fixture
def rows() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(120, 4))
    return X, (X[:, :3] + rng.normal(size=(120, 3)) > [0.0, 1.0, 1.6]).astype(np.uint8)


def test_without_balancing_it_is_scikit_learns_own(rows):
    X, Y = rows
    peer = OneVsRestClassifier(LogisticRegression()).fit(X, Y)
    ours = OneVsRest(LogisticRegression()).fit(X, Y)
    np.testing.assert_allclose(ours.predict_proba(X), peer.predict_proba(X))
    np.testing.assert_array_equal(ours.predict(X), peer.predict(X))


def test_weights_are_those_of_each_label(rows):
    X, Y = rows
    ours = OneVsRest(LogisticRegression(), "balanced").fit(X, Y).predict_proba(X)
    for label in range(3):
        peer = LogisticRegression(class_weight="balanced").fit(X, Y[:, label])
        np.testing.assert_allclose(ours[:, label], peer.predict_proba(X)[:, 1], atol=1e-4)


@pytest.mark.parametrize("balance", STRATEGIES)
def test_processes_change_nothing(rows, balance):
    X, Y = rows
    one = OneVsRest(LogisticRegression(), balance, random_state=1).fit(X, Y)
    np.testing.assert_array_equal(
        OneVsRest(LogisticRegression(), balance, random_state=1, n_jobs=2).fit(X, Y).predict_proba(X),
        one.predict_proba(X),
    )


def test_labels_with_one_class_get_it_and_a_report(rows):
    X, Y = rows
    Y = np.column_stack([Y, np.zeros(120), np.ones(120)])
    zero = pytest.warns(TrainingReport, match="every training row is 0")
    one = pytest.warns(TrainingReport, match="every training row is 1")
    with zero, one:
        model = OneVsRest(LogisticRegression(), "smote").fit(X, Y)
    probabilities = model.predict_proba(X)
    assert not probabilities[:, 3].any()
    assert (probabilities[:, 4] == 1).all()
    assert model.notes_ == [
        "label number 3: every training row is 0, so this is what it predicts",
        "label number 4: every training row is 1, so this is what it predicts",
    ]


def test_rare_labels_report_the_fallback_of_smote(rows):
    X, Y = rows
    Y = Y.copy()
    Y[:, 2] = 0
    Y[:3, 2] = 1
    with pytest.warns(TrainingReport, match="label number 2: smote: class 1 has 3 rows"):
        OneVsRest(LogisticRegression(), "smote").fit(X, Y)


def test_what_cannot_work_is_refused_before_any_fit(rows):
    X, Y = rows
    with pytest.raises(ValueError, match="KNeighborsClassifier cannot"):
        OneVsRest(KNeighborsClassifier(), "balanced").fit(X, Y)
    with pytest.raises(ValueError, match="labels: expected a matrix of 0 and 1"):
        OneVsRest(LogisticRegression()).fit(X, Y[:, 0])
    with pytest.raises(ValueError, match="expected a matrix of 0 and 1"):
        check_indicator([[2, 0]])
