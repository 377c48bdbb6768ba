"""Weights and resampling."""

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC
from sklearn.utils.class_weight import compute_class_weight

from genrelab.models.balance.balanced import Balanced, check_balance, fit_balanced
from genrelab.models.balance.strategies import STRATEGIES, TrainingReport, class_weights, report, resample


@pytest.fixture
def rows() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], [60, 30, 8])
    X = np.column_stack([rng.normal(y, 1.0), rng.normal(size=len(y)), rng.integers(0, 2, len(y))])
    return X, y


def test_weights_against_scikit_learn_and_by_hand(rows):
    y = rows[1]
    peer = compute_class_weight("balanced", classes=np.array([0, 1, 2]), y=y)
    assert list(class_weights(y, "balanced").values()) == pytest.approx(list(peer))
    assert class_weights(y, "inverse") == pytest.approx({0: 1.0, 1: 2.0, 2: 7.5})
    assert class_weights(y, "log") == pytest.approx({0: 1.0, 1: 1 + np.log(2), 2: 1 + np.log(7.5)})
    with pytest.raises(ValueError, match="expected balanced, inverse or log, found 'cube'"):
        class_weights(y, "cube")


@pytest.mark.parametrize("sampler", ["oversample", "smote"])
@pytest.mark.parametrize("form", [np.asarray, sp.csr_matrix], ids=["array", "sparse"])
def test_small_classes_go_part_of_the_way(rows, sampler, form):
    X, y = rows
    Xr, yr, notes = resample(form(X), y, sampler, ratio=0.4)
    assert np.bincount(yr).tolist() == [60, 30, 24]
    assert notes == []
    old = Xr[: len(y)]
    np.testing.assert_array_equal(old.toarray() if sp.issparse(old) else old, X)


def test_oversampling_repeats_rows_and_smote_stays_between_them(rows):
    X, y = rows
    repeated = resample(X, y, "oversample")[0][len(y) :]
    assert {tuple(row) for row in repeated} <= {tuple(row) for row in X[y == 2]}
    drawn = resample(X, y, "smote")[0][len(y) :]
    assert (drawn >= X[y == 2].min(axis=0)).all()
    assert (drawn <= X[y == 2].max(axis=0)).all()


def test_categorical_columns_are_not_interpolated(rows):
    X, y = rows
    drawn = resample(X, y, "smote", categorical=(2,))[0]
    assert set(np.unique(drawn[:, 2])) <= {0.0, 1.0}
    words = (X > 0).astype(np.float32)
    assert set(np.unique(resample(words, y, "smote", categorical=(0, 1, 2))[0])) <= {0.0, 1.0}


def test_too_few_rows_for_smote_fall_back_and_say_so(rows):
    X, y = rows
    few = np.append(np.flatnonzero(y < 2), np.flatnonzero(y == 2)[:3])
    _, yr, notes = resample(X[few], y[few], "smote", ratio=0.5)
    assert np.bincount(yr)[2] == 30
    assert notes == ["smote: class 2 has 3 rows; 2 neighbours instead of 5"]
    one = few[:-2]
    Xr, yr, notes = resample(X[one], y[one], "smote", ratio=0.5)
    assert notes == ["smote: class 2 has 1 row, too few to interpolate; rows were repeated instead"]
    assert (Xr[yr == 2] == X[one[-1]]).all()


def test_balanced_enough_rows_are_left_alone(rows):
    X = rows[0][:10]
    same, _, notes = resample(X, np.arange(10) % 2, "smote")
    assert same is X
    assert notes == []


def test_bad_samplers_and_ratios_are_refused(rows):
    with pytest.raises(ValueError, match="expected oversample or smote, found 'adasyn'"):
        resample(*rows, "adasyn")
    with pytest.raises(ValueError, match="ratio: expected a number above 0 and up to 1, found 2"):
        resample(*rows, "smote", ratio=2)


@pytest.mark.parametrize("balance", ["balanced", "inverse", "log"])
def test_sample_weights_do_what_class_weights_do(rows, balance):
    X, y = rows
    ours = Balanced(SVC(tol=1e-6), balance).fit(X, y)
    peer = SVC(tol=1e-6, class_weight=class_weights(y, balance)).fit(X, y)
    np.testing.assert_allclose(ours.estimator_.decision_function(X), peer.decision_function(X), atol=1e-4)


@pytest.mark.parametrize("balance", STRATEGIES)
def test_every_strategy_is_repeatable_and_fits(rows, balance):
    X, y = rows
    first = Balanced(LogisticRegression(), balance, random_state=3).fit(X, y).predict_proba(X)
    again = Balanced(LogisticRegression(), balance, random_state=3).fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(first, again)
    np.testing.assert_allclose(first.sum(axis=1), 1.0)


def test_classes_keep_their_names_even_with_gaps(rows):
    X, y = rows
    xgboost = pytest.importorskip("xgboost")
    model = Balanced(xgboost.XGBClassifier(n_estimators=3, n_jobs=1), "balanced").fit(X, y * 10)
    assert model.classes_.tolist() == [0, 10, 20]
    assert set(model.predict(X)) <= {0, 10, 20}


def test_neighbours_cannot_weigh_rows_but_can_be_resampled(rows):
    with pytest.raises(ValueError, match=r"KNeighborsClassifier cannot; use none, oversample, smote$"):
        check_balance(KNeighborsClassifier(), "log")
    fitted, notes = fit_balanced(KNeighborsClassifier(), *rows, "oversample")
    assert fitted.n_samples_fit_ > len(rows[1])
    assert notes == []


def test_unknown_strategy_lists_the_known():
    with pytest.raises(ValueError, match=r"expected one of none, balanced, .*found 'fair'"):
        check_balance(LogisticRegression(), "fair")


def test_a_solver_that_stops_early_is_a_note_and_a_report(rows):
    X, y = rows
    with pytest.warns(TrainingReport, match="LogisticRegression stopped before it converged"):
        model = Balanced(LogisticRegression(max_iter=1), "none").fit(X, y)
    assert model.notes_ == ["LogisticRegression stopped before it converged"]


def test_reports_count_repeats():
    with pytest.warns(TrainingReport, match=r"^few rows \(3 times\)$"):
        report(["few rows"] * 3)
