"""What is in a catalogue: coverage, decades, genres, duplicates and posters that cannot be read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pandas as pd

from ....features.bounded import OUTSIDE
from ..folders import HOW_TO_ALLOW
from ..genres import SOURCES, title_genres
from ..schema import UNIQUE, Fault, find_faults
from ..table import Catalog, iter_pieces
from .twins import Before, Twins

MOST_FAULTS = 1000  # posters that are named; all are counted


@dataclass(frozen=True)
class Inspection:
    """Counts over one catalogue; see `inspect`."""

    titles: int
    filled: dict[str, int]
    kinds: dict[str, int]
    decades: dict[str, int]
    genres: dict[str, dict[str, int]]
    unknown_genres: dict[str, int]
    same_title_and_year: list[tuple[str, ...]]
    posters: dict[str, int]
    poster_faults: list[tuple[str, str]]
    grey_posters: int
    same_poster: list[tuple[str, ...]]


@dataclass(frozen=True)
class Faults:
    """Every cell of a catalogue's file that breaks the schema: counted, the first ones kept."""

    titles: int
    counts: dict[str, int]
    first: list[Fault]

    def lines(self) -> list[str]:
        """Return the faults as text lines; empty where there are none."""
        if not self.counts:
            return []
        total = sum(self.counts.values())
        lines = [f"{total:,} faults in {self.titles:,} titles; a run would refuse this catalogue"]
        lines += [f"  {what}: {count:,}" for what, count in self.counts.items()]
        lines += ["the first:" if total > len(self.first) else "all:", *(f"  {fault}" for fault in self.first)]
        return lines


def count_faults(path: Path, most: int = 20) -> Faults:
    """Check a catalogue's file piece by piece, so that a million titles never lie in memory together.

    Parameters
    ----------
    path : Path
        The parquet file or its folder.
    most : int
        Faults to keep.

    Raises
    ------
    CatalogError
        When the file is absent, no parquet, or lacks a required column.
    """
    counts: Counter[str] = Counter()
    first: list[Fault] = []
    before, row = Before(), 0
    for piece in iter_pieces(path):
        frame, faults = find_faults(piece, row)
        ids = frame["imdb_id"]
        again = before.add(ids) & ~ids.duplicated().to_numpy()
        faults += [Fault(row + int(n), str(ids.iloc[n]), "imdb_id", UNIQUE, ids.iloc[n]) for n in again.nonzero()[0]]
        counts.update(f"{fault.column}: expected {fault.expected}" for fault in faults)
        first += faults[: most - len(first)]
        row += len(piece)
    return Faults(row, dict(counts.most_common()), first)


def inspect(catalog: Catalog | Iterable[Catalog], *, posters: bool = True) -> Inspection:
    """Count what a run will meet.

    Parameters
    ----------
    catalog : Catalog or iterable of Catalog
        Whole, or piece by piece, as `iter_catalog` reads it: then memory grows by some 40 bytes a title.
    posters : bool
        Open every poster and say which cannot be read and which are the same picture.

    Returns
    -------
    Inspection

    Examples
    --------
    >>> from pathlib import Path
    >>> from ..schema import check_titles
    >>> titles = check_titles(pd.DataFrame({"imdb_id": ["tt0000001"], "year": [1999], "genres_imdb": [["Drama"]]}))
    >>> found = inspect(Catalog(titles, Path(".")), posters=False)
    >>> found.decades, found.genres["imdb"]
    ({'1990s': 1}, {'Drama': 1})
    """
    filled, kinds, decades, unknown, status = (Counter[str]() for _ in range(5))
    genres = {source: Counter[str]() for source in SOURCES}
    same_title, same_poster = Twins(), Twins()
    faults: list[tuple[str, str]] = []
    number = grey = 0
    for piece in [catalog] if isinstance(catalog, Catalog) else catalog:
        titles = piece.titles
        number += len(titles)
        filled.update({name: int(titles[name].notna().sum()) for name in titles.columns})
        kinds.update(titles["kind"].dropna())
        decades.update(f"{year // 10 * 10}s" for year in titles["year"].dropna().astype(int))
        for source, counts in genres.items():
            names, strange = title_genres(titles, source)
            counts.update(name for row in names for name in row)
            unknown.update(strange)
        named = titles.dropna(subset=["title", "year"])
        same_title.add(named["imdb_id"], named[["title", "year"]])
        if posters:
            from ....features.poster.single_pass import poster_features

            frame = poster_features(piece.poster_paths(), ["posters"])["posters"]
            frame.index = pd.Index(titles["imdb_id"])
            status.update(frame["posters_status"])
            bad = frame.loc[frame["posters_status"] != "ok", "posters_status"][: MOST_FAULTS - len(faults)]
            faults += [(str(key), str(fault)) for key, fault in bad.items()]
            readable = frame[frame["posters_status"] == "ok"]
            grey += int(readable["posters_grey"].sum())
            same_poster.add(readable.index, readable[["posters_sha256"]])
    return Inspection(
        titles=number,
        filled=dict(filled),
        kinds=dict(kinds.most_common()),
        decades=dict(sorted(decades.items())),
        genres={source: dict(counts.most_common()) for source, counts in genres.items()},
        unknown_genres=dict(unknown.most_common()),
        same_title_and_year=same_title.groups(),
        posters=dict(status.most_common()),
        poster_faults=faults,
        grey_posters=grey,
        same_poster=same_poster.groups(),
    )


def describe(found: Inspection) -> str:
    """An inspection as text for a terminal.

    Parameters
    ----------
    found : Inspection

    Returns
    -------
    str
    """
    share = max(found.titles, 1)
    kinds = ", ".join(f"{count} × {kind}" for kind, count in found.kinds.items())
    lines = [f"{found.titles} titles" + (f" ({kinds})" if kinds else ""), "", "columns filled"]
    lines += [f"  {name:<20}{count:>8}  {count / share:>4.0%}" for name, count in found.filled.items()]
    lines += ["", "decades", *_bars(found.decades)]
    for source, counts in found.genres.items():
        lines += ["", f"genres ({source})", *(_bars(counts) or ["  none"])]
    if found.unknown_genres:
        lines += ["", "genre names in no table (not used)", *_bars(found.unknown_genres)]
    lines += ["", f"titles with the same name and year: {len(found.same_title_and_year)}"]
    lines += _some(found.same_title_and_year)
    if found.posters:
        lines += ["", "posters", *_bars(found.posters), f"  grey only: {found.grey_posters}"]
        lines += [f"  {imdb_id}: {status}" for imdb_id, status in islice(found.poster_faults, 10)]
        lines += [f"  {OUTSIDE}: {HOW_TO_ALLOW}"] if OUTSIDE in found.posters else []
        lines += [f"posters under several ids: {len(found.same_poster)}", *_some(found.same_poster)]
    return "\n".join(lines)


def counts(found: Inspection) -> pd.DataFrame:
    """An inspection as a table for programs.

    Returns
    -------
    DataFrame
        `what` (titles, columns filled, kind, decade, genres of a source, unknown genre, poster, twins), `name` and
        `titles`.

    Examples
    --------
    >>> none: dict = {}
    >>> counts(Inspection(2, {"year": 1}, none, none, {"imdb": {"War": 1}}, none, [], none, [], 0, [])).to_dict("list")
    {'what': ['titles', 'filled', 'genres_imdb', ...], 'name': ['', 'year', 'War', ...], 'titles': [2, 1, 1, ...]}
    """
    groups = {
        "titles": {"": found.titles},
        "filled": found.filled,
        "kind": found.kinds,
        "decade": found.decades,
        **{f"genres_{source}": genres for source, genres in found.genres.items()},
        "unknown_genre": found.unknown_genres,
        "poster": found.posters,
        "grey_poster": {"": found.grey_posters},
        "same_title_and_year": {" = ".join(ids): len(ids) for ids in found.same_title_and_year},
        "same_poster": {" = ".join(ids): len(ids) for ids in found.same_poster},
    }
    rows = [(what, str(name), int(titles)) for what, group in groups.items() for name, titles in group.items()]
    return pd.DataFrame(rows, columns=["what", "name", "titles"])


def _bars(counts: dict[str, int]) -> list[str]:
    most = max(counts.values(), default=1)
    return [f"  {name:<20}{count:>8}  {'█' * round(30 * count / most)}" for name, count in counts.items()]


def _some(groups: list[tuple[str, ...]]) -> list[str]:
    return [f"  {' = '.join(ids)}" for ids in groups[:5]] + (["  …"] if len(groups) > 5 else [])
