"""Comma-separated files read as text, and the small notations that dumps put into their cells."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd


def read_text(path: Path, *, separator: str = ",") -> pd.DataFrame:
    """Read a CSV with every cell as text and an empty cell as None; nothing is guessed.

    UTF-8 with or without a mark is expected; a file that is not UTF-8 is read as Windows-1252, as the older
    dumps are.
    """
    data = path.read_bytes()
    try:
        data.decode("utf-8")
        encoding = "utf-8-sig"
    except UnicodeDecodeError:
        encoding = "cp1252"
    del data
    try:
        table = pd.read_csv(
            path,
            sep=separator,
            dtype=object,
            keep_default_na=False,
            index_col=False,
            encoding=encoding,
            encoding_errors="replace",
            engine="c",
            on_bad_lines="error",
            skip_blank_lines=True,
        )
    except pd.errors.EmptyDataError:
        raise ValueError(f"{path}: expected a CSV, found an empty file") from None
    except (pd.errors.ParserError, pd.errors.ParserWarning) as fault:
        raise ValueError(f"{path}: expected rows of as many cells as the header has ({fault})") from None
    table.columns = [str(name).strip() for name in table.columns]
    return table.mask(table == "", None).astype(object)


def unique(names: Iterable[str]) -> list[str]:
    """Return the names without repeats, in order.

    Examples
    --------
    >>> unique(["Drama", "War", "Drama"])
    ['Drama', 'War']
    """
    return list(dict.fromkeys(names))


def split_names(cells: Iterable[object], separator: str) -> list[list[str]]:
    """Split cells such as `Adventure|Comedy` into lists; a missing cell gives an empty list.

    Examples
    --------
    >>> split_names(["Adventure|Comedy", None], "|")
    [['Adventure', 'Comedy'], []]
    """
    return [
        unique(part.strip() for part in cell.split(separator) if part.strip()) if isinstance(cell, str) else []
        for cell in cells
    ]


def split_year(titles: Iterable[object]) -> tuple[pd.Series, pd.Series]:
    """Part `Toy Story (1995)` into the title and the year (text, or null where there is none).

    Examples
    --------
    >>> [list(part) for part in split_year(["Toy Story (1995)", "2012"])]
    [['Toy Story', '2012'], ['1995', <NA>]]
    """
    text = pd.Series(list(titles), dtype="string").str.strip()
    parts = text.str.extract(r"^(?P<title>.*\S)\s*\((?P<year>\d{4})(?:[-–]\d{0,4})?\s*\)$")
    return parts["title"].fillna(text), parts["year"]
