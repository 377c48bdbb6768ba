"""Trees on what all blocks say: a score means something else beside another one."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.ensemble import ExtraTreesClassifier

from ..multilabel.native import NativeLabels
from .meta import BlockScores, log_odds
from .scored_fit import fit_scored, member_probabilities

TREES, LEAST = 100, 15  # trees, and titles that a leaf holds at least
ROWS = 10_000  # titles that a tree is grown on at most


class ScoreTrees:
    """Extremely randomised trees on the log odds of every block and label, as one more member of a stack.

    A regression adds up what the blocks say. Trees can also learn that keywords of a comedy mean less where the plot
    speaks of a war. A block that a title lacks is known as such, and scored as the average of the training titles.

    Parameters
    ----------
    kind : {"multilabel", "single"}
    random_state : int

    Attributes
    ----------
    centre : dict of block to float64 (L,)
        Mean log odds of the training rows.
    forest : NativeLabels or ExtraTreesClassifier
        Fitted; reads float32 of shape (n, B L + B).

    References
    ----------
    Geurts, Ernst, Wehenkel (2006), Extremely Randomized Trees, Machine Learning 63.

    Examples
    --------
    >>> odds = np.where(np.arange(60)[:, np.newaxis] < 30, -1.0, 1.0)
    >>> scores = {"a": BlockScores(odds, np.zeros(60, dtype=bool))}
    >>> folds = [(np.arange(0, 60, 2), np.arange(1, 60, 2)), (np.arange(1, 60, 2), np.arange(0, 60, 2))]
    >>> trees = ScoreTrees("multilabel", 0)
    >>> found = trees.fit(scores, (odds > 0).astype(np.uint8), folds, 1)
    >>> bool(((found.scores > 0) == (odds > 0)).all())
    True
    """

    def __init__(self, kind: str, random_state: int):
        self.kind = kind
        self.random_state = random_state

    def fit(self, scores: Mapping[str, BlockScores], y: np.ndarray, folds: Sequence[tuple], width: int) -> BlockScores:
        """Grow the trees; returns what trees that have not seen a row say of it.

        Parameters
        ----------
        scores : mapping of block to BlockScores
            Of the training rows, by models that have not seen them.
        y : ndarray of shape (n, L) with 0/1, or (n,) with class codes 0…L-1
        folds : sequence of (train, test)
        width : int
            L.
        """
        self.width = width
        self.centre = {name: block.scores.mean(axis=0) for name, block in scores.items()}
        share = min(1.0, ROWS / len(y))
        settings: dict[str, Any] = {"min_samples_leaf": LEAST, "max_features": 0.3, "random_state": self.random_state}
        if share < 1:
            settings |= {"bootstrap": True, "max_samples": share}
        trees = ExtraTreesClassifier(TREES, **settings)
        several = self.kind == "multilabel"
        self.forest, found = fit_scored(
            NativeLabels(trees) if several else trees, self._rows(scores), y, folds, width=width
        )
        return BlockScores(log_odds(found), np.zeros(len(y), dtype=bool))

    def score(self, scores: Mapping[str, BlockScores]) -> BlockScores:
        """What the trees say of rows that the blocks have scored."""
        rows = self._rows(scores)
        return BlockScores(
            log_odds(member_probabilities(self.forest, rows, self.width)), np.zeros(len(rows), dtype=bool)
        )

    def _rows(self, scores: Mapping[str, BlockScores]) -> np.ndarray:
        said = [
            np.where(scores[name].absent[:, np.newaxis], centre, scores[name].scores)
            for name, centre in self.centre.items()
        ]
        return np.hstack([*said, *(scores[name].absent[:, np.newaxis] for name in self.centre)]).astype(np.float32)
