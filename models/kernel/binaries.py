"""Many labels, many costs, one Gram matrix: the binary problems of one-vs-rest, solved side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from joblib import Parallel, delayed
from sklearn.svm import SVC
from sklearn.utils import compute_class_weight

from ..balance.strategies import class_weights

__all__ = ["Solution", "costs_of_targets", "label_costs", "solve_labels"]

SCHEMES = ("balanced", "inverse", "log")


@dataclass(frozen=True)
class Solution:
    """The dual solution of all labels: row by label, and what happened on the way.

    `constant` is -1 where the label has both classes, else the class (0 or 1) that all its rows share; such
    a label has no coefficients and its class as intercept, as in scikit-learn's one-vs-rest.
    """

    coef: np.ndarray
    intercept: np.ndarray
    constant: np.ndarray
    n_iter: np.ndarray
    timed_out: np.ndarray


def _pair(weights: Mapping[Any, float], where: str) -> tuple[float, float]:
    unknown = set(weights) - {0, 1}
    if unknown:
        raise ValueError(f"class_weight{where}: expected the keys 0 and 1, found {sorted(map(str, unknown))}")
    return float(weights.get(0, 1.0)), float(weights.get(1, 1.0))


def label_costs(
    Y: np.ndarray,
    C: float,
    class_weight: str | Mapping[Any, float] | Sequence[Mapping[int, float]] | None = None,
    sample_weight: np.ndarray | None = None,
) -> np.ndarray:
    """Return the upper bound of each row's dual value in each label's problem.

    Parameters
    ----------
    Y : bool array (n, L)
    C : float, positive
    class_weight : "balanced", "inverse", "log", dict, list of dict, or None
        By word: per label, between rows with it and rows without it (formulas in `class_weights`). A dict
        gives the weights of 0 (without) and 1 (with) for all labels, a list one dict per label.
    sample_weight : float array (n,), optional

    Returns
    -------
    float64 array (n, L)

    Raises
    ------
    ValueError
        If class_weight is none of these.

    Examples
    --------
    >>> label_costs(np.array([[True], [False], [False], [False]]), 2.0, "balanced").ravel().round(3)
    array([4.   , 1.333, 1.333, 1.333])
    """
    n_labels = Y.shape[1]
    if isinstance(class_weight, str) and class_weight in SCHEMES:
        pairs = []
        for column in Y.T:
            present = np.unique(column)
            if len(present) < 2:
                pairs.append((1.0, 1.0))
            elif class_weight == "balanced":  # by scikit-learn itself, to the last bit
                pairs.append(tuple(compute_class_weight("balanced", classes=present, y=column)))
            else:
                weights = class_weights(column.astype(np.int64), class_weight)
                pairs.append((weights[0], weights[1]))
    elif class_weight is None:
        pairs = [(1.0, 1.0)] * n_labels
    elif isinstance(class_weight, Mapping):
        pairs = [_pair(class_weight, "")] * n_labels
    elif isinstance(class_weight, (list, tuple)) and len(class_weight) == n_labels:
        pairs = [_pair(weights, f"[{k}]") for k, weights in enumerate(class_weight)]
    else:
        raise ValueError(
            f"class_weight: expected one of {SCHEMES}, a dict, a list of {n_labels} dicts (one per label) or "
            f"None, found {class_weight!r}"
        )
    weights = np.array(pairs, dtype=np.float64)
    if not (np.isfinite(weights) & (weights >= 0)).all():
        raise ValueError(f"class_weight: expected finite weights of at least 0, found {class_weight!r}")
    weights *= C
    costs = np.where(Y, weights[:, 1], weights[:, 0])
    return costs if sample_weight is None else sample_weight[:, None] * costs


def costs_of_targets(
    Y: np.ndarray,
    classes: np.ndarray,
    multilabel: bool,
    C: float,
    class_weight: Any,
    sample_weight: np.ndarray | None,
) -> np.ndarray:
    """Return `label_costs`, where a dict of classes weighs the rows of single-label targets.

    Parameters
    ----------
    Y, classes, multilabel
        From `binary_targets`.
    C, class_weight, sample_weight
        As in `label_costs`; for single-label targets the keys of a dict are classes.

    Returns
    -------
    float64 array (n, L)

    Examples
    --------
    >>> costs_of_targets(np.array([[True], [False]]), np.array(["a", "b"]), False, 1.0, {"b": 3.0}, None)
    array([[3.],
           [1.]])
    """
    if multilabel or not isinstance(class_weight, Mapping):
        return label_costs(Y, C, class_weight, sample_weight)
    unknown = set(class_weight) - set(classes.tolist())
    if unknown:
        raise ValueError(f"class_weight: expected classes among {classes}, found {unknown}")
    of_class = np.array([float(class_weight.get(c, 1.0)) for c in classes.tolist()])
    if not (np.isfinite(of_class) & (of_class >= 0)).all():
        raise ValueError(f"class_weight: expected finite weights of at least 0, found {class_weight!r}")
    weight = of_class[Y[:, 0].astype(np.intp) if len(classes) == 2 else Y.argmax(axis=1)]
    return label_costs(Y, C, None, weight if sample_weight is None else weight * sample_weight)


def _by_libsvm(gram: np.ndarray, y: np.ndarray, cost: np.ndarray, tol: float, shrinking: bool, max_iter: int):
    model = SVC(kernel="precomputed", tol=tol, shrinking=shrinking, max_iter=max_iter, cache_size=1000)
    rows = np.flatnonzero(cost > 0)  # libsvm drops the others itself, but then numbers its support vectors anew
    model.fit(gram if len(rows) == len(y) else gram[np.ix_(rows, rows)], y[rows], sample_weight=cost[rows])
    coef = np.zeros(len(y))
    coef[rows[model.support_]] = model.dual_coef_[0]
    return coef, float(model.intercept_[0]), int(model.n_iter_[0]), bool(model.fit_status_)


def solve_labels(
    gram: np.ndarray,
    Y: np.ndarray,
    costs: Sequence[np.ndarray],
    *,
    tol: float = 1e-3,
    shrinking: bool = True,
    max_iter: int = -1,
    solver: str = "auto",
    n_jobs: int | None = None,
) -> list[Solution]:
    """Solve every label for every set of costs.

    Parameters
    ----------
    gram : float32 array (n, n)
        Shared by all problems, never copied (by libsvm's solver: once, in double precision).
    Y : bool array (n, L)
    costs : sequence of float64 arrays (n, L)
        One per setting of C and class weights; rows of cost 0 do not take part.
    tol, shrinking, max_iter
        As in `sklearn.svm.SVC`.
    solver : "auto", "numba" or "libsvm"
        "auto" takes numba if it is installed. Both follow the same path to the same answer.
    n_jobs : int, optional
        Threads.

    Returns
    -------
    list of Solution, one per element of `costs`

    Raises
    ------
    ImportError
        If `solver` is "numba" and numba is not installed.

    Examples
    --------
    >>> gram = np.array([[1, 0.5], [0.5, 1]], dtype="float32")
    >>> Y = np.array([[False, True], [True, True]])
    >>> [solution] = solve_labels(gram, Y, [label_costs(Y, 9.0)], solver="libsvm")
    >>> solution.coef.tolist(), solution.constant.tolist()
    ([[-2.0, 0.0], [2.0, 0.0]], [-1, 1])
    """
    from .smo import COMPILED, solve_label

    if solver == "numba" and not COMPILED:
        raise ImportError('solver "numba" needs the package numba; install it, or use solver="libsvm"')
    native = solver == "numba" or (solver == "auto" and COMPILED)
    if not native:
        gram = np.asarray(gram, dtype=np.float64)
    n, n_labels = Y.shape

    def solve(y: np.ndarray, cost: np.ndarray):
        if not native:
            return _by_libsvm(gram, y.astype(np.int64), cost, tol, shrinking, max_iter)
        part = cost > 0
        order = np.concatenate([np.flatnonzero(~y & part), np.flatnonzero(y & part)])
        return solve_label(gram, order, np.where(y, -1.0, 1.0), cost, float(tol), bool(shrinking), int(max_iter))

    jobs, places, solutions = [], [], []
    for cost in costs:
        counts = ((Y & (cost > 0)).sum(axis=0), (~Y & (cost > 0)).sum(axis=0))
        constant = np.where(counts[0] == 0, 0, np.where(counts[1] == 0, 1, -1))
        solution = Solution(
            np.zeros((n, n_labels)),
            np.where(constant == 1, 1.0, 0.0),
            constant,
            np.zeros(n_labels, np.int64),
            np.zeros(n_labels, bool),
        )
        for label in np.flatnonzero(constant == -1):
            jobs.append(delayed(solve)(np.ascontiguousarray(Y[:, label]), np.ascontiguousarray(cost[:, label])))
            places.append((solution, label))
        solutions.append(solution)
    answers = cast(list[tuple], Parallel(n_jobs, require="sharedmem")(jobs))
    for (solution, label), answer in zip(places, answers, strict=True):
        solution.coef[:, label], solution.intercept[label] = answer[0], answer[1]
        solution.n_iter[label], solution.timed_out[label] = answer[2], answer[3]
    return solutions
