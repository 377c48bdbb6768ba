"""The dump of all TMDb films as one CSV, a million rows and more, read as a stream.

TMDB_movie_dataset_v11.csv    id,title,vote_average,vote_count,status,release_date,revenue,runtime,adult,...,
                              imdb_id,original_language,...,genres,...,spoken_languages,keywords

Lists are joined by a comma and a space; `production_countries` and `spoken_languages` are English names.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from ...catalog.genres import is_genre
from ..account import SourceReport, how_many
from ..frame import (
    Fetched,
    Progress,
    catalogue_frame,
    count_unread,
    imdb_ids,
    stand_in_id,
    tell_unread,
    whole_numbers,
)
from ..layout import header, resolve
from ..tables.lists import ListNotation
from ..tables.values import Unread
from .tmdb5000 import FACTS, tmdb_columns

BLOCK = 8 * 2**20
FILE = "TMDB_movie_dataset_v11.csv"
_ADULT = {written: value for value in ("True", "False") for written in (value.upper(), value.lower())} | {
    "1": "True",
    "0": "False",
}
_STRANGE = "names of genres nobody knows"
_LISTS = {
    "genres": "genres_tmdb",
    "keywords": "keywords",
    "production_countries": "countries",
    "spoken_languages": "languages",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `genrelab fetch tmdb_dump`."""
    parser.add_argument("path", type=Path, metavar="PATH", help=f"{FILE}, or its folder")
    parser.add_argument("--min-votes", type=int, default=0, metavar="N", help="only films with N votes or more")
    parser.add_argument("--adult", action="store_true", help="keep adult films (left out by default)")


def build(args: argparse.Namespace, progress: Progress | None = None) -> Fetched:
    """Build catalogue rows from the parsed options."""
    return read_tmdb_dump(args.path, min_votes=args.min_votes, adult=args.adult, progress=progress)


def read_tmdb_dump(path: Path, *, min_votes: int = 0, adult: bool = False, progress: Progress | None = None) -> Fetched:
    """Read the dump piece by piece; memory grows with the ids only.

    Parameters
    ----------
    path : Path
        The CSV, under any name, or its folder.
    min_votes : int
        Fewest votes.
    adult : bool
        Keep adult films.
    progress
        Called with the number of bytes read.

    Returns
    -------
    Fetched
        All TMDb columns, `countries`, `languages` and the ids, as `pieces`.
    """
    report = SourceReport("tmdb_dump")
    pieces = _pieces(resolve("tmdb_dump", path, FILE), report, min_votes, adult, progress)
    return Fetched(catalogue_frame({}, 0), report, pieces=pieces)


def _pieces(
    file: Path, report: SourceReport, min_votes: int, adult: bool, progress: Progress | None
) -> Iterator[pd.DataFrame]:
    seen: set[int] = set()
    taken: set[str] = set()
    unread: Counter[str] = Counter()
    examples: dict[str, str] = {}
    stand_ins = 0
    for table in _stream(file, report, progress):
        table["id"] = whole_numbers(table["id"])
        table["adult"] = table["adult"].replace(_ADULT)
        table = _keep(table, table["id"].notna() & table["adult"].isin(["True", "False"]), "columns slipped", report)
        if not adult:
            table = _keep(table, table["adult"] == "False", "adult", report)
        if min_votes:
            votes = pd.to_numeric(table["vote_count"], errors="coerce")
            table = _keep(table, votes >= min_votes, "too few votes", report)
        fresh = ~table["id"].duplicated() & ~table["id"].isin(seen)
        table = _keep(table, fresh, "the same film again", report).reset_index(drop=True)
        seen.update(table["id"].astype(int))
        ids = []
        for tmdb, imdb in zip(table["id"], imdb_ids(table["imdb_id"]), strict=True):
            real = not pd.isna(imdb) and imdb not in taken
            ids.append(imdb if real else stand_in_id(f"tmdb:movie:{tmdb}"))
            taken.update([imdb] if real else [])
            stand_ins += not real
        columns = tmdb_columns(table, lists=False) | {"imdb_id": ids, "tmdb_id": table["id"]}
        for name, column in _LISTS.items():
            if name in table:
                columns[column] = _names(table[name], name, unread, examples)
        frame = catalogue_frame(columns, len(table))
        count_unread(table, frame, unread, examples, FACTS)
        yield frame
    report.notes.append(f"{stand_ins:,} films without an IMDb id have a stand-in id")
    strange = unread.pop(_STRANGE, 0)
    if strange:
        report.notes.append(
            f"genres: {how_many(strange, 'cell has', 'cells have')} a name nobody knows, such as {examples[_STRANGE]!r}"
        )
    tell_unread(report, unread, examples, len(seen))


def _names(cells: pd.Series, name: str, unread: Counter[str], examples: dict[str, str]) -> list[list[str] | None]:
    notation = ListNotation(",", is_genre if name == "genres" else None)
    names: list[list[str] | None] = []
    for cell in cells:
        try:
            read = notation.read(cell)
            if read and notation.known and not all(map(notation.known, read)):
                read = notation.usual(str(cell)) or read
                if not all(map(is_genre, read)):
                    unread[_STRANGE] += 1
                    examples.setdefault(_STRANGE, ", ".join(read)[:60])
            names.append(read)
        except Unread:
            unread[name] += 1
            examples.setdefault(name, str(cell)[:60])
            names.append(None)
    return names


def _keep(table: pd.DataFrame, mask: pd.Series, reason: str, report: SourceReport) -> pd.DataFrame:
    mask = mask.fillna(False).astype(bool)
    report.drop(reason, int((~mask).sum()))
    return table[mask]


def _stream(path: Path, report: SourceReport, progress: Progress | None) -> Iterator[pd.DataFrame]:
    """Yield pieces of the CSV, all text, an empty cell as None."""

    def skip(row: arrow_csv.InvalidRow) -> str:
        report.drop(f"row without {row.expected_columns} cells", 1)
        return "skip"

    with path.open("rb") as file:
        done = 0
        try:
            names = header(path)
            reader = arrow_csv.open_csv(
                file,
                read_options=arrow_csv.ReadOptions(block_size=BLOCK),
                parse_options=arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=skip),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True
                ),
            )
            for batch in reader:
                frame = batch.to_pandas().astype(object)
                yield frame.where(frame.notna(), None)
                if progress is not None:
                    progress(file.tell() - done)
                    done = file.tell()
        except pa.ArrowInvalid as fault:
            raise ValueError(f"{path}: the CSV is damaged ({fault})") from None
