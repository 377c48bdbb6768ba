"""What a person should look at next: labels the run doubts, and unlabelled posters that would teach most."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ..evidence import Evidence, entropy

LONG = 200
CANDIDATES = 2000


def suspicious(evidence: Evidence | None, seen: set[str]) -> list[dict[str, Any]]:
    """Titles with labels that out-of-fold scores contradict, most suspicious first, each title once.

    Parameters
    ----------
    evidence : Evidence or None
    seen : set of str
        Titles already decided.

    Returns
    -------
    list of dict
        `imdb_id` and `doubts`: per label its `kind` (missing, wrong) and score.
    """
    if evidence is None:
        return []
    titles: dict[str, list[dict[str, Any]]] = {}
    for row in evidence.suspects().to_dict("records"):
        if row["imdb_id"] not in seen:
            doubt = {"genre": row["label"], "kind": row["kind"], "score": round(float(row["score"]), 4)}
            titles.setdefault(str(row["imdb_id"]), []).append(doubt)
    return [{"imdb_id": key, "doubts": doubts} for key, doubts in list(titles.items())[:LONG]]


class Unlabelled:
    """Titles without genres, the least certain and most different first.

    Parameters
    ----------
    ids : list of n str
        Titles without genres.
    score : callable
        Ids to scores of shape (n, L), NaN where there is no answer.
    vectors : callable
        Ids to vectors of shape (n, d), NaN where there is none; None while they are not computed yet.
    """

    def __init__(
        self,
        ids: list[str],
        score: Callable[[list[str]], np.ndarray],
        vectors: Callable[[list[str]], np.ndarray | None],
    ):
        rng = np.random.default_rng(0)
        self.ids = [ids[row] for row in np.sort(rng.permutation(len(ids))[:CANDIDATES])]
        self._score, self._vectors = score, vectors
        self._order: list[str] | None = None

    def next(self, seen: set[str]) -> list[dict[str, Any]]:
        """The order, without the titles already decided; computed once."""
        if self._order is None and self.ids:
            scores = self._score(self.ids)
            self._order = [self.ids[row] for row in spread(scores, self._vectors(self.ids), LONG)]
        return [{"imdb_id": key, "doubts": []} for key in self._order or [] if key not in seen]


def spread(scores: np.ndarray, vectors: np.ndarray | None, count: int) -> list[int]:
    """Rows that are uncertain and unlike each other.

    Of the `5 count` rows with the largest entropy, the most uncertain comes first; then again and again the row with
    the largest product of entropy and distance to the nearest one taken (greedy k-centre, weighted).

    Parameters
    ----------
    scores : ndarray of shape (n, L)
        Rows with NaN are left out.
    vectors : ndarray of shape (n, d) or None
        None: by entropy alone.
    count : int

    Returns
    -------
    list of int

    Examples
    --------
    >>> scores = np.array([[0.5], [0.49], [0.4], [np.nan]])
    >>> spread(scores, np.array([[0.0], [0.01], [9.0], [1.0]]), 3)
    [0, 2, 1]
    """
    doubt = entropy(np.nan_to_num(scores, nan=0.0))
    known = np.flatnonzero(~np.isnan(scores).any(axis=1))
    rows = known[np.argsort(-doubt[known], kind="stable")][: 5 * count]
    if vectors is None or not len(rows):
        return rows[:count].tolist()
    places = np.nan_to_num(vectors[rows])
    taken = [0]
    nearest = np.linalg.norm(places - places[0], axis=1)
    while len(taken) < min(count, len(rows)):
        gain = doubt[rows] * nearest
        gain[taken] = -1.0
        best = int(gain.argmax())
        taken.append(best)
        nearest = np.minimum(nearest, np.linalg.norm(places - places[best], axis=1))
    return rows[taken].tolist()


def unlabelled_ids(genres: pd.Series) -> list[str]:
    """Ids whose list of genres is empty; index imdb_id, values lists."""
    return [str(key) for key, names in genres.items() if not names]
