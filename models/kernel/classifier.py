"""One-vs-rest RBF support vector machines with probabilities, the kernel shared by every label."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
import scipy.sparse as sp
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.validation import check_is_fitted

from ..balance.strategies import STRATEGIES, TrainingReport, report
from ..multilabel.inner_folds import inner_folds
from ..multilabel.per_label import check_indicator
from ..multilabel.search import Searched, inner_score
from .calibration import PlattMargins, seen_both
from .nystroem import NystroemSVC
from .search import SharedKernelSearchCV
from .storage import LANDMARKS, KernelPlan, plan_kernel
from .svc import SharedKernelSVC


class SharedKernelLabels(PlattMargins, ClassifierMixin, BaseEstimator):
    """`SharedKernelSVC` per label with balancing by name, and sigmoids on out-of-fold margins.

    Inner folds give every training row a margin from a machine that has not seen it; a logistic curve per label
    turns margins into probabilities (Platt 1999). The same scores serve `OutOfFold` for thresholds, so nothing is
    fitted twice. Labels with fewer than two rows of a class in the training rows go by the plain logistic
    function of the margin, with a note.

    Parameters
    ----------
    kind : {"multilabel", "single"}
    C : float
        Penalty, above 0.
    gamma : float or {"scale", "auto"}
    balance : str
        A weighing of `genrelab.models.balance.STRATEGIES`, for each label by itself. Samplers need a classifier
        per label; see `OneVsRest`.
    precision : {"float32", "float64"}
        Of the kernel's arithmetic; single precision halves the time and changes margins by less than the solver's
        tolerance.
    cv : int, or list of (train, test)
        Inner folds, which also serve `OutOfFold`.
    search : mapping of C and gamma to values, optional
        Choose among these on the inner folds, by `SharedKernelSearchCV`, in place of `C` and `gamma`.
    objective : str or None
        For the search, as in `genrelab.models.multilabel.search.inner_score`.
    memory, disk : float, bytes, optional
        What the square matrices of one fit may take, in memory or in mapped files. Where neither holds them, and past
        `storage.EXACT_ROWS` rows, the kernel is approximated by `NystroemSVC`, with a note; see `storage.plan_kernel`.
    random_state : int
    n_jobs : int

    Attributes
    ----------
    out_of_fold_scores_ : ndarray of float64, shape (n, L)
        Probabilities of the training rows, by machines that were not trained on them.
    thresholds_ : ndarray of float64, shape (L,)
        `multilabel` only: the probability at which each machine's margin changes sign, from which it says yes.
    notes_ : list of str
    search_ : Searched
        Where a search was asked for.

    Examples
    --------
    >>> X = np.linspace(-1, 1, 60).reshape(-1, 1)
    >>> Y = np.column_stack([X.ravel() > 0.3, X.ravel() < 0])
    >>> SharedKernelLabels(balance="balanced").fit(X, Y).predict(np.array([[-0.8], [0.8]])).tolist()
    [[0, 1], [1, 0]]
    """

    scores_out_of_fold = True

    def __init__(
        self,
        kind: str = "multilabel",
        *,
        C: float = 1.0,
        gamma: float | str = "scale",
        balance: str = "none",
        precision: str = "float32",
        cv: Any = 3,
        search: Mapping[str, Sequence[Any]] | None = None,
        objective: str | None = "f1",
        memory: float | None = None,
        disk: float | None = None,
        random_state: int = 0,
        n_jobs: int = 1,
    ):
        self.kind = kind
        self.C = C
        self.gamma = gamma
        self.balance = balance
        self.precision = precision
        self.cv = cv
        self.search = search
        self.objective = objective
        self.memory = memory
        self.disk = disk
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X, y, sample_weight: np.ndarray | None = None, groups: np.ndarray | None = None):
        """Fit machines and curves.

        Parameters
        ----------
        X : ndarray or sparse matrix of shape (n, p)
        y : ndarray of shape (n, L) with 0/1, or (n,) with classes
        sample_weight : ndarray of shape (n,), optional
        groups : ndarray of shape (n,), optional
            Rows of one group stay in one inner fold.

        Raises
        ------
        ValueError
            When `balance` is not a weighing, or a label matrix holds something else than 0 and 1.
        """
        if self.balance not in STRATEGIES or STRATEGIES[self.balance].sampler:
            known = ", ".join(name for name, one in STRATEGIES.items() if not one.sampler)
            raise ValueError(f"balance: expected one of {known}, found {self.balance!r}")
        if self.kind == "single":
            self.classes_, codes = np.unique(y, return_inverse=True)
            Y = np.eye(len(self.classes_), dtype=np.uint8)[codes]
        else:
            Y = check_indicator(y)
            self.classes_ = np.arange(Y.shape[1])
        X = _dense(X)
        folds = self.cv
        if isinstance(folds, int):
            folds = inner_folds(Y, folds, groups=groups, random_state=self.random_state)
        known = seen_both(Y, folds)
        plan = plan_kernel(len(X), itemsize=np.dtype(self.precision).itemsize, memory=self.memory, disk=self.disk)
        self.notes_ = [] if plan.sentence is None else [plan.sentence]
        margins = self._margins(plan, X, Y, folds, known, sample_weight)
        self._calibrate(margins, known, Y)
        if self.kind == "multilabel":
            # The machines' own decision: the calibrated probability of a title that lies on the margin.
            self.thresholds_ = self._probabilities(np.zeros((1, Y.shape[1])))[0]
        self.n_features_in_ = X.shape[1]
        report(self.notes_)
        return self

    def _margins(
        self, plan: KernelPlan, X: np.ndarray, Y: np.ndarray, folds: Any, known: np.ndarray, weight: Any
    ) -> np.ndarray:
        """Fit the machines that the plan chose; margins of the training rows by machines that have not seen them."""
        settings: dict[str, Any] = {
            "C": self.C,
            "gamma": self.gamma,
            "class_weight": STRATEGIES[self.balance].weights,
            "n_jobs": self.n_jobs,
        }
        with warnings.catch_warnings():
            # One note a label, whatever number of folds it came from.
            warnings.simplefilter("ignore", TrainingReport)
            if plan.place != "nystroem":
                limit = 0.0 if plan.place == "disk" else None
                warnings.filterwarnings("ignore", message=".*mapped file", category=UserWarning)  # the note says it
                self.machines_ = SharedKernelSVC(precision=self.precision, memory_limit=limit, **settings)
                if self.search is not None:
                    return self._search(X, Y, folds, known, weight)
                return _wide(self.machines_.out_of_fold_decision(X, _targets(Y), folds, weight, refit=True))
            if self.search is not None:
                self.notes_.append("the approximation is fitted with C and gamma as given: nothing was searched")
            settings |= {"loss": "squared_hinge", "random_state": self.random_state}
            self.machines_ = NystroemSVC(LANDMARKS, **settings)
            X = X.astype(self.precision, copy=False)
            margins = np.full(Y.shape, np.nan)
            for train, test in folds:
                part = None if weight is None else weight[train]
                fresh: Any = clone(self.machines_)
                margins[test] = _wide(fresh.fit(X[train], _targets(Y[train]), part).decision_function(X[test]))
            self.machines_.fit(X, _targets(Y), weight)
            return margins

    def decision_function(self, X) -> np.ndarray:
        """Margins: float64 of shape (n, L)."""
        check_is_fitted(self)
        return _wide(self.machines_.decision_function(_dense(X)))

    margins_of = decision_function

    def predict(self, X) -> np.ndarray:
        """Labels on the positive side of their machine (n, L), or the most probable class (n,)."""
        probabilities = self.predict_proba(X)
        if self.kind == "single":
            return self.classes_[probabilities.argmax(axis=1)]
        return (probabilities >= self.thresholds_).astype(np.uint8)

    def _search(self, X, Y, folds: list, known: np.ndarray, sample_weight: np.ndarray | None) -> np.ndarray:
        """Choose C and gamma; margins of the chosen machines, which are fitted on all rows."""
        codes = Y.argmax(axis=1) if self.kind == "single" else Y

        def pooled(_: np.ndarray, margins: np.ndarray) -> float:
            margins = _wide(margins)
            curves = np.array([self._curve(margins, known, Y, label) for label in range(Y.shape[1])])
            return inner_score(codes, expit(margins * curves[:, 0] + curves[:, 1]), self.objective)

        said = list(self.notes_)
        exact = cast(SharedKernelSVC, self.machines_)  # only these are searched
        search = SharedKernelSearchCV(exact, self.search or {}, cv=folds, pooled=pooled, n_jobs=self.n_jobs)
        search.fit(X, _targets(Y), sample_weight)
        self.notes_ = said
        scores = search.cv_results_["pooled_test_score"].tolist()
        self.search_ = Searched.best(list(zip(search.cv_results_["params"], scores, strict=True)))
        self.machines_ = search.best_estimator_
        return _wide(search.out_of_fold_decision_)


def _targets(Y: np.ndarray) -> np.ndarray:
    # scikit-learn takes a matrix of one column for classes that were written the wrong way.
    return Y[:, 0] if Y.shape[1] == 1 else Y


def _wide(margins: np.ndarray) -> np.ndarray:
    return margins.reshape(len(margins), -1)


def _dense(X) -> np.ndarray:
    return X.toarray() if sp.issparse(X) else np.asarray(X)
