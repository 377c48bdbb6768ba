"""The second level of a stack: logistic regressions on the scores of the blocks."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression

CLIP = 1e-4


class BlockScores(NamedTuple):
    """Log odds of one block's model, float64 (n, L), and which rows lack the block, bool (n,)."""

    scores: np.ndarray
    absent: np.ndarray


def rows_of(scores: Mapping[str, BlockScores], rows: np.ndarray) -> dict[str, BlockScores]:
    """Some rows of every block; `rows` is a mask or positions."""
    return {name: BlockScores(block.scores[rows], block.absent[rows]) for name, block in scores.items()}


def have_only(scores: Mapping[str, BlockScores], names: Collection[str]) -> np.ndarray:
    """Which rows have all of these blocks and none of the others: bool (n,).

    Examples
    --------
    >>> lack = np.array([False, True])
    >>> scores = {"a": BlockScores(np.zeros((2, 1)), ~lack), "b": BlockScores(np.zeros((2, 1)), lack)}
    >>> have_only(scores, ["b"]).tolist()
    [True, False]
    """
    return np.logical_and.reduce([block.absent != (name in names) for name, block in scores.items()])


def log_odds(probabilities: np.ndarray) -> np.ndarray:
    """ln(p / (1 - p)), with probabilities kept between 0.0001 and 0.9999.

    Examples
    --------
    >>> log_odds(np.array([0.5, 0.0])).round(1).tolist()
    [0.0, -9.2]
    """
    clipped = np.clip(probabilities, CLIP, 1 - CLIP)
    return np.log(clipped / (1 - clipped))


class MetaClassifier:
    """Logistic regression on block scores, per label or multinomial.

    Inputs are the log odds of each block, centred per block and label, and a 0/1 column for each block that some
    training title lacks, so that a title without keywords is judged by what it has. A block that no training title
    lacks has no such column; where it is absent it adds nothing.

    Parameters
    ----------
    kind : {"multilabel", "single"}
    C : float
        Inverse penalty, above 0.
    others : float in [0, 1]
        Scale of the scores of other labels in the regression of a label: 0 leaves them out, 1 trusts them like the
        label's own. Its square divides their penalty, so 0.1 shrinks their weights a hundred times as much. One
        class a title has one regression for all, which uses every score.

    Examples
    --------
    >>> scores = {"a": BlockScores(np.array([[-2.0], [-1.0], [1.0], [2.0]]), np.zeros(4, dtype=bool))}
    >>> meta = MetaClassifier("multilabel", C=10.0).fit(scores, np.array([[0], [0], [1], [1]]), 1)
    >>> (meta.predict_proba(scores) > 0.5).ravel().tolist()
    [False, False, True, True]
    """

    def __init__(self, kind: str, *, C: float = 1.0, others: float = 0.1):
        self.kind = kind
        self.C = C
        self.others = others

    def fit(self, scores: Mapping[str, BlockScores], y: np.ndarray, width: int) -> "MetaClassifier":
        """Learn from the blocks' out-of-fold scores; `y` is (n, L) of 0/1, or (n,) of codes 0…L-1."""
        self.width = width
        self.lacking = [name for name, block in scores.items() if block.absent.any() and not block.absent.all()]
        self.centre = {name: block.scores.mean(axis=0) for name, block in scores.items()}
        Z, owner = self._inputs(scores)
        self.coef = np.zeros((width, Z.shape[1]))
        self.intercept = np.zeros(width)
        if self.kind == "single":
            present = np.unique(y)
            self.intercept[:] = -np.inf
            if len(present) == 1:
                self.intercept[present] = 0.0
                return self
            model = LogisticRegression(C=self.C, max_iter=2000).fit(Z, y)
            two = model.coef_.shape[0] == 1
            self.coef[present] = np.vstack([-model.coef_, model.coef_]) / 2 if two else model.coef_
            both = np.append(-model.intercept_, model.intercept_) / 2
            self.intercept[present] = both if two else model.intercept_
            return self
        for label in range(width):
            target = y[:, label]
            if target.min() == target.max():
                self.intercept[label] = np.inf if target[0] else -np.inf
                continue
            scale = np.where((owner < 0) | (owner == label), 1.0, self.others)
            use = scale > 0
            # Columns of unlike scales: Newton needs 10 steps where a quasi-Newton method needs a thousand.
            model = LogisticRegression(C=self.C, solver="newton-cholesky").fit(Z[:, use] * scale[use], target)
            self.coef[label, use] = model.coef_[0] * scale[use]
            self.intercept[label] = model.intercept_[0]
        return self

    def cross_fit(
        self, scores: Mapping[str, BlockScores], y: np.ndarray, folds: Sequence[tuple], width: int
    ) -> np.ndarray:
        """Probabilities of every row from a regression not trained on it: float64 of shape (n, L)."""
        found = np.full((len(y), width), np.nan)
        for train, test in folds:
            one = MetaClassifier(self.kind, C=self.C, others=self.others)
            one.fit(rows_of(scores, train), y[train], width)
            found[test] = one.predict_proba(rows_of(scores, test))
        return found

    def predict_proba(self, scores: Mapping[str, BlockScores]) -> np.ndarray:
        """Probabilities, float64 of shape (n, L)."""
        total = self._inputs(scores)[0] @ self.coef.T + self.intercept
        return softmax(total, axis=1) if self.kind == "single" else expit(total)

    def contributions(self, scores: Mapping[str, BlockScores]) -> dict[str, np.ndarray]:
        """What each block adds to the logit: float64 (n, L) per block; `intercept` is what is there without."""
        parts, start = {}, 0
        for name, block in scores.items():
            own = slice(start, start + self.width)
            parts[name] = self._centred(name, block) @ self.coef[:, own].T
            start += self.width
        for name in self.lacking:
            parts[name] += np.outer(scores[name].absent, self.coef[:, start])
            start += 1
        rows = len(next(iter(scores.values())).absent)
        return parts | {"intercept": np.tile(self.intercept, (rows, 1))}

    def _inputs(self, scores: Mapping[str, BlockScores]) -> tuple[np.ndarray, np.ndarray]:
        columns = [self._centred(name, block) for name, block in scores.items()]
        columns += [scores[name].absent[:, np.newaxis].astype(np.float64) for name in self.lacking]
        owner = np.concatenate([np.tile(np.arange(self.width), len(scores)), np.full(len(self.lacking), -1)])
        return np.hstack(columns), owner

    def _centred(self, name: str, block: BlockScores) -> np.ndarray:
        centred = block.scores - self.centre[name]
        return centred if name in self.lacking else np.where(block.absent[:, np.newaxis], 0.0, centred)
