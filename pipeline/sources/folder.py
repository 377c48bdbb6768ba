"""A folder of posters, alone or with a CSV about them.

posters/tt0113277.jpg           an IMDb id anywhere in the name
posters/Heat {tmdb-949}.jpg     a TMDb id, marked as one
posters/Heat (1995).jpg         title and year
films.csv                       any column names; flags say what they mean
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from ..catalog.schema import COLUMNS
from .cells import read_text, split_names
from .frame import LIST_COLUMNS, Fetched, Progress, SourceReport, catalogue_frame, imdb_ids, stand_in_id
from .images import find_images, relative_to
from .layout import UnknownLayoutError, header

_IMDB = re.compile(r"(?<![a-z0-9])tt(\d{7,9})(?!\d)", re.IGNORECASE)
_TMDB = re.compile(r"(?<![a-z0-9])tmdb(?:id)?[-_ =]?(\d{1,9})(?!\d)", re.IGNORECASE)
_YEAR = re.compile(r"^(?P<title>.*?\S)[\s._]*[\(\[](?P<year>(?:18|19|20)\d\d)[\)\]]")
GENRE_SOURCES = ("imdb", "tmdb", "movielens")


@dataclass(frozen=True)
class FileName:
    """What a poster's file name tells."""

    imdb_id: str | None
    tmdb_id: int | None
    title: str | None
    year: int | None


def read_name(stem: str, bare: str = "none") -> FileName:
    """Read ids, title and year from a file name without its ending.

    Parameters
    ----------
    stem : str
        The name, as in `Heat (1995) [tt0113277]`.
    bare : {"none", "imdb", "tmdb"}
        Whose id a name of digits only is.

    Examples
    --------
    >>> read_name("Heat (1995) [tt0113277]")
    FileName(imdb_id='tt0113277', tmdb_id=None, title='Heat', year=1995)
    >>> read_name("949", bare="tmdb")
    FileName(imdb_id=None, tmdb_id=949, title=None, year=None)
    """
    imdb, tmdb = _IMDB.search(stem), _TMDB.search(stem)
    rest = _TMDB.sub(" ", _IMDB.sub(" ", stem))
    dated = _YEAR.search(rest)
    title = dated["title"] if dated else rest
    title = re.sub(r"[\s._]+|[\[\](){}]", " ", title).strip(" -") or None
    name = FileName(
        f"tt{imdb[1]}" if imdb else None,
        int(tmdb[1]) if tmdb else None,
        None if title is None else " ".join(title.split()),
        int(dated["year"]) if dated else None,
    )
    if bare != "none" and stem.isdecimal() and stem.isascii():
        digits = stem.lstrip("0")
        if bare == "imdb":
            return replace(name, imdb_id=f"tt{digits.zfill(7)}", title=None)
        return replace(name, tmdb_id=int(stem), title=None)
    return name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `genrelab fetch folder`."""
    parser.add_argument("posters", type=Path, metavar="FOLDER", help="of images; folders inside it too")
    parser.add_argument("--csv", type=Path, help="a table about the posters")
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        metavar="NAME=HEADER",
        help="which column of the CSV is what, as in --column title=Film --column genres=Genre; may be repeated. "
        "Columns that already have the catalogue's names need no flag. `poster` is the image's file name",
    )
    parser.add_argument("--genre-separator", default="|", metavar="TEXT", help="between genres in a cell (default |)")
    parser.add_argument(
        "--genres-as",
        choices=GENRE_SOURCES,
        default="imdb",
        help="which label source your genres fill (default imdb)",
    )
    parser.add_argument("--bare-ids", choices=("none", "imdb", "tmdb"), default="none", help="whose id is 949.jpg")
    parser.add_argument("--kind", choices=("movie", "series"), default="movie", help="what the titles are")


def build(args: argparse.Namespace, progress: Progress | None = None) -> Fetched:
    """Build catalogue rows from the parsed options."""
    mapping = {}
    for pair in args.column:
        name, equals, column = pair.partition("=")
        if not equals or not name or not column:
            raise ValueError(f"--column: expected NAME=HEADER as in title=Film, found {pair!r}")
        mapping[name.strip()] = column.strip()
    return read_folder(
        args.posters,
        args.csv,
        columns=mapping,
        genre_separator=args.genre_separator,
        genres_as=args.genres_as,
        bare=args.bare_ids,
        kind=args.kind,
        base=args.out.parent,
    )


def read_folder(
    posters: Path,
    table: Path | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    genre_separator: str = "|",
    genres_as: str = "imdb",
    bare: str = "none",
    kind: str = "movie",
    base: Path = Path(),
) -> Fetched:
    """Make a title of every poster, and of every row of the CSV that has none.

    A row finds its poster by file name (column `poster`), else by IMDb id, TMDb id, or title and year in the
    image's name. A title without an IMDb id gets a stand-in id that stays the same as long as its file name does.

    Parameters
    ----------
    posters : Path
        The folder; what is an image is told by its first bytes.
    table : Path or None
        A CSV.
    columns : mapping or None
        Catalogue column, or `genres`, to the CSV's column.
    genre_separator, genres_as, bare, kind
        As the command's options.
    base : Path
        The folder that poster paths are written relative to (the catalogue's own).

    Raises
    ------
    UnknownLayoutError
        If the CSV lacks a column that was named.
    """
    report = SourceReport("folder")
    images = find_images(posters).paths
    names = {image: read_name(image.stem, bare) for image in images}
    used: set[Path] = set()
    rows: list[dict[str, object]] = []
    if table is not None:
        finder = _Finder(posters, names)
        for row in _read_rows(table, columns or {}, genre_separator, genres_as):
            image = finder.find(row)
            if image is not None and image not in used:
                used.add(image)
            elif image is not None:
                report.drop("row for a poster that another row has", 1)
                continue
            rows.append(row | {"poster": image})
        report.notes.append(
            f"{len(used):,} rows with a poster, {len(rows) - len(used):,} without, "
            f"{len(images) - len(used):,} posters without a row"
        )
    rows += [{"poster": image} for image in images if image not in used]
    seen: set[str] = set()
    kept = []
    for row in rows:
        row = _complete(row, names, posters, base)
        if row["imdb_id"] in seen:
            report.drop("the same id again", 1)
            continue
        seen.add(str(row["imdb_id"]))
        kept.append(row | {"kind": row.get("kind") or kind})
    filled = {name for row in kept for name in row}
    return Fetched(catalogue_frame({name: [row.get(name) for row in kept] for name in filled}, len(kept)), report)


def _complete(row: dict[str, object], names: dict[Path, FileName], posters: Path, base: Path) -> dict[str, object]:
    row = dict(row)
    image = row.get("poster")
    if isinstance(image, Path):
        told = names[image]
        for name in ("imdb_id", "tmdb_id", "title", "year"):
            row[name] = getattr(told, name) if row.get(name) is None else row[name]
        row["poster"] = relative_to(image, base)
        origin = f"file:{image.relative_to(posters).as_posix()}"
    else:
        origin = f"title:{row.get('title')}:{row.get('year')}"
    if row.get("imdb_id") is None:
        row["imdb_id"] = stand_in_id(f"tmdb:movie:{row['tmdb_id']}" if row.get("tmdb_id") else origin)
    return row


def _read_rows(table: Path, columns: Mapping[str, str], separator: str, genres_as: str) -> list[dict[str, object]]:
    strange = set(columns) - set(COLUMNS) - {"genres"}
    if strange:
        raise ValueError(f"--column: {sorted(strange)[0]!r} is none of genres, {', '.join(COLUMNS)}")
    delimiter = _delimiter(table)
    frame = read_text(table, separator=delimiter)
    meaning = {name: name for name in (*COLUMNS, "genres") if name in frame} | dict(columns)
    lacking = [column for column in meaning.values() if column not in frame]
    if lacking:
        raise UnknownLayoutError(f"{table}: no column {lacking[0]!r}; it has {', '.join(frame)}")
    facts: dict[str, list] = {}
    for name, column in meaning.items():
        target = f"genres_{genres_as}" if name == "genres" else name
        facts[target] = split_names(frame[column], separator) if target in LIST_COLUMNS else list(frame[column])
    if "imdb_id" in facts:
        facts["imdb_id"] = [None if pd.isna(key) else key for key in imdb_ids(facts["imdb_id"])]
    return [dict(zip(facts, values, strict=True)) for values in zip(*facts.values(), strict=True)]


def _delimiter(table: Path) -> str:
    names = header(table)
    if len(names) > 1:
        return ","
    try:
        return csv.Sniffer().sniff(names[0], delimiters=";\t|").delimiter if names else ","
    except csv.Error:
        return ","


class _Finder:
    """Finds the image of a CSV row."""

    def __init__(self, posters: Path, names: dict[Path, FileName]) -> None:
        self.keys: dict[object, Path] = {}
        for image, told in names.items():
            path = image.relative_to(posters)
            keys: list[object] = [("file", path.as_posix()), ("file", path.name), ("file", path.stem)]
            keys += [("imdb_id", told.imdb_id), ("tmdb_id", told.tmdb_id)]
            if told.title:
                keys += [("title", _plain(told.title), told.year), ("any year", _plain(told.title))]
            for key in keys:
                self.keys.setdefault(key, image)

    def find(self, row: dict[str, object]) -> Path | None:
        file = row.get("poster")
        if isinstance(file, str):
            name = file.strip().replace("\\", "/")
            return self.keys.get(("file", name)) or self.keys.get(("file", name.rpartition("/")[2]))
        tmdb, year = str(row.get("tmdb_id") or ""), str(row.get("year") or "")
        tries: list[object] = [("imdb_id", row["imdb_id"])] if row.get("imdb_id") else []
        if tmdb.isdecimal():
            tries.append(("tmdb_id", int(tmdb)))
        if row.get("title"):
            plain = _plain(str(row["title"]))
            dated = [("title", plain, int(year)), ("title", plain, None)] if year.isdecimal() else []
            tries += dated or [("any year", plain)]
        return next((self.keys[key] for key in tries if key in self.keys), None)


def _plain(title: str | None) -> str:
    return re.sub(r"\W+", " ", (title or "").casefold()).strip()
