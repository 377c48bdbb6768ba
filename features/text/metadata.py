"""Facts of a title as numbers: year, length, reach, money, ratings."""

from collections.abc import Callable
from types import MappingProxyType

import numpy as np
import pandas as pd

__all__ = ["AFTER_RELEASE", "METADATA_COLUMNS", "METADATA_UNITS", "metadata"]


def _as_is(values: np.ndarray) -> np.ndarray:
    return values


def _log10_of_1_plus(values: np.ndarray) -> np.ndarray:
    return np.log10(1.0 + values)


# Catalogue column -> scale. Counts and money span decades and are skewed, so they are taken as logarithms.
METADATA_COLUMNS: MappingProxyType[str, Callable[[np.ndarray], np.ndarray]] = MappingProxyType(
    {
        "year": _as_is,
        "runtime": _as_is,
        "popularity": np.log1p,
        "vote_average": _as_is,
        "vote_count": np.log1p,
        "revenue": _log10_of_1_plus,
        "budget": _log10_of_1_plus,
        "imdb_rating": _as_is,
        "imdb_votes": np.log1p,
    }
)
# The same in words, for those who fill a table without genrelab: dollars in place of a logarithm get an answer, too.
METADATA_UNITS: MappingProxyType[str, str] = MappingProxyType(
    {
        "year": "the year",
        "runtime": "minutes",
        "popularity": "ln(1 + popularity)",
        "vote_average": "0 to 10, a gap where nobody voted",
        "vote_count": "ln(1 + votes)",
        "revenue": "log10(1 + US dollars)",
        "budget": "log10(1 + US dollars)",
        "imdb_rating": "1 to 10",
        "imdb_votes": "ln(1 + votes)",
    }
)
# What nobody can know on the day of the release: audiences make these numbers later.
AFTER_RELEASE = ("popularity", "vote_average", "vote_count", "revenue", "imdb_rating", "imdb_votes")


def metadata(titles: pd.DataFrame, *, as_of_release: bool = False) -> pd.DataFrame:
    """Numbers of each title, on scales that models can use; what is unknown stays unknown.

    Nothing is imputed here: a gap is filled from training rows, by the model.

    Parameters
    ----------
    titles : DataFrame of n rows
        Catalogue rows. A column that is absent counts as unknown for every title.
    as_of_release : bool
        Leave out what is only known after the release: popularity, votes, ratings, revenue.

    Returns
    -------
    DataFrame of n rows, float32, NaN = unknown
        `metadata_year`; `metadata_runtime` (minutes); `metadata_popularity`, `metadata_vote_count`,
        `metadata_imdb_votes` (ln(1 + x)); `metadata_revenue`, `metadata_budget` (log10(1 + US dollars));
        `metadata_vote_average` (0 to 10; unknown where nobody voted), `metadata_imdb_rating` (1 to 10).
        `as_of_release` leaves `metadata_year`, `metadata_runtime`, `metadata_budget`.

    Raises
    ------
    ValueError
        When a column holds something that is no number, or a number below zero; the message names the title.

    Examples
    --------
    >>> titles = pd.DataFrame({"year": [1999, 2004], "revenue": [999.0, None], "vote_count": [0, 20]})
    >>> frame = metadata(titles)
    >>> frame[["metadata_year", "metadata_revenue"]].to_numpy().tolist()
    [[1999.0, 3.0], [2004.0, nan]]
    >>> metadata(titles, as_of_release=True).columns.tolist()
    ['metadata_year', 'metadata_runtime', 'metadata_budget']
    """
    columns = {}
    for name, scale in METADATA_COLUMNS.items():
        if as_of_release and name in AFTER_RELEASE:
            continue
        values = _numbers(titles, name)
        if name == "vote_average":
            # Sources write 0 for the mean of no votes.
            values = np.where(_numbers(titles, "vote_count") == 0, np.nan, values)
        columns[f"metadata_{name}"] = scale(values).astype(np.float32)
    return pd.DataFrame(columns, index=titles.index)


def _numbers(titles: pd.DataFrame, column: str) -> np.ndarray:
    if column not in titles:
        return np.full(len(titles), np.nan)
    values = titles[column]
    numbers = pd.to_numeric(values, errors="coerce").astype("Float64").to_numpy(np.float64, na_value=np.nan)
    no_number = np.isnan(numbers) & values.notna().to_numpy()
    broken = no_number | (numbers < 0) | np.isinf(numbers)
    if broken.any():
        row = int(np.flatnonzero(broken)[0])
        name = titles["imdb_id"].iloc[row] if "imdb_id" in titles else "no id"
        raise ValueError(
            f"row {row} ({name}), column {column!r}: expected a finite number of at least 0 or null, "
            f"found {values.iloc[row]!r}"
        )
    return numbers
