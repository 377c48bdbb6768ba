"""Why a title got its genres: contributions of feature blocks that add up to the score."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, issparse

from ...features.families import parse_spec, reads_posters
from ..encode.encoder import encoder_blocks, table_blocks
from .explainable import Explainable

METHOD = "exact Shapley values over feature blocks, against background titles"
MOST_BLOCKS = 12
_ROWS = 4096


@dataclass(frozen=True)
class Explanation:
    """Contributions of feature blocks to the scores of one title.

    Parameters
    ----------
    base : Series
        Mean score of the background titles per label.
    score : Series
        The title's score per label.
    contributions : DataFrame
        Blocks by labels; each column sums to score minus base.
    method : str
    """

    base: pd.Series
    score: pd.Series
    contributions: pd.DataFrame
    method: str = METHOD

    def shares(self, label: str) -> pd.Series:
        """Share of each block in all that moved the score, up or down: absolute contributions over their sum."""
        size = self.contributions[label].abs()
        total = size.sum()
        return (size / total if total > 0 else size).sort_values(ascending=False, kind="stable")

    def in_words(self, label: str) -> str:
        """One line, such as `Horror 0.81 (others 0.07): keywords 62 % up, poster 23 % up, metadata 15 % down`.

        Examples
        --------
        >>> parts = pd.DataFrame({"War": [0.3, -0.1]}, index=["keywords", "poster"])
        >>> Explanation(pd.Series({"War": 0.1}), pd.Series({"War": 0.3}), parts).in_words("War")
        'War 0.30 (background 0.10): keywords 75 % up, poster 25 % down'
        """
        shares = self.shares(label)
        parts = [
            f"{block} {share:.0%} {'up' if self.contributions[label][block] >= 0 else 'down'}".replace("%", " %")
            for block, share in zip(shares.index, shares, strict=True)
        ]
        return f"{label} {self.score[label]:.2f} (background {self.base[label]:.2f}): {', '.join(parts)}"


def block_contributions(
    score: Callable[[Any], np.ndarray],
    row: Any,
    background: Any,
    blocks: Mapping[str, slice | np.ndarray],
    labels: Sequence[str],
) -> Explanation:
    """Exact Shapley values of blocks of columns.

    The value of a set of blocks is the mean score of the background rows with these blocks replaced by the title's;
    a block's contribution is its mean gain over all orders of adding blocks (Shapley 1953; interventional
    conditioning as in Janzing, Minorics, Bloebaum 2020, "Feature relevance quantification in explainable AI").
    With m blocks 2^m sets are scored, so contributions are exact and add up, whatever the model.

    Parameters
    ----------
    score : callable
        An encoded matrix of n rows to scores of shape (n, L), such as `classifier.predict_proba`.
    row : array or sparse matrix of shape (1, p)
        The encoded title.
    background : array or sparse matrix of shape (b, p)
        Encoded titles to compare with: 20 to 100 of the training titles, say.
    blocks : mapping of name to columns
        As `encode.encoder.encoder_blocks` gives them; at most 12. Columns in no block stay the background's.
    labels : L names

    Returns
    -------
    Explanation

    Raises
    ------
    ValueError
        Without blocks or background, or with more than 12 blocks.

    Examples
    --------
    >>> def linear(X):
    ...     return X @ np.array([[1.0], [2.0], [4.0]])
    >>> found = block_contributions(linear, np.ones((1, 3)), np.zeros((2, 3)), {"a": [0, 1], "b": [2]}, ["War"])
    >>> found.contributions["War"].round(6).to_dict(), float(found.score["War"])
    ({'a': 3.0, 'b': 4.0}, 7.0)
    """
    names = list(blocks)
    if not 1 <= len(names) <= MOST_BLOCKS:
        raise ValueError(f"blocks: expected 1 to {MOST_BLOCKS}, found {len(names)}; merge some (see merge_blocks)")
    sparse = issparse(row)
    one, others = _dense(row), _dense(background)
    if one.shape[0] != 1 or not len(others) or one.shape[1] != others.shape[1]:
        raise ValueError(
            f"expected one row and a background of as many columns, found shapes {one.shape} and {others.shape}"
        )
    coalitions = [frozenset(chosen) for size in range(len(names) + 1) for chosen in combinations(names, size)]
    value: dict[frozenset, np.ndarray] = {}
    step = max(1, _ROWS // len(others))
    for start in range(0, len(coalitions), step):
        part = coalitions[start : start + step]
        rows = np.tile(others, (len(part), 1))
        for place, coalition in enumerate(part):
            own = rows[place * len(others) : (place + 1) * len(others)]
            for name in coalition:
                own[:, blocks[name]] = one[:, blocks[name]]
        scores = np.asarray(score(csr_array(rows) if sparse else rows), dtype=np.float64)
        for coalition, mean in zip(part, scores.reshape(len(part), len(others), -1).mean(axis=1), strict=True):
            value[coalition] = mean
    count = len(names)
    contributions = np.zeros((count, len(labels)))
    for place, name in enumerate(names):
        for coalition in coalitions:
            if name not in coalition:
                weight = factorial(len(coalition)) * factorial(count - len(coalition) - 1) / factorial(count)
                contributions[place] += weight * (value[coalition | {name}] - value[coalition])
    return Explanation(
        pd.Series(value[frozenset()], index=list(labels)),
        pd.Series(value[frozenset(names)], index=list(labels)),
        pd.DataFrame(contributions, index=names, columns=list(labels)),
    )


def merge_blocks(blocks: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Blocks a reader thinks in: `metadata`, `keywords`, `overview`, and `poster` for all that is seen on it.

    Parameters
    ----------
    blocks : mapping of spec to columns

    Returns
    -------
    dict of str to columns

    Examples
    --------
    >>> merged = merge_blocks({"metadata": [0], "brightness": [1], "embedding:resnet50": [2, 3], "keywords:tfidf": [4]})
    >>> {name: columns.tolist() for name, columns in merged.items()}
    {'metadata': [0], 'poster': [1, 2, 3], 'keywords': [4]}
    """
    merged: dict[str, list] = {}
    for spec, columns in blocks.items():
        name = "poster" if reads_posters(spec) else parse_spec(spec)[0]
        merged.setdefault(name, []).extend(np.asarray(columns).tolist())
    return {name: np.array(columns, dtype=np.int64) for name, columns in merged.items()}


def explain_title(
    model: Explainable, title: pd.DataFrame, background: pd.DataFrame, *, merge: bool = True
) -> Explanation:
    """Which blocks of features moved a model's scores for one title.

    Parameters
    ----------
    model : GenreModel
    title : DataFrame of 1 row
        Feature columns, as `GenreModel.features` gives them.
    background : DataFrame of b rows
        Feature columns of titles to compare with, 20 to 100 training titles.
    merge : bool
        Take all poster features as one block.

    Returns
    -------
    Explanation
        In probabilities.
    """
    encoder, classifier = model.pipeline.named_steps["encode"], model.pipeline.named_steps["classify"]
    columns = list(model.columns)
    if encoder == "passthrough":  # a network reads the columns themselves
        blocks, rows = table_blocks(model.specs, columns), [title[columns], background[columns]]
        one, others = (table.to_numpy(dtype=object) for table in rows)
        types = title[columns].dtypes.to_dict()
    else:
        blocks, types = encoder_blocks(encoder), None
        one, others = (encoder.transform(table[columns]) for table in (title, background))
    position = np.arange(len(model.labels))
    if model.kind != "multilabel":
        position = np.asarray(classifier.classes_, dtype=int)

    def score(rows: Any) -> np.ndarray:
        found = np.zeros((rows.shape[0], len(model.labels)))
        table = rows if types is None else pd.DataFrame(rows, columns=columns).astype(types)
        found[:, position] = classifier.predict_proba(table)
        return model.calibrated(found)

    return block_contributions(
        score,
        one,
        others,
        merge_blocks(blocks) if merge else blocks,
        model.labels,
    )


def _dense(matrix: Any) -> np.ndarray:
    return np.asarray(matrix.toarray() if issparse(matrix) else matrix)
