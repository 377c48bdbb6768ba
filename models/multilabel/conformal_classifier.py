"""A multi-label classifier that answers with lists which miss few true labels."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin
from sklearn.utils.validation import check_is_fitted

from ..stack.scored_fit import fit_scored
from .conformal import ConformalSets
from .inner_folds import inner_folds
from .per_label import allows_nan, check_indicator, check_rows


class ConformalClassifier(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """Lists of labels that miss at most the share `risk` of a row's true labels on average.

    The training rows are split into `cv` folds; a clone trained on the others scores each, and `ConformalSets` takes
    its thresholds from these scores. Then the classifier is fitted on all rows. The promise of `ConformalSets` is for
    the scores of the clones; the classifier that answers has seen more rows than they had, which usually makes its
    scores a little better, but is not covered by the proof.

    Parameters
    ----------
    estimator : multi-label classifier with `predict_proba`
    risk : float
        Share of true labels that may be missing, between 0 and 1.
    scope : {"title", "genre"}
        Whether the promise is for the mean over rows, or for each label over the rows that have it.
    cv : int
        Inner folds, at least 2.
    random_state : int

    Attributes
    ----------
    estimator_ : fitted classifier
    sets_ : ConformalSets
    thresholds_ : ndarray of float64, shape (L,)
        A label is listed when its probability reaches this; -inf lists it always.
    classes_ : ndarray of int64, shape (L,)

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from genrelab.models.multilabel.per_label import OneVsRest
    >>> X = np.linspace(0, 1, 40).reshape(-1, 1)
    >>> Y = np.column_stack([X.ravel() > 0.8, X.ravel() < 0.5])
    >>> ConformalClassifier(OneVsRest(LogisticRegression()), risk=0.1).fit(X, Y).predict([[0.1], [0.95]]).tolist()
    [[0, 1], [1, 0]]
    """

    def __init__(self, estimator, risk: float = 0.1, scope: str = "title", *, cv: int = 3, random_state: int = 0):
        self.estimator = estimator
        self.risk = risk
        self.scope = scope
        self.cv = cv
        self.random_state = random_state

    def fit(self, X, y, groups: np.ndarray | None = None):
        """Choose thresholds on inner folds, then fit on all rows.

        Parameters
        ----------
        X : ndarray or sparse matrix of shape (n, p)
        y : ndarray of shape (n, L)
            0/1.
        groups : ndarray of shape (n,), optional
            Rows of one group stay on one side of every inner fold.

        Raises
        ------
        ValueError
            When `y` is no 0/1 matrix, or a parameter is out of range.
        """
        X = check_rows(self, X, reset=True, allow_nan=allows_nan(self.estimator))
        Y = check_indicator(y)
        sets = ConformalSets(self.risk, self.scope)
        folds = inner_folds(Y, self.cv, groups=groups, random_state=self.random_state)
        self.estimator_, scores = fit_scored(self.estimator, X, Y, folds, width=Y.shape[1], groups=groups)
        self.sets_ = sets.fit(scores, Y)
        self.thresholds_ = self.sets_.thresholds_
        self.classes_ = np.arange(Y.shape[1])
        return self

    def predict_proba(self, X) -> np.ndarray:
        """Probability of each label, as the classifier says it: float64 of shape (n, L)."""
        check_is_fitted(self)
        X = check_rows(self, X, allow_nan=allows_nan(self.estimator))
        return np.asarray(self.estimator_.predict_proba(X), dtype=np.float64)

    def predict(self, X) -> np.ndarray:
        """The lists: uint8 of shape (n, L), 1 where the label is listed."""
        probabilities = self.predict_proba(X)
        return self.sets_.predict(probabilities)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        tags.input_tags.sparse = True
        tags.target_tags.multi_output, tags.target_tags.single_output = True, False
        tags.input_tags.allow_nan = allows_nan(self.estimator)
        return tags
