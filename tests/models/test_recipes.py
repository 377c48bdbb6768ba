"""The contract of every registered model, for both kinds of target."""

import os
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.base import clone

from genrelab.models.balance.strategies import STRATEGIES
from genrelab.models.recipes import RECIPES as ALL

# Small enough to fit in a moment; the defaults are for thousands of titles.
SMALL = {
    "rf": {"n_estimators": 8},
    "gbm": {"n_estimators": 8},
    "mlp": {"hidden": (16,), "max_epochs": 8, "learning_rate": 0.05},
    "stack": {"learners": {"a": ("glm", {}), "b": ("rf", {"n_estimators": 8})}},
}
BLOCKS = {"a": slice(0, 4), "b": slice(4, 7), "remainder": slice(0, 0)}
CANNOT_WEIGH = {"knn"}

# Networks read the table itself: tests/models/networks.
RECIPES = {name: recipe for name, recipe in ALL.items() if not recipe.takes_table}


@pytest.fixture(scope="module")
def rows() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.normal(size=(120, 5)), rng.integers(0, 2, (120, 2))]).astype(np.float32)
    Y = (X[:, :3] + rng.normal(size=(120, 3)) > [0.0, 0.6, 0.9]).astype(np.uint8)
    return X, Y, np.repeat([0, 1, 2], [60, 40, 20])[rng.permutation(120)]


def build(name: str, kind: str, balance: str = "none", **more):
    options = {"seed": 1, "n_jobs": 1, "categorical": (5, 6), "blocks": BLOCKS} | SMALL.get(name, {}) | more
    return RECIPES[name].build(kind, balance, **options)


@pytest.mark.parametrize("kind", ["multilabel", "single"])
@pytest.mark.parametrize("name", RECIPES)
def test_probabilities_classes_and_the_same_bytes_again(name, kind, rows):
    X, Y, y = rows
    target = Y if kind == "multilabel" else y
    model = build(name, kind).fit(X, target)
    probabilities = model.predict_proba(X)
    assert probabilities.shape == (120, 3)
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    assert list(model.classes_) == [0, 1, 2]
    if kind == "single":
        np.testing.assert_allclose(probabilities.sum(axis=1), 1.0, atol=1e-6)
        np.testing.assert_array_equal(model.predict(X), probabilities.argmax(axis=1))
    else:
        # Support vector machines decide by their margin, and say which probability that is.
        thresholds = getattr(model, "thresholds_", 0.5)
        assert (name in ("svm_rbf", "ovr_svm")) == hasattr(model, "thresholds_")
        np.testing.assert_array_equal(model.predict(X), probabilities >= thresholds)
    again = build(name, kind).fit(X, target)
    assert again.predict_proba(X).tobytes() == probabilities.tobytes()
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict_proba(X), probabilities)


@pytest.mark.parametrize("name", sorted(set(RECIPES) - {"stack"}))
def test_every_balancing_works_or_is_refused_with_a_reason(name, rows):
    X, Y, y = rows
    for balance, strategy in STRATEGIES.items():
        for kind, target in (("multilabel", Y), ("single", y)):
            if strategy.weights and name in CANNOT_WEIGH:
                with pytest.raises(ValueError, match="expected a learner that can weigh rows"):
                    build(name, kind, balance)
                continue
            probabilities = build(name, kind, balance).fit(X, target).predict_proba(X)
            assert np.isfinite(probabilities).all()


@pytest.mark.parametrize("name", RECIPES)
def test_sparse_rows_are_taken(name, rows):
    X, Y, _ = rows
    X = sp.csr_matrix(np.where(X > 0, X, 0))
    assert np.isfinite(build(name, "multilabel").fit(X, Y).predict_proba(X[:5])).all()


@pytest.mark.parametrize("name", RECIPES)
def test_something_is_learnt(name, rows):
    X, Y, _ = rows
    train, test = slice(0, 80), slice(80, 120)
    model = RECIPES[name].build("multilabel", blocks=BLOCKS, **SMALL.get(name, {})).fit(X[train], Y[train])
    scores = model.predict_proba(X[test])[:, 0]
    assert scores[Y[test, 0] == 1].mean() > scores[Y[test, 0] == 0].mean()


@pytest.mark.parametrize("name", RECIPES)
def test_the_grid_names_parameters_that_exist(name):
    for parameter, values in RECIPES[name].grid.items():
        for kind in ("multilabel", "single"):
            for value in values:
                clone(RECIPES[name].build(kind, **{parameter: value}))


def test_a_label_with_one_class_stops_no_model(rows):
    X, Y, _ = rows
    Y = np.column_stack([Y[:, :2], np.zeros(120, dtype=np.uint8)])
    for name in RECIPES:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            probabilities = build(name, "multilabel").fit(X, Y).predict_proba(X)
        assert probabilities[:, 2].mean() < 0.1, name


def test_unknown_kind_and_balancing_are_refused():
    with pytest.raises(ValueError, match="kind: expected multilabel or single, got 'ranking'"):
        RECIPES["glm"].build("ranking")
    with pytest.raises(ValueError, match="balance: expected one of none"):
        RECIPES["glm"].build("single", "fair")


@pytest.mark.parametrize("name", ["knn", "mlp"])
@pytest.mark.parametrize("rows_left", [2, 3, 9])
def test_settings_shrink_to_a_small_fold_and_a_note_says_so(name, rows_left, rows):
    X, Y, _ = rows
    Y = np.column_stack([np.arange(rows_left) % 2, np.arange(rows_left) % 2 == 0]).astype(np.uint8)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        model = RECIPES[name].build("multilabel", **SMALL.get(name, {})).fit(X[:rows_left], Y)
        assert np.isfinite(model.predict_proba(X[:5])).all()
    said = " ".join(str(warning.message) for warning in caught)
    assert ("no more training rows" in said) == (name == "knn")
    assert ("too few to set some apart" in said) == (name == "mlp" and rows_left < 4)


def test_a_stack_gives_every_kind_of_block_its_model():
    from genrelab.models.recipes import block_learner

    assert block_learner("numbers") == ("gbm", {})
    assert block_learner("colours") == ("gbm", {"n_estimators": 60})
    assert block_learner("words") == ("glm", {})
    assert block_learner("embedding") == ("ovr_svm", {"balance": "balanced"})
    assert block_learner("something else") == ("gbm", {})


@pytest.mark.parametrize(("said", "found"), [(None, "passive"), ("active", "active")])
def test_threads_of_boosted_trees_rest_while_they_wait_unless_the_user_says_otherwise(said, found):
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    if said is not None:
        environment["OMP_WAIT_POLICY"] = said
    code = "import os, sys; from genrelab.models.builders import boosted; assert 'xgboost' not in sys.modules; "
    code += "boosted(0, 1); assert 'xgboost' in sys.modules; print(os.environ['OMP_WAIT_POLICY'])"
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == [found]
