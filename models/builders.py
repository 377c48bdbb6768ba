"""How the classical models are built; the table of them is `genrelab.models.recipes`.

A learner, `learner(seed, n_jobs, **params)`, is the classifier of a single-label problem. A native builder,
`native(seed, n_jobs, balance, **params)`, takes a label matrix and shares work between labels.
"""

import os
from typing import Any

from sklearn.ensemble import RandomForestClassifier
from sklearn.svm import SVC, LinearSVC

from .balance.balanced import Balanced, check_balance
from .dense_head import DenseHead
from .kernel.classifier import SharedKernelLabels
from .linear import ScaledLogistic
from .multilabel.margins import MarginProbabilities
from .multilabel.native import NativeLabels
from .multilabel.per_label import OneVsRest
from .neighbours import NearestNeighbours


def rest_while_waiting() -> None:
    """Let the threads of xgboost sleep while they wait for one another, unless the user says otherwise.

    OpenMP lets them spin: where other programs want the same cores, two of them so take up to 30 times as long as one.
    Asleep, two threads on two idle cores take 1.84 s for what took 1.34 on 400 titles with 19 labels, and as long as
    before on 20,000. It is read when xgboost is imported, so call it before.

    Examples
    --------
    >>> rest_while_waiting()
    >>> "OMP_WAIT_POLICY" in os.environ
    True
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")


def per_row(learner: Any, balance: str, **options: Any) -> Any:
    """A classifier of one class a title, on balanced rows."""
    check_balance(learner, balance)
    return Balanced(learner, balance, **options)


def per_label(learner: Any, balance: str, *, n_jobs: int, **options: Any) -> Any:
    """A classifier for each label, each on rows balanced for it."""
    check_balance(learner, balance)
    return OneVsRest(learner, balance, n_jobs=n_jobs, **options)


def logistic(seed: int, n_jobs: int, **params: Any) -> ScaledLogistic:
    """Logistic regression."""
    settings: dict[str, Any] = {"random_state": seed} | params
    return ScaledLogistic(**settings)


def forest(seed: int, n_jobs: int, **params: Any) -> RandomForestClassifier:
    """A random forest."""
    # One thread whatever n_jobs says: with more, a forest adds its trees' votes in the order in which they finish,
    # and the last bit of a probability changes from run to run. Runs are parallel over cells instead.
    defaults: dict[str, Any] = {"n_estimators": 200, "max_features": "sqrt", "min_samples_leaf": 4}
    settings: dict[str, Any] = defaults | {"random_state": seed, "n_jobs": 1} | params
    return RandomForestClassifier(**settings)


def native_forest(seed: int, n_jobs: int, balance: str, **params: Any) -> NativeLabels:
    """One forest for all labels."""
    return NativeLabels(forest(seed, n_jobs, **params))


def boosted(seed: int, n_jobs: int, **params: Any) -> Any:
    """Boosted trees."""
    rest_while_waiting()
    # Here and not at the top: importing xgboost takes a second, and most commands never boost.
    from xgboost import XGBClassifier

    defaults = {
        "n_estimators": 150,
        "max_depth": 4,
        "learning_rate": 0.05,
        "subsample": 0.8,
        "colsample_bytree": 0.7,
        "min_child_weight": 3,
        "tree_method": "hist",
        "max_bin": 128,
    }
    model = XGBClassifier(**defaults | {"random_state": seed, "n_jobs": n_jobs} | params)
    for name in getattr(model, "kwargs", None) or {}:  # xgboost would train without it
        raise TypeError(f"XGBClassifier: got an unexpected keyword argument {name!r}")
    return model


def native_boosted(seed: int, n_jobs: int, balance: str, **params: Any) -> NativeLabels:
    """Boosted trees for all labels."""
    return NativeLabels(boosted(seed, n_jobs, **params))


def linear_svm(seed: int, n_jobs: int, **params: Any) -> MarginProbabilities:
    """A linear support vector machine."""
    defaults: dict[str, Any] = {"C": 0.01, "dual": "auto", "max_iter": 5000, "random_state": seed}
    return MarginProbabilities(LinearSVC(**defaults | params), random_state=seed)


def rbf_svm(seed: int, n_jobs: int, **params: Any) -> MarginProbabilities:
    """libsvm's support vector machine."""
    defaults: dict[str, Any] = {"C": 1.0, "gamma": "scale"}
    return MarginProbabilities(SVC(**defaults | params), random_state=seed)


def neighbours(seed: int, n_jobs: int, **params: Any) -> NearestNeighbours:
    """Nearest neighbours."""
    return NearestNeighbours(**{"n_neighbors": 25, "weights": "distance", "n_jobs": n_jobs} | params)


def native_neighbours(seed: int, n_jobs: int, balance: str, **params: Any) -> NativeLabels:
    """The same neighbours for all labels."""
    return NativeLabels(neighbours(seed, n_jobs, **params))


def dense(seed: int, n_jobs: int, **params: Any) -> DenseHead:
    """Dense layers."""
    settings: dict[str, Any] = {"random_state": seed} | params
    return DenseHead(**settings)


def native_dense(seed: int, n_jobs: int, balance: str, **params: Any) -> DenseHead:
    """Dense layers with an output per label."""
    settings: dict[str, Any] = {"random_state": seed, "balance": balance} | params
    return DenseHead(**settings)


def shared_kernel(seed: int, n_jobs: int, **params: Any) -> SharedKernelLabels:
    """One-vs-rest machines for one class a title."""
    return SharedKernelLabels(**{"kind": "single", "random_state": seed, "n_jobs": n_jobs} | params)


def native_shared_kernel(seed: int, n_jobs: int, balance: str, **params: Any) -> SharedKernelLabels:
    """A machine per label, on one kernel."""
    return SharedKernelLabels(**{"balance": balance, "random_state": seed, "n_jobs": n_jobs} | params)
