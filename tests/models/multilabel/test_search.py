"""A search inside the training rows: what it chooses, by which rows, and that nothing else differs."""

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import ParameterGrid, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier

from genrelab.models.kernel.classifier import SharedKernelLabels
from genrelab.models.multilabel.inner_folds import inner_folds
from genrelab.models.multilabel.out_of_fold import OutOfFold
from genrelab.models.multilabel.per_label import OneVsRest
from genrelab.models.multilabel.search import NestedSearch, inner_score

GRID = {"C": (0.3, 1.0, 10.0), "gamma": ("scale", "auto")}


def rows(seed=0, count=240):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(count, 6))
    Y = np.column_stack([X[:, 0] * X[:, 1] > 0.2, X[:, 2] + rng.normal(size=count) > 1]).astype(np.uint8)
    return X, Y, np.arange(count) // 2


def test_the_inner_score_is_the_macro_f1_of_rows_not_fitted_on():
    X, _, groups = rows()
    y = (X[:, 0] * X[:, 1] > 0.2).astype(int)
    candidates = [({"k": k}, KNeighborsClassifier(k)) for k in (1, 9, 45)]
    found = NestedSearch(candidates, cv=3, random_state=5).fit(X, y, groups=groups)
    for (parameters, candidate), (tried, score) in zip(candidates, found.search_.tried, strict=True):
        predicted = np.empty(len(y), dtype=int)
        for train, test in inner_folds(y, 3, groups=groups, random_state=5):
            assert not set(groups[train]) & set(groups[test])
            fresh: Any = clone(candidate)
            predicted[test] = fresh.fit(X[train], y[train]).predict(X[test])
        assert tried == parameters and score == pytest.approx(f1_score(y, predicted, average="macro"))
    best = max(found.search_.tried, key=lambda one: one[1])
    assert (found.search_.parameters, found.search_.score) == best
    again = KNeighborsClassifier(best[0]["k"]).fit(X, y)
    np.testing.assert_array_equal(found.predict_proba(X), again.predict_proba(X))
    np.testing.assert_array_equal(found.predict(X), again.predict(X))


@pytest.mark.parametrize("kind", ["multilabel", "single"])
def test_the_shared_kernel_search_chooses_and_predicts_as_one_fit_a_candidate(kind):
    X, Y, groups = rows()
    y = Y if kind == "multilabel" else Y[:, 0] + 2 * Y[:, 1]
    shared = SharedKernelLabels(kind, search=GRID, precision="float64").fit(X, y, groups=groups)
    one_by_one = NestedSearch(
        [(one, SharedKernelLabels(kind, precision="float64", **one)) for one in ParameterGrid(GRID)]
    ).fit(X, y, groups=groups)
    assert shared.search_.parameters == one_by_one.search_.parameters
    np.testing.assert_allclose(
        [score for _, score in shared.search_.tried], [score for _, score in one_by_one.search_.tried]
    )
    np.testing.assert_allclose(shared.predict_proba(X), one_by_one.predict_proba(X), atol=1e-9)


def test_thresholds_come_from_the_chosen_ones_scores_without_another_fit():
    X, Y, groups = rows(1)
    built = [({"C": C}, OneVsRest(LogisticRegression(C=C))) for C in (0.001, 1.0)]
    model = OutOfFold(NestedSearch(built), cv=3).fit(X, Y, groups=groups)
    plain = OutOfFold(OneVsRest(LogisticRegression(**model.estimator_.search_.parameters)), cv=3).fit(X, Y, groups)
    np.testing.assert_allclose(model.thresholds_, plain.thresholds_)
    np.testing.assert_allclose(model.predict_proba(X), plain.predict_proba(X))


def test_on_noise_the_inner_score_promises_more_than_new_rows_show():
    promised, shown = [], []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        X, y = rng.normal(size=(150, 40)), rng.integers(0, 2, 150)
        for train, test in StratifiedKFold(3, shuffle=True, random_state=seed).split(X, y):
            built = [({"k": k}, KNeighborsClassifier(k)) for k in (1, 3, 5, 7, 9, 11, 15, 21)]
            model = NestedSearch(built).fit(X[train], y[train])
            promised.append(model.search_.score)
            shown.append(inner_score(y[test], model.predict_proba(X[test])))
    assert np.mean(promised) > 0.53 and abs(np.mean(shown) - 0.5) < 0.03


def test_without_candidates():
    with pytest.raises(ValueError, match="expected at least one, got none"):
        NestedSearch([]).fit(np.zeros((4, 1)), np.array([0, 0, 1, 1]))
