"""Trivial rules: what a score is worth without looking at the title."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from .multilabel.per_label import check_indicator


class TrivialLabels(ClassifierMixin, BaseEstimator):
    """A multi-label rule that knows only how frequent the labels are among the training rows.

    | rule | predicts |
    |---|---|
    | `all_negative` | no label |
    | `all_positive` | every label |
    | `prior_random` | each label by a seeded draw with its training frequency |
    | `majority` | labels that more than half of the training rows have |
    | `most_frequent_set` | the most frequent combination of labels (ties: the first in training order) |

    The probability of a label is its training frequency for every row; `prior_random` ranks rows at random.

    Parameters
    ----------
    rule : str
    random_state : int

    Attributes
    ----------
    decides : bool
        True: `predict` does not follow from probabilities and a threshold.

    Examples
    --------
    >>> Y = np.array([[1, 0], [1, 0], [0, 1]])
    >>> TrivialLabels("majority").fit(np.zeros((3, 1)), Y).predict(np.zeros((1, 1))).tolist()
    [[1, 0]]
    """

    decides = True

    def __init__(self, rule: str = "majority", random_state: int = 0):
        self.rule = rule
        self.random_state = random_state

    def fit(self, X, y):
        """Count labels; raises ValueError for an unknown rule or a `y` that is no 0/1 matrix."""
        if self.rule not in MULTILABEL_RULES:
            raise ValueError(f"rule: expected one of {', '.join(MULTILABEL_RULES)}, found {self.rule!r}")
        Y = check_indicator(y)
        self.prior_ = Y.mean(axis=0)
        sets, first, counts = np.unique(Y, axis=0, return_index=True, return_counts=True)
        self.most_frequent_set_ = sets[np.lexsort((first, -counts))[0]]
        self.classes_ = np.arange(Y.shape[1])
        return self

    def predict_proba(self, X) -> np.ndarray:
        """Training frequencies, or random scores of that mean: float64 of shape (n, L)."""
        check_is_fitted(self)
        probabilities = np.tile(self.prior_, (X.shape[0], 1))
        if self.rule == "all_negative":
            return np.zeros_like(probabilities)
        if self.rule == "all_positive":
            return np.ones_like(probabilities)
        if self.rule == "prior_random":
            return self._drawn(X.shape[0]).astype(np.float64)
        return probabilities

    def predict(self, X) -> np.ndarray:
        """Labels by the rule: uint8 of shape (n, L)."""
        check_is_fitted(self)
        shape = (X.shape[0], len(self.prior_))
        if self.rule == "prior_random":
            return self._drawn(X.shape[0])
        if self.rule == "all_negative":
            return np.zeros(shape, dtype=np.uint8)
        if self.rule == "all_positive":
            return np.ones(shape, dtype=np.uint8)
        if self.rule == "majority":
            return np.tile((self.prior_ > 0.5).astype(np.uint8), (X.shape[0], 1))
        return np.tile(self.most_frequent_set_, (X.shape[0], 1))

    def _drawn(self, rows: int) -> np.ndarray:
        draws = np.random.default_rng(self.random_state).random((rows, len(self.prior_)))
        return (draws < self.prior_).astype(np.uint8)


class TrivialClass(ClassifierMixin, BaseEstimator):
    """A single-label rule that knows only how frequent the classes are among the training rows.

    | rule | predicts |
    |---|---|
    | `majority` | the most frequent class (ties: the first), with the training frequencies as probabilities |
    | `prior_random` | a class drawn, seeded, with the training frequencies |
    | `uniform` | a class drawn, seeded, each equally likely |

    Parameters
    ----------
    rule : str
    random_state : int

    Examples
    --------
    >>> rule = TrivialClass("majority").fit(np.zeros((3, 1)), np.array([2, 0, 2]))
    >>> rule.predict(np.zeros((1, 1))).tolist(), rule.predict_proba(np.zeros((1, 1))).round(2).tolist()
    ([2], [[0.33, 0.67]])
    """

    def __init__(self, rule: str = "majority", random_state: int = 0):
        self.rule = rule
        self.random_state = random_state

    def fit(self, X, y):
        """Count classes; raises ValueError for an unknown rule."""
        if self.rule not in SINGLE_RULES:
            raise ValueError(f"rule: expected one of {', '.join(SINGLE_RULES)}, found {self.rule!r}")
        self.classes_, counts = np.unique(y, return_counts=True)
        self.prior_ = counts / counts.sum()
        return self

    def predict_proba(self, X) -> np.ndarray:
        """Training frequencies for `majority`, else half for the drawn class and half as drawn from: shape (n, K)."""
        check_is_fitted(self)
        if self.rule == "majority":
            return np.tile(self.prior_, (X.shape[0], 1))
        count = len(self.classes_)
        chances = self.prior_ if self.rule == "prior_random" else np.full(count, 1 / count)
        drawn = np.random.default_rng(self.random_state).choice(count, size=X.shape[0], p=chances)
        # Certainty in a drawn class would make the log loss infinite; half is enough to be the most probable.
        return (np.eye(count)[drawn] + chances) / 2

    def predict(self, X) -> np.ndarray:
        """The most probable class of each row: shape (n,)."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]


MULTILABEL_RULES = ("all_negative", "all_positive", "prior_random", "majority", "most_frequent_set")
SINGLE_RULES = ("majority", "prior_random", "uniform")


class _Rule:
    """Builds one rule; a class and not a lambda so that it can be pickled and printed."""

    def __init__(self, kind: type, rule: str):
        self.kind, self.rule = kind, rule

    def __call__(self, random_state: int = 0):
        return self.kind(self.rule, random_state)


BASELINES: dict[str, dict[str, _Rule]] = {
    "multilabel": {rule: _Rule(TrivialLabels, rule) for rule in MULTILABEL_RULES},
    "single": {rule: _Rule(TrivialClass, rule) for rule in SINGLE_RULES},
}
