"""One machine on all blocks side by side: what blocks say together that none says alone."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.decomposition import TruncatedSVD
from sklearn.utils.validation import check_is_fitted

from ..kernel.classifier import SharedKernelLabels
from ..multilabel.per_label import check_classes, check_indicator, check_rows
from .blocks import as_stored, block_of


class JointKernel(ClassifierMixin, BaseEstimator):
    """One-vs-rest RBF machines on parts of unlike kinds, each brought to a common length first.

    The kernel of two titles is exp(-gamma d), where d is the sum of the parts' squared distances. Every part is
    centred and divided by its root mean squared row length, so that none rules by its number of columns, and then
    multiplied by its weight. Sparse parts are first reduced to their leading singular vectors.

    Parameters
    ----------
    parts : mapping of name to (positions, weight)
        Columns of each part and its weight, above 0. Sparse and dense columns must not be mixed in one part.
    kind : {"multilabel", "single"}
    C : float
        Penalty of the machines, above 0.
    components : int
        Singular vectors of a sparse part, at least 1.
    cv : int, or list of (train, test)
        Inner folds of the machines' calibration, which also serve as out-of-fold scores.
    random_state : int
    n_jobs : int

    Attributes
    ----------
    out_of_fold_scores_ : ndarray of float64, shape (n, L)
    classes_ : ndarray

    References
    ----------
    Gönen, Alpaydın (2011), Multiple Kernel Learning Algorithms, JMLR 12: fixed sums of kernels are hard to beat.

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
        C: float = 1.0,
        components: int = 300,
        cv: Any = 3,
        random_state: int = 0,
        n_jobs: int = 1,
    ):
        self.parts = parts
        self.kind = kind
        self.C = C
        self.components = components
        self.cv = cv
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X, y, groups: np.ndarray | None = None):
        """Learn lengths and singular vectors, then the machines.

        Parameters
        ----------
        X : ndarray or sparse matrix of shape (n, p)
        y : ndarray of shape (n, L) with 0/1, or (n,) with classes
        groups : ndarray of shape (n,), optional
            Rows of one group stay in one inner fold.

        Raises
        ------
        ValueError
            When `y` is neither classes nor a 0/1 matrix, as `kind` asks.
        """
        X = check_rows(self, X, reset=True)
        y = check_classes(y) if self.kind == "single" else check_indicator(y)
        self.reducers_, self.centres_, self.scales_ = {}, {}, {}
        blocks = []
        for name, (columns, weight) in self.parts.items():
            part: Any = block_of(X, columns)
            if sp.issparse(part) and part.shape[1] > self.components:
                most = min(self.components, min(part.shape) - 1)
                self.reducers_[name] = TruncatedSVD(most, random_state=self.random_state).fit(part)
            block = self._reduced(name, part)
            self.centres_[name] = block.mean(axis=0, dtype=np.float64)
            length = np.sqrt(np.square(block - self.centres_[name]).sum(axis=1).mean())
            self.scales_[name] = weight / length if length > 0 else 0.0
            blocks.append(self._scaled(name, block))
        machine = SharedKernelLabels(
            self.kind,
            C=self.C,
            balance="balanced",
            cv=self.cv,
            random_state=self.random_state,
            n_jobs=self.n_jobs,
        )
        machine.fit(np.hstack(blocks), y, groups=groups)
        self.out_of_fold_scores_ = machine.out_of_fold_scores_
        # The folds and scores belong to these rows: a model that is kept has no use for them.
        machine.set_params(cv=3)
        del machine.out_of_fold_scores_
        self.machine_, self.classes_ = machine, machine.classes_
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        several = self.kind == "multilabel"
        tags.classifier_tags.multi_label = several
        tags.input_tags.sparse = True
        tags.target_tags.multi_output, tags.target_tags.single_output = several, not several
        return tags

    def predict_proba(self, X) -> np.ndarray:
        """Probability of each label by itself, or of each class (rows sum to 1): float64 of shape (n, L)."""
        check_is_fitted(self)
        X = check_rows(self, X)
        blocks = [self._scaled(name, self._reduced(name, X[:, columns])) for name, (columns, _) in self.parts.items()]
        return self.machine_.predict_proba(np.hstack(blocks))

    def predict(self, X) -> np.ndarray:
        """Labels of probability one half or more (n, L), or the most probable class (n,)."""
        probabilities = self.predict_proba(X)
        if self.kind == "single":
            return self.classes_[probabilities.argmax(axis=1)]
        return (probabilities >= 0.5).astype(np.uint8)

    def _reduced(self, name: str, block: Any) -> Any:
        """The block as an array; a wide sparse one by its singular vectors."""
        if name in self.reducers_:
            return self.reducers_[name].transform(block).astype(np.float32)
        return as_stored(block, sparse=False).astype(np.float32)

    def _scaled(self, name: str, block: np.ndarray) -> np.ndarray:
        return ((block - self.centres_[name]) * self.scales_[name]).astype(np.float32)


def joint_parts(kinds: Mapping[str, tuple[str, np.ndarray]], weights: Mapping[str, float]) -> dict[str, tuple]:
    """Group blocks of one kind into parts of a joint machine.

    Parameters
    ----------
    kinds : mapping of block to (kind, positions)
    weights : mapping of kind to float
        Weight of each kind; blocks of other kinds take no part.

    Returns
    -------
    dict of kind to (positions, weight)

    Examples
    --------
    >>> blocks = {"a": ("words", np.array([0, 1])), "b": ("words", np.array([4])), "c": ("names", np.array([2]))}
    >>> joint_parts(blocks, {"words": 0.7})
    {'words': (array([0, 1, 4]), 0.7)}
    """
    grouped: dict[str, list[np.ndarray]] = {}
    for kind, positions in kinds.values():
        if kind in weights:
            grouped.setdefault(kind, []).append(positions)
    return {kind: (_together(positions), weights[kind]) for kind, positions in grouped.items()}


def _together(positions: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate(positions)
