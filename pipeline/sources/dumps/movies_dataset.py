"""The Movies Dataset: 45,000 TMDb films with IMDb ids, and three broken rows known to everybody.

movies_metadata.csv    adult,belongs_to_collection,budget,genres,...,id,imdb_id,...   Python notation in cells
keywords.csv           id,keywords                                                    optional
links.csv              movieId,imdbId,tmdbId                                          optional
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from ..cells import read_text
from ..frame import Fetched, Progress, SourceReport, catalogue_frame, imdb_ids, stand_in_id, whole_numbers
from ..layout import header, resolve
from .tmdb5000 import note_unread, read_lists, tmdb_columns
from .tmdb_dump import read_tmdb_dump


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `genrelab fetch movies_dataset`."""
    parser.add_argument("path", type=Path, metavar="PATH", help="the folder with movies_metadata.csv")


def build(args: argparse.Namespace, progress: Progress | None = None) -> Fetched:
    """Build catalogue rows from the parsed options."""
    return read_movies_dataset(args.path)


def read_movies_dataset(path: Path) -> Fetched:
    """Read The Movies Dataset.

    Rows whose columns have slipped (a date for an id, text for `adult`), adult films, and a film's second row
    are left out and counted.

    Parameters
    ----------
    path : Path
        The folder, or `movies_metadata.csv` itself.

    Returns
    -------
    Fetched
        All TMDb columns, `collection_id`, and with `links.csv` also `movielens_id`.
    """
    file = resolve("movies_dataset", path, "movies_metadata.csv")
    folder = file.parent
    names = header(file)
    if "keywords" in names and "belongs_to_collection" not in names:
        fetched = read_tmdb_dump(file)
        fetched.report.notes.append("this is the dump of all TMDb films: read as `genrelab fetch tmdb_dump` does")
        return fetched
    table = read_text(file)
    report = SourceReport("movies_dataset")
    table["id"] = whole_numbers(table["id"])
    sound = table["id"].notna() & table["adult"].isin(["True", "False"])
    report.drop("columns slipped", int((~sound).sum()))
    table = table[sound]
    adult = table["adult"] == "True"
    report.drop("adult", int(adult.sum()))
    table = table[~adult]
    table = table.assign(imdb_id=imdb_ids(table["imdb_id"]).to_numpy())
    repeated = table.duplicated("id") | (table["imdb_id"].notna() & table.duplicated("imdb_id"))
    report.drop("the same film again", int(repeated.sum()))
    table = table[~repeated].reset_index(drop=True)
    missing = table["imdb_id"].isna()
    report.notes.append(f"{int(missing.sum()):,} films without an IMDb id have a stand-in id")
    ids = [
        stand_in_id(f"tmdb:movie:{tmdb}") if gone else imdb
        for imdb, tmdb, gone in zip(table["imdb_id"], table["id"], missing, strict=True)
    ]
    columns = tmdb_columns(table, report) | {"imdb_id": ids, "tmdb_id": table["id"]}
    if "belongs_to_collection" in table:
        columns["collection_id"] = [_collection(cell) for cell in table["belongs_to_collection"]]
    if (folder / "keywords.csv").exists():
        words = read_text(folder / "keywords.csv")
        words["id"] = whole_numbers(words["id"])
        words = words.dropna(subset="id").drop_duplicates("id").reset_index(drop=True)
        known = dict(zip(words["id"], read_lists(words["keywords"], report), strict=True))
        columns["keywords"] = [known.get(tmdb) for tmdb in table["id"]]
    else:
        report.notes.append("no keywords.csv in the folder: no keywords")
    if (folder / "links.csv").exists():
        links = read_text(folder / "links.csv")
        numbers = dict(zip(imdb_ids(links["imdbId"]), links["movieId"], strict=True))
        columns["movielens_id"] = [numbers.get(imdb) for imdb in ids]
    frame = catalogue_frame(columns)
    note_unread(table, frame, report)
    return Fetched(frame, report)


def _collection(cell: object) -> int | None:
    found = re.search(r"['\"]id['\"]: (\d+)", cell) if isinstance(cell, str) else None
    return int(found[1]) if found else None
