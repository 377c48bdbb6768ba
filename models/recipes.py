"""The models of a comparison: one record each, by name.

Builders are imported when a model is built, so that listing the models loads none of them. Another package's model is
asked for by the name that its entry point gives, or as `package.module:object`.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..features.plugins import Registry, did_you_mean, resolve
from . import cost
from .balance.strategies import STRATEGIES

KINDS = ("multilabel", "single")


@dataclass(frozen=True)
class Recipe:
    """One model: how it is built for either kind of target, and everything that others ask about it.

    Parameters
    ----------
    name : str
        As experiments name it.
    label : str
        As tables and sentences about systems name it.
    summary : str
        What it is, in a phrase, for help and glossaries.
    learner : callable, or "package.module:function"
        `learner(seed, n_jobs, **params)` gives the classifier of a single-label problem; with a label matrix there is
        one per label, where `native` does not serve.
    native : callable, reference or None
        `native(seed, n_jobs, balance, **params)` gives a classifier of a label matrix that shares work between labels.
    native_weighs : bool
        Whether `native` knows the strategies that weigh rows; without, it serves for `none` only.
    whole : callable, reference or None
        In place of both: `whole(kind, balance, blocks=, seed=, n_jobs=, ratio=, categorical=, **params)`.
    grid : mapping of parameter to values
        A small search grid.
    suits : mapping of block kind to parameters
        Kinds of block (`Family.block`) that it learns in a stack, and with which parameters.
    may_suit : mapping of block kind to parameters
        Kinds of block that it may learn, where a stack chooses among learners.
    memory, square : callable
        Bytes that a fit holds beside its rows, of a `cost.Fit`, and the part of them that grows with the square of the
        rows.
    takes_table : bool
        Whether it reads the feature table itself, as networks do, not an encoded matrix.

    Examples
    --------
    >>> recipe = Recipe("tree", "tree", "a decision tree", "sklearn.tree:DecisionTreeClassifier")
    >>> recipe.takes_table, recipe.native
    (False, None)
    """

    name: str
    label: str
    summary: str
    learner: Any = None
    native: Any = None
    native_weighs: bool = False
    whole: Any = None
    grid: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    suits: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    may_suit: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    memory: Callable[[cost.Fit], float] = cost.a_copy
    square: Callable[[cost.Fit], float] = cost.none
    takes_table: bool = False

    def builder(self, kind: str, balance: str) -> Any:
        """What builds it for a target kind and balancing, as the record has it; equal builders give equal models.

        Raises
        ------
        ValueError
            When the kind or the strategy is unknown.

        Examples
        --------
        >>> RECIPES["svm_rbf"].builder("multilabel", "log") == RECIPES["ovr_svm"].builder("multilabel", "log")
        True
        """
        if kind not in KINDS:
            raise ValueError(f"kind: expected multilabel or single, got {kind!r}")
        if balance not in STRATEGIES:
            raise ValueError(f"balance: expected one of {', '.join(STRATEGIES)}, got {balance!r}")
        if self.whole is not None:
            return self.whole
        weighs = self.native_weighs and not STRATEGIES[balance].sampler
        natively = kind == "multilabel" and self.native is not None and (balance == "none" or weighs)
        return self.native if natively else self.learner

    def build(
        self,
        kind: str,
        balance: str = "none",
        *,
        seed: int = 0,
        n_jobs: int = 1,
        categorical: Sequence[int] = (),
        blocks: Mapping[str, Any] | None = None,
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
            Of everything that is drawn.
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
        >>> import numpy as np
        >>> X = np.arange(12.0).reshape(-1, 1)
        >>> model = RECIPES["glm"].build("single", "balanced", C=10.0).fit(X, X.ravel() > 7)
        >>> model.predict(X[[0, -1]]).tolist()
        [False, True]
        """
        chosen = self.builder(kind, balance)
        builder = resolve(chosen, __package__)
        shared = {"ratio": ratio, "categorical": tuple(categorical)}
        if self.whole is not None:
            return builder(kind, balance, blocks=blocks, seed=seed, n_jobs=n_jobs, **shared, **params)
        if kind == "multilabel" and self.native is not None and chosen == self.native:
            return builder(seed, n_jobs, balance, **params)
        if kind == "single":
            around = resolve(".builders:per_row", __package__)
            return around(builder(seed, n_jobs, **params), balance, random_state=seed, **shared)
        around = resolve(".builders:per_label", __package__)
        return around(builder(seed, 1, **params), balance, n_jobs=n_jobs, random_state=seed, **shared)

    def check(self, kind: str, **params: Any) -> None:
        """Build it with these parameters, to see that it knows them.

        Raises
        ------
        ValueError
            When it has no parameter of that name, or refuses a value at once; most values are judged by the fit.

        Examples
        --------
        >>> RECIPES["glm"].check("multilabel", c=1.0)
        Traceback (most recent call last):
        ...
        ValueError: glm has no parameter 'c'; did you mean 'C'?
        """
        try:
            self.build(kind, **params)
        except TypeError as error:
            unknown = re.search(r"unexpected keyword argument '(\w+)'", str(error))
            if unknown is None:
                raise
            names = {name.rpartition("__")[2] for name in self.build(kind).get_params()} | set(self.grid)
            meant = did_you_mean(unknown[1], sorted(names))
            raise ValueError(f"{self.name} has no parameter {unknown[1]!r}{meant}") from None


RECIPES: Registry[Recipe] = Registry(
    "model",
    "genrelab.models",
    Recipe,
    (
        Recipe(
            "glm",
            "GLM",
            "logistic regression; multinomial for one class a title",
            ".builders:logistic",
            grid={"C": ("scale", 0.01, 0.1, 1.0, 10.0)},
            suits={"words": {}, "names": {}},
            may_suit={"numbers": {}, "sentences": {}, "embedding": {}},
            memory=cost.per_value(12),
        ),
        Recipe(
            "rf",
            "RF",
            "random forest",
            ".builders:forest",
            ".builders:native_forest",
            grid={"max_features": (4, 8, 16), "n_estimators": (100, 200, 400)},
            may_suit={"numbers": {}, "colours": {}},
            memory=cost.forest,
        ),
        Recipe(
            "gbm",
            "GBM",
            "gradient-boosted trees (xgboost)",
            ".builders:boosted",
            ".builders:native_boosted",
            grid={"max_depth": (3, 4, 6), "n_estimators": (100, 200, 400)},
            suits={"numbers": {}, "colours": {"n_estimators": 60}},
            memory=cost.per_value(16),
        ),
        Recipe(
            "svm_linear",
            "linear SVM",
            "linear support vector machine, calibrated",
            ".builders:linear_svm",
            grid={"C": (0.001, 0.01, 0.1, 1.0)},
            may_suit={"words": {}, "names": {}},
            memory=cost.per_value(32),
        ),
        Recipe(
            "svm_rbf",
            "RBF SVM",
            "support vector machine with an RBF kernel, calibrated; one-vs-one for one class a title",
            ".builders:rbf_svm",
            # With a label matrix it is one machine per label on a shared kernel, and so the same as `ovr_svm`.
            ".builders:native_shared_kernel",
            native_weighs=True,
            grid={"C": (0.3, 1.0, 3.0, 10.0), "gamma": ("scale", "auto")},
            memory=cost.kernel(cost.square_of_labels),
            square=cost.square_of_labels,
        ),
        Recipe(
            "knn",
            "KNN",
            "nearest neighbours, weighted by distance",
            ".builders:neighbours",
            ".builders:native_neighbours",
            grid={"n_neighbors": (5, 15, 25, 51)},
            memory=cost.per_value(12),
        ),
        Recipe(
            "ovr_svm",
            "one-vs-rest SVM",
            "one support vector machine with an RBF kernel for every genre; all share the kernel",
            ".builders:shared_kernel",
            ".builders:native_shared_kernel",
            native_weighs=True,
            grid={"C": (0.3, 1.0, 3.0, 10.0), "gamma": ("scale", "auto")},
            # Balanced: of titles that a network places alike, few have a rare genre.
            suits={"embedding": {"balance": "balanced"}, "sentences": {"balance": "balanced"}},
            memory=cost.kernel(cost.square),
            square=cost.square,
        ),
        Recipe(
            "mlp",
            "MLP",
            "a small network of dense layers, 500-250-250-100 (Angappan et al. 2017)",
            ".builders:dense",
            ".builders:native_dense",
            native_weighs=True,
            grid={"learning_rate": (0.003, 0.01, 0.03), "dropout": (0.2, 0.5)},
            memory=cost.per_value(12),
        ),
        Recipe(
            "stack",
            "stack",
            "a model for every block of features, and a logistic regression that weighs what they say",
            whole=".stack.stacked:build",
            grid={"meta_C": (0.2, 0.5, 1.0), "meta_others": (0.0, 0.1, 0.2), "joint": (True, False)},
            memory=cost.stack,
            square=cost.square_of_stack,
        ),
        ".networks.record:RECIPES",
    ),
    __package__,
)
OTHER_LEARNER = "gbm"  # for a kind of block that no recipe suits


def block_learner(block: str) -> tuple[str, dict[str, Any]]:
    """The recipe that learns a kind of block in a stack, and its parameters.

    Parameters
    ----------
    block : str
        As `Family.block`.

    Examples
    --------
    >>> block_learner("words"), block_learner("colours")
    (('glm', {}), ('gbm', {'n_estimators': 60}))
    """
    return block_learners(block)[0]


def block_learners(block: str) -> list[tuple[str, dict[str, Any]]]:
    """Recipes that may learn a kind of block in a stack, the usual one first, and their parameters.

    Parameters
    ----------
    block : str
        As `Family.block`.

    Examples
    --------
    >>> [name for name, _ in block_learners("numbers")]
    ['gbm', 'glm', 'rf']
    """
    usual = [(name, dict(recipe.suits[block])) for name, recipe in RECIPES.items() if block in recipe.suits]
    others = [(name, dict(recipe.may_suit[block])) for name, recipe in RECIPES.items() if block in recipe.may_suit]
    return (usual or [(OTHER_LEARNER, {})]) + others


def words_of(names: Iterable[str]) -> dict[str, dict[str, str]]:
    """What a report says about models: `table` and `sentence` by name; trivial rules are left out.

    Parameters
    ----------
    names : iterable of str
        Models of cells.

    Examples
    --------
    >>> words_of(["rf", "trivial:majority"])
    {'rf': {'table': 'RF', 'sentence': 'random forest'}}
    """
    found = {}
    for name in dict.fromkeys(names):
        if name in RECIPES:
            found[name] = {"table": RECIPES[name].label, "sentence": RECIPES[name].summary}
    return found
