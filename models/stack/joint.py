"""One machine on all blocks side by side: what blocks say together that none says alone."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.extmath import randomized_svd
from sklearn.utils.validation import check_is_fitted

from ..balance.strategies import report
from ..kernel.calibration import PlattMargins, seen_both
from ..kernel.storage import LANDMARKS, plan_kernel
from ..multilabel.inner_folds import inner_folds
from ..multilabel.per_label import check_classes, check_indicator, check_rows
from .blocks import as_stored, block_of
from .ridge import BLOCK, fit_exactly, fit_on_landmarks, sum_of_kernels

# What each kind of block weighs in the machine of a stack; kinds that are not here take no part.
JOINT_WEIGHTS = {"sentences": 1.0, "words": 0.3, "names": 0.25, "numbers": 0.6, "embedding": 0.5}
MERGED = ("sentences", "embedding")  # kinds whose blocks are one part together


class JointKernel(PlattMargins, ClassifierMixin, BaseEstimator):
    """Kernel ridge regression on parts of unlike kinds, each brought to a common length first.

    The kernel of two titles is the weighted mean, over parts, of exp(-gamma d), where d is their squared distance
    within the part. Every part is centred and divided by its root mean squared row length, so that none rules by its
    number of columns; one of many columns is first reduced to its leading singular vectors. One factor of the kernel
    serves every label. Past 20,000 rows, or where memory is short, the regression is solved on 2,000 landmarks, and a
    note says so.

    Parameters
    ----------
    parts : mapping of name to (positions, weight)
        Columns of each part and its weight, above 0.
    kind : {"multilabel", "single"}
        Several labels a row, or one class.
    gamma : float
        Of the RBF kernels, above 0.
    alpha : float
        Penalty of the regression, above 0.
    components : int
        Columns that a part may have before it is reduced to as many components, at least 1.
    cv : int, or list of (train, test)
        Inner folds of the calibration, which also serve as out-of-fold scores.
    random_state : int
        Seed of everything that is drawn.

    Attributes
    ----------
    out_of_fold_scores_ : ndarray of float64, shape (n, L)
        Probabilities of the training rows by fits that have not seen them.
    points_ : dict of name to ndarray of float32
        Training rows, or landmarks, as the kernel sees them.
    dual_coef_ : ndarray of float64, shape (number of points, L)
    intercept_ : ndarray of float64, shape (L,)
    classes_ : ndarray

    References
    ----------
    Saunders, Gammerman, Vovk (1998), Ridge Regression Learning Algorithm in Dual Variables. Gönen, Alpaydın (2011),
    Multiple Kernel Learning Algorithms, JMLR 12: fixed sums of kernels are hard to beat.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(90, 4))
    >>> Y = (X[:, :2] + X[:, 2:] > 0.5).astype(np.uint8)
    >>> model = JointKernel({"a": (np.arange(2), 1.0), "b": (np.arange(2, 4), 0.5)}).fit(X, Y)
    >>> model.predict_proba(X).shape
    (90, 2)
    """

    scores_out_of_fold = True

    def __init__(
        self,
        parts: Mapping[str, tuple[np.ndarray, float]],
        *,
        kind: str = "multilabel",
        gamma: float = 0.7,
        alpha: float = 1.0,
        components: int = 300,
        cv: Any = 3,
        random_state: int = 0,
    ):
        self.parts = parts
        self.kind = kind
        self.gamma = gamma
        self.alpha = alpha
        self.components = components
        self.cv = cv
        self.random_state = random_state

    def fit(self, X, y, groups: np.ndarray | None = None):
        """Learn lengths and components, then the regression and its curves.

        Parameters
        ----------
        X : ndarray or sparse matrix of shape (n, p)
        y : ndarray of shape (n, L) with 0/1, or (n,) with classes
        groups : ndarray of shape (n,), optional
            Rows of one group stay in one inner fold.

        Raises
        ------
        ValueError
            When `y` is neither classes nor a 0/1 matrix, as `kind` asks, or a number is not above 0.
        """
        for name in ("gamma", "alpha", "components"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name}: expected a number above 0, found {getattr(self, name)!r}")
        X = check_rows(self, X, reset=True)
        if self.kind == "single":
            self.classes_, codes = np.unique(check_classes(y), return_inverse=True)
            Y = np.eye(len(self.classes_), dtype=np.uint8)[codes]
        else:
            Y = check_indicator(y)
            self.classes_ = np.arange(Y.shape[1])
        folds = self.cv
        if isinstance(folds, int):
            folds = inner_folds(Y, folds, groups=groups, random_state=self.random_state)
        self.reducers_, self.centres_, self.scales_ = {}, {}, {}
        rows = {name: self._learnt(name, X, columns) for name, (columns, _) in self.parts.items()}
        plan = plan_kernel(X.shape[0])
        if plan.place == "memory":
            gram = sum_of_kernels([*rows.values()], [*rows.values()], self._weights, self.gamma, np.float32)
            self.notes_, self.points_ = [], rows
            self.dual_coef_, margins = fit_exactly(gram, Y, self.alpha, folds)
        else:
            drawn = np.random.default_rng(self.random_state).permutation(X.shape[0])[:LANDMARKS]
            self.notes_ = [f"the joint machine was solved on {len(drawn):,} landmarks of {X.shape[0]:,} training rows"]
            self.points_ = {name: part[drawn] for name, part in rows.items()}
            self.dual_coef_, margins = fit_on_landmarks(
                [*rows.values()], drawn, self._weights, self.gamma, Y, self.alpha, folds
            )
        self.intercept_ = Y.mean(axis=0)
        self._calibrate(margins, seen_both(Y, folds), Y)
        report(self.notes_)
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        several = self.kind == "multilabel"
        tags.classifier_tags.multi_label = several
        tags.input_tags.sparse = True
        tags.target_tags.multi_output, tags.target_tags.single_output = several, not several
        return tags

    def margins_of(self, X) -> np.ndarray:
        """The regression's values, before calibration: float64 of shape (n, L)."""
        check_is_fitted(self)
        X = check_rows(self, X)
        found = np.empty((X.shape[0], len(self.intercept_)))
        for start in range(0, X.shape[0], BLOCK):
            some = X[start : start + BLOCK]
            rows = [self._scaled(name, some[:, columns]) for name, (columns, _) in self.parts.items()]
            points = [self.points_[name] for name in self.parts]
            near = sum_of_kernels(rows, points, self._weights, self.gamma, np.float64)
            found[start : start + BLOCK] = near @ self.dual_coef_ + self.intercept_
        return found

    def predict(self, X) -> np.ndarray:
        """Labels of probability one half or more (n, L), or the most probable class (n,)."""
        probabilities = self.predict_proba(X)
        if self.kind == "single":
            return self.classes_[probabilities.argmax(axis=1)]
        return (probabilities >= 0.5).astype(np.uint8)

    @property
    def _weights(self) -> list[float]:
        return [weight for _, weight in self.parts.values()]

    def _learnt(self, name: str, X: Any, columns: np.ndarray) -> np.ndarray:
        """A part of the training rows as the kernel sees it; learns components, centre and length."""
        block: Any = block_of(X, columns)
        if block.shape[1] > self.components:
            most = min(self.components, min(block.shape) - 1)
            centred = block if not isinstance(block, np.ndarray) else block - block.mean(axis=0)
            self.reducers_[name] = randomized_svd(centred, most, random_state=self.random_state)[2]
        reduced = self._reduced(name, block)
        self.centres_[name] = reduced.mean(axis=0)
        length = np.sqrt(np.square(reduced - self.centres_[name]).sum(axis=1).mean())
        self.scales_[name] = 1 / length if length > 0 else 0.0
        return self._scaled(name, block)

    def _reduced(self, name: str, block: Any) -> np.ndarray:
        if name in self.reducers_:
            return np.asarray(block @ self.reducers_[name].T, dtype=np.float64)
        return np.asarray(as_stored(block, sparse=False), dtype=np.float64)

    def _scaled(self, name: str, block: Any) -> np.ndarray:
        return ((self._reduced(name, block) - self.centres_[name]) * self.scales_[name]).astype(np.float32)


def joint_parts(kinds: Mapping[str, tuple[str, np.ndarray]], weights: Mapping[str, float]) -> dict[str, tuple]:
    """Parts of a joint machine: a block each, but all texts' and all pictures' vectors together.

    Parameters
    ----------
    kinds : mapping of block to (kind, positions)
    weights : mapping of kind to float
        Weight of each kind; blocks of other kinds take no part.

    Returns
    -------
    dict of block or kind to (positions, weight)

    Examples
    --------
    >>> one, two = ("sentences", np.array([4])), ("sentences", np.array([5]))
    >>> joint_parts({"a": ("words", np.array([0, 1])), "s": one, "t": two}, {"words": 0.3, "sentences": 1.0})
    {'a': (array([0, 1]), 0.3), 'sentences': (array([4, 5]), 1.0)}
    """
    grouped: dict[str, list[np.ndarray]] = {}
    own = {}
    for block, (kind, positions) in kinds.items():
        if kind in weights:
            name = kind if kind in MERGED else block
            grouped.setdefault(name, []).append(positions)
            own[name] = weights[kind]
    return {name: (np.concatenate(positions), own[name]) for name, positions in grouped.items()}
