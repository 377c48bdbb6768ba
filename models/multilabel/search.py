"""Choose a model's parameters on folds inside the training rows, so that no tested title takes part in the choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin
from sklearn.metrics import f1_score
from sklearn.utils.validation import check_is_fitted

from ..stack.scored_fit import fit_scored
from .inner_folds import inner_folds
from .out_of_fold import thresholds_from


@dataclass(frozen=True)
class Searched:
    """What a search inside the training rows chose.

    Parameters
    ----------
    parameters : dict
        Of the chosen candidate.
    score : float
        Its macro F1 on training rows that it was not fitted on. The best of several noisy scores: it promises more
        than the tested titles will show.
    tried : list of (parameters, score)
        All candidates, in the order of the grid.
    """

    parameters: dict[str, Any]
    score: float
    tried: list[tuple[dict[str, Any], float]] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The chosen parameters as tables show them.

        Examples
        --------
        >>> Searched({"C": 1.0, "gamma": "scale"}, 0.5).words
        'C=1.0, gamma=scale'
        """
        return ", ".join(f"{name}={value}" for name, value in self.parameters.items())

    @classmethod
    def best(cls, tried: Sequence[tuple[Mapping[str, Any], float]]) -> "Searched":
        """The candidate with the highest score, the first of equals.

        Examples
        --------
        >>> Searched.best([({"C": 1}, 0.4), ({"C": 10}, 0.5), ({"C": 100}, 0.5)]).parameters
        {'C': 10}
        """
        place = int(np.argmax([score for _, score in tried]))
        return cls(dict(tried[place][0]), float(tried[place][1]), [(dict(one), float(score)) for one, score in tried])


def inner_score(y: np.ndarray, scores: np.ndarray, objective: str | None = "f1") -> float:
    """Macro F1 of scores of rows that the model was not fitted on: what candidates are compared by.

    Parameters
    ----------
    y : ndarray of shape (n, L) with 0/1, or (n,) with class codes
    scores : ndarray of shape (n, L)
    objective : str or None
        Thresholds of label matrices are chosen on these very scores, as the fitted model will choose them; None cuts
        at 0.5.

    Returns
    -------
    float
        0 to 1; over the classes that occur, where there is one class a title.

    Examples
    --------
    >>> inner_score(np.array([[0], [1]]), np.array([[0.1], [0.2]])), inner_score(np.array([0, 1]), np.eye(2))
    (1.0, 1.0)
    """
    y = np.asarray(y)
    if y.ndim == 1:
        present = np.unique(y)
        return float(f1_score(y, scores.argmax(axis=1), labels=present, average="macro", zero_division=0))  # pyright: ignore[reportArgumentType]
    thresholds = 0.5 if objective is None else thresholds_from(y, scores, objective)
    return float(f1_score(y, scores >= thresholds, average="macro", zero_division=0))  # pyright: ignore[reportArgumentType]


class NestedSearch(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """A classifier that chooses its parameters on inner folds of the rows it is fitted on.

    Every candidate scores every training row by a clone that was not fitted on it; the best by `inner_score` is fitted
    on all rows. Its scores are kept for `OutOfFold`, which chooses thresholds on them without another fit.

    Parameters
    ----------
    candidates : sequence of (parameters, classifier)
        At least one.
    cv : int, or list of (train, test)
        Inner folds; groups are kept whole.
    objective : str or None
        As in `inner_score`.
    random_state : int

    Attributes
    ----------
    estimator_ : fitted classifier
    search_ : Searched
    out_of_fold_scores_ : ndarray of float64, shape (n, L)
    classes_ : ndarray

    References
    ----------
    Varma, Simon (2006), Bias in error estimation when using cross-validation for model selection, BMC Bioinformatics 7.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> X, y = np.arange(40.0).reshape(-1, 1), np.arange(40) // 10 % 2
    >>> candidates = [({"n_neighbors": k}, KNeighborsClassifier(k)) for k in (3, 25)]
    >>> NestedSearch(candidates).fit(X, y).search_.parameters
    {'n_neighbors': 3}
    """

    scores_out_of_fold = True

    def __init__(
        self,
        candidates: Sequence[tuple[Mapping[str, Any], Any]],
        *,
        cv: Any = 3,
        objective: str | None = "f1",
        random_state: int = 0,
    ):
        self.candidates = candidates
        self.cv = cv
        self.objective = objective
        self.random_state = random_state

    def fit(self, X, y, groups: np.ndarray | None = None):
        """Score every candidate on the inner folds and fit the best on all rows.

        Parameters
        ----------
        X : ndarray or sparse matrix of shape (n, p)
        y : ndarray of shape (n, L) with 0/1, or (n,) with classes
        groups : ndarray of shape (n,), optional
            Rows of one group stay on one side of every inner fold.

        Raises
        ------
        ValueError
            Without a candidate, or when the folds cannot be made.
        """
        if not len(self.candidates):
            raise ValueError("candidates: expected at least one, got none")
        y = np.asarray(y)
        self.classes_, codes = (np.arange(y.shape[1]), y) if y.ndim == 2 else np.unique(y, return_inverse=True)
        width = len(self.classes_)
        folds = self.cv
        if isinstance(folds, int):
            folds = inner_folds(codes, folds, groups=groups, random_state=self.random_state)
        tried: list[tuple[Mapping[str, Any], float]] = []
        for parameters, candidate in self.candidates:
            fitted, scores = fit_scored(candidate, X, codes, folds, width=width, groups=groups)
            score = inner_score(codes, scores, self.objective)
            if not tried or score > max(earlier for _, earlier in tried):  # only the best is kept in memory
                self.estimator_, self.out_of_fold_scores_ = fitted, scores
            tried.append((parameters, score))
        self.search_ = Searched.best(tried)
        self.notes_ = list(getattr(self.estimator_, "notes_", ()))
        self.n_features_in_ = X.shape[1]
        return self

    def predict_proba(self, X) -> np.ndarray:
        """Probabilities of the chosen candidate: float64 of shape (n, L)."""
        check_is_fitted(self)
        return np.asarray(self.estimator_.predict_proba(X), dtype=np.float64)

    def predict(self, X) -> np.ndarray:
        """Labels of the chosen candidate (n, L), or the most probable class (n,)."""
        check_is_fitted(self)
        found = np.asarray(self.estimator_.predict(X))
        return found if found.ndim == 2 else self.classes_[found.astype(int)]
