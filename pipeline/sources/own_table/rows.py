"""A user's table as catalogue values, row by row, and what one column tells for another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
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


def split_years(values: dict[str, list[Any]]) -> None:
    """Part `Heat (1995)` into title and year where no year column says otherwise."""
    years = values.get("year")
    for row, title in enumerate(values["title"]):
        found = (
            re.fullmatch(r"(.*\S)\s*[(\[]((?:18|19|20)\d\d)(?:\s*[-–]\s*(?:\d{4})?)?[)\]]", title) if title else None
        )
        if found is None or (years is not None and years[row] not in (None, int(found[2]))):
            continue
        values["title"][row] = found[1]
        if years is None:
            years = values["year"] = [None] * len(values["title"])
        years[row] = int(found[2])
