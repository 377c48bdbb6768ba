"""A user's table as catalogue values, row by row, and what one column tells for another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any


@dataclass
class UserTable:
    """A table's rows as catalogue values.

    Parameters
    ----------
    columns : dict of list
        Catalogue column to values, one per row; None where missing or not read.
    where : list of str
        Where each row is in its file.
    mapping : dict
        What was understood; can be given again as options.
    other_titles : list of tuple of str
        What other columns call the title of each row, such as its original title.
    """

    columns: dict[str, list[Any]]
    where: list[str]
    mapping: dict[str, object]
    other_titles: list[tuple[str, ...]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.where)

    def __getitem__(self, row: int) -> dict[str, Any]:
        return {name: values[row] for name, values in self.columns.items()}

    def told(self, row: int) -> dict[str, Any]:
        """Return a row's values, and its other titles as `other_titles`."""
        return self[row] | {"other_titles": self.other_titles[row] if self.other_titles else ()}


def fill_titles(values: dict[str, list[Any]], titles: Sequence[tuple[str, ...]]) -> int:
    """Give rows without a title what another column calls them; return how many.

    Examples
    --------
    >>> values = {"title": ["Hitze", None]}
    >>> fill_titles(values, [("Heat",), ("Speed",)]), values
    (1, {'title': ['Hitze', 'Speed']})
    """
    filled = 0
    for number, (title, others) in enumerate(zip(values.get("title", ()), titles, strict=False)):
        if title is None and others:
            values["title"][number] = others[0]
            filled += 1
    return filled


_WORDS = r"(?:tv|film|movie|series|serie|mini|mini-?series|short|video|documentary|special)"
_YEAR = re.compile(
    rf"(.*\S)\s*[(\[](?:{_WORDS}\s)*((?:18|19|20)\d\d)(?:\s*[-–]\s*(?:\d{{4}})?)?(?:\s{_WORDS})*\s*[)\]]"
    rf"(?:\s*\((?:v|{_WORDS})\))?",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"#?(\d{1,9})(?:[.):]|\s-)\s+(\S.*)")


def split_years(values: dict[str, list[Any]]) -> None:
    """Part `Heat (1995)` into title and year where no year column says otherwise.

    Examples
    --------
    >>> values = {"title": ["Heat (1995 film)", "Dark (TV Series 2017– )", "1917"]}
    >>> split_years(values)
    >>> values
    {'title': ['Heat', 'Dark', '1917'], 'year': [1995, 2017, None]}
    """
    years = values.get("year")
    for row, title in enumerate(values["title"]):
        found = _YEAR.fullmatch(title) if title else None
        if found is None or (years is not None and years[row] not in (None, int(found[2]))):
            continue
        values["title"][row] = found[1]
        if years is None:
            years = values["year"] = [None] * len(values["title"])
        years[row] = int(found[2])


def without_ranks(titles: list[str | None]) -> list[str | None] | None:
    """Return titles without the numbers that count them, `1. Heat`, `2. Zed`; None where they are not counted.

    Examples
    --------
    >>> without_ranks(["1. Heat", "2. Zed", "3. 1917"]), without_ranks(["1. Heat", "2. Zed", "8 1/2"])
    (['Heat', 'Zed', '1917'], None)
    """
    found = [title and _COUNTED.fullmatch(title) for title in titles]
    if len(found) < 3 or not all(found):
        return None
    numbers = [int(one[1]) for one in found if one]
    steps = {after - before for before, after in pairwise(numbers)}
    return [one[2] for one in found if one] if steps in ({1}, {-1}) else None
