"""Several catalogues made one: joined by id, one value chosen per cell, disagreements told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pandas as pd

from ..sources.frame import is_stand_in
from .genres import SOURCES as GENRE_COLUMNS
from .genres import title_genres
from .schema import COLUMNS

YEARS_APART = 1
RUNTIME_APART = 0.1  # share of the longer
RUNTIME_MINUTES = 5.0
CONFLICT_COLUMNS = ["imdb_id", "title", "what", "source_a", "value_a", "source_b", "value_b"]
KEEP = ("any", "all", "first")


@dataclass
class Merged:
    """A merged catalogue and what the merge found.

    `conflicts` has one row per disagreement (columns `CONFLICT_COLUMNS`), `counts` the numbers that a reader
    can check: rows of each input, ids matched by way of TMDb, rows left out and why.
    """

    titles: pd.DataFrame
    conflicts: pd.DataFrame
    counts: dict[str, int] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Return the report as text lines."""
        lines = [f"{name}: {count:,}" for name, count in self.counts.items()]
        for what, count in self.conflicts["what"].value_counts(sort=False).sort_index().items():
            lines.append(f"conflict, {what}: {count:,}")
        return lines


def merge_catalogues(
    catalogues: Mapping[str, pd.DataFrame],
    *,
    prefer: Sequence[str] = (),
    keep: str = "any",
    complete: Sequence[str] = (),
) -> Merged:
    """Join catalogues by IMDb id.

    A title under a stand-in id is first given the IMDb id that another catalogue knows for its TMDb id (and
    kind; of several the one nearest in year). Each cell of the result is the first value that is there, in the
    thus never loses a fact to a missing one.

    Parameters
    ----------
    catalogues : mapping of str to DataFrame
        Name to rows as of `check_titles`, in the order given by the user.
    prefer : sequence of str
        Names whose values win, best first; the others follow in their own order.
    keep : {"any", "all", "first"}
        Titles of any catalogue, of every one, or of the first only (the others then add facts to it).
    complete : sequence of str
        Columns that must all be filled, else the title is dropped (study S1's rule).

    Returns
    -------
    Merged
        Titles sorted by `imdb_id`, with all columns of the catalogue.

    Raises
    ------
    ValueError
        For an unknown name in `prefer`, `keep` or `complete`.

    Examples
    --------
    >>> left = pd.DataFrame({"imdb_id": ["tt0000001"], "year": [1999], "runtime": [90.0]})
    >>> right = pd.DataFrame({"imdb_id": ["tt0000001"], "year": [2005], "title": ["Late"]})
    >>> merged = merge_catalogues({"a": left, "b": right}, prefer=["b"])
    >>> merged.titles[["title", "year", "runtime"]].values.tolist()
    [['Late', 2005, 90.0]]
    >>> merged.conflicts[["what", "value_a", "value_b"]].values.tolist()
    [['year', '1999', '2005']]
    """
    for name in prefer:
        if name not in catalogues:
            raise ValueError(f"prefer: expected names among {', '.join(catalogues)}, found {name!r}")
    if keep not in KEEP:
        raise ValueError(f"keep: expected one of {', '.join(KEEP)}, found {keep!r}")
    for name in complete:
        if name not in COLUMNS:
            raise ValueError(f"complete: {name!r} is no column of the catalogue")
    counts = {f"titles of {name}": len(titles) for name, titles in catalogues.items()}
    frames, problems = _bridge(catalogues, counts)
    ids = sorted(set().union(*(frame.index for frame in frames.values())))
    if keep == "all":
        ids = [key for key in ids if all(key in frame.index for frame in frames.values())]
    elif keep == "first":
        ids = sorted(next(iter(frames.values())).index)
    order = list(dict.fromkeys([*prefer, *frames]))
    index = pd.Index(ids, name="imdb_id", dtype=object)
    held = np.sum([index.isin(frame.index) for frame in frames.values()], axis=0)
    counts["in two or more"] = int((held > 1).sum())
    places = [(frames[source], frames[source].index.get_indexer(index)) for source in order]
    titles = pd.DataFrame(
        {name: _choose(name, places, index) for name in COLUMNS if name != "imdb_id"}, index=index
    ).reset_index()
    titles = titles[list(COLUMNS)]
    conflicts = _conflicts(frames, titles)
    if complete:
        whole = titles[list(complete)].notna().all(axis=1)
        counts["dropped as incomplete"] = int((~whole).sum())
        titles = titles[whole].reset_index(drop=True)
    counts["titles merged"] = len(titles)
    conflicts = pd.concat([problems, conflicts], ignore_index=True)
    return Merged(titles, conflicts[conflicts["imdb_id"].isin(ids)].reset_index(drop=True), counts)


def _bridge(
    catalogues: Mapping[str, pd.DataFrame], counts: dict[str, int]
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Index every catalogue by IMDb id, stand-in ids replaced where a TMDb id tells the real one."""
    known: dict[tuple[str, int], dict[str, str]] = {}
    for name, titles in catalogues.items():
        for kind, tmdb, imdb in _keys(titles):
            if not is_stand_in(imdb):
                known.setdefault((kind, tmdb), {}).setdefault(imdb, name)
    problems = []
    for candidates in known.values():
        (first, first_name), *others = candidates.items()
        problems += [(first, None, "two IMDb ids for one TMDb id", first_name, first, n, imdb) for imdb, n in others]
    years = _years({imdb for candidates in known.values() if len(candidates) > 1 for imdb in candidates}, catalogues)
    frames = {}
    replaced = 0
    for name, titles in catalogues.items():
        ids = titles["imdb_id"].astype(object).to_numpy(copy=True)
        taken = set(ids)
        own = dict(zip(ids, titles["year"], strict=True)) if "year" in titles else {}
        stand_ins = {(kind, tmdb): imdb for kind, tmdb, imdb in _keys(titles) if is_stand_in(imdb)}
        real: dict[Any, Any] = {
            imdb: _nearest(known[key], own.get(imdb), years) for key, imdb in stand_ins.items() if key in known
        }
        real = {imdb: target for imdb, target in real.items() if target not in taken}
        replaced += len(real)
        frames[name] = titles.assign(imdb_id=[real.get(imdb, imdb) for imdb in ids]).set_index("imdb_id")
        twice = frames[name].index.duplicated()
        if twice.any():
            counts[f"second rows of one id in {name}"] = int(twice.sum())
            frames[name] = frames[name][~twice]
    counts["stand-in ids replaced by way of TMDb ids"] = replaced
    return frames, pd.DataFrame(problems, columns=CONFLICT_COLUMNS, dtype=object)


def _years(ids: set[str], catalogues: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    found: dict[str, int] = {}
    for titles in catalogues.values():
        if "year" in titles and ids:
            rows = titles[titles["imdb_id"].isin(ids) & titles["year"].notna()]
            for imdb, year in zip(rows["imdb_id"], rows["year"], strict=True):
                found.setdefault(imdb, int(year))
    return found


def _nearest(candidates: Mapping[str, str], year: Any, years: Mapping[str, int]) -> str:
    """Return the candidate whose year is nearest; the first one when that tells nothing."""
    if len(candidates) == 1 or year is None or pd.isna(year):
        return next(iter(candidates))
    return min(candidates, key=lambda imdb: abs(years[imdb] - int(year)) if imdb in years else 10_000)


def _keys(titles: pd.DataFrame) -> list[tuple[str, int, str]]:
    if "tmdb_id" not in titles:
        return []
    rows = titles[titles["tmdb_id"].notna()]
    kinds = rows["kind"].fillna("movie") if "kind" in rows else ["movie"] * len(rows)
    return list(zip(kinds, rows["tmdb_id"].astype(int), rows["imdb_id"], strict=True))


def _choose(column: str, places: list[tuple[pd.DataFrame, np.ndarray]], index: pd.Index) -> pd.Series:
    """Return the first value of each title; `places` says at which row of each catalogue it is, -1 for nowhere."""
    dtype = cast(Any, COLUMNS[column] if COLUMNS[column] in ("string", "Int64", "Float64") else object)
    chosen = pd.Series([None] * len(index), index=index, dtype=dtype)
    for frame, at in places:
        if column in frame and (open_ := np.flatnonzero(chosen.isna().to_numpy() & (at >= 0))).size:
            values = frame[column].iloc[at[open_]].astype(dtype)
            chosen.iloc[open_] = values.where(values.notna(), None).array
    return chosen


def _conflicts(frames: Mapping[str, pd.DataFrame], titles: pd.DataFrame) -> pd.DataFrame:
    names = list(frames)
    tables = []
    shown = titles.set_index("imdb_id")["title"]
    genres: dict[str, dict[str, pd.Series]] = {}
    times = Counter(key for frame in frames.values() for key in frame.index)
    for name, whole in frames.items():
        genres[name] = {}
        frame = whole[[times[key] > 1 for key in whole.index]] if len(whole) else whole
        for source, column in GENRE_COLUMNS.items():
            if column in frame and frame[column].notna().any():
                known, _ = title_genres(frame, source)
                genres[name][source] = pd.Series([frozenset(one) for one in known], index=frame.index)
    for i, a in enumerate(names):
        for b in names[i + 1 :]:
            both = frames[a].index.intersection(frames[b].index)
            left, right = frames[a].loc[both], frames[b].loc[both]
            for what, apart in (("year", _years_apart), ("runtime", _runtimes_apart)):
                if what in left and what in right:
                    mask = apart(left[what], right[what])
                    tables.append(_rows(both[mask], shown, what, a, left[what][mask], b, right[what][mask]))
            for source_a, sets_a in genres[a].items():
                for source_b, sets_b in genres[b].items():
                    one, other = sets_a.reindex(both), sets_b.reindex(both)
                    mask = np.array([bool(x) and bool(y) and not x & y for x, y in zip(one, other, strict=True)], bool)
                    text = [
                        pd.Series([", ".join(sorted(s)) for s in side[mask]], dtype=object) for side in (one, other)
                    ]
                    tables.append(
                        _rows(both[mask], shown, f"no genre shared ({source_a}, {source_b})", a, text[0], b, text[1])
                    )
    return pd.concat([pd.DataFrame(columns=CONFLICT_COLUMNS, dtype=object), *tables], ignore_index=True)


def _rows(
    ids: pd.Index, shown: pd.Series, what: str, a: str, left: pd.Series, b: str, right: pd.Series
) -> pd.DataFrame:
    values = [list(ids), shown.reindex(ids).to_list(), what, a, _text(left), b, _text(right)]
    return pd.DataFrame(dict(zip(CONFLICT_COLUMNS, values, strict=True)), index=range(len(ids)), dtype=object)


def _text(values: pd.Series) -> list[str]:
    return [f"{value:g}" if isinstance(value, int | float | np.number) else str(value) for value in values]


def _years_apart(left: pd.Series, right: pd.Series) -> np.ndarray:
    return ((left - right).abs() > YEARS_APART).fillna(False).to_numpy(dtype=bool)


def _runtimes_apart(left: pd.Series, right: pd.Series) -> np.ndarray:
    difference = (left - right).abs()
    longer = left.where(left > right, right)
    return ((difference > RUNTIME_MINUTES) & (difference > RUNTIME_APART * longer)).fillna(False).to_numpy(dtype=bool)
