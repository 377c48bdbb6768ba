"""Labels that a person corrected on the page, learnt from in place of a source's; scores stay on the source's."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..catalog.genres import title_genres
from ..catalog.targets import Target
from .labels import Labels

_ENDS = "Models learn from the corrected labels; scores are measured on the labels before correction."
DOUBTED = "suspicious"  # the queue of titles whose labels a run's model doubted


@dataclass(frozen=True)
class Decision:
    """What a person said of one title.

    Parameters
    ----------
    genres : tuple of str
        All its genres.
    doubted : bool
        Whether the title was shown because a model doubted its labels: then no score may gain by it.
    """

    genres: tuple[str, ...]
    doubted: bool = False


@dataclass(frozen=True)
class Corrected:
    """What a run learns from in place of its target's labels.

    Parameters
    ----------
    y : ndarray of shape (m, L), uint8
        The labels that models are fitted on, for the rows of the target and then for those that only teach.
    decisions : dict of id to Decision
        Those of the rows.
    counts : dict
        See `correct`.
    """

    y: np.ndarray
    decisions: dict[str, Decision]
    counts: dict[str, Any]


def read_corrections(path: Path) -> dict[str, Decision]:
    """The genres that stand for every title that somebody labelled or confirmed.

    Parameters
    ----------
    path : Path
        The `labels.sqlite` that `genrelab serve` writes beside a catalogue.

    Returns
    -------
    dict of str to Decision
        By imdb_id.

    Raises
    ------
    ValueError
        When there is no such file, or it holds no decisions.
    """
    if not path.is_file():
        raise ValueError(f"--corrections {path}: expected the labels.sqlite that genrelab serve writes, found no file")
    with path.open("rb") as file:
        if not file.read(16).startswith(b"SQLite format 3"):
            raise ValueError(f"--corrections {path}: expected an SQLite file, found something else")
    rows = [row for row in Labels(path, "").standing() if row["kind"] != "skip"]
    doubted = {row["imdb_id"] for row in rows if row["queue"] == DOUBTED}
    found = {row["imdb_id"]: Decision(tuple(row["after"]), row["imdb_id"] in doubted) for row in rows}
    if not found:
        raise ValueError(f"--corrections {path}: expected decisions about titles, found none that stand")
    return found


def decisions_of(table: pd.DataFrame) -> dict[str, Decision]:
    """The decisions that a run kept, from its corrections.parquet."""
    rows = zip(table["imdb_id"], table["genres"], table["doubted"], strict=True)
    return {str(key): Decision(tuple(genres), bool(doubted)) for key, genres, doubted in rows}


def only_taught(titles: pd.DataFrame, source: str, decisions: Mapping[str, Decision]) -> np.ndarray:
    """Positions of titles that their source has no genres for and a person has: they can teach, and test nothing.

    Parameters
    ----------
    titles : DataFrame
        Catalogue rows.
    source : {"imdb", "tmdb", "movielens", "own"}
    decisions : mapping of id to Decision

    Returns
    -------
    ndarray of int64
    """
    genres = title_genres(titles, source)[0]
    named = [key in decisions and not names for key, names in zip(titles["imdb_id"], genres, strict=True)]
    return np.flatnonzero(named)


def correct(
    target: Target, ids: Sequence[str], decisions: Mapping[str, Decision], added: Collection[str] = ()
) -> Corrected:
    """Replace the labels of decided titles; genres outside the target's labels are left out and counted.

    Parameters
    ----------
    target : Target
    ids : sequence of m str
        Of its rows.
    decisions : mapping of id to Decision
    added : collection of str
        Ids among `ids` that have no label of their own.

    Returns
    -------
    Corrected
        Its counts: `titles` decided among the rows, `changed` of them with other labels than before, `labels` changed
        in all, `doubted` of the titles decided because a model doubted their labels, `added` titles that only teach,
        `elsewhere` decided titles that are no rows, `unknown_genres` given genres that the target has not.

    Raises
    ------
    ValueError
        For a target of one class a title: a decision gives a set of genres.

    Examples
    --------
    >>> rows = Target("multilabel", "multilabel", "imdb", ("War", "Drama"), np.arange(2), np.array([[1, 0], [0, 1]]))
    >>> made = correct(rows, ["a", "b"], {"a": Decision(("Drama", "Noir"), True), "c": Decision(())})
    >>> made.y.tolist(), made.counts["changed"], made.counts["elsewhere"], made.counts["unknown_genres"]
    ([[0, 1], [0, 1]], 1, 1, 1)
    """
    if target.kind != "multilabel":
        raise ValueError(f"--corrections: expected a multi-label target, found {target.name!r}, one class a title")
    y = target.y.copy()
    used = {key: decisions[key] for key in ids if key in decisions}
    for row, key in enumerate(ids):
        if key in used:
            y[row] = [label in used[key].genres for label in target.labels]
    differs = (y != target.y) & ~np.isin(ids, list(added))[:, None]
    given = [genre for decision in used.values() for genre in set(decision.genres)]
    counts = {
        "titles": len(used),
        "changed": int(np.count_nonzero(differs.any(axis=1))),
        "labels": int(np.count_nonzero(differs)),
        "doubted": sum(decision.doubted for decision in used.values()),
        "added": len(added),
        "elsewhere": len(decisions) - len(used),
        "unknown_genres": sum(genre not in target.labels for genre in given),
    }
    return Corrected(y, used, counts)


def is_about_corrections(note: str) -> bool:
    """Whether a note of a run is the one that `in_words` writes."""
    return _ENDS in note


def in_words(counts: Mapping[str, Any]) -> str:
    """What a run's notes and a model's file say of it.

    Examples
    --------
    >>> counts = {"titles": 9, "changed": 2, "labels": 3, "doubted": 1, "added": 0, "elsewhere": 0}
    >>> in_words(counts).partition(". ")[0]
    'Of 9 titles that a person decided, 2 had other labels before (3 labels changed)'
    """
    parts = [
        f"Of {counts['titles']} titles that a person decided, {counts['changed']} had other labels before "
        f"({counts['labels']} labels changed)"
    ]
    if counts["added"]:
        parts.append(f"{counts['added']} had no label and only teach")
    if counts["elsewhere"]:
        parts.append(f"{counts['elsewhere']} more not among the titles, not used")
    return f"{'; '.join(parts)}. {_ENDS}"
