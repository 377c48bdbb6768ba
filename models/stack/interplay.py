"""Boosted trees on the scores of all blocks: what one block's word means beside another's.

A regression adds up what the blocks say. Trees also learn that a plot like a war film's means something else beside the
keywords of a comedy. They are one more member of the stack, trusted by the regression as far as it helps.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..recipes import RECIPES
from .meta import BlockScores

INTERPLAY = "interplay"
# Small and cautious: scores are few and already tell nearly everything.
PARAMETERS = {
    "n_estimators": 60,
    "max_depth": 3,
    "learning_rate": 0.1,
    "subsample": 0.7,
    "colsample_bytree": 0.15,
    "min_child_weight": 5,
    "max_bin": 64,
    "reg_lambda": 5,
}


def interplay_trees(kind: str, *, seed: int, n_jobs: int) -> Any:
    """The trees, unfitted; `kind` as in `Recipe.build`."""
    return RECIPES["gbm"].build(kind, seed=seed, n_jobs=n_jobs, **PARAMETERS)


def side_by_side(scores: Mapping[str, BlockScores]) -> np.ndarray:
    """Log odds of all blocks, float32 of shape (n, blocks times labels).

    Examples
    --------
    >>> block = BlockScores(np.zeros((2, 3)), np.zeros(2, dtype=bool))
    >>> side_by_side({"a": block, "b": block}).shape
    (2, 6)
    """
    return np.hstack([block.scores for block in scores.values()]).astype(np.float32)


def lacks_all(scores: Mapping[str, BlockScores]) -> np.ndarray:
    """Which rows lack every block: bool (n,)."""
    return np.logical_and.reduce([block.absent for block in scores.values()])
