"""What a grid search over a shared kernel does on one fold, and the table it makes of all."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import rankdata

from .calibration import calibrate, calibration_folds
from .gram import gamma_value, gram_of_rows, scores_of_rows
from .svc import SharedKernelSVC

__all__ = ["KernelFold", "search_results"]


class KnownScores(SharedKernelSVC):
    """What scorers see: a model whose decision values for the rows at hand are known already."""

    def know(self, scores: np.ndarray, sigmoids: Callable[[], np.ndarray]) -> "KnownScores":
        """Take over decision values (n, L), and how to learn sigmoids should a scorer want probabilities."""
        self.scores_, self._learn = scores, sigmoids
        return self

    @property
    def sigmoids_(self) -> np.ndarray:  # type: ignore[override]
        return self._learn()

    def decision_function(self, X) -> np.ndarray:
        """Return what is known, whatever the rows."""
        return self._shape(self.scores_)


class KernelFold:
    """One fold of a search: scores any number of candidates that share a gamma from one Gram matrix.

    Parameters
    ----------
    template : SharedKernelSVC
        With `classes_` and `multilabel_`; candidates are its copies.
    distances : array (n, n)
        Squared, of all rows.
    X, Y, y, weight
        All rows, their boolean targets, their targets as given, and their weights or None.
    train, test : int or bool arrays
        Rows of the fold.
    """

    def __init__(
        self,
        template: SharedKernelSVC,
        distances: np.ndarray,
        X: np.ndarray,
        Y: np.ndarray,
        y: np.ndarray,
        weight: np.ndarray | None,
        train: np.ndarray,
        test: np.ndarray,
    ):
        self.template, self.distances, self.X, self.Y, self.y, self.weight = template, distances, X, Y, y, weight
        self.train, self.test = np.arange(len(X))[train], np.arange(len(X))[test]

    def score(
        self, candidates: Sequence[Mapping[str, Any]], scorer: Callable, *, train_score: bool = False
    ) -> tuple[list[dict[str, float]], np.ndarray, list[str]]:
        """Solve and score candidates of one gamma.

        Parameters
        ----------
        candidates : sequence of dict
            Parameters C, gamma and class_weight; gamma is the same in all.
        scorer : callable (estimator, X, y) -> float or dict of float
        train_score : bool
            Also score the training rows.

        Returns
        -------
        list of dict
            Per candidate `test_score` (or `test_NAME`), the same with `train_`, `fit_time` and `score_time`
            in seconds; time spent for all is split evenly.
        float64 array (candidates, test rows, L)
            Decision values.
        list of str
            What the user should know.
        """
        start = time.perf_counter()
        models = [self._model(candidate) for candidate in candidates]
        first, weight = models[0], None if self.weight is None else self.weight[self.train]
        Y = self.Y[self.train]
        gamma = gamma_value(first.gamma, self.X[self.train])
        gram = gram_of_rows(self.distances, self.train, gamma, memory_limit=first.memory_limit, n_jobs=first.n_jobs)
        solutions = first._solve(gram, Y, [model._costs(Y, weight) for model in models])
        del gram
        solved = time.perf_counter()
        parts = {"test": self.test, "train": self.train} if train_score else {"test": self.test}
        coef = np.hstack([solution.coef for solution in solutions])
        scores = {
            part: scores_of_rows(self.distances, rows, self.train, coef, gamma, n_jobs=first.n_jobs)
            for part, rows in parts.items()
        }
        shared = (time.perf_counter() - solved) / len(models)
        outcomes, notes, width = [], [], Y.shape[1]
        for k, (model, solution) in enumerate(zip(models, solutions, strict=True)):
            begun = time.perf_counter()
            outcome = {}
            for part, rows in parts.items():
                block = scores[part][:, k * width : (k + 1) * width]
                block += solution.intercept
                model.know(block, lambda model=model: self._sigmoids(model))
                value = scorer(model, self.X[rows], self.y[rows])
                value = value if isinstance(value, dict) else {"score": value}
                outcome |= {f"{part}_{name}": float(number) for name, number in value.items()}
            outcome["fit_time"] = (solved - start) / len(models)
            outcome["score_time"] = shared + time.perf_counter() - begun
            outcomes.append(outcome)
            if solution.timed_out.any():
                notes.append(f"{dict(candidates[k])}: max_iter reached before the tolerance")
        constant = np.flatnonzero(solutions[0].constant >= 0)
        if len(constant):
            notes.append(f"labels with one class only in the training rows: {', '.join(map(str, constant))}")
        blocks = scores["test"].reshape(len(self.test), len(models), width).transpose(1, 0, 2)
        return outcomes, blocks, notes

    def _model(self, candidate: Mapping[str, Any]) -> KnownScores:
        model = KnownScores(**self.template.get_params(deep=False)).set_params(**candidate)
        model.classes_, model.multilabel_ = self.template.classes_, self.template.multilabel_
        return model

    def _sigmoids(self, model: KnownScores) -> np.ndarray:
        """Learn the sigmoids within the training rows, as a fit on them would."""
        Y = self.Y[self.train]
        folds = calibration_folds(model.calibration_cv, Y, model.multilabel_, model.random_state)
        scores = model._out_of_fold(self.distances, self.X, self.Y, self.weight, folds, self.train)
        return calibrate(scores, Y, None if self.weight is None else self.weight[self.train])


def search_results(
    candidates: Sequence[Mapping[str, Any]], outcomes: Sequence[Sequence[Mapping[str, float]]]
) -> dict[str, Any]:
    """Return `cv_results_` as GridSearchCV writes it.

    Parameters
    ----------
    candidates : sequence of dict
    outcomes : per candidate, per fold, a dict as from `KernelFold.score`

    Returns
    -------
    dict of str to array, masked array or list

    Examples
    --------
    >>> folds = [{"fit_time": 1.0, "score_time": 1.0, "test_score": score} for score in (0.5, 0.7)]
    >>> results = search_results([{"C": 1}], [folds])
    >>> float(results["mean_test_score"][0]), int(results["rank_test_score"][0])
    (0.6, 1)
    """
    results: dict[str, Any] = {}
    tables = {name: np.array([[fold[name] for fold in row] for row in outcomes]) for name in outcomes[0][0]}
    for name in ("fit_time", "score_time"):
        table = tables.pop(name)
        results[f"mean_{name}"], results[f"std_{name}"] = table.mean(axis=1), table.std(axis=1)
    for name in sorted({name for candidate in candidates for name in candidate}):
        column = np.ma.masked_all(len(candidates), dtype=object)  # pyright: ignore[reportArgumentType]
        for k, candidate in enumerate(candidates):
            if name in candidate:
                column[k] = candidate[name]
        results[f"param_{name}"] = column
    results["params"] = [dict(candidate) for candidate in candidates]
    for name, table in tables.items():
        means = table.mean(axis=1)
        results |= {f"split{k}_{name}": table[:, k] for k in range(table.shape[1])}
        results |= {f"mean_{name}": means, f"std_{name}": table.std(axis=1)}
        if name.startswith("test_"):
            worst = np.nanmin(means) - 1 if np.isfinite(means).any() else 0.0
            ranks = rankdata(-np.nan_to_num(means, nan=worst), method="min")
            results[f"rank_{name}"] = ranks.astype(np.int32)
    return results
