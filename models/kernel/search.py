"""Grid search for `SharedKernelSVC`: one distance matrix, one Gram matrix per fold and gamma."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from sklearn.metrics import check_scoring
from sklearn.model_selection import BaseCrossValidator, ParameterGrid, check_cv
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, indexable

from ..balance.strategies import report
from ..multilabel.thresholds import choose_thresholds
from .fold import KernelFold, search_results
from .gram import squared_distances
from .svc import SharedKernelSVC

__all__ = ["SharedKernelSearchCV"]

SEARCHED = ("C", "gamma", "class_weight")


class SharedKernelSearchCV(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """Search C, gamma and class weights of a `SharedKernelSVC`, a drop-in for `GridSearchCV`.

    Distances are computed once for all rows, a Gram matrix once per fold and gamma, and one block of kernel
    values scores all C, class weights and labels of it. Fold scores and chosen parameters are those of
    `GridSearchCV`: every candidate is solved from the start, because a solver started from the neighbour's solution
    stops elsewhere within the tolerance. The distances take n * n * 8 bytes, the Gram matrix of a fold half
    of that.

    Parameters
    ----------
    estimator : SharedKernelSVC
    param_grid : dict of lists, or list of dicts
        Over C, gamma and class_weight.
    scoring, cv, refit, return_train_score
        As in `GridSearchCV`.
    thresholds : None or "f1"
        "f1": also choose a threshold per label on the best candidate's out-of-fold decision values, and let
        `predict` use it. Indicator targets only.
    pooled : callable (Y, decisions) -> float, optional
        Score of all rows' out-of-fold decision values at once, (n, L) beside the boolean targets; candidates are then
        compared by it, not by the mean over folds. A threshold chosen on few rows of a fold would count as skill.
    n_jobs : int, optional
        Threads over labels and candidates; the estimator's own `n_jobs` serves the refit.

    Attributes
    ----------
    cv_results_ : dict of arrays
        As in `GridSearchCV`; the times of work shared by several candidates are split evenly.
    best_estimator_, best_params_, best_index_, best_score_, scorer_, n_splits_, refit_time_, multimetric_
        As in `GridSearchCV`.
    out_of_fold_decision_ : float64 array (n, L)
        Decision values of the best candidate for each row from the fold that did not train on it.
    thresholds_ : float64 array (L,)
        On decision values; a value of at least the threshold means yes.
    classes_ : array (L,)

    Examples
    --------
    >>> X = np.arange(12.0)[:, None]
    >>> search = SharedKernelSearchCV(SharedKernelSVC(solver="libsvm"), {"C": [0.1, 10], "gamma": [0.1]}, cv=3)
    >>> search.fit(X, X[:, 0] > 5).best_params_
    {'C': 0.1, 'gamma': 0.1}
    """

    def __init__(
        self,
        estimator: SharedKernelSVC,
        param_grid: Mapping[str, Sequence] | Sequence[Mapping[str, Sequence]],
        *,
        scoring: Any = None,
        cv: Any = None,
        refit: bool | str | Callable = True,
        return_train_score: bool = False,
        thresholds: str | None = None,
        pooled: Callable[[np.ndarray, np.ndarray], float] | None = None,
        n_jobs: int | None = None,
    ):
        self.estimator = estimator
        self.param_grid = param_grid
        self.scoring = scoring
        self.cv = cv
        self.refit = refit
        self.return_train_score = return_train_score
        self.thresholds = thresholds
        self.pooled = pooled
        self.n_jobs = n_jobs

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

    def fit(self, X, y, sample_weight=None, *, groups=None):
        """Score every candidate on every fold, and refit the best.

        Parameters
        ----------
        X, y, sample_weight
            As in `SharedKernelSVC.fit`.
        groups : array (n,), optional
            For group-wise splitters.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the grid holds other parameters, or a setting is not as described.
        """
        candidates = self._candidates()
        X, y = cast(tuple[Any, Any], indexable(X, y))
        template = cast(SharedKernelSVC, clone(self.estimator))
        values, Y, weight = template._check_fit(X, y, sample_weight)
        if self.thresholds is not None and not (self.thresholds == "f1" and template.multilabel_):
            raise ValueError(f'thresholds: expected None, or "f1" with an indicator target; {self.thresholds!r}')
        self.scorer_ = cast(Callable, check_scoring(template, scoring=self.scoring))
        y = y.toarray() if sp.issparse(y) else np.asarray(y)
        splitter = cast(BaseCrossValidator, check_cv(self.cv, y, classifier=True))
        splits = list(splitter.split(X, y, groups))
        self.n_splits_ = len(splits)
        distances = squared_distances(values, memory_limit=template.memory_limit, n_jobs=self.n_jobs)

        template.n_jobs = self.n_jobs
        by_gamma: dict[str, list[int]] = {}
        for k, candidate in enumerate(candidates):
            by_gamma.setdefault(repr(candidate.get("gamma", template.gamma)), []).append(k)
        outcomes: list[list[dict[str, float]]] = [[{} for _ in splits] for _ in candidates]
        decisions = np.full((len(candidates), *Y.shape), np.nan)
        notes: list[str] = []
        for number, (train, test) in enumerate(splits):
            fold = KernelFold(template, distances, values, Y, y, weight, train, test)
            for group in by_gamma.values():
                found, block, said = fold.score(
                    [candidates[k] for k in group], self.scorer_, train_score=self.return_train_score
                )
                decisions[np.ix_(np.array(group), fold.test)] = block
                notes += [f"fold {number}: {note}" for note in said]
                for k, outcome in zip(group, found, strict=True):
                    outcomes[k][number] = outcome
        report(notes)
        self.cv_results_ = search_results(candidates, outcomes)
        self.classes_, self.multilabel_ = template.classes_, template.multilabel_
        self._choose(candidates)
        if self.pooled is not None:
            self.cv_results_["pooled_test_score"] = np.array([self.pooled(Y, found) for found in decisions])
            self.best_index_ = int(self.cv_results_["pooled_test_score"].argmax())
            self.best_params_ = candidates[self.best_index_]
            self.best_score_ = float(self.cv_results_["pooled_test_score"][self.best_index_])
        if hasattr(self, "best_index_"):
            self.out_of_fold_decision_ = template._shape(decisions[self.best_index_])
            if self.thresholds is not None:
                known = np.isfinite(decisions[self.best_index_]).all(axis=1)
                self.thresholds_ = choose_thresholds(
                    Y[known].astype(np.int64), decisions[self.best_index_][known], self.thresholds
                )
        if self.refit:
            start = time.perf_counter()
            best = cast(SharedKernelSVC, clone(self.estimator)).set_params(**self.best_params_)
            values, Y, weight = best._check_fit(X, y, sample_weight)
            self.best_estimator_ = best._fit_distances(distances, values, Y, weight)
            self.refit_time_ = time.perf_counter() - start
            self.n_features_in_ = best.n_features_in_
            if hasattr(best, "feature_names_in_"):
                self.feature_names_in_ = best.feature_names_in_
        return self

    def decision_function(self, X) -> np.ndarray:
        """Return the refitted best model's decision values, (n, L) or (n,)."""
        check_is_fitted(self, "best_estimator_")
        return self.best_estimator_.decision_function(X)

    def predict(self, X) -> np.ndarray:
        """Return the refitted best model's labels, by `thresholds_` if they were asked for."""
        check_is_fitted(self, "best_estimator_")
        if self.thresholds is None:
            return self.best_estimator_.predict(X)
        return (self.decision_function(X) >= self.thresholds_).astype(np.int64)

    @available_if(lambda self: self.estimator.probability)
    def predict_proba(self, X) -> np.ndarray:
        """Return the refitted best model's probabilities, (n, L)."""
        check_is_fitted(self, "best_estimator_")
        return self.best_estimator_.predict_proba(X)

    def score(self, X, y, sample_weight=None) -> float:
        """Return the score by which the best candidate was chosen, on new rows."""
        check_is_fitted(self, "best_estimator_")
        scorer: Any = self.scorer_
        if self.multimetric_:
            scorer = check_scoring(self.best_estimator_, scoring=self.refit)
        weights = {} if sample_weight is None else {"sample_weight": sample_weight}
        return scorer(self.best_estimator_, X, y, **weights)

    def _candidates(self) -> list[dict[str, Any]]:
        if not isinstance(self.estimator, SharedKernelSVC):
            raise ValueError(f"estimator: expected a SharedKernelSVC, found {type(self.estimator).__name__}")
        candidates = list(ParameterGrid(self.param_grid))
        other = {name for candidate in candidates for name in candidate} - set(SEARCHED)
        if other:
            raise ValueError(f"param_grid: expected {', '.join(SEARCHED)}, found {', '.join(sorted(other))}")
        return candidates

    def _choose(self, candidates: list[dict]) -> None:
        metrics = [name[len("rank_test_") :] for name in self.cv_results_ if name.startswith("rank_test_")]
        self.multimetric_ = metrics != ["score"]
        choose = self.refit
        if not isinstance(choose, (bool, str)):
            self.best_index_ = int(choose(self.cv_results_))
        elif self.multimetric_:
            if self.refit is not False and self.refit not in metrics:
                raise ValueError(f"refit: with several metrics expected one of {metrics}, found {self.refit!r}")
            if self.refit:
                self.best_index_ = int(self.cv_results_[f"rank_test_{self.refit}"].argmin())
        else:
            self.best_index_ = int(self.cv_results_["rank_test_score"].argmin())
        if hasattr(self, "best_index_"):
            self.best_params_ = candidates[self.best_index_]
            metric = self.refit if self.multimetric_ else "score"
            if not callable(metric):
                self.best_score_ = float(self.cv_results_[f"mean_test_{metric}"][self.best_index_])
