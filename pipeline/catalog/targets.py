"""What is predicted: every genre at once, or one class a title."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .genres import SOURCES, indicator_matrix, title_genres

CUSTOM_CLASSES: dict[str, tuple[str, ...]] = {
    "AcAdDr": ("Action", "Adventure", "Drama"),
    "CoFaDr": ("Comedy", "Family", "Drama"),
    "RoCoDa": ("Romance", "Comedy", "Drama"),
    "AcThMi": ("Action", "Thriller", "Mystery"),
    "AcCrTh": ("Action", "Crime", "Thriller"),
    "ScFa": ("Science Fiction", "Fantasy"),
    "Ho": ("Horror",),
    "Ot": ("Music", "War", "History", "Western"),
}
MINIMUM_SUPPORT = 30
SORTED = 0.8  # share of lists in alphabetical order from which a source is taken to sort them


@dataclass(frozen=True)
class Target:
    """Labels of the titles that take part.

    Parameters
    ----------
    name : {"multilabel", "top_k", "custom", "primary"}
    kind : {"multilabel", "single"}
    source : {"imdb", "tmdb", "movielens", "own"}
    labels : tuple of L names
    rows : ndarray of shape (m,), int64
        Positions in the catalogue; a title without a label of this target takes no part.
    y : ndarray
        `multilabel`: (m, L) uint8. `single`: (m,) int64 codes into `labels`.
    tie_share : float or None
        Share of titles whose class a seeded draw decided.
    ceiling : float or None
        Expected accuracy of a rule that knows every genre and guesses among tied classes: the mean of one over
        the number of tied classes. No model can be expected to beat it.
    notes : tuple of str
        What was left out, in sentences.
    """

    name: str
    kind: str
    source: str
    labels: tuple[str, ...]
    rows: np.ndarray
    y: np.ndarray
    tie_share: float | None = None
    ceiling: float | None = None
    notes: tuple[str, ...] = field(default=())

    def indicator(self) -> np.ndarray:
        """The labels as an (m, L) uint8 matrix, whatever the kind."""
        if self.kind == "multilabel":
            return self.y
        return np.eye(len(self.labels), dtype=np.uint8)[self.y]


def make_target(
    titles: pd.DataFrame,
    name: str = "multilabel",
    *,
    source: str = "imdb",
    min_support: int = MINIMUM_SUPPORT,
    top: int = 6,
    labels: Sequence[str] = (),
    exclusive: bool = False,
    drop: Sequence[str] = (),
    seed: int = 0,
) -> Target:
    """Make the target a run predicts.

    Parameters
    ----------
    titles : DataFrame
        Catalogue rows.
    name : {"multilabel", "top_k", "custom", "primary"}
        `multilabel`: every genre with at least `min_support` titles. `top_k`: the `top` largest genres and
        `Others`, multi-label. `custom`: the eight merged classes of Garg et al. (2017): the class that holds
        most of a title's genres, ties by a seeded draw. `primary`: the first genre listed among `labels`; a note
        says so where the source lists genres by the alphabet.
    source : {"imdb", "tmdb", "movielens", "own"}
        One label source a run.
    min_support : int
        Titles a genre needs, 30 by default.
    top : int
        Genres kept by `top_k`.
    labels : sequence of str
        Genres of `primary`; for `multilabel`, keep only these.
    exclusive : bool
        `primary` only: leave out titles that carry more than one of `labels`.
    drop : sequence of str
        Genres that are taken out of every list first: forms such as "Short" that are no genre. A title with no other
        takes no part.
    seed : int
        Decides ties.

    Returns
    -------
    Target

    Raises
    ------
    ValueError
        When the name is unknown, or fewer than two labels (or no titles) are left.

    Examples
    --------
    >>> frame = pd.DataFrame({"genres_imdb": [["Horror"], ["Crime", "Action"], ["Drama"], None]})
    >>> target = make_target(frame, "custom")
    >>> [target.labels[code] for code in target.y[:2]], round(target.tie_share, 2)
    (['Ho', 'AcCrTh'], 0.33)
    """
    genres, unknown = title_genres(titles, source)
    notes = [f"{count} × genre {name!r} is in no table and was not used" for name, count in unknown.items()]
    if drop:
        genres = [[one for one in names if one not in drop] for names in genres]
    if name == "multilabel":
        chosen = _supported(genres, min_support, labels)
        target = _multilabel(name, source, genres, chosen)
    elif name == "top_k":
        chosen = _supported(genres, 1, ())[:top]
        kept = set(chosen)
        folded = [[g if g in kept else "Others" for g in names] for names in genres]
        target = _multilabel(name, source, folded, [*chosen, "Others"])
    elif name == "custom":
        target = _custom(source, genres, seed)
    elif name == "primary":
        target = _primary(source, genres, list(labels), exclusive)
        notes += [] if exclusive else _sorted_lists(source, genres, target.labels)
    else:
        raise ValueError(f"target: expected multilabel, top_k, custom or primary, found {name!r}")
    left_out = len(titles) - len(target.rows)
    if left_out:
        notes.append(
            f"{left_out:,} of {len(titles):,} titles {'has' if left_out == 1 else 'have'} no label of this target and "
            f"{'takes' if left_out == 1 else 'take'} no part"
        )
    present = target.indicator().sum(axis=0) > 0
    if len(target.rows) == 0 or present.sum() < 2:
        raise ValueError(
            f"target {name!r} from {source} genres: expected at least two labels with titles, found "
            f"{int(present.sum())} in {len(target.rows)} titles; "
            f"{_rare(genres, min_support) if name == 'multilabel' else ''}"
            f"{_advice(titles, source, unknown, _others(genres, source, target.labels))}"
        )
    return Target(**{**target.__dict__, "notes": tuple(notes)})


NO_GENRES = "the catalogue has no genres at all; say which column of your table holds them: --column genres=HEADER"


def _rare(genres: Sequence[Sequence[str]], minimum: int) -> str:
    """Say that genres are there but all too rare, and which has most titles."""
    largest = Counter(name for names in genres for name in names).most_common(1)
    if not largest or largest[0][1] >= minimum:
        return ""
    name, titles = largest[0]
    return f"every genre has fewer titles than min_support = {minimum:,} ({name}, the largest, {titles:,}); "


def _others(genres: Sequence[Sequence[str]], source: str, labels: Sequence[str]) -> str:
    """Say that a catalogue's genres are none of those that a target's classes are made of; nothing where some are."""
    largest = [name for name, _ in Counter(name for names in genres for name in names).most_common(3)]
    members = {*labels, *(name for label in labels for name in CUSTOM_CLASSES.get(label, ()))}
    if not largest or any(name in members for names in genres for name in names):
        return ""
    return (
        f"its classes are made of other names than the {source} genres, such as {', '.join(map(repr, largest))}: take "
        "an experiment that predicts every genre, such as quick"
    )


def _advice(titles: pd.DataFrame, source: str, unknown: Counter, other_names: str) -> str:
    """Say what could be done where a label source has too little: its names are unknown, or another one is filled."""
    advice = [other_names] if other_names and not unknown else []
    if unknown:
        shown = ", ".join(repr(name) for name, _ in unknown.most_common(5))
        advice.append(
            f"the names {shown} are in no table: put names of your own into the column genres_own "
            "(`genrelab fetch folder` does so with --genres-as own) and say --genres own"
        )
    filled = {other: int(titles[column].notna().sum()) for other, column in SOURCES.items() if column in titles}
    others = [f"--genres {other} ({count:,} titles)" for other, count in filled.items() if count and other != source]
    if others:
        advice.append(f"the catalogue has other genres: say {' or '.join(others)}")
    if not advice:
        advice.append("lower min_support" if filled.get(source) else NO_GENRES)
    return "; ".join(advice)


def _supported(genres: Sequence[Sequence[str]], minimum: int, only: Sequence[str]) -> list[str]:
    support = Counter(name for names in genres for name in names)
    chosen = [name for name in support if support[name] >= minimum and (not only or name in only)]
    return sorted(chosen, key=lambda name: (-support[name], name))


def _multilabel(name: str, source: str, genres: Sequence[Sequence[str]], labels: Sequence[str]) -> Target:
    matrix = indicator_matrix(genres, labels)
    # A title with genres, none of them frequent, is a true all-negative row; one without genres is unknown.
    rows = np.flatnonzero([bool(names) for names in genres])
    return Target(name, "multilabel", source, tuple(labels), rows, matrix[rows])


def _custom(source: str, genres: Sequence[Sequence[str]], seed: int) -> Target:
    votes = np.array(
        [[len(members & set(names)) for members in map(set, CUSTOM_CLASSES.values())] for names in genres],
        dtype=np.int64,
    ).reshape(len(genres), len(CUSTOM_CLASSES))
    rows = np.flatnonzero(votes.max(axis=1, initial=0) > 0)
    best = votes[rows] == votes[rows].max(axis=1, keepdims=True)
    # The largest of independent uniform draws among the tied is a fair choice between them.
    draw = np.random.default_rng(seed).random((len(genres), len(CUSTOM_CLASSES)))[rows]
    codes = np.where(best, draw, -1.0).argmax(axis=1).astype(np.int64)
    tied = best.sum(axis=1)
    share, ceiling = (float((tied > 1).mean()), float((1 / tied).mean())) if len(rows) else (0.0, 1.0)
    return Target("custom", "single", source, tuple(CUSTOM_CLASSES), rows, codes, share, ceiling)


def _primary(source: str, genres: Sequence[Sequence[str]], labels: list[str], exclusive: bool) -> Target:
    if len(labels) < 2:
        raise ValueError(f"target 'primary': expected at least two labels to choose among, found {labels}")
    rows, codes = [], []
    for row, names in enumerate(genres):
        among = [name for name in names if name in labels]
        if among and not (exclusive and len(among) > 1):
            rows.append(row)
            codes.append(labels.index(among[0]))
    y = np.array(codes, dtype=np.int64)
    return Target("primary", "single", source, tuple(labels), np.array(rows, dtype=np.int64), y)


def sorted_share(genres: Sequence[Sequence[str]]) -> float:
    """Share of the lists of two or more genres that are in alphabetical order; NaN without such a list.

    Examples
    --------
    >>> sorted_share([["Action", "Drama"], ["Drama", "Crime"], ["Drama"]])
    0.5
    """
    lists = [list(names) for names in genres if len(names) > 1]
    return sum(names == sorted(names) for names in lists) / len(lists) if lists else float("nan")


def _sorted_lists(source: str, genres: Sequence[Sequence[str]], labels: Sequence[str]) -> list[str]:
    """A note where "the first genre" is the first of the alphabet, not the first in weight."""
    share = sorted_share(genres)
    if not share >= SORTED:
        return []
    several = [len(set(names) & set(labels)) for names in genres]
    titles, ambiguous = sum(count > 0 for count in several), sum(count > 1 for count in several)
    return [
        f"{share:.0%} of the genre lists of source {source!r} are in alphabetical order: for the {ambiguous} of "
        f"{titles} titles with several of the labels the first listed is the first of the alphabet, not of weight; "
        "say exclusive = true, or take another source"
    ]
