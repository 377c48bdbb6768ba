"""Thresholds and calibration from scores of rows that the model was not trained on."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted

from ..stack.scored_fit import fit_scored
from .inner_folds import inner_folds
from .per_label import allows_nan, check_indicator, check_rows
from .thresholds import choose_thresholds, expected_f1_threshold

CALIBRATIONS = (None, "sigmoid", "isotonic")


class OutOfFold(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """A multi-label classifier whose thresholds, and calibration if asked for, come from inner folds.

    The training rows are split into `cv` folds; a clone trained on the others scores each. These scores, of rows
    never trained on, choose a threshold and fit a calibrator per label. Then the classifier is fitted on all rows.
    A classifier that makes such scores while it fits (a stack does, and the shared-kernel machine) is given the
    folds and fitted once.

    Parameters
    ----------
    estimator : multi-label classifier with `predict_proba`
    cv : int
        Inner folds, at least 2.
    objective : str
        One of `genrelab.models.multilabel.thresholds.OBJECTIVES`.
    level : float in (0, 1]
        Precision or recall that the objective asks for; `f1` needs none.
    calibrate : {None, "sigmoid", "isotonic"}
        Turn scores into probabilities per label, by Platt's logistic curve or by a monotone step function. Labels
        with fewer than 10 rows of one class keep their scores.
    smooth : bool
        For `f1`: take the threshold of the highest expected F1 by a logistic curve through the out-of-fold scores
        (`thresholds.expected_f1_threshold`), not of the F1 that happened. Labels with fewer than
        10 rows of one class, or whose scores do not rise with the label, go without.
    random_state : int

    Attributes
    ----------
    estimator_ : fitted classifier
    thresholds_ : ndarray of float64, shape (L,)
    calibrators_ : list of L calibrators or None
    classes_ : ndarray of int64, shape (L,)

    References
    ----------
    Platt (1999), Probabilistic Outputs for Support Vector Machines. Zadrozny, Elkan (2002), Transforming Classifier
    Scores into Accurate Multiclass Probability Estimates.

    Examples
    --------
    >>> from genrelab.models.multilabel.per_label import OneVsRest
    >>> X = np.linspace(0, 1, 40).reshape(-1, 1)
    >>> Y = np.column_stack([X.ravel() > 0.8, X.ravel() < 0.5])
    >>> model = OutOfFold(OneVsRest(LogisticRegression()), cv=4).fit(X, Y)
    >>> model.predict([[0.1], [0.95]]).tolist()
    [[0, 1], [1, 0]]
    """

    def __init__(
        self,
        estimator,
        cv: int = 3,
        objective: str = "f1",
        *,
        level: float = 0.5,
        calibrate: str | None = None,
        smooth: bool = True,
        random_state: int = 0,
    ):
        self.estimator = estimator
        self.cv = cv
        self.objective = objective
        self.level = level
        self.calibrate = calibrate
        self.smooth = smooth
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
        if self.calibrate not in CALIBRATIONS:
            raise ValueError(f"calibrate: expected None, 'sigmoid' or 'isotonic', found {self.calibrate!r}")
        X = check_rows(self, X, reset=True, allow_nan=allows_nan(self.estimator))
        Y = check_indicator(y)
        folds = inner_folds(Y, self.cv, groups=groups, random_state=self.random_state)
        self.estimator_, scores = fit_scored(self.estimator, X, Y, folds, width=Y.shape[1], groups=groups)
        self.calibrators_ = [
            None if self.calibrate is None else _calibrator(self.calibrate, Y[:, label], scores[:, label])
            for label in range(Y.shape[1])
        ]
        scores = self._calibrated(scores)
        self.thresholds_ = thresholds_from(Y, scores, self.objective, self.level, smooth=self.smooth)
        self.classes_ = np.arange(Y.shape[1])
        return self

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        tags.input_tags.sparse = True
        tags.target_tags.multi_output, tags.target_tags.single_output = True, False
        tags.input_tags.allow_nan = allows_nan(self.estimator)
        return tags

    def predict_proba(self, X) -> np.ndarray:
        """Probability of each label, calibrated if asked for: float64 of shape (n, L)."""
        check_is_fitted(self)
        X = check_rows(self, X, allow_nan=allows_nan(self.estimator))
        return self._calibrated(np.asarray(self.estimator_.predict_proba(X), dtype=np.float64))

    def predict(self, X) -> np.ndarray:
        """Labels whose probability reaches their threshold: uint8 of shape (n, L)."""
        return (self.predict_proba(X) >= self.thresholds_).astype(np.uint8)

    def _calibrated(self, scores: np.ndarray) -> np.ndarray:
        columns = [
            scores[:, label] if calibrator is None else calibrator(scores[:, label])
            for label, calibrator in enumerate(self.calibrators_)
        ]
        return np.column_stack(columns)


def thresholds_from(
    Y: np.ndarray, scores: np.ndarray, objective: str = "f1", level: float = 0.5, *, smooth: bool = True
) -> np.ndarray:
    """Choose a threshold per label on scores of rows that were not trained on.

    Parameters
    ----------
    Y : ndarray of shape (n, L)
        0/1.
    scores : ndarray of shape (n, L)
    objective, level
        As in `choose_thresholds`.
    smooth : bool
        For `f1`, take the threshold of the largest expected F1 under a sigmoid fitted to the scores, where there is
        enough to fit one: the best of few noisy F1 values is a lucky one.

    Returns
    -------
    ndarray of float64, shape (L,)
    """
    found = choose_thresholds(Y, scores, objective, level)
    if smooth and objective == "f1":
        for label in range(Y.shape[1]):
            curve = _calibrator("sigmoid", Y[:, label], scores[:, label])
            if isinstance(curve, _Sigmoid) and curve.rises:
                found[label] = expected_f1_threshold(curve(scores[:, label]), scores[:, label])
    return found


class _Sigmoid:
    def __init__(self, y: np.ndarray, scores: np.ndarray):
        self.curve = LogisticRegression(C=1e6).fit(_log_odds(scores), y)
        self.rises = bool(self.curve.coef_[0, 0] > 0)

    def __call__(self, scores: np.ndarray) -> np.ndarray:
        return self.curve.predict_proba(_log_odds(scores))[:, 1]


class _Isotonic:
    def __init__(self, y: np.ndarray, scores: np.ndarray):
        self.steps = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(scores, y)

    def __call__(self, scores: np.ndarray) -> np.ndarray:
        return self.steps.predict(scores)


def _log_odds(scores: np.ndarray) -> np.ndarray:
    clipped = np.clip(scores, 1e-6, 1 - 1e-6)
    return np.log(clipped / (1 - clipped)).reshape(-1, 1)


def _calibrator(kind: str, y: np.ndarray, scores: np.ndarray):
    if min(int(y.sum()), int((1 - y).sum())) < 10:
        return None
    return (_Sigmoid if kind == "sigmoid" else _Isotonic)(y, scores)
