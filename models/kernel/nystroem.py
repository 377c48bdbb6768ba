"""One-vs-rest on an approximated kernel, for more rows than a Gram matrix can serve."""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import numpy as np
from joblib import Parallel, delayed
from scipy.optimize import minimize
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.kernel_approximation import Nystroem
from sklearn.svm import LinearSVC
from sklearn.utils.validation import check_is_fitted, validate_data

from ..balance.strategies import TrainingReport
from .binaries import costs_of_targets
from .gram import gamma_value
from .targets import binary_targets, check_weight, labels_of_scores

__all__ = ["NystroemSVC", "solve_primal"]

LOSSES = ("hinge", "squared_hinge")
BLOCK = 4096  # rows per product


class NystroemSVC(ClassifierMixin, BaseEstimator):
    """Linear one-vs-rest support vector classifiers on scikit-learn's Nyström map of the kernel.

    Memory grows with n * n_components instead of n * n. What it costs in macro F1 against the exact
    `SharedKernelSVC` is measured by `benchmarks/bench_ovr_svm.py`.

    Parameters
    ----------
    n_components : int
        Rows drawn as landmarks; at most n are used.
    C, gamma, class_weight
        As in `SharedKernelSVC`.
    loss : {"hinge", "squared_hinge"}
        The hinge is the exact machine's loss; liblinear solves it label by label, with 16 bytes a value. The squared
        hinge is solved for all labels at once by matrix products (`solve_primal`), in the memory of the mapped rows.
    tol : float
    max_iter : int
        As in `sklearn.svm.LinearSVC`; for the squared hinge, as in `solve_primal`.
    random_state : int
        Seed of the landmarks and of the solver.
    n_jobs : int, optional
        Threads over labels.

    Attributes
    ----------
    map_ : Nystroem
    coef_ : float64 array (L, n_components)
    intercept_ : float64 array (L,)
    classes_, multilabel_, gamma_, constant_labels_, n_iter_, n_features_in_, feature_names_in_
        As in `SharedKernelSVC`.

    References
    ----------
    Williams, Seeger (2001), Using the Nyström method to speed up kernel machines.

    Examples
    --------
    >>> X = np.arange(8.0)[:, None]
    >>> NystroemSVC(4, C=10.0).fit(X, X[:, 0] > 3).predict([[0.0], [7.0]])
    array([False,  True])
    """

    def __init__(
        self,
        n_components: int = 500,
        *,
        C: float = 1.0,
        gamma: float | str = "scale",
        class_weight: str | Mapping[Any, float] | Sequence[Mapping[int, float]] | None = None,
        loss: str = "hinge",
        tol: float = 1e-3,
        max_iter: int = 10_000,
        random_state: int = 0,
        n_jobs: int | None = None,
    ):
        self.n_components = n_components
        self.C = C
        self.gamma = gamma
        self.class_weight = class_weight
        self.loss = loss
        self.tol = tol
        self.max_iter = max_iter
        self.random_state = random_state
        self.n_jobs = n_jobs

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    def fit(self, X, y, sample_weight=None):
        """Draw landmarks, map all rows, fit all labels.

        Parameters
        ----------
        X : array (n, d), dense
        y : array (n,) of classes, or indicator array (n, L)
        sample_weight : array (n,), optional

        Returns
        -------
        self
        """
        if self.loss not in LOSSES:
            raise ValueError(f"loss: expected one of {', '.join(LOSSES)}, got {self.loss!r}")
        X, y = cast(Any, validate_data(self, X, y, multi_output=True, dtype=[np.float64, np.float32]))
        Y, self.classes_, self.multilabel_ = binary_targets(y)
        weight = check_weight(sample_weight, Y, self.multilabel_)
        costs = costs_of_targets(Y, self.classes_, self.multilabel_, self.C, self.class_weight, weight)
        self.gamma_ = gamma_value(self.gamma, X)
        self.map_ = Nystroem(
            gamma=self.gamma_,
            n_components=min(self.n_components, len(X)),
            random_state=self.random_state,
        )
        mapped = self.map_.fit_transform(X)
        constant = np.array([column.min() == column.max() for column in Y.T])
        self.constant_labels_ = np.flatnonzero(constant)
        self.coef_ = np.zeros((Y.shape[1], mapped.shape[1]))
        self.intercept_ = Y[0].astype(np.float64)

        labels = np.flatnonzero(~constant)
        self.n_iter_ = np.zeros(Y.shape[1], np.int64)
        if self.loss == "squared_hinge":
            found = solve_primal(mapped, Y[:, labels], costs[:, labels], tol=self.tol, max_iter=self.max_iter)
            self.coef_[labels], self.intercept_[labels], self.n_iter_[labels], reached = found
            if not reached:
                warnings.warn(f"the solver stopped before the tolerance, after {found[2]} steps", ConvergenceWarning)
        else:
            self._solve_hinge(mapped, Y, costs, labels)
        if constant.any():
            always = ", ".join(f"{k} (always {int(Y[0, k])})" for k in self.constant_labels_)
            text = f"labels with one class only in the training rows get a constant decision value: {always}"
            warnings.warn(text, TrainingReport)
        return self

    def _solve_hinge(self, mapped: np.ndarray, Y: np.ndarray, costs: np.ndarray, labels: np.ndarray) -> None:
        def solve(label: int) -> LinearSVC:
            model = LinearSVC(
                loss="hinge",
                dual=True,  # pyright: ignore[reportArgumentType]
                tol=self.tol,
                max_iter=self.max_iter,
                random_state=self.random_state,
            )
            return model.fit(mapped, Y[:, label], sample_weight=costs[:, label])

        models: Any = Parallel(self.n_jobs, require="sharedmem")(delayed(solve)(label) for label in labels)
        for label, model in zip(labels, models, strict=True):
            self.n_iter_[label] = model.n_iter_
            self.coef_[label], self.intercept_[label] = model.coef_[0], model.intercept_[0]

    def decision_function(self, X) -> np.ndarray:
        """Return the signed distance from each label's boundary: float64 (n, L), or (n,) for two classes."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=[np.float64, np.float32])
        scores = self.map_.transform(X) @ self.coef_.T + self.intercept_
        return scores if self.multilabel_ or scores.shape[1] > 1 else scores[:, 0]

    def predict(self, X) -> np.ndarray:
        """Return labels (n, L) whose decision value is positive, or the class (n,) with the largest."""
        return labels_of_scores(self.decision_function(X), self.classes_, self.multilabel_)


def _blocks(n: int) -> Iterator[slice]:
    return (slice(start, min(start + BLOCK, n)) for start in range(0, n, BLOCK))


def solve_primal(
    Z: np.ndarray, Y: np.ndarray, costs: np.ndarray, *, tol: float = 1e-3, max_iter: int = 1000
) -> tuple[np.ndarray, np.ndarray, int, bool]:
    """Minimise half the squared weights plus the costs of the squared hinge losses, for every label.

    The labels share every pass over the rows, so a pass is two matrix products, and nothing is copied: liblinear
    writes 16 bytes a value for each label it fits. Weights and intercept are penalised alike, as in liblinear.

    Parameters
    ----------
    Z : float32 or float64 array (n, m)
    Y : bool array (n, L)
    costs : float64 array (n, L)
    tol : float
        Largest slope that counts as zero, as a share of the largest at the start.
    max_iter : int

    Returns
    -------
    float64 array (L, m)
        Weights.
    float64 array (L,)
        Intercepts.
    int
        Passes over the rows' gradient.
    bool
        Whether the tolerance was reached.

    References
    ----------
    Chapelle (2007), Training a Support Vector Machine in the Primal.

    Examples
    --------
    >>> Z = np.array([[-1.0], [1.0]])
    >>> weights, intercept, _, reached = solve_primal(Z, Z > 0, np.full((2, 1), 100.0), tol=1e-9)
    >>> weights.round(2).tolist(), abs(intercept.round(2)).tolist(), reached
    ([[1.0]], [0.0], True)
    """
    n, m, labels = len(Z), Z.shape[1], Y.shape[1]
    signs = np.where(Y, 1.0, -1.0)

    def slope(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(m + 1, labels)
        value, gradient = 0.5 * float(flat @ flat), weights.copy()
        light = weights[:m].astype(Z.dtype)
        for rows in _blocks(n):
            block = Z[rows]
            short = np.maximum(1 - signs[rows] * (block @ light + weights[m]), 0)
            pull = costs[rows] * short
            value += float(np.einsum("ij,ij->", pull, short))
            pull *= -2 * signs[rows]
            gradient[:m] += block.T @ pull.astype(Z.dtype)
            gradient[m] += pull.sum(axis=0)
        return value, gradient.ravel()

    start = np.zeros((m + 1) * labels)
    largest = float(np.abs(slope(start)[1]).max(initial=0))
    options = {"maxiter": max_iter, "maxfun": 2 * max_iter, "gtol": tol * largest, "ftol": tol / 100, "maxcor": 20}
    found = minimize(slope, start, jac=True, method="L-BFGS-B", options=options)
    weights = found.x.reshape(m + 1, labels)
    return np.ascontiguousarray(weights[:m].T), weights[m].copy(), int(found.nit), bool(found.success)
