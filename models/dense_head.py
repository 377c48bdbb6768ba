"""Dense layers on top of features: the head of Angappan et al. (2017), in plain NumPy."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from scipy.special import expit, softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from .balance.strategies import STRATEGIES, class_weights, report
from .multilabel.per_label import check_indicator

FEWEST = 4  # rows from which some are set apart


class DenseHead(ClassifierMixin, BaseEstimator):
    """Dense ReLU layers with dropout and bounded weights, trained by momentum descent with early stopping.

    As in the study: layers 500-250-250-100, dropout 0.2, weights of a unit bounded to length 3, learning rate
    halved every 10 epochs, binary cross-entropy on sigmoids, early stop with patience 10. scikit-learn's
    `MLPClassifier` has none of dropout, bound, halving or a stop by loss, which is why this is our own. The study
    does not print batch size, momentum, first learning rate or the number of epochs; those are ours. With one class a
    title the output is a softmax instead.

    Parameters
    ----------
    hidden : sequence of int
        Units of each layer.
    dropout : float in [0, 1)
    max_norm : float
        Longest weight vector of a unit.
    learning_rate : float
        Of the first epochs.
    momentum : float in [0, 1)
    batch_size, max_epochs, patience : int
    validation : float in (0, 1)
        Share of the training rows that decide when to stop; the best epoch's weights are kept.
    balance : str
        A weighing of `genrelab.models.balance.STRATEGIES`, per label, for label matrices. Samplers work through
        `OneVsRest` only.
    random_state : int

    Attributes
    ----------
    epochs_ : int
        Epochs trained.
    losses_ : ndarray of float
        Validation loss of each epoch.
    notes_ : list of str
        What was done otherwise than asked for; also issued as `TrainingReport`.

    References
    ----------
    Srivastava et al. (2014), Dropout: A Simple Way to Prevent Neural Networks from Overfitting, JMLR 15.

    Examples
    --------
    >>> X = np.linspace(-1, 1, 200, dtype=np.float32).reshape(-1, 1)
    >>> model = DenseHead((8,), learning_rate=0.1, random_state=1).fit(X, np.column_stack([X > 0, X < -0.5]))
    >>> model.predict(np.array([[0.9], [-0.9]])).tolist()
    [[1, 0], [0, 1]]
    """

    def __init__(
        self,
        hidden: Sequence[int] = (500, 250, 250, 100),
        *,
        dropout: float = 0.2,
        max_norm: float = 3.0,
        learning_rate: float = 0.01,
        momentum: float = 0.9,
        batch_size: int = 64,
        max_epochs: int = 60,
        patience: int = 10,
        validation: float = 0.1,
        balance: str = "none",
        random_state: int = 0,
    ):
        self.hidden = hidden
        self.dropout = dropout
        self.max_norm = max_norm
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.patience = patience
        self.validation = validation
        self.balance = balance
        self.random_state = random_state

    def fit(self, X, y, sample_weight: np.ndarray | None = None):
        """Train.

        Parameters
        ----------
        X : ndarray or sparse matrix of shape (n, p)
        y : ndarray of shape (n, L) with 0/1, or (n,) with classes
        sample_weight : ndarray of shape (n,), optional

        Raises
        ------
        ValueError
            When `balance` is not a weighing.
        """
        targets, weights = self._targets(np.asarray(y), sample_weight)
        rows = X.shape[0]
        self.notes_ = []
        rng = np.random.default_rng(self.random_state)
        order = rng.permutation(rows)
        held = max(1, round(self.validation * rows))
        watch, train = np.sort(order[:held]), order[held:]
        if rows < FEWEST:
            watch, train = np.sort(order), order
            self.notes_.append(f"{rows} training rows are too few to set some apart: they themselves choose the epoch")
            report(self.notes_)
        widths = [X.shape[1], *self.hidden, targets.shape[1]]
        self.weights_ = [(rng.standard_normal((a, b)) * np.sqrt(2 / a)).astype(np.float32) for a, b in pairwise(widths)]
        self.biases_ = [np.zeros(b, dtype=np.float32) for b in widths[1:]]
        best, losses = (np.inf, self._state()), []
        speed = [np.zeros_like(w) for w in self._state()]
        watched = _dense(X, watch)
        for epoch in range(self.max_epochs):
            rate = np.float32(self.learning_rate * 0.5 ** (epoch // 10))
            shuffled = rng.permutation(train)
            for start in range(0, len(shuffled), self.batch_size):
                batch = shuffled[start : start + self.batch_size]
                self._step(_dense(X, batch), targets[batch], weights[batch], rate, speed, rng)
            loss = self._loss(self._outputs(watched), targets[watch], weights[watch])
            losses.append(loss)
            if loss < best[0]:
                best = (loss, [array.copy() for array in self._state()])
            elif len(losses) - 1 - int(np.argmin(losses)) >= self.patience:
                break
        half = len(self.weights_)
        self.weights_, self.biases_ = best[1][:half], best[1][half:]
        self.losses_, self.epochs_ = np.array(losses), len(losses)
        self.n_features_in_ = X.shape[1]
        return self

    def predict_proba(self, X) -> np.ndarray:
        """Independent probabilities of labels, or class probabilities: float64 of shape (n, L)."""
        check_is_fitted(self)
        outputs = self._outputs(_dense(X, slice(None))).astype(np.float64)
        return expit(outputs) if self.multilabel_ else softmax(outputs, axis=1)

    def predict(self, X) -> np.ndarray:
        """Labels of probability one half or more (n, L), or the most probable class (n,)."""
        probabilities = self.predict_proba(X)
        if self.multilabel_:
            return (probabilities >= 0.5).astype(np.uint8)
        return self.classes_[probabilities.argmax(axis=1)]

    def _targets(self, y: np.ndarray, sample_weight: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
        strategy = STRATEGIES.get(self.balance)
        if strategy is None or strategy.sampler:
            known = ", ".join(name for name, one in STRATEGIES.items() if not one.sampler)
            raise ValueError(f"balance: expected one of {known}, found {self.balance!r}")
        self.multilabel_ = y.ndim == 2
        if self.multilabel_:
            targets = check_indicator(y).astype(np.float32)
            self.classes_ = np.arange(targets.shape[1])
        else:
            self.classes_, codes = np.unique(y, return_inverse=True)
            targets = np.eye(len(self.classes_), dtype=np.float32)[codes]
        weights = np.ones_like(targets)
        if self.multilabel_ and strategy.weights:
            for label in range(targets.shape[1]):
                own = class_weights(targets[:, label], strategy.weights)
                weights[:, label] = [own[value] for value in targets[:, label].tolist()]
        if sample_weight is not None:
            weights *= np.asarray(sample_weight, dtype=np.float32)[:, np.newaxis]
        return targets, weights / weights.mean()

    def _step(self, X, targets, weights, rate, speed, rng) -> None:
        keep = np.float32(1 - self.dropout)
        layers = [X]
        for weight, bias in zip(self.weights_[:-1], self.biases_[:-1], strict=True):
            active = np.maximum(layers[-1] @ weight + bias, 0)
            layers.append(active * ((rng.random(active.shape, dtype=np.float32) < keep) / keep))
        outputs = layers[-1] @ self.weights_[-1] + self.biases_[-1]
        guess = expit(outputs) if self.multilabel_ else softmax(outputs, axis=1)
        error = (guess - targets) * weights / np.float32(len(X))
        slopes: list[np.ndarray] = []
        offsets: list[np.ndarray] = []
        for number in range(len(self.weights_) - 1, -1, -1):
            slopes.append(layers[number].T @ error)
            offsets.append(error.sum(axis=0))
            if number:
                error = (error @ self.weights_[number].T) * (layers[number] > 0) / keep
        for array, own, slope in zip(self._state(), speed, slopes[::-1] + offsets[::-1], strict=True):
            own *= np.float32(self.momentum)
            own -= rate * slope
            array += own
        for weight in self.weights_:
            length = np.sqrt(np.einsum("ij,ij->j", weight, weight))
            weight *= np.minimum(1, np.float32(self.max_norm) / np.maximum(length, 1e-12)).astype(np.float32)

    def _outputs(self, X: np.ndarray) -> np.ndarray:
        for weight, bias in zip(self.weights_[:-1], self.biases_[:-1], strict=True):
            X = np.maximum(X @ weight + bias, 0)
        return X @ self.weights_[-1] + self.biases_[-1]

    def _loss(self, outputs: np.ndarray, targets: np.ndarray, weights: np.ndarray) -> float:
        if self.multilabel_:
            each = np.logaddexp(0, outputs) - targets * outputs
        else:
            each = -targets * (outputs - np.logaddexp.reduce(outputs, axis=1, keepdims=True))
        return float((each * weights).sum(axis=1).mean())

    def _state(self) -> list[np.ndarray]:
        return [*self.weights_, *self.biases_]


def _dense(X, rows) -> np.ndarray:
    chosen = X[rows]
    return np.asarray(chosen.toarray() if sp.issparse(chosen) else chosen, dtype=np.float32)
