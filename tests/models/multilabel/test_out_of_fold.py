"""Thresholds and calibration that never see their own training rows."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from genrelab.models.kernel.classifier import SharedKernelLabels
from genrelab.models.multilabel.inner_folds import inner_folds
from genrelab.models.multilabel.out_of_fold import OutOfFold
from genrelab.models.multilabel.per_label import OneVsRest
from genrelab.models.multilabel.thresholds import choose_thresholds, expected_f1_threshold
from genrelab.models.stack.scored_fit import fit_scored


@pytest.fixture
def rows() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(240, 5))
    return X, (X[:, :3] + rng.normal(size=(240, 3)) > [0.0, 0.8, 1.6]).astype(np.uint8)


class Memory(ClassifierMixin, BaseEstimator):
    """Knows its training rows by heart and nothing else: it betrays every row it has seen."""

    def fit(self, X, y, groups=None):
        self.known_ = {row.tobytes(): label for row, label in zip(np.asarray(X), np.asarray(y), strict=True)}
        self.width_ = np.asarray(y).shape[1]
        self.groups_ = None if groups is None else set(groups)
        self.classes_ = np.arange(self.width_)
        return self

    def predict_proba(self, X):
        unknown = np.full(self.width_, 0.25)
        return np.array([self.known_.get(row.tobytes(), unknown) for row in np.asarray(X)], dtype=float)


def test_scores_are_those_of_clones_trained_on_the_other_folds(rows):
    X, Y = rows
    model = OneVsRest(LogisticRegression())
    fitted = OutOfFold(model, cv=4, smooth=False, random_state=3).fit(X, Y)
    expected = np.empty(Y.shape)
    for train, test in inner_folds(Y, 4, random_state=3):
        expected[test] = OneVsRest(LogisticRegression()).fit(X[train], Y[train]).predict_proba(X[test])
    np.testing.assert_array_equal(fitted.thresholds_, choose_thresholds(Y, expected))
    np.testing.assert_allclose(fitted.predict_proba(X), model.fit(X, Y).predict_proba(X))
    np.testing.assert_array_equal(fitted.predict(X), fitted.predict_proba(X) >= fitted.thresholds_)


def test_a_memory_of_the_training_rows_is_worth_nothing(rows):
    X, Y = rows
    scores = fit_scored(Memory(), X, Y, inner_folds(Y, 3), width=3)[1]
    assert (scores == 0.25).all()


def test_twins_in_one_group_do_not_betray_each_other(rows):
    X, Y = rows
    X, Y, groups = np.vstack([X, X]), np.vstack([Y, Y]), np.tile(np.arange(240), 2)
    without = fit_scored(Memory(), X, Y, inner_folds(Y, 3), width=3)[1]
    assert (without != 0.25).any()
    folds = inner_folds(Y, 3, groups=groups)
    assert (fit_scored(Memory(), X, Y, folds, width=3, groups=groups)[1] == 0.25).all()
    assert OutOfFold(Memory()).fit(X, Y, groups=groups).estimator_.groups_ == set(range(240))


@pytest.mark.parametrize("calibrate", ["sigmoid", "isotonic"])
def test_calibration_brings_probabilities_to_frequencies(rows, calibrate):
    X, Y = rows
    # Balanced weights promise one half where a fifth is true.
    raw = OutOfFold(OneVsRest(LogisticRegression(), "balanced")).fit(X, Y)
    model = OutOfFold(OneVsRest(LogisticRegression(), "balanced"), calibrate=calibrate).fit(X, Y)
    before = np.abs(raw.predict_proba(X).mean(axis=0) - Y.mean(axis=0))
    after = np.abs(model.predict_proba(X).mean(axis=0) - Y.mean(axis=0))
    assert after.max() < 0.06 < before.max()
    assert ((model.predict_proba(X) >= 0) & (model.predict_proba(X) <= 1)).all()


def test_hardly_any_rows_of_a_class_are_not_calibrated(rows):
    X, Y = rows
    Y = Y.copy()
    Y[:, 2] = 0
    Y[:6, 2] = 1
    model = OutOfFold(OneVsRest(LogisticRegression()), calibrate="isotonic").fit(X, Y)
    assert [calibrator is None for calibrator in model.calibrators_] == [False, False, True]


def test_precision_that_was_asked_for_is_kept_out_of_fold(rows):
    X, Y = rows
    folds = inner_folds(Y, 3)
    scores = fit_scored(OneVsRest(LogisticRegression()), X, Y, folds, width=3)[1]
    model = OutOfFold(OneVsRest(LogisticRegression()), objective="recall_at_precision", level=0.8).fit(X, Y)
    predicted = scores >= model.thresholds_
    precision = (predicted & (Y == 1)).sum(axis=0) / predicted.sum(axis=0)
    assert (precision >= 0.8).all()


def test_a_classifier_with_scores_of_its_own_is_given_the_folds_and_keeps_none(rows):
    X, Y = rows
    model = OutOfFold(SharedKernelLabels(cv=2), cv=3, smooth=False, random_state=1).fit(X, Y)
    folds = inner_folds(Y, 3, random_state=1)
    expected = SharedKernelLabels(cv=folds).fit(X, Y)
    np.testing.assert_array_equal(model.thresholds_, choose_thresholds(Y, expected.out_of_fold_scores_))
    assert model.estimator_.cv == 2
    assert not hasattr(model.estimator_, "out_of_fold_scores_")


def test_smooth_thresholds_use_calibrated_probabilities_and_leave_rare_labels_alone(rows):
    X, Y = rows
    Y = Y.copy()
    Y[:, 2] = 0
    Y[:6, 2] = 1
    plain = OutOfFold(OneVsRest(LogisticRegression(), "balanced"), smooth=False).fit(X, Y)
    model = OutOfFold(OneVsRest(LogisticRegression(), "balanced")).fit(X, Y)
    assert (model.thresholds_ == plain.thresholds_).tolist() == [False, False, True]
    scores = fit_scored(model.estimator, X, Y, inner_folds(Y, 3), width=3)[1]
    for label in range(2):
        odds = np.log(scores[:, label] / (1 - scores[:, label])).reshape(-1, 1)
        curve = LogisticRegression(C=1e6).fit(odds, Y[:, label]).predict_proba(odds)[:, 1]
        assert model.thresholds_[label] == pytest.approx(expected_f1_threshold(curve, scores[:, label]), abs=1e-6)
        # An optimal threshold is half of the F1 it reaches (Lipton et al. 2014), up to the gap between scores.
        told = scores[:, label] >= model.thresholds_[label]
        expected_f1 = 2 * curve[told].sum() / (told.sum() + curve.sum())
        assert curve[told].min() >= expected_f1 / 2 - 1e-9
        assert curve[~told].max() <= expected_f1 / 2 + 1e-9


def test_bad_input_is_named(rows):
    X, Y = rows
    learner = OneVsRest(KNeighborsClassifier())
    with pytest.raises(ValueError, match="calibrate: expected None, 'sigmoid' or 'isotonic', found 'beta'"):
        OutOfFold(learner, calibrate="beta").fit(X, Y)
    with pytest.raises(ValueError, match="labels: expected a matrix of 0 and 1"):
        OutOfFold(learner).fit(X, Y[:, 0])
    with pytest.raises(ValueError, match="inner folds: expected 2 to 240"):
        OutOfFold(learner, cv=1).fit(X, Y)
    with pytest.raises(ValueError, match="objective: expected one of"):
        OutOfFold(learner, objective="accuracy").fit(X, Y)
