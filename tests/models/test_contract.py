"""The public estimators in scikit-learn's hands: its checks, clone, pickle, frames, routing, and their page."""

import pickle
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy.sparse import csr_array, csr_matrix
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import genrelab as gl
from genrelab.models.multilabel.per_label import check_classes

LEARNERS = {"all": ("glm", {})}
PARTS = {"all": (slice(0, None), 1.0)}
ON_LABELS = {
    "OneVsRest": (gl.OneVsRest(LogisticRegression()), {"estimator__C": [0.1, 1.0]}),
    "OutOfFold": (gl.OutOfFold(gl.OneVsRest(LogisticRegression()), cv=2), {"cv": [2, 3]}),
    "ConformalClassifier": (
        gl.ConformalClassifier(gl.OneVsRest(LogisticRegression()), 0.3, cv=2),
        {"risk": [0.2, 0.3]},
    ),
    "StackedBlocks": (gl.StackedBlocks(learners=LEARNERS, cv=2), {"meta_C": [0.1, 1.0]}),
    "JointKernel": (gl.JointKernel(PARTS, cv=2), {"alpha": [0.1, 1.0]}),
    "SharedKernelSVC": (gl.SharedKernelSVC(), {"C": [0.1, 1.0]}),
    "NystroemSVC": (gl.NystroemSVC(20), {"C": [0.1, 1.0]}),
    "SharedKernelSearchCV": (
        gl.SharedKernelSearchCV(gl.SharedKernelSVC(), {"C": [0.3, 3.0]}, cv=2, scoring="f1_macro"),
        None,
    ),
}
DENSE = ("SharedKernelSVC", "NystroemSVC", "SharedKernelSearchCV")
WITH_GROUPS = ("OutOfFold", "ConformalClassifier", "StackedBlocks", "JointKernel", "SharedKernelSearchCV")
WITH_WEIGHTS = ("SharedKernelSVC", "NystroemSVC", "SharedKernelSearchCV")


class OnClasses:
    """Left of an estimator of label matrices: fits it on classes, as scikit-learn's checks give them."""

    def fit(self, X, y):
        if y is None:
            return super().fit(X, y)  # pyright: ignore[reportAttributeAccessIssue]
        self.names_, codes = np.unique(check_classes(y), return_inverse=True)
        super().fit(X, np.eye(len(self.names_), dtype=int)[codes])  # pyright: ignore[reportAttributeAccessIssue]
        self.classes_ = self.names_
        return self

    def predict_proba(self, X):
        found = super().predict_proba(X) + 1e-12  # pyright: ignore[reportAttributeAccessIssue]
        return found / found.sum(axis=1, keepdims=True)

    def predict(self, X):
        probabilities = self.predict_proba(X)
        return self.names_[probabilities.argmax(axis=1)]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()  # pyright: ignore[reportAttributeAccessIssue]
        tags.classifier_tags.multi_label = False
        tags.target_tags.multi_output, tags.target_tags.single_output = False, True
        return tags


class OneVsRestOnClasses(OnClasses, gl.OneVsRest):
    """`OneVsRest` on classes."""


class OutOfFoldOnClasses(OnClasses, gl.OutOfFold):
    """`OutOfFold` on classes."""


class ConformalOnClasses(OnClasses, gl.ConformalClassifier):
    """`ConformalClassifier` on classes."""


class StackedOnClasses(OnClasses, gl.StackedBlocks):
    """`StackedBlocks` of labels, on classes."""


class JointOnClasses(OnClasses, gl.JointKernel):
    """`JointKernel` of labels, on classes."""


class SetsOnClasses(gl.ConformalSets):
    """`ConformalSets` on columns that are taken for scores: class number k is the label of column k."""

    def fit(self, X, y):
        if y is None or np.ndim(X) != 2 or not np.shape(X)[1]:
            return super().fit(X, y)
        codes = np.unique(y, return_inverse=True)[1].ravel()
        return super().fit(X, np.eye(np.shape(X)[1], dtype=int)[codes % np.shape(X)[1]])


# Nothing is expected to fail. The report of a label that every row has is what `check_classifiers_one_label` causes.
@pytest.mark.filterwarnings("ignore::genrelab.models.balance.strategies.TrainingReport")
@parametrize_with_checks(
    [
        gl.Balanced(LogisticRegression()),
        gl.Balanced(LogisticRegression(), "balanced"),
        gl.StackedBlocks(learners=LEARNERS, cv=2, kind="single"),
        gl.JointKernel(PARTS, cv=2, kind="single"),
        OneVsRestOnClasses(LogisticRegression()),
        OutOfFoldOnClasses(gl.OneVsRest(LogisticRegression()), cv=2),
        ConformalOnClasses(gl.OneVsRest(LogisticRegression()), cv=2),
        StackedOnClasses(learners=LEARNERS, cv=2),
        JointOnClasses(PARTS, cv=2),
        SetsOnClasses(),
    ]
)
def test_scikit_learn_contract(estimator, check):
    check(estimator)


def scale_sees_rows(estimator):
    reason = 'C="scale" counts rows: repeating a row moves it, a weight does not'
    return {f"check_sample_weight_equivalence_on_{kind}_data": reason for kind in ("dense", "sparse")}


@parametrize_with_checks([gl.ScaledLogistic()], expected_failed_checks=scale_sees_rows, xfail_strict=True)
def test_scikit_learn_contract_of_the_scaled_regression(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(80, 4)), columns=list("abcd"))
    return X, (X[["a", "b"]].to_numpy() + rng.normal(size=(80, 2)) / 2 > 0.3).astype(int), np.arange(80) // 2


@pytest.fixture
def routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


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
    # Nothing of an earlier fit is left in a later one.
    again = copy(estimator).fit(X.iloc[:40, :3], Y[:40])
    np.testing.assert_array_equal(again.fit(X, Y).predict(X), predicted)
    if name not in DENSE:
        for made in (csr_matrix, csr_array):
            sparse = copy(estimator).fit(made(X), Y).predict(made(X))
            np.testing.assert_array_equal(sparse, predicted)
    scores = cross_validate(
        estimator, X, Y, cv=gl.GroupedStratifiedSplits(2), groups=groups, scoring="f1_macro", error_score="raise"
    )
    assert scores["test_score"].min() > 0.5
    if grid is not None:
        search = GridSearchCV(estimator, grid, cv=gl.GroupedStratifiedSplits(2), scoring="f1_macro")
        assert search.fit(X, Y, groups=groups).best_score_ > 0.5
    assert repr(estimator.get_params()) == before


@pytest.mark.parametrize("name", ON_LABELS)
def test_frames_of_polars_and_pipelines_of_frames(data, name):
    pl = pytest.importorskip("polars", reason="polars is not installed: frames of it are not tried")
    X, Y, _ = data
    estimator, _ = ON_LABELS[name]
    frame = pl.from_pandas(X)
    fitted = copy(estimator).fit(frame, Y)
    assert fitted.feature_names_in_.tolist() == list("abcd")
    np.testing.assert_array_equal(fitted.predict(frame), copy(estimator).fit(X, Y).predict(X))
    for kind, given in (("pandas", X), ("polars", frame)):
        pipeline = make_pipeline(StandardScaler(), copy(estimator)).set_output(transform=kind).fit(given, Y)
        assert pipeline[-1].feature_names_in_.tolist() == list("abcd")
        assert pipeline.predict(given).shape == Y.shape


@pytest.mark.parametrize("name", ON_LABELS)
def test_inspection_finds_the_columns_that_matter(data, name):
    X, Y, _ = data
    fitted = copy(ON_LABELS[name][0]).fit(X, Y)
    found = permutation_importance(fitted, X, Y, scoring="f1_macro", n_repeats=3, random_state=0)
    assert min(found["importances_mean"][:2]) > max(found["importances_mean"][2:])


@pytest.mark.parametrize("name", WITH_GROUPS)
def test_groups_reach_the_fit_by_routing(data, name, routing):
    X, Y, groups = data
    estimator = copy(ON_LABELS[name][0]).set_fit_request(groups=True)
    if name == "SharedKernelSearchCV":
        estimator.set_params(cv=gl.GroupedStratifiedSplits(2))
    seen: list = []

    class Watched(type(estimator)):
        def fit(self, X, y, *, groups=None):
            seen.append(groups)
            return super().fit(X, y, groups=groups)

    estimator.__class__ = Watched
    cross_validate(
        estimator,
        X,
        Y,
        cv=gl.GroupedStratifiedSplits(2),  # groups are handed to it unasked, as to GroupKFold
        params={"groups": groups},
        scoring="f1_macro",
        error_score="raise",
    )
    assert len(seen) == 2 and not set(seen[0]) & set(seen[1]) and set(seen[0]) | set(seen[1]) == set(groups)


@pytest.mark.parametrize("name", WITH_WEIGHTS)
def test_weights_reach_the_fit_by_routing(data, name, routing):
    X, Y, _ = data
    weight = np.where(X["a"] > 0, 1.0, 0.0)
    pipeline = make_pipeline(StandardScaler(), copy(ON_LABELS[name][0]).set_fit_request(sample_weight=True))
    pipeline[0].set_fit_request(sample_weight=False)
    pipeline.fit(X, Y, sample_weight=weight)
    plain = copy(ON_LABELS[name][0]).fit(pipeline[0].transform(X), Y, sample_weight=weight)
    np.testing.assert_array_equal(pipeline.predict(X), plain.predict(pipeline[0].transform(X)))
    assert (pipeline.predict(X) != make_pipeline(*map(clone, pipeline)).fit(X, Y).predict(X)).any()


def test_a_search_scores_by_the_weights_that_it_is_given(data):
    X, Y, _ = data
    search = gl.SharedKernelSearchCV(gl.SharedKernelSVC(), {"C": [1.0]}, cv=2, scoring="f1_macro").fit(X[:40], Y[:40])
    right = (search.predict(X) == Y).all(axis=1)
    assert search.score(X, Y) < 1.0 == search.score(X, Y, sample_weight=right.astype(float))


def test_skore_reports_on_our_estimators(data):
    skore = pytest.importorskip("skore", reason="skore is not installed: pip install skore, and this test uses it")
    X, Y, _ = data
    y = Y[:, 0]
    report = skore.CrossValidationReport(gl.SharedKernelSVC(), X=X, y=y, splitter=gl.GroupedStratifiedSplits(3))
    expected = cross_validate(gl.SharedKernelSVC(), X, y, cv=gl.GroupedStratifiedSplits(3))["test_score"]
    found = report.metrics.accuracy(aggregate=None).to_numpy(dtype=float).ravel()
    np.testing.assert_allclose(found, expected)


def test_the_page_of_the_estimators_runs(repository):
    page = (repository / "docs" / "estimators.md").read_text("utf-8")
    scope: dict = {}
    exec("\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL)), scope)
    assert scope["scores"]["test_f1_macro"].min() > 0.5
    assert [one.shape for one in scope["probabilities"]] == [(160, 3), (160, 3), (160, 2)]
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) >= set(ON_LABELS) | {
        "Balanced",
        "ScaledLogistic",
        "ConformalSets",
    }
    assert abs(scope["found"] - 0.8) < 0.1 and len(scope["routed"]["test_score"]) == 3
    assert min(scope["importances"]["importances_mean"][:3]) > max(scope["importances"]["importances_mean"][3:])
