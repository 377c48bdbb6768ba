"""IMDb's non-commercial files: titles, ratings and people, read as streams.

    title.basics.tsv.gz    tconst titleType primaryTitle originalTitle isAdult startYear endYear
                           runtimeMinutes genres
    title.ratings.tsv.gz   tconst averageRating numVotes
    title.crew.tsv.gz      tconst directors writers                     ids of people joined by commas
    title.principals.tsv.gz  tconst ordering nconst category job characters
    name.basics.tsv.gz     nconst primaryName ...

Tab-separated without any quoting (a quotation mark is part of a title), `\\N` for a missing value, ids as text,
up to three genres joined by commas. `title.akas` is not read: its language column is empty for original titles.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from .frame import Fetched, Progress, SourceReport, catalogue_frame
from .people import read_imdb_people
from .tsv import stream_tsv

# Its functions are made when it is imported, so no type checker sees them.
pc: Any = pyarrow.compute

KINDS = {"movie": ("movie",), "series": ("tvSeries", "tvMiniSeries")}
SERIES_TYPES = ("tvSeries", "tvMiniSeries", "tvEpisode", "tvPilot")
BASICS = ("tconst", "titleType", "primaryTitle", "isAdult", "startYear", "runtimeMinutes", "genres")
RATINGS = ("tconst", "averageRating", "numVotes")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `genrelab fetch imdb`."""
    parser.add_argument("--basics", type=Path, required=True, help="title.basics.tsv.gz (or unpacked .tsv)")
    parser.add_argument("--ratings", type=Path, help="title.ratings.tsv.gz; needed for --min-votes")
    parser.add_argument("--crew", type=Path, help="title.crew.tsv.gz: directors and writers; needs --names")
    parser.add_argument("--principals", type=Path, help="title.principals.tsv.gz: the cast; needs --names")
    parser.add_argument("--names", type=Path, help="name.basics.tsv.gz: what people are called")
    parser.add_argument(
        "--kind",
        choices=sorted(KINDS),
        help="movie, or series (tvSeries and tvMiniSeries); default: every type, which in the full file is mostly "
        "episodes and takes much memory",
    )
    parser.add_argument("--types", help="IMDb's own title types instead of --kind, as in movie,tvMovie")
    parser.add_argument("--after", type=int, metavar="YEAR", help="only titles that started after YEAR")
    parser.add_argument("--before", type=int, metavar="YEAR", help="only titles that started before YEAR")
    parser.add_argument("--min-votes", type=int, default=0, metavar="N", help="only titles with N votes or more")
    parser.add_argument("--adult", action="store_true", help="keep adult titles (left out by default)")
    parser.add_argument("--drop-genres", default="", metavar="NAMES", help="take these genres away, as in Short,News")
    parser.add_argument(
        "--min-genre-titles",
        type=int,
        default=0,
        metavar="N",
        help="take away genres with fewer than N of the chosen titles, then titles left with no genre",
    )


def build(args: argparse.Namespace, progress: Progress | None = None) -> Fetched:
    """Build catalogue rows from the parsed options."""
    types = tuple(args.types.split(",")) if args.types else KINDS.get(args.kind or "", ())
    return read_imdb(
        args.basics,
        args.ratings,
        crew=args.crew,
        principals=args.principals,
        names=args.names,
        types=types,
        after=args.after,
        before=args.before,
        min_votes=args.min_votes,
        adult=args.adult,
        drop_genres=[name for name in args.drop_genres.split(",") if name],
        min_genre_titles=args.min_genre_titles,
        progress=progress,
    )


def read_imdb(
    basics: Path,
    ratings: Path | None = None,
    *,
    crew: Path | None = None,
    principals: Path | None = None,
    names: Path | None = None,
    types: Collection[str] = (),
    after: int | None = None,
    before: int | None = None,
    min_votes: int = 0,
    adult: bool = False,
    drop_genres: Collection[str] = (),
    min_genre_titles: int = 0,
    progress: Progress | None = None,
) -> Fetched:
    """Filter IMDb's files in one pass, holding only the rows that stay.

    Parameters
    ----------
    basics, ratings : Path
        `title.basics.tsv[.gz]` and `title.ratings.tsv[.gz]`.
    crew, principals, names : Path or None
        `title.crew`, `title.principals` and `name.basics`: the people of the chosen titles.
    types
        IMDb title types to keep, as `tvSeries`; empty keeps all.
    after, before : int or None
        Start year, both exclusive; a title of unknown year is left out when either is given.
    min_votes : int
        Fewest votes, from `ratings`.
    adult : bool
        Keep adult titles.
    drop_genres, min_genre_titles
        Genres to take away by name, and by number of chosen titles; titles left without any go too.
    progress
        Called with the number of bytes read from disk.

    Returns
    -------
    Fetched
        Columns `imdb_id`, `title`, `kind`, `year`, `runtime` (minutes), `genres_imdb`, and with ratings
        `imdb_rating` (1 to 10) and `imdb_votes`; the rest null.

    Raises
    ------
    UnknownLayoutError
        If a file lacks a column; the message names it.
    OSError
        If a gzip file ends too early.
    """
    if min_votes and ratings is None:
        raise ValueError("--min-votes needs --ratings title.ratings.tsv.gz")
    if (crew is not None or principals is not None) and names is None:
        raise ValueError("--crew and --principals need --names name.basics.tsv.gz")
    report = SourceReport("imdb")
    votes = _read_ratings(ratings, min_votes, report, progress) if ratings is not None else None
    wanted = None if votes is None or not min_votes else votes["tconst"].combine_chunks()
    kept: list[pa.Table] = []
    for table in stream_tsv(basics, BASICS, report, progress):
        kept.append(_choose(table, report, types, after, before, wanted, adult))
    chosen = pa.concat_tables(kept) if kept else pa.table({name: pa.array([], pa.string()) for name in BASICS})
    frame = chosen.to_pandas()
    frame, repeated = frame.drop_duplicates("tconst"), len(frame)
    report.drop("the same id again", repeated - len(frame))
    if votes is not None:
        facts = votes.filter(pc.is_in(votes["tconst"], pa.array(frame["tconst"], pa.string()))).to_pandas()
        frame = frame.merge(facts.drop_duplicates("tconst"), on="tconst", how="left")
    genres = [str(value).split(",") if isinstance(value, str) else [] for value in frame["genres"]]
    genres, alive = _choose_genres(genres, drop_genres, min_genre_titles, report)
    frame = frame[np.array(alive, dtype=bool)].reset_index(drop=True)
    made_by = (
        read_imdb_people(
            frame["tconst"].tolist(), report, crew=crew, principals=principals, names=names, progress=progress
        )
        if names is not None
        else {}
    )
    titles = catalogue_frame(
        {
            "imdb_id": frame["tconst"],
            "title": frame["primaryTitle"],
            "kind": ["series" if name in SERIES_TYPES else "movie" for name in frame["titleType"]],
            "year": frame["startYear"],
            "runtime": frame["runtimeMinutes"],
            "genres_imdb": [names for names, lives in zip(genres, alive, strict=True) if lives],
            "imdb_rating": frame.get("averageRating"),
            "imdb_votes": frame.get("numVotes"),
            **made_by,
        },
        count=len(frame),
    )
    return Fetched(titles.sort_values("imdb_id", ignore_index=True), report)


def _choose(
    table: pa.Table,
    report: SourceReport,
    types: Collection[str],
    after: int | None,
    before: int | None,
    wanted: pa.Array | None,
    adult: bool,
) -> pa.Table:
    def keep(mask: object, reason: str) -> None:
        nonlocal table
        left = table.filter(mask)  # a null in the mask drops the row, as it should
        report.drop(reason, table.num_rows - left.num_rows)
        table = left

    if types:
        keep(pc.is_in(table["titleType"], pa.array(sorted(types))), "other kinds")
    if not adult:
        keep(pc.not_equal(pc.fill_null(table["isAdult"], "0"), "1"), "adult")
    if after is not None or before is not None:
        year = _integers(table["startYear"])
        low = -(2**31) if after is None else after
        high = 2**31 - 1 if before is None else before
        keep(pc.and_(pc.greater(year, low), pc.less(year, high)), "other years or year unknown")
    if wanted is not None:
        keep(pc.is_in(table["tconst"], wanted), "too few votes")
    keep(pc.match_substring_regex(table["tconst"], r"^tt[0-9]{7,}$"), "broken id")
    return table


def _integers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    sound = pc.match_substring_regex(column, r"^-?[0-9]{1,9}$")
    return pc.cast(pc.if_else(pc.fill_null(sound, False), column, pa.scalar(None, pa.string())), pa.int32())


def _choose_genres(
    genres: list[list[str]], drop: Collection[str], at_least: int, report: SourceReport
) -> tuple[list[list[str]], list[bool]]:
    if not drop and not at_least:
        return genres, [True] * len(genres)
    away = {name.strip() for name in drop}
    genres = [[name for name in names if name not in away] for names in genres]
    counts = Counter(name for names in genres for name in set(names))
    away |= {name for name, count in counts.items() if count < at_least}
    genres = [[name for name in names if name not in away] for names in genres]
    alive = [bool(names) for names in genres]
    report.drop("no genre left", len(alive) - sum(alive))
    report.notes.append(
        f"genres kept ({len(counts.keys() - away)}): {', '.join(sorted(counts.keys() - away))}; "
        f"taken away: {', '.join(sorted(away)) or 'none'}"
    )
    return genres, alive


def _read_ratings(path: Path, min_votes: int, report: SourceReport, progress: Progress | None) -> pa.Table:
    kept = []
    for table in stream_tsv(path, RATINGS, report, progress):
        table = table.set_column(2, "numVotes", _integers(table["numVotes"]))
        kept.append(table.filter(pc.greater_equal(table["numVotes"], min_votes)))
    if kept:
        return pa.concat_tables(kept)
    return pa.table({"tconst": pa.array([], pa.string()), "averageRating": [], "numVotes": pa.array([], pa.int32())})
