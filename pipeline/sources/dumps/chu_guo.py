"""Chu & Guo's posters in the layout of "Movies-Poster_Dataset".

train.csv              Id,Genre,Action,Adventure,...    Genre is a Python list; one 0/1 column a genre
Images/tt0086425.jpg
"""

from __future__ import annotations

import argparse
import ast
from pathlib import Path

from ..cells import read_text, unique
from ..frame import Fetched, Progress, SourceReport, catalogue_frame, imdb_ids
from ..images import find_images, relative_to
from ..layout import check_layout


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `genrelab fetch chu_guo`."""
    parser.add_argument("path", type=Path, metavar="PATH", help="the folder with train.csv and Images/")


def build(args: argparse.Namespace, progress: Progress | None = None) -> Fetched:
    """Build catalogue rows from the parsed options."""
    return read_chu_guo(args.path, base=args.out.parent)


def read_chu_guo(path: Path, *, base: Path = Path()) -> Fetched:
    """Read train.csv and match Images/.

    Parameters
    ----------
    path : Path
        The folder.
    base : Path
        The folder that poster paths are written relative to (the catalogue's own).

    Returns
    -------
    Fetched
        Columns `imdb_id`, `kind`, `genres_imdb`, `poster`. The set has no titles and no years: merge it with
        IMDb's for those.
    """
    check_layout("chu_guo", path)
    table = read_text(path / "train.csv")
    report = SourceReport("chu_guo")
    table["imdb_id"] = imdb_ids(table["Id"])
    report.drop("broken id", int(table["imdb_id"].isna().sum()))
    table = table.dropna(subset="imdb_id")
    repeated = table.duplicated("imdb_id")
    report.drop("the same id again", int(repeated.sum()))
    table = table[~repeated].reset_index(drop=True)
    images = {image.stem: image for image in find_images(path / "Images").paths}
    frame = catalogue_frame(
        {
            "imdb_id": table["imdb_id"],
            "kind": ["movie"] * len(table),
            "genres_imdb": [_genres(cell) for cell in table["Genre"]],
            "poster": [relative_to(images.get(str(name).strip()), base) for name in table["Id"]],
        },
        count=len(table),
    )
    report.notes.append(
        f"{int(frame['poster'].notna().sum()):,} of {len(frame):,} titles have a poster; "
        f"{len(images.keys() - set(table['Id'])):,} images have no row"
    )
    return Fetched(frame, report)


def _genres(cell: object) -> list[str]:
    if not isinstance(cell, str):
        return []
    try:
        names = ast.literal_eval(cell) if cell.startswith("[") else cell.replace("|", ",").split(",")
    except (ValueError, SyntaxError):
        return []
    return unique(str(name).strip() for name in names if str(name).strip() not in ("", "N/A"))
