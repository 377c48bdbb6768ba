"""The Kaggle set "Movie Genre from its Poster": a CSV with poster addresses, and perhaps the posters themselves.

MovieGenre.csv                imdbId,Imdb Link,Title,IMDB Score,Genre,Poster      not UTF-8
<posters folder>/114709.jpg   named by imdbId
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd

from ..cells import read_text, split_names, split_year
from ..frame import Fetched, Progress, SourceReport, catalogue_frame, imdb_ids
from ..images import find_images, relative_to
from ..layout import resolve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `genrelab fetch kaggle_posters`."""
    parser.add_argument("path", type=Path, metavar="PATH", help="MovieGenre.csv, or its folder")
    parser.add_argument("--posters", type=Path, help="folder of posters named by imdbId")


def build(args: argparse.Namespace, progress: Progress | None = None) -> Fetched:
    """Build catalogue rows from the parsed options."""
    return read_kaggle_posters(args.path, args.posters, base=args.out.parent)


def read_kaggle_posters(path: Path, posters: Path | None = None, *, base: Path = Path()) -> Fetched:
    """Read the CSV and match posters that are already there.

    Parameters
    ----------
    path : Path
        `MovieGenre.csv`, under any name, or its folder.
    posters : Path or None
        A folder of images named by IMDb number.
    base : Path
        The folder that poster paths are written relative to (the catalogue's own).

    Returns
    -------
    Fetched
        Columns `imdb_id`, `title`, `kind`, `year`, `imdb_rating`, `genres_imdb`, `poster`; and the poster
        addresses, for a download.
    """
    table = read_text(resolve("kaggle_posters", path, "MovieGenre.csv"))
    report = SourceReport("kaggle_posters")
    table["imdb_id"] = imdb_ids(table["imdbId"])
    report.drop("broken id", int(table["imdb_id"].isna().sum()))
    table = table.dropna(subset="imdb_id")
    repeated = table.duplicated("imdb_id")
    report.drop("the same id again", int(repeated.sum()))
    table = table[~repeated].reset_index(drop=True)
    titles, years = split_year(table["Title"])
    images: dict[str, Path] = {}
    if posters is not None:
        found = find_images(posters).paths
        keys = imdb_ids(image.stem for image in found)
        images = {key: image for key, image in zip(keys, found, strict=True) if not pd.isna(key)}
    frame = catalogue_frame(
        {
            "imdb_id": table["imdb_id"],
            "title": titles,
            "kind": ["movie"] * len(table),
            "year": years,
            "imdb_rating": table.get("IMDB Score"),
            "genres_imdb": split_names(table["Genre"], "|"),
            "poster": [relative_to(images.get(key), base) for key in table["imdb_id"]],
        },
        count=len(table),
    )
    if posters is not None:
        report.notes.append(f"{int(frame['poster'].notna().sum()):,} posters found in {posters}")
    addresses = {
        key: address
        for key, address in zip(table["imdb_id"], table["Poster"], strict=True)
        if isinstance(address, str) and address.startswith("http")
    }
    return Fetched(frame, report, addresses)
