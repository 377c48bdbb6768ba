"""Every feature block by a model of its own, and a logistic regression on their out-of-fold scores."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from ..multilabel.inner_folds import inner_folds
from ..multilabel.per_label import check_classes, check_indicator, check_rows
from ..recipes import RECIPES, block_learners
from .alone import INTERPLAY, JOINT, fit_alone, judged_alone
from .blocks import Columns, absent, as_stored, block_kind, block_of, resolve_blocks
from .joint import JOINT_WEIGHTS, JointKernel, joint_parts
from .meta import BlockScores, MetaClassifier, log_odds, rows_of
from .scored_fit import fit_scored, mean_precision, member_probabilities
from .trees import ScoreTrees


class StackedBlocks(ClassifierMixin, BaseEstimator):
    """Stacked generalisation over feature blocks.

    Each block is learnt by a model that suits it. Inner folds give every training row the scores of models that
    were not trained on it; a logistic regression per label (multinomial with one class a title) learns from the
    log odds of these scores how far to trust each block. Then the models are fitted on all rows. Scores of the
    whole stack for its training rows, cross-fitted on the same folds, are kept for `OutOfFold`.

    | block | model by default |
    |---|---|
    | `keywords`, `overview`, `people` | logistic regression |
    | `metadata` (with `provenance`), `brightness`, `palette`, `pixels` | boosted trees |
    | `sentences:…` | one-vs-rest RBF support vector machines |
    | `embedding:…` | the same; all embeddings side by side as one block |
    | `joint` | kernel ridge regression on all blocks, each brought to one length; see `JointKernel` |
    | `interplay` | extremely randomised trees on the scores of all other members |

    Parameters
    ----------
    blocks : mapping of name to slice or positions, optional
        Columns of each block; names are feature specs such as `embedding:resnet50`. By default one block.
    kind : {"multilabel", "single"}
    balance : str
        One of `genrelab.models.balance.strategies.STRATEGIES`, for every block's model.
    learners : mapping of block or family to (recipe name, parameters), optional
        Instead of the defaults.
    choose : bool
        Fit every recipe that may learn a block, and keep the one with the best out-of-fold mean average precision.
    joint : bool
        Add a machine that learns from all blocks side by side, where two kinds of block can take part.
    interplay : bool
        Add trees that learn from the scores of all other members, where there are two.
    merge_embeddings : bool
        Take all `embedding:…` blocks as one.
    meta_C : float
        Inverse penalty of the logistic regression on the scores, above 0.
    meta_others : float in [0, 1]
        How far a label's regression trusts the scores of other labels: 0 not at all, 1 like its own.
    cv : int, or list of (train, test)
        Folds for the scores.
    ratio, categorical
        For samplers, as in `genrelab.models.balance.strategies.resample`.
    empty : ndarray of shape (p,), optional
        A row of which nothing is known, as the encoder makes it; a row that has these values in a block lacks it. Zeros
        by default.
    random_state : int
    n_jobs : int

    Attributes
    ----------
    blocks_ : dict of name to positions
    members_ : dict of name to fitted classifier
    learners_ : dict of name to str
        The recipe of each member.
    sparse_ : dict of name to bool
        Whether each member was given a sparse block; rows to predict are given to it likewise, however few they are.
    trees_ : ScoreTrees or None
        The trees of `interplay`.
    meta_ : MetaClassifier
    alone_ : dict of str to MetaClassifier
        For rows that have one block only, or poster blocks only: a regression on the scores of these blocks. That on
        all scores trusts each block as far as the others leave something to say, which is little.
    classes_ : ndarray
    out_of_fold_scores_ : ndarray of float64, shape (n, L)

    References
    ----------
    Wolpert (1992), Stacked Generalization, Neural Networks 5. Ting, Witten (1999), Issues in Stacked
    Generalization, JAIR 10.

    Examples
    --------
    >>> X = np.random.default_rng(0).normal(size=(90, 4))
    >>> Y = np.column_stack([X[:, 0] > 0, X[:, 2] > 0.5])
    >>> learners = {"metadata": ("glm", {}), "palette": ("glm", {})}
    >>> model = StackedBlocks({"metadata": slice(0, 2), "palette": slice(2, 4)}, learners=learners).fit(X, Y)
    >>> model.predict(X).shape, list(model.members_)
    ((90, 2), ['metadata', 'palette'])
    """

    scores_out_of_fold = True

    def __init__(
        self,
        blocks: Mapping[str, Columns] | None = None,
        *,
        kind: str = "multilabel",
        balance: str = "none",
        learners: Mapping[str, tuple[str, Mapping[str, Any]]] | None = None,
        choose: bool = False,
        joint: bool = False,
        interplay: bool = False,
        merge_embeddings: bool = True,
        meta_C: float = 0.5,
        meta_others: float = 0.1,
        cv: Any = 3,
        ratio: float = 0.5,
        categorical: Sequence[int] = (),
        empty: np.ndarray | None = None,
        random_state: int = 0,
        n_jobs: int = 1,
    ):
        self.blocks = blocks
        self.kind = kind
        self.balance = balance
        self.learners = learners
        self.choose = choose
        self.joint = joint
        self.interplay = interplay
        self.merge_embeddings = merge_embeddings
        self.meta_C = meta_C
        self.meta_others = meta_others
        self.cv = cv
        self.ratio = ratio
        self.categorical = categorical
        self.empty = empty
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X, y, groups: np.ndarray | None = None):
        """Fit all blocks and the regression on their scores.

        Parameters
        ----------
        X : ndarray or sparse matrix of shape (n, p)
        y : ndarray of shape (n, L) with 0/1, or (n,) with classes
        groups : ndarray of shape (n,), optional
            Rows of one group stay on one side of every inner fold.

        Raises
        ------
        ValueError
            When a parameter is unknown, or no block has a column.
        """
        if not 0 <= self.meta_others <= 1:
            raise ValueError(f"meta_others: expected a number from 0 to 1, found {self.meta_others!r}")
        X = check_rows(self, X, reset=True)
        if self.kind == "single":
            self.classes_, y = np.unique(check_classes(y), return_inverse=True)
            width = len(self.classes_)
        else:
            y = check_indicator(y)
            width = y.shape[1]
            self.classes_ = np.arange(width)
        self.blocks_ = resolve_blocks(self.blocks, X.shape[1], merge=self.merge_embeddings)
        folds = self.cv
        if isinstance(folds, int):
            folds = inner_folds(y, folds, groups=groups, random_state=self.random_state)
        self.members_, self.learners_, self.sparse_, scores = {}, {}, {}, {}
        for name, columns in self.blocks_.items():
            block, best = block_of(X, columns), -np.inf
            self.sparse_[name] = sp.issparse(block)
            for learner in self._learners(name):
                member = self._member(name, columns, learner)
                fitted, found = fit_scored(member, block, y, folds, width=width, groups=groups)
                quality = mean_precision(y, found, width) if self.choose else 0.0
                if quality > best:
                    best, self.members_[name], self.learners_[name] = quality, fitted, learner[0]
                    scores[name] = BlockScores(log_odds(found), absent(X, columns, self.empty))
        parts = self._joint_parts()
        if parts:
            whole = np.arange(X.shape[1])
            machine = JointKernel(parts, kind=self.kind, random_state=self.random_state)
            self.members_[JOINT], found = fit_scored(machine, X, y, folds, width=width, groups=groups)
            self.blocks_[JOINT], self.learners_[JOINT], self.sparse_[JOINT] = whole, JOINT, sp.issparse(X)
            scores[JOINT] = BlockScores(log_odds(found), absent(X, whole, self.empty))
        self.trees_ = None
        if self.interplay and len(scores) > 1:
            self.trees_ = ScoreTrees(self.kind, self.random_state)
            scores[INTERPLAY] = self.trees_.fit(scores, y, folds, width)
        self.meta_ = MetaClassifier(self.kind, C=self.meta_C, others=self.meta_others)
        self.out_of_fold_scores_ = self.meta_.cross_fit(scores, y, folds, width)
        self.meta_.fit(scores, y, width)
        self.alone_ = fit_alone(self.meta_, scores, y, width)
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
        scores = self.block_scores(X)
        found = self.meta_.predict_proba(scores)
        for rows, one in judged_alone(getattr(self, "alone_", {}), scores):
            found[rows] = one.predict_proba(rows_of({name: scores[name] for name in one.centre}, rows))
        return found

    def predict(self, X) -> np.ndarray:
        """Labels of probability one half or more (n, L), or the most probable class (n,)."""
        probabilities = self.predict_proba(X)
        if self.kind == "single":
            return self.classes_[probabilities.argmax(axis=1)]
        return (probabilities >= 0.5).astype(np.uint8)

    def block_scores(self, X) -> dict[str, BlockScores]:
        """What each member says: log odds of shape (n, L) per block, and which rows lack the block."""
        check_is_fitted(self)
        X = check_rows(self, X)
        scores = {
            name: BlockScores(
                log_odds(member_probabilities(member, self._input(X, name), len(self.classes_))),
                absent(X, self.blocks_[name], getattr(self, "empty", None)),
            )
            for name, member in self.members_.items()
        }
        trees = getattr(self, "trees_", None)  # models of earlier versions have none
        return scores if trees is None else scores | {INTERPLAY: trees.score(scores)}

    def contributions(self, X) -> dict[str, np.ndarray]:
        """What each block adds to the log odds of each label, against the average training title.

        Returns
        -------
        dict of block to float64 (n, L), and `intercept`
            Their sum is the stack's log odds (for one class a title: its logits before the softmax).
        """
        scores = self.block_scores(X)
        found = self.meta_.contributions(scores)
        for rows, one in judged_alone(getattr(self, "alone_", {}), scores):
            own = one.contributions(rows_of({name: scores[name] for name in one.centre}, rows))
            for name, part in found.items():
                part[rows] = own.get(name, 0.0)
        return found

    def _input(self, X, name: str):
        if name == JOINT:
            return X
        return as_stored(X[:, self.blocks_[name]], sparse=self.sparse_[name])

    def _joint_parts(self) -> dict[str, tuple]:
        if not self.joint:
            return {}
        kinds = {name: (block_kind(name), columns) for name, columns in self.blocks_.items()}
        parts = joint_parts(kinds, JOINT_WEIGHTS)
        return parts if len(parts) > 1 else {}

    def _learners(self, name: str) -> Sequence[tuple[str, Mapping[str, Any]]]:
        """Recipes and parameters to try on a block."""
        given = self.learners or {}
        own = given.get(name) or given.get(name.partition(":")[0])
        if own:
            return [own]
        learners = block_learners(block_kind(name))
        return learners if self.choose else learners[:1]

    def _member(self, name: str, columns: np.ndarray, learner: tuple[str, Mapping[str, Any]]):
        recipe, parameters = learner[0], dict(learner[1])
        usual = parameters.pop("balance", "none")
        balance = usual if self.balance == "none" else self.balance
        inside = np.flatnonzero(np.isin(columns, np.asarray(self.categorical, dtype=int)))
        return RECIPES[recipe].build(
            self.kind,
            balance,
            seed=self.random_state,
            n_jobs=self.n_jobs,
            categorical=tuple(inside.tolist()),
            ratio=self.ratio,
            **parameters,
        )


def build(kind: str, balance: str, *, seed: int, **options: Any) -> StackedBlocks:
    """A stack as the table of models asks for it: with the joint machine and the trees, unless told otherwise."""
    options = {"joint": True, "interplay": True} | options
    return StackedBlocks(options.pop("blocks"), kind=kind, balance=balance, random_state=seed, **options)
