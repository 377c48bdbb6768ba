"""The models of a comparison by name, with defaults that work and a small grid to search."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC, LinearSVC

from .balance.balanced import Balanced, check_balance
from .balance.strategies import STRATEGIES
from .dense_head import DenseHead
from .kernel.classifier import SharedKernelLabels
from .linear import ScaledLogistic
from .multilabel.margins import MarginProbabilities
from .multilabel.native import NativeLabels
from .multilabel.per_label import OneVsRest
from .networks.record import NetworkRecipe
from .networks.registry import NETWORKS
from .stack.stacked import StackedBlocks

KINDS = ("multilabel", "single")


@dataclass(frozen=True)
class Recipe:
    """How to build one model for either kind of target.

    Parameters
    ----------
    name : str
    summary : str
        One sentence for tables and help.
    learner : callable
        `learner(seed, n_jobs, **params)` gives the classifier of a single-label problem.
    grid : mapping of parameter to values
        A small search grid.
    native : callable or None
        `native(seed, n_jobs, balance, **params)` gives a multi-label classifier that shares work between labels,
        for the strategies in `native_balance`; without one there is a classifier per label.
    native_balance : tuple of str
        Strategies that `native` knows.
    """

    name: str
    summary: str
    learner: Callable[..., Any]
    grid: Mapping[str, Sequence[Any]]
    native: Callable[..., Any] | None = None
    native_balance: tuple[str, ...] = field(default=("none",))
    takes_table: bool = False  # networks read the feature table itself: see `networks.recipe`

    def build(
        self,
        kind: str,
        balance: str = "none",
        *,
        seed: int = 0,
        n_jobs: int = 1,
        categorical: Sequence[int] = (),
        blocks: Mapping[str, slice | np.ndarray] | None = None,
        ratio: float = 0.5,
        **params: Any,
    ) -> Any:
        """An unfitted classifier for an encoded matrix.

        Parameters
        ----------
        kind : {"multilabel", "single"}
        balance : str
            One of `genrelab.models.balance.strategies.STRATEGIES`.
        seed : int
        n_jobs : int
            Threads or processes the fit may use.
        categorical : sequence of int
            Columns of 0/1 in the encoded matrix, for `smote`.
        blocks : mapping of name to slice or positions, optional
            Columns of each feature family, for `stack`; by default the matrix is one block.
        ratio : float in (0, 1]
            How far `oversample` and `smote` go.
        **params
            Parameters of the learner, as in `grid`.

        Returns
        -------
        classifier
            `fit(X, y)`; `predict_proba(X)` of shape (n, L): independent probabilities for `multilabel`, rows that
            sum to 1 for `single`; `classes_`.

        Raises
        ------
        ValueError
            When the kind or the strategy is unknown, or the learner cannot weigh rows but the strategy does.

        Examples
        --------
        >>> X = np.arange(12.0).reshape(-1, 1)
        >>> model = RECIPES["glm"].build("single", "balanced", C=10.0).fit(X, X.ravel() > 7)
        >>> model.predict(X[[0, -1]]).tolist()
        [False, True]
        """
        if kind not in KINDS:
            raise ValueError(f"kind: expected multilabel or single, found {kind!r}")
        if balance not in STRATEGIES:
            raise ValueError(f"balance: expected one of {', '.join(STRATEGIES)}, found {balance!r}")
        shared = {"ratio": ratio, "categorical": tuple(categorical), "random_state": seed}
        if self.name == "stack":
            return StackedBlocks(blocks, kind=kind, balance=balance, n_jobs=n_jobs, **shared, **params)
        if kind == "single":
            learner = self.learner(seed, n_jobs, **params)
            check_balance(learner, balance)
            return Balanced(learner, balance, **shared)
        if self.native is not None and balance in self.native_balance:
            return self.native(seed, n_jobs, balance, **params)
        learner = self.learner(seed, 1, **params)
        check_balance(learner, balance)
        return OneVsRest(learner, balance, n_jobs=n_jobs, **shared)


def _glm(seed: int, n_jobs: int, **params: Any):
    return ScaledLogistic(**{"random_state": seed} | params)


def _forest(seed: int, n_jobs: int, **params: Any):
    # One thread whatever n_jobs says: with more, a forest adds its trees' votes in the order in which they finish,
    # and the last bit of a probability changes from run to run. Runs are parallel over cells instead.
    del n_jobs
    defaults = {"n_estimators": 200, "max_features": "sqrt", "min_samples_leaf": 4}
    return RandomForestClassifier(**defaults | {"random_state": seed, "n_jobs": 1} | params)


def _native_forest(seed: int, n_jobs: int, balance: str, **params: Any):
    return NativeLabels(_forest(seed, n_jobs, **params))


def _boosted(seed: int, n_jobs: int, **params: Any):
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
    return XGBClassifier(**defaults | {"random_state": seed, "n_jobs": n_jobs} | params)


def _native_boosted(seed: int, n_jobs: int, balance: str, **params: Any):
    return NativeLabels(_boosted(seed, n_jobs, **params))


def _svm_linear(seed: int, n_jobs: int, **params: Any):
    defaults = {"C": 0.01, "dual": "auto", "max_iter": 5000, "random_state": seed}
    return MarginProbabilities(LinearSVC(**defaults | params), random_state=seed)


def _svm_rbf(seed: int, n_jobs: int, **params: Any):
    return MarginProbabilities(SVC(**{"C": 1.0, "gamma": "scale"} | params), random_state=seed)


def _neighbours(seed: int, n_jobs: int, **params: Any):
    return KNeighborsClassifier(**{"n_neighbors": 25, "weights": "distance", "n_jobs": n_jobs} | params)


def _native_neighbours(seed: int, n_jobs: int, balance: str, **params: Any):
    return NativeLabels(_neighbours(seed, n_jobs, **params))


def _dense_head(seed: int, n_jobs: int, **params: Any):
    return DenseHead(**{"random_state": seed} | params)


def _native_dense_head(seed: int, n_jobs: int, balance: str, **params: Any):
    return DenseHead(**{"random_state": seed, "balance": balance} | params)


def _shared_kernel(seed: int, n_jobs: int, **params: Any):
    return SharedKernelLabels(**{"kind": "single", "random_state": seed, "n_jobs": n_jobs} | params)


def _native_shared_kernel(seed: int, n_jobs: int, balance: str, **params: Any):
    return SharedKernelLabels(**{"balance": balance, "random_state": seed, "n_jobs": n_jobs} | params)


WEIGHTED = tuple(name for name, strategy in STRATEGIES.items() if not strategy.sampler)
_RECIPES = (
    Recipe(
        "glm",
        "logistic regression; multinomial for one class a title",
        _glm,
        {"C": ("scale", 0.01, 0.1, 1.0, 10.0)},
    ),
    Recipe(
        "rf",
        "random forest",
        _forest,
        {"max_features": (4, 8, 16), "n_estimators": (100, 200, 400)},
        _native_forest,
    ),
    Recipe(
        "gbm",
        "gradient-boosted trees (xgboost)",
        _boosted,
        {"max_depth": (3, 4, 6), "n_estimators": (100, 200, 400)},
        _native_boosted,
    ),
    Recipe(
        "svm_linear",
        "linear support vector machine, calibrated",
        _svm_linear,
        {"C": (0.001, 0.01, 0.1, 1.0)},
    ),
    Recipe(
        "svm_rbf",
        "support vector machine with an RBF kernel, calibrated; one-vs-one for one class a title",
        _svm_rbf,
        {"C": (0.3, 1.0, 3.0, 10.0), "gamma": ("scale", "auto")},
        _native_shared_kernel,
        WEIGHTED,
    ),
    Recipe(
        "knn",
        "nearest neighbours, weighted by distance",
        _neighbours,
        {"n_neighbors": (5, 15, 25, 51)},
        _native_neighbours,
    ),
    Recipe(
        "ovr_svm",
        "one-vs-rest support vector machines with an RBF kernel that all labels share",
        _shared_kernel,
        {"C": (0.3, 1.0, 3.0, 10.0), "gamma": ("scale", "auto")},
        _native_shared_kernel,
        WEIGHTED,
    ),
    Recipe(
        "mlp",
        "dense layers 500-250-250-100 (Angappan et al. 2017)",
        _dense_head,
        {"learning_rate": (0.003, 0.01, 0.03), "dropout": (0.2, 0.5)},
        _native_dense_head,
        WEIGHTED,
    ),
    Recipe(
        "stack",
        "a model of its own for every feature block, and a logistic regression on their out-of-fold scores",
        StackedBlocks,
        {"meta_C": (0.3, 1.0, 3.0), "meta_others": (0.0, 0.1, 0.2)},
    ),
)
RECIPES: dict[str, Recipe | NetworkRecipe] = {recipe.name: recipe for recipe in _RECIPES} | {
    name: NetworkRecipe(network) for name, network in NETWORKS.items()
}
