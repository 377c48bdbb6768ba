"""The public estimators in scikit-learn's hands: checks, clone, pickle, frames, and the page that shows them."""

import pickle
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.utils.estimator_checks import parametrize_with_checks

import genrelab as gl

LEARNERS = {"all": ("glm", {})}
ON_LABELS = {
    "OneVsRest": (gl.OneVsRest(LogisticRegression()), {"estimator__C": [0.1, 1.0]}),
    "OutOfFold": (gl.OutOfFold(gl.OneVsRest(LogisticRegression()), cv=2), {"cv": [2, 3]}),
    "StackedBlocks": (gl.StackedBlocks(learners=LEARNERS, cv=2), {"meta_C": [0.1, 1.0]}),
    "SharedKernelSVC": (gl.SharedKernelSVC(), {"C": [0.1, 1.0]}),
    "NystroemSVC": (gl.NystroemSVC(20), {"C": [0.1, 1.0]}),
    "SharedKernelSearchCV": (
        gl.SharedKernelSearchCV(gl.SharedKernelSVC(), {"C": [0.3, 3.0]}, cv=2, scoring="f1_macro"),
        None,
    ),
}
KERNELS = ("SharedKernelSVC", "NystroemSVC", "SharedKernelSearchCV")


@parametrize_with_checks([gl.Balanced(LogisticRegression())])
def test_scikit_learn_contract(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(80, 4)), columns=list("abcd"))
    return X, (X[["a", "b"]].to_numpy() + rng.normal(size=(80, 2)) / 2 > 0.3).astype(int), np.arange(80) // 2


def copy(estimator) -> Any:
    return clone(estimator)


@pytest.mark.parametrize("name", ON_LABELS)
def test_on_a_label_matrix(data, name):
    X, Y, groups = data
    estimator, grid = ON_LABELS[name]
    before = repr(estimator.get_params())
    with pytest.raises(NotFittedError):
        copy(estimator).predict(X)
    fitted = copy(estimator).fit(X, Y)
    assert fitted.feature_names_in_.tolist() == list("abcd") and fitted.n_features_in_ == 4
    predicted = fitted.predict(X)
    assert predicted.shape == Y.shape and set(np.unique(predicted)) <= {0, 1}
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(fitted)).predict(X), predicted)
    np.testing.assert_array_equal(copy(estimator).fit(X.to_numpy(), Y).predict(X.to_numpy()), predicted)
    with pytest.raises(ValueError, match="feature names should match"):
        fitted.predict(X[list("dcba")])
    with pytest.raises(ValueError, match="NaN"):
        fitted.predict(X.mask(X > 2.0))
    if name not in KERNELS:
        sparse = copy(estimator).fit(csr_matrix(X), Y).predict(csr_matrix(X))
        np.testing.assert_array_equal(sparse, predicted)
    scores = cross_validate(
        estimator, X, Y, cv=gl.GroupedStratifiedSplits(2), groups=groups, scoring="f1_macro", error_score="raise"
    )
    assert scores["test_score"].min() > 0.5
    if grid is not None:
        search = GridSearchCV(estimator, grid, cv=gl.GroupedStratifiedSplits(2), scoring="f1_macro")
        assert search.fit(X, Y, groups=groups).best_score_ > 0.5
    assert repr(estimator.get_params()) == before


def test_the_page_of_the_estimators_runs(repository):
    page = (repository / "docs" / "estimators.md").read_text("utf-8")
    scope: dict = {}
    exec("\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL)), scope)
    assert scope["scores"]["test_f1_macro"].min() > 0.5
    assert [one.shape for one in scope["probabilities"]] == [(160, 3), (160, 3), (160, 2)]
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) >= set(ON_LABELS) | {"Balanced"}
