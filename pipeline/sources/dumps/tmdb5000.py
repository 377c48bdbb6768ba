"""TMDb 5000: one CSV of 4,803 films with JSON in its cells. It has no IMDb ids; MovieLens' links.csv has them.

tmdb_5000_movies.csv    budget,genres,homepage,id,keywords,original_language,...,title,vote_average,vote_count
tmdb_5000_credits.csv   movie_id,title,cast,crew          optional, beside it
"""

from __future__ import annotations

import argparse
import ast
import json
from collections import Counter
from pathlib import Path

import pandas as pd

from ...catalog.genres import is_genre
from ..cells import read_text
from ..frame import (
    Fetched,
    Progress,
    SourceReport,
    catalogue_frame,
    count_unread,
    imdb_ids,
    numbers,
    stand_in_id,
    tell_unread,
    whole_numbers,
)
from ..layout import resolve
from ..people import people
from ..tables.lists import ListNotation
from ..tables.values import Unread

CREDITS = "tmdb_5000_credits.csv"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `genrelab fetch tmdb5000`."""
    parser.add_argument("path", type=Path, metavar="PATH", help="tmdb_5000_movies.csv, or its folder")
    parser.add_argument("--links", type=Path, help="MovieLens' links.csv, which gives the films their IMDb ids")


def build(args: argparse.Namespace, progress: Progress | None = None) -> Fetched:
    """Build catalogue rows from the parsed options."""
    return read_tmdb5000(args.path, args.links)


def read_tmdb5000(path: Path, links: Path | None = None) -> Fetched:
    """Read TMDb 5000.

    Parameters
    ----------
    path : Path
        `tmdb_5000_movies.csv`, under any name, or the folder with it.
    links : Path or None
        MovieLens' `links.csv`. A film it does not know, or every film without it, gets a stand-in id that a
        merge replaces by way of `tmdb_id`.

    Returns
    -------
    Fetched
        All TMDb columns; money of 0, a runtime of 0 and a mean of no votes are null.
    """
    file = resolve("tmdb5000", path, "tmdb_5000_movies.csv")
    table = read_text(file)
    report = SourceReport("tmdb5000")
    table["id"] = whole_numbers(table["id"])
    report.drop("broken id", int(table["id"].isna().sum()))
    table = table.dropna(subset="id")
    repeated = table.duplicated("id")
    report.drop("the same id again", int(repeated.sum()))
    table = table[~repeated].reset_index(drop=True)
    ids, bridged = bridge(table["id"], links)
    report.notes.append(f"{bridged:,} IMDb ids found by way of MovieLens, {len(ids) - bridged:,} stand-in ids")
    columns = tmdb_columns(table, report) | {"imdb_id": ids, "tmdb_id": table["id"]}
    frame = catalogue_frame(columns | _credits(file.with_name(CREDITS), table["id"], report))
    note_unread(table, frame, report)
    return Fetched(frame, report)


def note_unread(table: pd.DataFrame, frame: pd.DataFrame, report: SourceReport) -> None:
    """Say in the report which facts hold something that was not read."""
    unread: Counter[str] = Counter()
    examples: dict[str, str] = {}
    count_unread(table, frame, unread, examples, FACTS)
    tell_unread(report, unread, examples, len(table))


def _credits(file: Path, ids: pd.Series, report: SourceReport) -> dict[str, object]:
    """Read who made the films from the file beside, where it is there."""
    if not file.exists():
        report.notes.append(f"no {CREDITS} in the folder: no directors, writers and cast")
        return {}
    made_by: dict[int, dict[str, list[str] | None]] = {}
    broken = 0
    table = read_text(file)
    key = "movie_id" if "movie_id" in table else "id"
    for number, cast, crew in zip(whole_numbers(table[key]), table["cast"], table["crew"], strict=True):
        try:
            credits = {"cast": _parse(cast), "crew": _parse(crew)}
        except (ValueError, SyntaxError, RecursionError):
            broken += 1
            continue
        if not pd.isna(number):
            made_by.setdefault(int(number), people({"credits": credits}))
    if broken:
        report.notes.append(f"{file.name}: {broken:,} rows not read")
    return {name: [made_by.get(int(n), {}).get(name) for n in ids] for name in ("directors", "writers", "cast")}


def _parse(cell: object) -> object:
    if not isinstance(cell, str):
        return []
    try:
        return json.loads(cell)
    except ValueError:
        return ast.literal_eval(cell)


FACTS = ("release_date", "runtime", "revenue", "budget", "vote_count")  # one value a cell


def tmdb_columns(table: pd.DataFrame, report: SourceReport | None = None, *, lists: bool = True) -> dict[str, object]:
    """Return catalogue columns from a dump of TMDb's fields (also The Movies Dataset's).

    Parameters
    ----------
    table : DataFrame
        The dump, all text.
    report : SourceReport or None
        Takes how many lists were not read.
    lists : bool
        Whether to read genres and keywords.
    """
    votes = numbers(table["vote_count"])
    return {
        "title": table["title"],
        "kind": ["movie"] * len(table),
        "year": table["release_date"].astype("string").str.extract(r"^(\d{4})-", expand=False),
        "release_date": table["release_date"],
        "original_language": table["original_language"],
        "runtime": numbers(table["runtime"], zero_is_missing=True),
        "popularity": table["popularity"],
        "vote_average": numbers(table["vote_average"]).where((votes > 0).fillna(False).astype(bool)),
        "vote_count": votes,
        "revenue": numbers(table["revenue"], zero_is_missing=True),
        "budget": numbers(table["budget"], zero_is_missing=True),
        "genres_tmdb": read_lists(table["genres"], report) if lists else None,
        "keywords": read_lists(table["keywords"], report) if lists and "keywords" in table else None,
        "countries": read_lists(table["production_countries"], report)
        if lists and "production_countries" in table
        else None,
        "languages": read_lists(table["spoken_languages"], report) if lists and "spoken_languages" in table else None,
        "overview": table["overview"].where(~table["overview"].isin(["No overview found.", "No Overview"])),
    }


def read_lists(cells: pd.Series, report: SourceReport | None = None) -> list[list[str] | None]:
    """Read a column of lists in whatever notation the dump has; what is not read is counted in the report."""
    notation = ListNotation(known=is_genre if cells.name == "genres" else None)
    for cell in cells:
        notation.see(cell)
    names: list[list[str] | None] = []
    lost: list[str] = []
    for cell in cells:
        try:
            names.append(notation.read(cell))
        except Unread:
            names.append(None)
            lost.append(str(cell))
    if lost and report is not None:
        report.notes.append(f"{cells.name}: {len(lost):,} cells not read, such as {lost[0][:60]!r}")
    return names


def bridge(tmdb_ids: pd.Series, links: Path | None) -> tuple[list[str], int]:
    """Return an IMDb id for every TMDb film id, and how many are real.

    A TMDb id that MovieLens gives to two IMDb ids takes the first; an IMDb id is given out once.
    """
    known: dict[int, str] = {}
    if links is not None:
        table = read_text(resolve("movielens", links, "links.csv"))
        pairs = pd.DataFrame({"tmdb": whole_numbers(table["tmdbId"]), "imdb": imdb_ids(table["imdbId"])}).dropna()
        for tmdb, imdb in zip(pairs["tmdb"], pairs["imdb"], strict=True):
            known.setdefault(int(tmdb), imdb)
    found: list[str] = []
    taken: set[str] = set()
    for tmdb in tmdb_ids:
        real = known.get(int(tmdb))
        if real is None or real in taken:
            found.append(stand_in_id(f"tmdb:movie:{int(tmdb)}"))
        else:
            taken.add(real)
            found.append(real)
    return found, len(taken)
