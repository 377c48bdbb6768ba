"""Lists of a classifier: thresholds from inner folds, and the promise on rows that chose nothing."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from genrelab.models.multilabel.conformal import ConformalSets, coverage
from genrelab.models.multilabel.conformal_classifier import ConformalClassifier
from genrelab.models.multilabel.inner_folds import inner_folds
from genrelab.models.multilabel.per_label import OneVsRest


def rows(seed: int, size: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(size, 6))
    return X, (X[:, :3] + rng.normal(size=(size, 3)) > 0.5).astype(np.uint8)


def test_thresholds_are_those_of_out_of_fold_scores():
    X, Y = rows(0, 150)
    model = ConformalClassifier(OneVsRest(LogisticRegression()), 0.2, scope="genre", cv=4, random_state=3).fit(X, Y)
    folds = inner_folds(Y, 4, random_state=3)
    columns = [cross_val_predict(LogisticRegression(), X, y, cv=folds, method="predict_proba")[:, 1] for y in Y.T]
    expected = ConformalSets(0.2, "genre").fit(np.column_stack(columns), Y)
    np.testing.assert_allclose(model.thresholds_, expected.thresholds_)
    np.testing.assert_array_equal(model.predict(X), model.predict_proba(X) >= model.thresholds_)


def test_the_share_of_missed_labels_is_as_promised():
    fresh, truth = rows(99, 4000)
    found = []
    for seed in range(12):
        model = ConformalClassifier(OneVsRest(LogisticRegression()), 0.2).fit(*rows(seed, 160))
        found.append(coverage(truth, model.predict(fresh), list("abc"))[0]["coverage"])
    assert 0.77 < np.mean(found) < 0.85


def test_groups_stay_on_one_side():
    X, Y = rows(1, 40)
    # Every row three times: without groups a copy of each row is trained on, and scores look sure of themselves.
    X, Y, groups = np.tile(X, (3, 1)), np.tile(Y, (3, 1)), np.tile(np.arange(40), 3)
    sharp = OneVsRest(LogisticRegression(C=1e4))
    loose = ConformalClassifier(sharp, 0.2, cv=5).fit(X, Y)
    kept = ConformalClassifier(sharp, 0.2, cv=5).fit(X, Y, groups=groups)
    assert kept.thresholds_[0] < loose.thresholds_[0]


@pytest.mark.parametrize(
    ("parameters", "message"), [({"risk": 1.5}, "between 0 and 1, found 1.5"), ({"cv": 1}, "inner folds: expected 2")]
)
def test_wrong_parameters_are_said(parameters, message):
    with pytest.raises(ValueError, match=message):
        ConformalClassifier(OneVsRest(LogisticRegression()), **parameters).fit(*rows(0, 30))
