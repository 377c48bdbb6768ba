"""The catalogue's schema, and errors that name row, column, expected and found."""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import pandas as pd

STRING, INTEGER, REAL, NAMES = "string", "Int64", "Float64", "list of strings"
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
    "keywords": NAMES,
    "overview": STRING,
    "poster": STRING,
    "collection_id": INTEGER,
}
REQUIRED = ("imdb_id",)
_RANGES = {
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


class CatalogError(ValueError):
    """A catalogue that breaks the schema; the message names row, column, expected and found."""


def _name_list(value: object) -> list[str] | None:
    if value is None or (isinstance(value, float) and np.isnan(value)) or value is pd.NA:
        return None
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError
    names = [str(item) for item in value if item is not None]
    return names or None


def _convert(titles: pd.DataFrame, column: str, kind: str) -> pd.Series:
    values = titles[column]
    if kind == NAMES:
        converted = []
        for row, value in enumerate(values):
            try:
                converted.append(_name_list(value))
            except TypeError:
                raise _error(titles, row, column, "a list of names or null", value) from None
        return pd.Series(converted, index=titles.index, dtype=object)
    if kind == STRING:
        text = values.astype("string")
        blank = text.str.strip() == ""
        return text.mask(blank.fillna(False))
    numbers = pd.to_numeric(values, errors="coerce").astype("Float64")
    lost = (numbers.isna() & values.notna()).to_numpy()
    if lost.any():
        row = int(np.flatnonzero(lost)[0])
        raise _error(titles, row, column, "a number or null", values.iloc[row])
    if kind == REAL:
        return numbers
    broken = (numbers.notna() & (numbers != numbers.round())).fillna(False).to_numpy()
    if broken.any():
        row = int(np.flatnonzero(broken)[0])
        raise _error(titles, row, column, "a whole number or null", values.iloc[row])
    return numbers.astype("Int64")


def _error(titles: pd.DataFrame, row: int, column: str, expected: str, found: object) -> CatalogError:
    name = titles["imdb_id"].iloc[row] if "imdb_id" in titles else "no id"
    shown = found.item() if isinstance(found, np.generic) else found
    return CatalogError(f"row {row} ({name}), column {column!r}: expected {expected}, found {shown!r}")


@lru_cache(maxsize=1)
def _schema():
    # pandera takes most of a second to import: only commands that read a catalogue pay for it.
    import pandera.pandas as pandera

    def column(name: str, kind: str) -> pandera.Column:
        checks = []
        if name in _RANGES:
            low, high = _RANGES[name]
            told = f"a number of at least {low}" if high is None else f"a number from {low} to {high}"
            checks.append(pandera.Check.ge(low, error=told))
            if high is not None:
                checks.append(pandera.Check.le(high, error=told))
        if name in _PATTERNS:
            pattern, told = _PATTERNS[name]
            checks.append(pandera.Check.str_matches(rf"^(?:{pattern})$", error=told))
        required = name in REQUIRED
        dtype = object if kind == NAMES else kind
        return pandera.Column(dtype, checks, nullable=not required, unique=required, required=required)

    return pandera.DataFrameSchema({name: column(name, kind) for name, kind in COLUMNS.items()}, strict=False)


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
        With row, column, expected and found of the first fault, and the number of faults.

    Examples
    --------
    >>> check_titles(pd.DataFrame({"imdb_id": ["tt0000001"], "year": [1999.0]})).loc[0, "year"]
    np.int64(1999)
    >>> check_titles(pd.DataFrame({"imdb_id": ["tt1"]}))
    Traceback (most recent call last):
        ...
    genrelab.pipeline.catalog.schema.CatalogError: row 0 (tt1), column 'imdb_id': expected ...
    """
    import pandera.errors

    missing = [name for name in REQUIRED if name not in titles]
    if missing:
        raise CatalogError(f"expected a column {missing[0]!r}, found {', '.join(map(str, titles.columns))}")
    titles = titles.reset_index(drop=True)
    empty = [None] * len(titles)
    frame = pd.DataFrame(
        {
            name: _convert(titles if name in titles else pd.DataFrame({name: empty}), name, kind)
            for name, kind in COLUMNS.items()
        },
        index=titles.index,
    )
    try:
        _schema().validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as fault:
        raise _first_fault(frame, fault.failure_cases) from None
    return frame


def _first_fault(frame: pd.DataFrame, cases: pd.DataFrame) -> CatalogError:
    cases = cases.sort_values("index", kind="stable", na_position="last")
    first = cases.iloc[0]
    expected = {"field_uniqueness": "an id that no other row has", "not_nullable": "a value"}.get(
        str(first["check"]), str(first["check"])
    )
    if pd.isna(first["index"]):
        return CatalogError(f"column {first['column']!r}: expected {expected}, found {first['failure_case']!r}")
    fault = _error(frame, int(first["index"]), str(first["column"]), expected, first["failure_case"])
    more = len(cases) - 1
    return CatalogError(f"{fault}" + (f" (and {more} more faults)" if more else ""))
