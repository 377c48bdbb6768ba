"""The one-vs-rest support vector machine whose labels share one Gram matrix."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from numbers import Integral, Real
from typing import Any, cast

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, validate_data

from ..balance.strategies import TrainingReport
from .binaries import Solution, costs_of_targets, solve_labels
from .calibration import calibrate, calibrated, calibration_folds
from .distances import keeping_distances
from .gram import gamma_value, gram_matrix, gram_of_rows, kernel_scores, scores_of_rows, squared_distances
from .targets import binary_targets, check_weight, labels_of_scores

__all__ = ["SharedKernelSVC"]

ABSENT = -1e9  # decision value of a class that has no training rows, below all others


class SharedKernelSVC(ClassifierMixin, BaseEstimator):
    """One-vs-rest support vector classifier with the radial basis kernel, computed once for all labels.

    The same answer as `OneVsRestClassifier(SVC(kernel="rbf"))`: not only the same optimum, but libsvm's own
    path to its tolerance, so decision values agree to about 1e-12. The Gram matrix costs n * n * 4 bytes.

    Parameters
    ----------
    C : float, positive
    gamma : float, "scale" or "auto"
        As in `sklearn.svm.SVC`.
    class_weight : None, "balanced", "inverse", "log", dict or list of dict
        By word: per label, between rows with it and rows without it (`genrelab.models.balance.class_weights`).
        For indicator targets a dict holds the weights of 0 and 1 for all labels, a list one dict per label;
        for single-label targets a dict holds the weight of each class's rows.
    precision : "float64" or "float32"
        Type of the kernel's arithmetic. The Gram matrix is stored in single precision either way, as libsvm's
        cache is. "float32" computes it about twice as fast; on 2,048 columns kernel values are then off by less
        than 2e-6, and decision values of 3,500 rows differed by up to 5e-4, within the tolerance of 1e-3, because
        the solver takes another path to it.
    tol, shrinking, max_iter
        As in `sklearn.svm.SVC`.
    probability : bool
        Learn a sigmoid per label from out-of-fold scores, for `predict_proba`; fits `calibration_cv` times more,
        on the same distances.
    calibration_cv : int, splitter or iterable
        Folds for it; an int means shuffled folds, stratified for single-label targets.
    solver : "auto", "numba" or "libsvm"
        "auto" takes the compiled solver if numba is installed, else libsvm with a precomputed kernel: the same
        path and answer, two to ten times slower.
    memory_limit : float, bytes, optional
        Square matrices beyond it go to a mapped file, with a warning that names the size and the
        alternatives. Half of the machine's memory by default.
    random_state : int
        Seed of the calibration folds.
    n_jobs : int, optional
        Threads over labels and over blocks of the Gram matrix.

    Attributes
    ----------
    classes_ : array (L,)
        Class names; for indicator targets the label numbers.
    support_ : int array (m,)
        Rows that support at least one label.
    support_vectors_ : array (m, d)
    dual_coef_ : float64 array (m, L)
    intercept_ : float64 array (L,)
    n_support_, n_iter_ : int arrays (L,)
    gamma_ : float
    constant_labels_ : int array
        Columns with one class only; their decision value is that class, 0 or 1, as in scikit-learn.
    multilabel_ : bool
    sigmoids_ : float64 array (L, 2)
        Slope and offset per label, if `probability`.
    n_features_in_, feature_names_in_

    References
    ----------
    Chang, Lin (2011), LIBSVM: a library for support vector machines, ACM TIST 2(3), 27.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [2.0], [3.0]])
    >>> Y = np.array([[0, 1], [0, 0], [1, 0], [1, 0]])
    >>> SharedKernelSVC(C=10.0, solver="libsvm").fit(X, Y).predict([[0.1], [2.9]])
    array([[0, 1],
           [1, 0]])
    """

    n_features_in_: int
    feature_names_in_: np.ndarray

    def __init__(
        self,
        C: float = 1.0,
        *,
        gamma: float | str = "scale",
        class_weight: str | Mapping[Any, float] | Sequence[Mapping[int, float]] | None = None,
        precision: str = "float64",
        tol: float = 1e-3,
        shrinking: bool = True,
        max_iter: int = -1,
        probability: bool = False,
        calibration_cv: Any = 3,
        solver: str = "auto",
        memory_limit: float | None = None,
        random_state: int = 0,
        n_jobs: int | None = None,
    ):
        self.C = C
        self.gamma = gamma
        self.class_weight = class_weight
        self.precision = precision
        self.tol = tol
        self.shrinking = shrinking
        self.max_iter = max_iter
        self.probability = probability
        self.calibration_cv = calibration_cv
        self.solver = solver
        self.memory_limit = memory_limit
        self.random_state = random_state
        self.n_jobs = n_jobs

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    def fit(self, X, y, sample_weight=None):
        """Fit all labels.

        Parameters
        ----------
        X : array (n, d), dense
        y : array (n,) of classes, or indicator array (n, L)
        sample_weight : array (n,), optional
            At least 0; multiplies C row by row.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter or the input is not as described.
        MemoryError
            If neither memory nor disk can hold the Gram matrix; the message gives estimate and alternatives.
        """
        X, Y, weight = self._check_fit(X, y, sample_weight)
        if self.probability or keeping_distances():
            distances = squared_distances(X, memory_limit=self.memory_limit, n_jobs=self.n_jobs)
            return self._fit_distances(distances, X, Y, weight)
        gamma = gamma_value(self.gamma, X)
        gram = gram_matrix(X, gamma, memory_limit=self.memory_limit, n_jobs=self.n_jobs)
        self._keep(X, gamma, self._solve(gram, Y, [self._costs(Y, weight)])[0])
        return self

    def out_of_fold_decision(
        self, X, y, folds: Iterable[tuple[np.ndarray, np.ndarray]], sample_weight=None, *, refit: bool = False
    ) -> np.ndarray:
        """Return each row's decision values from the model that did not see it, all from one distance matrix.

        Parameters
        ----------
        X, y, sample_weight
            As in `fit`.
        folds : iterable of (training rows, test rows)
        refit : bool
            Also fit on all rows, from the same distances; otherwise this object stays unfitted.

        Returns
        -------
        float64 array, shaped as from `decision_function`
            NaN for rows in no test fold; of a row in several the last counts.

        Examples
        --------
        >>> X, y = np.array([[0.0], [0.1], [2.0], [2.1]]), np.array([0, 0, 1, 1])
        >>> folds = [([0, 2], [1, 3]), ([1, 3], [0, 2])]
        >>> SharedKernelSVC(solver="libsvm").out_of_fold_decision(X, y, folds) > 0
        array([False, False,  True,  True])
        """
        model = self if refit else type(self)(**self.get_params(deep=False))
        X, Y, weight = model._check_fit(X, y, sample_weight)
        distances = squared_distances(X, memory_limit=self.memory_limit, n_jobs=self.n_jobs)
        scores = model._out_of_fold(distances, X, Y, weight, folds)
        if refit:
            model._fit_distances(distances, X, Y, weight)
        return model._shape(scores)

    def decision_function(self, X) -> np.ndarray:
        """Return the signed distance from each label's boundary, in the label's own units.

        Parameters
        ----------
        X : array (n, d)

        Returns
        -------
        float64 array (n, L), or (n,) for two classes
        """
        check_is_fitted(self)
        checked = validate_data(self, X, reset=False, dtype=[np.float64, np.float32])
        X = self._cast(cast(np.ndarray, checked))
        vectors = self._cast(self.support_vectors_)
        scores = kernel_scores(X, vectors, self.dual_coef_, self.gamma_, n_jobs=self.n_jobs)
        return self._shape(scores + self.intercept_)

    def predict(self, X) -> np.ndarray:
        """Return labels whose decision value is positive, or the class with the largest.

        Parameters
        ----------
        X : array (n, d)

        Returns
        -------
        int array (n, L) of 0 and 1, or array (n,) of classes
        """
        return labels_of_scores(self.decision_function(X), self.classes_, self.multilabel_)

    @available_if(lambda self: self.probability)
    def predict_proba(self, X) -> np.ndarray:
        """Return each label's probability by its sigmoid.

        Parameters
        ----------
        X : array (n, d)

        Returns
        -------
        float64 array (n, L)
            Independent per label for indicator targets; rows sum to 1 for single-label ones.
        """
        scores = self.decision_function(X)
        positive = calibrated(scores.reshape(len(scores), -1), self.sigmoids_)
        if self.multilabel_:
            return positive
        if positive.shape[1] == 1:
            return np.hstack([1 - positive, positive])
        total = positive.sum(axis=1, keepdims=True)
        return np.where(total > 0, positive / np.where(total > 0, total, 1), 1 / positive.shape[1])

    # What follows is shared with SharedKernelSearchCV.

    def _check_fit(self, X, y, sample_weight) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Validate everything; return X in the kernel's precision, the boolean targets and the weights."""
        for name, kind, low in (("C", Real, 0), ("tol", Real, 0), ("max_iter", Integral, -2)):
            value = getattr(self, name)
            number = isinstance(value, kind) and not isinstance(value, bool)
            if not (number and cast(float, value) > low):
                raise ValueError(f"{name}: expected a number above {low}, found {value!r}")
        for name, options in (("precision", ("float64", "float32")), ("solver", ("auto", "numba", "libsvm"))):
            if getattr(self, name) not in options:
                raise ValueError(f"{name}: expected one of {options}, found {getattr(self, name)!r}")
        checked = validate_data(self, X, y, multi_output=True, dtype=[np.float64, np.float32])
        X, y = cast(tuple[np.ndarray, np.ndarray], checked)
        Y, self.classes_, self.multilabel_ = binary_targets(y)
        sample_weight = check_weight(sample_weight, Y, self.multilabel_)
        self._dtype = X.dtype
        return self._cast(X), Y, sample_weight

    def _cast(self, X: np.ndarray) -> np.ndarray:
        return np.ascontiguousarray(X, dtype=self.precision)

    def _shape(self, scores: np.ndarray) -> np.ndarray:
        return scores if self.multilabel_ or scores.shape[1] > 1 else scores[:, 0]

    def _costs(self, Y: np.ndarray, weight: np.ndarray | None) -> np.ndarray:
        return costs_of_targets(Y, self.classes_, self.multilabel_, self.C, self.class_weight, weight)

    def _solve(self, gram: np.ndarray, Y: np.ndarray, costs: list[np.ndarray]) -> list[Solution]:
        solutions = solve_labels(
            gram,
            Y,
            costs,
            tol=self.tol,
            shrinking=self.shrinking,
            max_iter=self.max_iter,
            solver=self.solver,
            n_jobs=self.n_jobs,
        )
        if not self.multilabel_ and Y.shape[1] > 1:
            for solution in solutions:  # a class without rows must not win by being constant
                solution.intercept[solution.constant == 0] = ABSENT
        return solutions

    def _out_of_fold(self, distances, X, Y, weight, folds, rows=None) -> np.ndarray:
        """Return out-of-fold decision values for `rows` of the distances; folds count within them."""
        rows = np.arange(len(X)) if rows is None else rows
        scores = np.full((len(rows), Y.shape[1]), np.nan)
        for train, test in folds:
            train, test = np.arange(len(rows))[train], np.arange(len(rows))[test]
            inner = rows[train]
            gamma = gamma_value(self.gamma, X[inner])
            gram = gram_of_rows(distances, inner, gamma, memory_limit=self.memory_limit, n_jobs=self.n_jobs)
            part = None if weight is None else weight[inner]
            [solution] = self._solve(gram, Y[inner], [self._costs(Y[inner], part)])
            block = scores_of_rows(distances, rows[test], inner, solution.coef, gamma, n_jobs=self.n_jobs)
            scores[test] = block + solution.intercept
        return scores

    def _fit_distances(self, distances, X, Y, weight) -> "SharedKernelSVC":
        """Fit from distances, with the sigmoids if wanted."""
        gamma = gamma_value(self.gamma, X)
        gram = gram_of_rows(distances, np.arange(len(X)), gamma, memory_limit=self.memory_limit, n_jobs=self.n_jobs)
        self._keep(X, gamma, self._solve(gram, Y, [self._costs(Y, weight)])[0])
        del gram
        if self.probability:
            folds = calibration_folds(self.calibration_cv, Y, self.multilabel_, self.random_state)
            scores = self._out_of_fold(distances, X, Y, weight, folds)
            self.sigmoids_ = calibrate(scores, Y, weight)
        return self

    def _keep(self, X: np.ndarray, gamma: float, solution: Solution) -> None:
        """Keep the support vectors of all labels, and report what the user must know."""
        self.gamma_ = gamma
        self.support_ = np.flatnonzero((solution.coef != 0).any(axis=1))
        self.support_vectors_ = X[self.support_].astype(self._dtype, copy=False)
        self.dual_coef_ = solution.coef[self.support_]
        self.intercept_ = solution.intercept
        self.n_support_ = np.count_nonzero(solution.coef, axis=0)
        self.n_iter_ = solution.n_iter
        self.constant_labels_ = np.flatnonzero(solution.constant >= 0)
        if len(self.constant_labels_):
            found = ", ".join(f"{k} (always {solution.constant[k]})" for k in self.constant_labels_)
            text = f"labels with one class only in the training rows get a constant decision value: {found}"
            warnings.warn(text, TrainingReport, stacklevel=3)
        if solution.timed_out.any():
            text = f"{solution.timed_out.sum()} labels reached max_iter={self.max_iter} before the tolerance"
            warnings.warn(text, ConvergenceWarning, stacklevel=3)
