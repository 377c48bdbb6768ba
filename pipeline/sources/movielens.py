"""MovieLens: links.csv, the bridge between three catalogues' ids, and the genres of movies.csv.

links.csv     movieId,imdbId,tmdbId      imdbId has lost its "tt" and sometimes its zeros
movies.csv    movieId,title,genres       "Toy Story (1995)", "Adventure|Children"
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from .cells import read_text, split_names, split_year
from .frame import Fetched, Progress, SourceReport, catalogue_frame, imdb_ids
from .layout import UnknownLayoutError, check_layout, resolve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `genrelab fetch movielens`."""
    parser.add_argument("--links", type=Path, required=True, help="links.csv, or the folder that holds it")
    parser.add_argument("--movies", type=Path, help="movies.csv, for titles and genres")


def build(args: argparse.Namespace, progress: Progress | None = None) -> Fetched:
    """Build catalogue rows from the parsed options."""
    return read_movielens(args.links, args.movies)


def read_movielens(links: Path, movies: Path | None = None) -> Fetched:
    """Read the id bridge and, when given or lying beside it, titles and genres.

    Parameters
    ----------
    links : Path
        `links.csv`, or a folder with it (and perhaps `movies.csv`).
    movies : Path or None
        `movies.csv`.

    Returns
    -------
    Fetched
        Columns `imdb_id`, `tmdb_id`, `movielens_id`, `kind`, and with `movies` also `title`, `year`,
        `genres_movielens`; the rest null.
    """
    report = SourceReport("movielens")
    file = resolve("movielens", links, "links.csv")
    table = read_text(file)
    table["imdb_id"] = imdb_ids(table["imdbId"])
    report.drop("no IMDb id", int(table["imdb_id"].isna().sum()))
    table = table.dropna(subset="imdb_id")
    repeated = table.duplicated("imdb_id")
    report.drop("the same IMDb id again", int(repeated.sum()))
    table = table[~repeated].reset_index(drop=True)
    if movies is None and links.is_dir() and (links / "movies.csv").exists():
        movies = links / "movies.csv"
    columns = {}
    if movies is not None:
        facts = read_text(movies)
        if not {"movieId", "title", "genres"} <= set(facts):
            check_layout("movielens", movies.parent)
            raise UnknownLayoutError(
                f"{movies}: expected the columns movieId, title, genres; found {', '.join(map(str, facts))}"
            )
        facts = facts.drop_duplicates("movieId").set_index("movieId").reindex(table["movieId"])
        titles, years = split_year(facts["title"])
        columns = {
            "title": titles.to_numpy(),
            "year": years.to_numpy(),
            "genres_movielens": [
                [name for name in names if name != "(no genres listed)"] for names in split_names(facts["genres"], "|")
            ],
        }
    shared = table["tmdbId"][table["tmdbId"].notna() & table["tmdbId"].duplicated(keep=False)].nunique()
    if shared:
        report.notes.append(f"{shared} TMDb ids stand under two or more IMDb ids")
    frame = catalogue_frame(
        {
            "imdb_id": table["imdb_id"],
            "tmdb_id": table["tmdbId"],
            "movielens_id": table["movieId"],
            "kind": pd.Series(["movie"] * len(table), dtype=object),
            **columns,
        },
        count=len(table),
    )
    return Fetched(frame.sort_values("imdb_id", ignore_index=True), report)
