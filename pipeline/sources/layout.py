"""The layouts of public data sets that genrelab knows, and the error for a folder that is none of them."""

from __future__ import annotations

import csv
import glob
from dataclasses import dataclass
from pathlib import Path

csv.field_size_limit(2**27)


class UnknownLayoutError(ValueError):
    """Raised when a path does not look like the data set it was said to be."""


@dataclass(frozen=True)
class Layout:
    """What a data set looks like on disk.

    `files` maps a glob, relative to the folder, to the columns a matching CSV must have (none: any file).
    """

    sketch: str
    files: dict[str, tuple[str, ...]]


LAYOUTS = {
    "imdb": Layout(
        "title.basics.tsv.gz    tconst titleType primaryTitle originalTitle isAdult startYear ...\n"
        "title.ratings.tsv.gz   tconst averageRating numVotes",
        {"title.basics.tsv*": (), "title.ratings.tsv*": ()},
    ),
    "movielens": Layout(
        "links.csv              movieId,imdbId,tmdbId\nmovies.csv             movieId,title,genres (optional)",
        {"links.csv": ("movieId", "imdbId", "tmdbId")},
    ),
    "tmdb5000": Layout(
        "tmdb_5000_movies.csv   budget,genres,...,id,keywords,...,title,vote_average,vote_count",
        {"tmdb_5000_movies.csv": ("id", "title", "genres", "keywords", "release_date", "vote_count")},
    ),
    "movies_dataset": Layout(
        "movies_metadata.csv    adult,...,genres,homepage,id,imdb_id,...,title,...\n"
        "keywords.csv           id,keywords (optional)\n"
        "links.csv              movieId,imdbId,tmdbId (optional)",
        {"movies_metadata.csv": ("adult", "genres", "id", "imdb_id", "title", "release_date")},
    ),
    "tmdb_dump": Layout(
        "TMDB_movie_dataset_v11.csv   id,title,...,status,release_date,...,imdb_id,...,genres,...,keywords",
        {
            "TMDB_movie_dataset_v11.csv": (
                "id",
                "title",
                "status",
                "release_date",
                "adult",
                "imdb_id",
                "genres",
                "keywords",
            )
        },
    ),
    "kaggle_posters": Layout(
        "MovieGenre.csv         imdbId,Imdb Link,Title,IMDB Score,Genre,Poster\n"
        "<posters folder>/<imdbId>.jpg (optional)",
        {"MovieGenre.csv": ("imdbId", "Title", "Genre", "Poster")},
    ),
    "chu_guo": Layout(
        "train.csv              Id,Genre,Action,Adventure,...\nImages/tt0086425.jpg",
        {"train.csv": ("Id", "Genre"), "Images/*": ()},
    ),
    "mm_imdb": Layout(
        'split.json             {"train": [...], "dev": [...], "test": [...]}\n'
        "dataset/0111161.json   title, genres, plot, year, ...\n"
        "dataset/0111161.jpeg",
        {"split.json": (), "dataset/*.json": ()},
    ),
}


def header(path: Path, *, encoding: str = "utf-8-sig") -> list[str]:
    """Return the column names of a CSV file."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        return [name.strip() for name in next(csv.reader(file), [])]


def missing(layout: Layout, path: Path) -> list[str]:
    """Return what `path` lacks to be of this layout, in words; an empty list means it fits.

    A CSV file may stand for its folder when the layout needs one file only; its name is then free.
    """
    if not path.exists():
        return [f"{path} (no such file or folder)"]
    lacks = []
    for pattern, columns in layout.files.items():
        if path.is_file():
            if len(layout.files) > 1:
                return [f"a folder with {', '.join(layout.files)} (found the file {path.name})"]
            found = path
        else:
            hit = next(iter(sorted(glob.glob(pattern, root_dir=path))), None)
            if hit is None:
                lacks.append(f"file {pattern}")
                continue
            found = path / hit
        if columns:
            names = header(found)
            lacks += [f"column {name!r} in {found.name}" for name in columns if name not in names]
    return lacks


def check_layout(name: str, path: Path) -> None:
    """Raise `UnknownLayoutError` unless `path` is a data set of the layout `name`.

    Raises
    ------
    UnknownLayoutError
        Says what is missing, which known layout it looks like instead if any, and sketches the known ones.
    """
    lacks = missing(LAYOUTS[name], path)
    if not lacks:
        return
    lines = [f"{path} is not laid out like {name}; missing: {'; '.join(lacks)}."]
    others = [other for other, layout in LAYOUTS.items() if other != name and not missing(layout, path)]
    if others:
        lines.append(f"It looks like {' or '.join(others)}: try `genrelab fetch {others[0]}`.")
    lines.append("Known layouts:")
    for known, layout in LAYOUTS.items():
        lines.append(f"  {known}")
        lines += [f"      {line}" for line in layout.sketch.splitlines()]
    raise UnknownLayoutError("\n".join(lines))


def resolve(name: str, path: Path, filename: str) -> Path:
    """Check the layout and return the file itself, whether `path` names it or its folder."""
    check_layout(name, path)
    return path if path.is_file() else path / filename
