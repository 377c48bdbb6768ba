"""One-vs-rest on an approximated kernel, for more rows than a Gram matrix can serve."""

import warnings
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.kernel_approximation import Nystroem
from sklearn.svm import LinearSVC
from sklearn.utils.validation import check_is_fitted, validate_data

from ..balance.strategies import TrainingReport
from .binaries import costs_of_targets
from .gram import gamma_value
from .targets import binary_targets, check_weight, labels_of_scores

__all__ = ["NystroemSVC"]


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
    tol : float
    max_iter : int
        As in `sklearn.svm.LinearSVC`, whose loss is the hinge, as in the exact machine.
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
        tol: float = 1e-3,
        max_iter: int = 10_000,
        random_state: int = 0,
        n_jobs: int | None = None,
    ):
        self.n_components = n_components
        self.C = C
        self.gamma = gamma
        self.class_weight = class_weight
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
        checked = validate_data(self, X, y, multi_output=True, dtype=[np.float64, np.float32])
        X, y = cast(tuple[np.ndarray, np.ndarray], checked)
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

        def solve(label: int) -> LinearSVC:
            model = LinearSVC(
                loss="hinge",
                dual=True,  # pyright: ignore[reportArgumentType]
                tol=self.tol,
                max_iter=self.max_iter,
                random_state=self.random_state,
            )
            return model.fit(mapped, Y[:, label], sample_weight=costs[:, label])

        labels = np.flatnonzero(~constant)
        solved = Parallel(self.n_jobs, require="sharedmem")(delayed(solve)(label) for label in labels)
        models = cast(list[LinearSVC], solved)
        self.n_iter_ = np.zeros(Y.shape[1], np.int64)
        for label, model in zip(labels, models, strict=True):
            self.n_iter_[label] = model.n_iter_
            self.coef_[label], self.intercept_[label] = model.coef_[0], np.ravel(model.intercept_)[0]
        if constant.any():
            found = ", ".join(f"{k} (always {int(Y[0, k])})" for k in self.constant_labels_)
            text = f"labels with one class only in the training rows get a constant decision value: {found}"
            warnings.warn(text, TrainingReport)
        return self

    def decision_function(self, X) -> np.ndarray:
        """Return the signed distance from each label's boundary: float64 (n, L), or (n,) for two classes."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=[np.float64, np.float32])
        scores = self.map_.transform(X) @ self.coef_.T + self.intercept_
        return scores if self.multilabel_ or scores.shape[1] > 1 else scores[:, 0]

    def predict(self, X) -> np.ndarray:
        """Return labels (n, L) whose decision value is positive, or the class (n,) with the largest."""
        return labels_of_scores(self.decision_function(X), self.classes_, self.multilabel_)
