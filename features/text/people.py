"""Who made a title and who plays in it: names of directors, writers and cast, one list a role.

Which names count is learnt from training rows, by the model: a name that only one training title has tells nothing.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

import pandas as pd

__all__ = ["NAME_SEPARATOR", "ROLES", "joined_lists", "people"]

NAME_SEPARATOR = "|"
ROLES: Mapping[str, str] = MappingProxyType({"directors": "director", "writers": "writer", "cast": "cast"})


def people(titles: pd.DataFrame) -> pd.DataFrame:
    """Names of each role of each title, joined by `|`.

    Parameters
    ----------
    titles : DataFrame of n rows
        Catalogue rows; `directors`, `writers` and `cast` hold lists of names or null. A column that is absent counts as
        null for every title.

    Returns
    -------
    DataFrame of n rows, object
        `people_director`, `people_writer`, `people_cast`: distinct names, blanks squeezed, in the order of the list.
        None where a title has no list or an empty one.

    Raises
    ------
    ValueError
        When a value is no list; the message names the title.

    Examples
    --------
    >>> titles = pd.DataFrame({"directors": [["Lana  Wachowski", "Lilly Wachowski"], None]})
    >>> people(titles)["people_director"].tolist()
    ['Lana Wachowski|Lilly Wachowski', None]
    """
    columns = {f"people_{short}": joined_lists(titles, column) for column, short in ROLES.items()}
    return pd.DataFrame(columns, index=titles.index, dtype=object)


def joined_lists(titles: pd.DataFrame, column: str) -> list[str | None]:
    """A column of lists as texts: distinct values joined by `|`, None where there is none.

    Parameters
    ----------
    titles : DataFrame of n rows
    column : str
        Lists of text or null; a plain text counts as a list of one. Absent, it counts as null for every title.

    Raises
    ------
    ValueError
        When a value is neither; the message names the title.

    Examples
    --------
    >>> joined_lists(pd.DataFrame({"countries": [["USA", "UK", "USA"], []]}), "countries")
    ['USA|UK', None]
    """
    if column not in titles:
        return [None] * len(titles)
    return [_joined(value, column, row, titles) for row, value in enumerate(titles[column].tolist())]


def _joined(value: object, column: str, row: int, titles: pd.DataFrame) -> str | None:
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, Iterable) or isinstance(listed, bytes | Mapping):
        name = titles["imdb_id"].iloc[row] if "imdb_id" in titles else "no id"
        raise ValueError(f"row {row} ({name}), column {column!r}: expected a list of names or null, found {value!r}")
    names = (" ".join(str(name).replace(NAME_SEPARATOR, " ").split()) for name in listed if name is not None)
    return NAME_SEPARATOR.join(dict.fromkeys(filter(None, names))) or None
