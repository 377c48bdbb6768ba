"""The catalogue's schema, and errors that name row, column, what was expected and what came."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

STRING, INTEGER, REAL, NAMES, BOOLEAN = "string", "Int64", "Float64", "list of strings", "boolean"
COLUMNS: dict[str, str] = {
    "imdb_id": STRING,
    "tmdb_id": INTEGER,
    "movielens_id": INTEGER,
    "title": STRING,
    "kind": STRING,
    "year": INTEGER,
    "release_date": STRING,
    "original_language": STRING,
    "runtime": REAL,
    "popularity": REAL,
    "vote_average": REAL,
    "vote_count": REAL,
    "revenue": REAL,
    "budget": REAL,
    "imdb_rating": REAL,
    "imdb_votes": REAL,
    "genres_tmdb": NAMES,
    "genres_imdb": NAMES,
    "genres_movielens": NAMES,
    "genres_own": NAMES,
    "keywords": NAMES,
    "overview": STRING,
    "directors": NAMES,
    "writers": NAMES,
    "cast": NAMES,
    "countries": NAMES,
    "languages": NAMES,
    "certificate": STRING,
    "poster": STRING,
    "collection_id": INTEGER,
    "title_from_file": BOOLEAN,
}
REQUIRED = ("imdb_id",)
_RANGES: dict[str, tuple[float, float | None]] = {
    "year": (1870, 2200),
    "runtime": (0, 100_000),
    "popularity": (0, None),
    "vote_average": (0, 10),
    "vote_count": (0, None),
    "revenue": (0, None),
    "budget": (0, None),
    "imdb_rating": (1, 10),
    "imdb_votes": (0, None),
}
_PATTERNS = {
    "imdb_id": (r"tt\d{7,}", "'tt' and at least 7 digits"),
    "kind": (r"movie|series", "'movie' or 'series'"),
    "release_date": (r"\d{4}-\d{2}-\d{2}", "an ISO date such as 1999-12-31"),
    "original_language": (r"[a-z]{2}", "two letters of ISO 639-1"),
}
UNIQUE = "an id that no other row has"  # what a repeated id is not


class CatalogError(ValueError):
    """A catalogue that breaks the schema; the message names row, column, what was expected and what came."""


@dataclass(frozen=True)
class Fault:
    """One cell that breaks the schema.

    Examples
    --------
    >>> str(Fault(3, "tt0000001", "year", "a number from 1870 to 2200", 1))
    "row 3 (tt0000001), column 'year': expected a number from 1870 to 2200, found 1"
    """

    row: int
    imdb_id: str
    column: str
    expected: str
    found: object

    def __str__(self) -> str:
        found = self.found.item() if isinstance(self.found, np.generic) else self.found
        shown = repr(found)
        shown = f"{shown[:200]}…" if len(shown) > 200 else shown
        return f"row {self.row} ({self.imdb_id}), column {self.column!r}: expected {self.expected}, found {shown}"


def check_titles(titles: pd.DataFrame) -> pd.DataFrame:
    """Bring rows to the schema, or say which row and column break it.

    Parameters
    ----------
    titles : DataFrame
        Any columns of `COLUMNS`; missing ones come back as all null, further ones are dropped.

    Returns
    -------
    DataFrame
        Every column of `COLUMNS` in that order, index 0..n-1, nullable dtypes.

    Raises
    ------
    CatalogError
        With row, column, expected and found of the first fault, and how many faults each column has.

    Examples
    --------
    >>> check_titles(pd.DataFrame({"imdb_id": ["tt0000001"], "year": [1999.0]})).loc[0, "year"]
    np.int64(1999)
    >>> check_titles(pd.DataFrame({"imdb_id": ["tt1"]}))
    Traceback (most recent call last):
        ...
    genrelab.pipeline.catalog.schema.CatalogError: row 0 (tt1), column 'imdb_id': expected ...
    """
    return check_pieces([titles])


def check_pieces(pieces: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Check rows as `check_titles` does, which come piece by piece: the lists of names are held once, not twice.

    Parameters
    ----------
    pieces : iterable of DataFrame
        At least one, each as for `check_titles`; ids are unique over all of them.

    Returns
    -------
    DataFrame

    Raises
    ------
    CatalogError
        As of `check_titles`, with rows counted from the first piece on.
    """
    frames, faults, first_row = [], [], 0
    for piece in pieces:
        frame, found = find_faults(piece, first_row)
        frames.append(frame)
        faults += found
        first_row += len(frame)
    whole = frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)
    again: _Faults = []  # within a piece they are found already, and null
    _repeated(whole["imdb_id"], again)
    faults += [Fault(row, str(found), column, expected, found) for row, column, expected, found in again]
    if faults:
        raise CatalogError(summary(sorted(faults, key=_place)))
    return whole


def summary(faults: Sequence[Fault]) -> str:
    """Return the first fault in words and how many more each column has."""
    text = str(faults[0])
    if len(faults) > 1:
        counts = Counter(fault.column for fault in faults)
        columns = ", ".join(f"{column} {count:,}" for column, count in counts.items())
        text += f" (and {len(faults) - 1:,} more faults: {columns})"
    return text


def find_faults(titles: pd.DataFrame, first_row: int = 0) -> tuple[pd.DataFrame, list[Fault]]:
    """Bring rows to the schema and list every cell that breaks it; such a cell comes back as null.

    Parameters
    ----------
    titles : DataFrame
        As for `check_titles`.
    first_row : int
        What the first row is called in the faults, for a piece of a larger file.

    Returns
    -------
    frame : DataFrame
        As of `check_titles`.
    faults : list of Fault
        By row, then by column of the schema.

    Raises
    ------
    CatalogError
        When a column is there twice, or a required one is not there.
    """
    twice = titles.columns[titles.columns.duplicated()]
    if len(twice):
        raise CatalogError(f"expected each column once, found {twice[0]!r} twice")
    missing = [name for name in REQUIRED if name not in titles]
    if missing:
        raise CatalogError(f"expected a column {missing[0]!r}, found {', '.join(map(str, titles.columns))}")
    titles = titles.reset_index(drop=True)
    empty = pd.Series([None] * len(titles), index=titles.index, dtype=object)
    faults: list[tuple[int, str, str, object]] = []
    data: dict[str, pd.Series] = {}
    for name, kind in COLUMNS.items():
        data[name] = _convert(titles.get(name, empty), name, kind, faults)
        sound = len(faults)
        _check(data[name], name, faults)
        data[name] = _without(data[name], {row for row, *_ in faults[sound:]})
    ids = data["imdb_id"]
    named = [
        Fault(first_row + row, _shown_id(ids.iloc[row], titles["imdb_id"].iloc[row]), column, expected, found)
        for row, column, expected, found in faults
    ]
    return pd.DataFrame(data, index=titles.index), sorted(named, key=_place)


_Faults = list[tuple[int, str, str, object]]
_ORDER = {name: position for position, name in enumerate(COLUMNS)}


def _place(fault: Fault) -> tuple[int, int]:
    return fault.row, _ORDER[fault.column]


def _repeated(ids: pd.Series, faults: _Faults) -> None:
    twice = ids.notna() & ids.duplicated()
    _fault(ids, twice.to_numpy(dtype=bool), "imdb_id", UNIQUE, faults)


def _shown_id(read: object, given: object) -> str:
    name = read if isinstance(read, str) else given
    return repr(name)[1:-1] if isinstance(name, str) else "no id"


def _convert(values: pd.Series, column: str, kind: str, faults: _Faults) -> pd.Series:
    """Return the column in its dtype; what cannot be brought to it is null and a fault."""
    if kind == NAMES:
        names = []
        for row, value in enumerate(values):
            try:
                names.append(_name_list(value))
            except TypeError:
                faults.append((row, column, "a list of names or null", value))
                names.append(None)
        return pd.Series(names, index=values.index, dtype=object)
    if kind == STRING:
        text = values.astype("string")
        return text.mask((text.str.strip() == "").fillna(False).astype(bool))
    if kind == BOOLEAN:
        sound = values.isna() | values.map(lambda value: isinstance(value, bool | np.bool_))
        _fault(values, ~sound.to_numpy(dtype=bool), column, "true, false or null", faults)
        return values.where(sound, None).astype("boolean")
    numbers = pd.to_numeric(values, errors="coerce").astype("Float64")
    lost = (numbers.isna() & values.notna()).to_numpy(dtype=bool)
    if values.dtype == object or pd.api.types.is_bool_dtype(values.dtype):
        lost = lost | values.map(lambda value: isinstance(value, bool | np.bool_)).to_numpy(dtype=bool)
    _fault(values, lost, column, "a number or null", faults)
    numbers = numbers.mask(lost)
    endless = np.isinf(numbers.to_numpy(dtype=float, na_value=np.nan))
    _fault(values, endless, column, "a finite number or null", faults)
    numbers = numbers.mask(endless)
    if kind == REAL:
        return numbers
    broken = (numbers.notna() & (numbers != numbers.round())).fillna(False).to_numpy(dtype=bool)
    _fault(values, broken, column, "a whole number or null", faults)
    return numbers.mask(broken).astype("Int64")


def _check(values: pd.Series, column: str, faults: _Faults) -> None:
    """Add a fault for every value of the right dtype that the column cannot have."""
    if column in _RANGES:
        low, high = _RANGES[column]
        expected = f"a number of at least {low}" if high is None else f"a number from {low} to {high}"
        outside = values < low if high is None else (values < low) | (values > high)
        _fault(values, outside.fillna(False).to_numpy(dtype=bool), column, expected, faults)
    if column in _PATTERNS:
        pattern, expected = _PATTERNS[column]
        fits = values.str.fullmatch(pattern).fillna(True).to_numpy(dtype=bool)
        _fault(values, ~fits, column, expected, faults)
        if column == "release_date":
            days = pd.to_datetime(values.where(fits), format="%Y-%m-%d", errors="coerce")
            _fault(
                values, fits & days.isna().to_numpy() & values.notna().to_numpy(), column, "a day that exists", faults
            )
    if column in REQUIRED:
        _fault(values, values.isna().to_numpy(dtype=bool), column, "a value", faults)
        _repeated(values, faults)


def _without(values: pd.Series, rows: set[int]) -> pd.Series:
    """Return the column with nulls in these rows."""
    return values.mask(values.index.isin(rows)) if rows else values


def _fault(values: pd.Series, mask: np.ndarray, column: str, expected: str, faults: _Faults) -> None:
    faults += [(int(row), column, expected, values.iloc[row]) for row in np.flatnonzero(mask)]


def _name_list(value: object) -> list[str] | None:
    if value is None or (isinstance(value, float) and np.isnan(value)) or value is pd.NA:
        return None
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        raise TypeError
    names = [item for item in value if item is not None]
    if not all(isinstance(item, str) for item in names):
        raise TypeError
    return names or None
