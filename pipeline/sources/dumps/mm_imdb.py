"""MM-IMDb: one JSON and one JPEG a film, and a split that its papers share.

split.json               {"train": ["0083922", ...], "dev": [...], "test": [...]}
dataset/0083922.json     title, genres, plot (list), year, runtimes, rating, votes, kind, ...
dataset/0083922.jpeg
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pandas as pd

from ...catalog.genres import is_genre
from ..cells import unique
from ..frame import Fetched, Progress, SourceReport, catalogue_frame, imdb_ids
from ..images import relative_to
from ..layout import UnknownLayoutError, check_layout
from ..tables.lists import ListNotation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `genrelab fetch mm_imdb`."""
    parser.add_argument("path", type=Path, metavar="PATH", help="the folder with split.json and dataset/")
    parser.add_argument("--part", choices=("train", "dev", "test"), help="only this part of the set's own split")


def build(args: argparse.Namespace, progress: Progress | None = None) -> Fetched:
    """Build catalogue rows from the parsed options."""
    return read_mm_imdb(args.path, base=args.out.parent, part=args.part, progress=progress)


def read_mm_imdb(
    path: Path, *, base: Path = Path(), part: str | None = None, progress: Progress | None = None
) -> Fetched:
    """Read the titles of the split, in its order, and remember the part each is in.

    Parameters
    ----------
    path : Path
        The folder.
    base : Path
        The folder that poster paths are written relative to (the catalogue's own).
    part : {"train", "dev", "test"} or None
        Only this part.
    progress
        Called with 1 after each title.

    Returns
    -------
    Fetched
        Columns `imdb_id`, `title`, `kind`, `year`, `runtime`, `imdb_rating`, `imdb_votes`, `genres_imdb`,
        `overview` (the first plot) and `poster`; `split` maps `imdb_id` to train, dev or test.
    """
    check_layout("mm_imdb", path)
    report = SourceReport("mm_imdb")
    try:
        parts = json.loads((path / "split.json").read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as fault:
        raise UnknownLayoutError(f"{path / 'split.json'}: expected JSON, found a fault in it ({fault})") from None
    if not isinstance(parts, dict) or not all(isinstance(numbers, list) for numbers in parts.values()):
        raise UnknownLayoutError(f'{path / "split.json"}: expected {{"train": [...], "dev": [...], "test": [...]}}')
    rows: list[dict[str, object]] = []
    split: dict[str, str] = {}
    for name, numbers in parts.items():
        if part is not None and name != part:
            continue
        for number, key in zip(numbers, imdb_ids(numbers), strict=True):
            if progress is not None:
                progress(1)
            if pd.isna(key):
                report.drop("broken id", 1)
                continue
            if key in split:
                report.drop(f"again in {name}, already in {split[key]}", 1)
                continue
            try:
                record = json.loads((path / "dataset" / f"{number}.json").read_text(encoding="utf-8"))
            except FileNotFoundError:
                report.drop("no JSON", 1)
                continue
            except (ValueError, RecursionError):
                record = None
            if not isinstance(record, dict):
                report.drop("broken JSON", 1)
                report.left_out.append(("file", f"dataset/{number}.json", "expected one JSON record"))
                continue
            image = path / "dataset" / f"{number}.jpeg"
            split[str(key)] = name
            rows.append(_row(record) | {"imdb_id": key, "poster": relative_to(image, base) if image.exists() else None})
    names = (*_row({}), "imdb_id", "poster")
    frame = catalogue_frame({name: [row[name] for row in rows] for name in names}, count=len(rows))
    counted = ", ".join(f"{name} {sum(value == name for value in split.values()):,}" for name in parts)
    report.notes.append(f"the set's own split: {counted}")
    return Fetched(frame, report, split=split)


def _first(value: object) -> object:
    """Return a value, or the first of a list; what is neither text nor a number is missing."""
    value = (value[0] if value else None) if isinstance(value, list) else value
    return value if isinstance(value, str | int | float) and not isinstance(value, bool) else None


def _genres(value: object) -> list[str] | None:
    """Return the names of genres: a list of them, or one text with all."""
    if isinstance(value, str):
        return ListNotation(known=is_genre).read(value)
    return unique(name for name in value if isinstance(name, str)) if isinstance(value, list) else None


def _row(record: dict) -> dict[str, object]:
    runtime = str(_first(record.get("runtimes")) or "").rpartition(":")[2].split(" ")[0]
    plot = _first(record.get("plot")) or record.get("plot outline")
    return {
        "title": _first(record.get("title")),
        "kind": "series" if "series" in str(record.get("kind", "")) else "movie",
        "year": _first(record.get("year")),
        "runtime": runtime or None,
        "imdb_rating": _first(record.get("rating")),
        "imdb_votes": _first(record.get("votes")),
        "genres_imdb": _genres(record.get("genres")),
        "overview": str(plot).partition("::")[0] if plot else None,  # IMDb's plots end in ::author
    }
