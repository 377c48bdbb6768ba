"""The shape every source returns: catalogue columns, stand-in ids, and a report of what was left out."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ..catalog.schema import BOOLEAN, COLUMNS, INTEGER, NAMES, REAL
from .account import SourceReport, how_many, is_fault
from .tables.values import is_missing

LIST_COLUMNS = tuple(name for name, kind in COLUMNS.items() if kind == NAMES)
INTEGER_COLUMNS = tuple(name for name, kind in COLUMNS.items() if kind == INTEGER)
FLOAT_COLUMNS = tuple(name for name, kind in COLUMNS.items() if kind == REAL)

# What a real value looks like; anything else in a source is a slip there and is taken as missing.
_SHAPES = {"release_date": r"\d{4}-\d{2}-\d{2}", "original_language": r"[a-z]{2}", "kind": r"movie|series"}
_POSSIBLE = {
    "year": (1870, 2200),
    "runtime": (0.5, 100_000),
    "popularity": (0, float("inf")),
    "vote_average": (0, 10),
    "vote_count": (0, float("inf")),
    "revenue": (0, float("inf")),
    "budget": (0, float("inf")),
    "imdb_rating": (1, 10),
    "imdb_votes": (0, float("inf")),
}

Progress = Callable[[int], None]


@dataclass
class Fetched:
    """One source's result: catalogue rows, its report, and what does not fit into rows.

    `poster_urls` says where posters can be had, `split` which part of a published split a title is in; both are
    keyed by `imdb_id`. A source too large for the memory gives its rows as `pieces` instead, its `titles` are empty,
    and its report is complete when the last piece was taken. `mapping` is what a user's table was understood as.
    """

    titles: pd.DataFrame
    report: SourceReport
    poster_urls: dict[str, str] = field(default_factory=dict)
    split: dict[str, str] = field(default_factory=dict)
    pieces: Iterator[pd.DataFrame] | None = None
    mapping: dict[str, object] = field(default_factory=dict)


def catalogue_frame(columns: Mapping[str, object], count: int | None = None) -> pd.DataFrame:
    """Give columns the catalogue's dtypes and add the missing ones as nulls.

    Parameters
    ----------
    columns
        Column name to values (any sequence of equal length). Values that no title can have (a release date
        that is no date, a rating of 0, the year 1) are taken as missing.
    count
        Number of rows; needed only when `columns` is empty.

    Returns
    -------
    DataFrame
        All columns of the catalogue in its order; `string`, `Int64`, `Float64`, and lists (or None).

    Examples
    --------
    >>> frame = catalogue_frame({"imdb_id": ["tt0000001"], "year": ["1894"], "genres_imdb": [["Short"]]})
    >>> frame.loc[0, "year"], frame.loc[0, "title"], frame.dtypes["runtime"].name
    (np.int64(1894), <NA>, 'Float64')
    """
    unknown = set(columns) - set(COLUMNS)
    if unknown:
        raise ValueError(f"columns {sorted(unknown)} are not in the catalogue's schema")
    rows = count if count is not None else (len(next(iter(columns.values()))) if columns else 0)  # type: ignore[arg-type]
    index = pd.RangeIndex(rows)
    data: dict[str, pd.Series] = {}
    for name in COLUMNS:
        values = columns.get(name)
        if values is None:
            values = [None] * rows
        cells: Any = values.to_numpy() if isinstance(values, pd.Series) else values
        series = pd.Series(cells, index=index, dtype=object)
        if name in LIST_COLUMNS:
            data[name] = pd.Series(
                [list(v) if _is_list(v) and len(v) else None for v in series], index=index, dtype=object
            )
        elif name in INTEGER_COLUMNS:
            data[name] = whole_numbers(series)
        elif name in FLOAT_COLUMNS:
            data[name] = numbers(series)
        elif COLUMNS[name] == BOOLEAN:
            data[name] = series.astype("boolean")
        else:
            text = series.astype("string")
            data[name] = text.mask((text.str.strip() == "").fillna(False).astype(bool))
            if name in _SHAPES:
                fits = text.str.fullmatch(_SHAPES[name]).fillna(False).astype(bool)
                data[name] = data[name].where(fits)
    for name, (low, high) in _POSSIBLE.items():
        data[name] = data[name].where(data[name].between(low, high).fillna(False).astype(bool))
    return pd.DataFrame(data, index=index)


def count_unread(
    raw: pd.DataFrame, frame: pd.DataFrame, unread: Counter[str], examples: dict[str, str], names: Iterable[str]
) -> None:
    """Count cells of a dump that hold something and gave nothing; the first of each column is kept as an example.

    Examples
    --------
    >>> raw, unread = pd.DataFrame({"runtime": ["two reels", "0", "nan"]}), Counter()
    >>> count_unread(raw, catalogue_frame({"runtime": raw["runtime"]}), unread, {}, ["runtime"])
    >>> unread
    Counter({'runtime': 1})
    """
    for name in (name for name in names if name in raw):
        empty = frame[name].isna().to_numpy() & raw[name].notna().to_numpy()
        lost = [
            cell for cell in raw[name][empty] if not is_missing(cell) and not re.fullmatch(r"0*(?:\.0*)?", str(cell))
        ]
        if lost:
            unread[name] += len(lost)
            examples.setdefault(name, str(lost[0])[:60])


def tell_unread(report: SourceReport, unread: Mapping[str, int], examples: Mapping[str, str], rows: int) -> None:
    """Say which columns of a dump have cells that were not read; many of them are a fault."""
    for name, count in unread.items():
        said = f"{name}: {how_many(count, 'cell')} not read, such as {examples[name]!r}"
        (report.faults if is_fault(count, rows) else report.notes).append(said)


def _is_list(value: object) -> bool:
    return not isinstance(value, str | bytes) and hasattr(value, "__len__")


def numbers(values: Any, *, zero_is_missing: bool = False) -> pd.Series:
    """Read numbers leniently: what is not a finite number is null, and 0 too when it means unknown.

    Examples
    --------
    >>> list(numbers(["1.5", "x", None, 0], zero_is_missing=True))
    [np.float64(1.5), <NA>, <NA>, <NA>]
    """
    series = pd.to_numeric(pd.Series(values, dtype=object), errors="coerce").astype("float64")
    series = series.where(series.abs() != float("inf"))
    if zero_is_missing:
        series = series.where(series != 0)
    cells = pd.array(series, dtype="Float64")  # pyright: ignore[reportCallIssue, reportArgumentType]
    return pd.Series(cells, index=series.index).mask(series.isna())


def whole_numbers(values: Any) -> pd.Series:
    """Read whole numbers leniently; a fraction is null, for it is no id and no count.

    Examples
    --------
    >>> list(whole_numbers(["12", 3.0, "1.5", None]))
    [np.int64(12), np.int64(3), <NA>, <NA>]
    """
    series = numbers(values)
    whole = ((series % 1) == 0).fillna(False).astype(bool)
    return series.where(whole).astype("Int64")


def imdb_ids(values: Iterable[object]) -> pd.Series:
    """Write IMDb ids as `tt` and at least seven digits; what is not an id is null.

    Examples
    --------
    >>> list(imdb_ids(["tt0111161", 114709, "0113497", "tt12345678", "0", "x", None]))
    ['tt0111161', 'tt0114709', 'tt0113497', 'tt12345678', <NA>, <NA>, <NA>]
    """
    text = pd.Series(list(values), dtype=object).astype("string").str.strip().str.replace(r"\.0$", "", regex=True)
    digits = text.str.extract(r"^(?:tt)?(\d{1,18})$", expand=False).str.lstrip("0")
    ids = "tt" + digits.str.zfill(7)
    return ids.mask((digits == "").fillna(True).astype(bool)).astype("string")


def stand_in_id(origin: str) -> str:
    """Return a stable key, in the shape of an IMDb id, for a title that has none.

    The key is `tt9` and 15 digits from a hash of `origin`, which is far longer than any real id. A merge
    replaces it by the real id as soon as another catalogue knows it.

    Parameters
    ----------
    origin
        What names the title for good in its source, as in `tmdb:movie:603` or `file:posters/heat.jpg`.

    Examples
    --------
    >>> stand_in_id("tmdb:movie:603")
    'tt9988937176402301'
    >>> is_stand_in(stand_in_id("tmdb:movie:603")), is_stand_in("tt0133093")
    (True, False)
    """
    digest = int.from_bytes(hashlib.sha256(origin.encode()).digest()[:8], "big")
    return f"tt9{digest % 10**15:015d}"


def is_stand_in(imdb_id: str) -> bool:
    """Return whether an id was made by `stand_in_id`."""
    return len(imdb_id) == 18 and imdb_id.startswith("tt9")
