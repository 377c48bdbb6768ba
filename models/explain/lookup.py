"""Which title is meant: by id, by title, by poster file; and genres by any spelling of their case."""

import difflib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from ...features.bounded import Refused

_MOST_SHOWN = 8


def find_title(what: str, titles: pd.DataFrame) -> int | None:
    """The row of a title, by its exact id, else by its title in any case; None where nothing matches.

    Parameters
    ----------
    what : str
        Such as `tt0133093`, `the matrix`, or `The Matrix (1999)`.
    titles : DataFrame
        Catalogue rows.

    Returns
    -------
    int or None
        Position.

    Raises
    ------
    ValueError
        When several titles match; the message lists them with ids and years.

    Examples
    --------
    >>> frame = pd.DataFrame({"imdb_id": ["tt0000001", "tt0000002"], "title": ["Heat", "Heat"], "year": [1986, 1995]})
    >>> find_title("tt0000002", frame), find_title("heat (1986)", frame), find_title("Alien", frame)
    (1, 0, None)
    """
    wanted = what.strip().casefold()
    by_id = np.flatnonzero(titles["imdb_id"].astype("string").str.casefold() == wanted)
    if len(by_id):
        return int(by_id[0])
    if "title" not in titles:
        return None
    names = titles["title"].astype("string").str.strip().str.casefold().fillna("")
    rows = np.flatnonzero(names == wanted)
    if not len(rows) and "year" in titles:
        dated = names + " (" + titles["year"].astype("string").fillna("") + ")"
        rows = np.flatnonzero(dated == wanted)
    if not len(rows):
        return None
    if len(rows) > 1:
        raise ValueError(f"title {what!r}: expected one title, found {_listed(titles, rows)}; give one's id")
    return int(rows[0])


def must_be_catalog(given: object, *, or_table: bool = False) -> None:
    """Refuse what is no catalogue, such as its path.

    Parameters
    ----------
    given : object
    or_table : bool
        Whether a DataFrame of its rows will do, too.

    Raises
    ------
    TypeError
        With what was expected, and how a path becomes a catalogue.
    """
    if hasattr(given, "poster_paths") or (or_table and isinstance(given, pd.DataFrame)):
        return
    path = isinstance(given, str | os.PathLike)
    found = f"the path {os.fspath(given)!r}; load_catalog(path) opens it" if path else type(given).__name__
    raise TypeError(f"expected a catalogue{' or a DataFrame of its rows' if or_table else ''}, got {found}")


def find_poster(file: Path, paths: Sequence[Path | Refused | None]) -> int | None:
    """The row whose poster is this file; None where there is none."""
    whole = os.path.realpath(file)
    for row, path in enumerate(paths):
        if isinstance(path, Path) and path.name == file.name and os.path.realpath(path) == whole:
            return row
    return None


def unknown_title(what: str, titles: pd.DataFrame | None) -> str:
    """Why nothing matches, with the nearest titles."""
    text = f"title {what!r}: expected a poster file, or a title or id of the catalogue"
    if titles is None:
        return f"{text}; found no such file, and no catalogue was given to look in"
    names = titles["title"].dropna().astype(str).unique().tolist() if "title" in titles else []
    folded = {name.casefold(): name for name in names}
    near = [folded[name] for name in difflib.get_close_matches(what.strip().casefold(), list(folded), 3, 0.6)]
    inside = [name for name in names if len(what) > 2 and what.casefold() in name.casefold()]
    shown = list(dict.fromkeys([*near, *inside]))[:_MOST_SHOWN]
    hint = f"; did you mean {' or '.join(map(repr, shown))}?" if shown else ""
    return f"{text}; none of its {len(titles)} titles is that{hint}"


def match_genres(asked: Sequence[str], labels: Sequence[str]) -> list[str]:
    """A model's genres by any case.

    Raises
    ------
    ValueError
        For a genre the model does not know, with the nearest.

    Examples
    --------
    >>> match_genres(["horror", "SCIENCE FICTION"], ["Horror", "Science Fiction"])
    ['Horror', 'Science Fiction']
    """
    known = {label.casefold(): label for label in labels}
    matched = []
    for genre in asked:
        label = known.get(genre.strip().casefold())
        if label is None:
            near = difflib.get_close_matches(genre.casefold(), list(known), 1)
            hint = f"; did you mean {known[near[0]]!r}?" if near else ""
            raise ValueError(f"genre {genre!r}: expected one of {', '.join(labels)}{hint}")
        matched.append(label)
    return matched


def _listed(titles: pd.DataFrame, rows: np.ndarray) -> str:
    shown = []
    for row in rows[:_MOST_SHOWN]:
        year = titles["year"].iloc[row] if "year" in titles else None
        shown.append(f"{titles['imdb_id'].iloc[row]} ({'no year' if year is None or pd.isna(year) else year})")
    more = f" and {len(rows) - _MOST_SHOWN} more" if len(rows) > _MOST_SHOWN else ""
    return f"{len(rows)}: {', '.join(shown)}{more}"
