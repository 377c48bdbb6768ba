"""Labels that a person corrected on the page, taken in place of a source's when a model is refitted."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..catalog.targets import Target
from ..serve.wall.labels import Labels


def read_corrections(path: Path) -> dict[str, list[str]]:
    """Genres that stand for every title that somebody labelled or confirmed.

    Parameters
    ----------
    path : Path
        The `labels.sqlite` that `genrelab serve` writes beside a catalogue.

    Returns
    -------
    dict of str to list of str
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
    return Labels(path, "").current()


def correct(
    target: Target, ids: Sequence[str], decisions: Mapping[str, Sequence[str]]
) -> tuple[Target, dict[str, Any]]:
    """Replace the labels of decided titles; genres outside the target's labels are left out and counted.

    Parameters
    ----------
    target : Target
    ids : sequence of m str
        Of its rows.
    decisions : mapping of id to genres

    Returns
    -------
    target : Target
    counts : dict
        `titles` decided among the rows, `changed` titles whose labels differ now, `labels` changed in all, `elsewhere`
        decided titles that are no rows, `unknown_genres` given genres that the target has not.

    Raises
    ------
    ValueError
        For a target of one class a title: a decision gives a set of genres.

    Examples
    --------
    >>> rows = Target("multilabel", "multilabel", "imdb", ("War", "Drama"), np.arange(2), np.array([[1, 0], [0, 1]]))
    >>> made, counts = correct(rows, ["a", "b"], {"a": ["Drama", "Noir"], "c": []})
    >>> made.y.tolist(), counts["changed"], counts["labels"], counts["elsewhere"], counts["unknown_genres"]
    ([[0, 1], [0, 1]], 1, 2, 1, 1)
    """
    if target.kind != "multilabel":
        raise ValueError(f"--corrections: expected a multi-label target, found {target.name!r}, one class a title")
    y = target.y.copy()
    place = {key: row for row, key in enumerate(ids)}
    unknown = 0
    for key, genres in decisions.items():
        if key in place:
            y[place[key]] = [label in genres for label in target.labels]
            unknown += len(set(genres) - set(target.labels))
    differs = y != target.y
    counts = {
        "titles": sum(key in place for key in decisions),
        "changed": int(np.count_nonzero(differs.any(axis=1))),
        "labels": int(np.count_nonzero(differs)),
        "elsewhere": sum(key not in place for key in decisions),
        "unknown_genres": unknown,
    }
    return replace(target, y=y), counts


def in_words(counts: Mapping[str, Any]) -> str:
    """What the model's file says of it.

    Examples
    --------
    >>> in_words({"titles": 9, "changed": 2, "labels": 3, "elsewhere": 1, "unknown_genres": 0}).partition(" (")[0]
    '3 labels of 2 titles were corrected by hand before the refit'
    """
    outside = f", {counts['elsewhere']} more not among its titles and not used" if counts["elsewhere"] else ""
    return (
        f"{counts['labels']} labels of {counts['changed']} titles were corrected by hand before the refit "
        f"({counts['titles']} titles decided{outside}); the scores are the run's, on the labels before correction"
    )
