"""`genrelab catalog merge A B ...`: several catalogues made one, with a report of where they disagree."""

import argparse
from pathlib import Path

HELP = "join catalogues by IMDb id and list where they disagree"
EPILOG = """\
A catalogue is called by its file name without ending, or by NAME=FILE. Each cell is taken from the first
catalogue that has it, in the order of --prefer. A title under a stand-in id (a source without IMDb ids) finds
its IMDb id by way of a catalogue that knows its TMDb id, such as MovieLens'.

examples:
  genrelab catalog merge tmdb.parquet imdb.parquet movielens.parquet --prefer tmdb,imdb --keep first --out all.parquet
  genrelab catalog merge films=a.parquet facts=b.parquet --drop-incomplete keywords,runtime,poster --out all.parquet
"""
S1_COLUMNS = "popularity,year,vote_average,revenue,runtime,imdb_rating,imdb_votes,keywords"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("catalogs", nargs="+", metavar="[NAME=]FILE", help="two or more catalogues")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the catalogue to write (.parquet)")
    parser.add_argument("--prefer", default="", metavar="NAMES", help="whose values win, best first, such as tmdb,imdb")
    parser.add_argument(
        "--keep",
        choices=("any", "all", "first"),
        default="any",
        help="keep titles of any catalogue (default), of all, or of the first (the others only add facts)",
    )
    parser.add_argument(
        "--drop-incomplete",
        nargs="?",
        const=S1_COLUMNS,
        default="",
        metavar="COLUMNS",
        help=f"drop titles that lack any of these columns (none named: Garg et al.'s, {S1_COLUMNS})",
    )
    parser.add_argument(
        "--drop-duplicates", action="store_true", help="where one film has two ids, keep the one with more votes"
    )
    parser.add_argument(
        "--conflicts", type=Path, metavar="FILE", help="write every conflict and duplicate to this CSV file"
    )
    parser.epilog = EPILOG


def run(arguments: argparse.Namespace) -> int:
    """Merge, write, report."""
    import pandas as pd

    from ...features.files import replacing
    from ..catalog.duplicates import POSTER_ONLY, SAME, find_duplicates
    from ..catalog.folders import remember_folders
    from ..catalog.merge import merge_catalogues
    from ..catalog.table import load_catalog, save_catalog
    from ..sources.images import relative_to

    if arguments.out.suffix != ".parquet":
        raise ValueError(f"--out: expected a name that ends in .parquet, found {arguments.out.name}")
    frames: dict[str, pd.DataFrame] = {}
    notices: list[str] = []
    folders: list[Path] = []
    for given in arguments.catalogs:
        name, equals, file = given.partition("=")
        path = Path(file) if equals else Path(given)
        name = name if equals else (path.parent.name if path.name == "catalog.parquet" else path.stem)
        if name in frames:
            raise ValueError(f"two catalogues are called {name!r}: name them as films={path}")
        catalog = load_catalog(path, allow_outside=True)
        paths = [path if isinstance(path, Path) else None for path in catalog.poster_paths()]  # none is refused here
        posters = [relative_to(path, arguments.out.parent) for path in paths]
        frames[name] = catalog.titles.assign(poster=pd.array(posters, dtype="string"))
        notices += catalog.attribution
        folders += [catalog.root, *catalog.folders]
    merged = merge_catalogues(
        frames,
        prefer=_names(arguments.prefer),
        keep=arguments.keep,
        complete=_names(arguments.drop_incomplete),
    )
    titles, lines = merged.titles, merged.lines()
    duplicates = find_duplicates(titles, arguments.out.parent)
    same = duplicates[duplicates["reason"] == SAME]
    lines.append(f"one film under two ids ({SAME}): {len(same):,}")
    lines.append(f"{POSTER_ONLY}: {int((duplicates['reason'] == POSTER_ONLY).sum()):,}")
    if arguments.drop_duplicates:
        titles = titles[~titles["imdb_id"].isin(same["other_id"])].reset_index(drop=True)
        lines.append(f"titles after dropping duplicates: {len(titles):,}")
    save_catalog(titles, arguments.out, notices)
    remember_folders(arguments.out, folders)
    if arguments.conflicts is not None:
        table = pd.concat([merged.conflicts, _as_conflicts(duplicates)], ignore_index=True)
        with replacing(arguments.conflicts) as temporary:
            table.to_csv(temporary, index=False)
        lines.append(f"conflicts: {arguments.conflicts}")
    print(*lines, f"catalogue: {arguments.out}", sep="\n")
    return 0


def _as_conflicts(duplicates):
    return duplicates.rename(columns={"reason": "what", "other_id": "value_b", "other_title": "source_b"})[
        ["imdb_id", "title", "what", "source_b", "value_b"]
    ]


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
