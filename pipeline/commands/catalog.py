"""`genrelab catalog`: look at a catalogue before anything is measured on it; merge several."""

import argparse
from pathlib import Path

from . import merge
from .options import Help, add_outside, add_quiet
from .tables import add_format, aside, print_table


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    check = actions.add_parser("check", help="show coverage, decades, genres, duplicates and unreadable posters")
    check.add_argument("path", type=Path, help="the parquet file or its folder")
    check.add_argument("--no-posters", action="store_true", help="do not open the posters")
    add_outside(check)
    add_format(check)
    check.set_defaults(run=_check)
    merging = actions.add_parser("merge", help=merge.HELP, description=merge.HELP, formatter_class=Help)
    merge.configure(merging)
    merging.set_defaults(run=merge.run)
    arrays = actions.add_parser("npz", help="write posters and their genres to one compressed array file")
    arrays.add_argument("path", type=Path, help="the parquet file or its folder")
    arrays.add_argument("--out", type=Path, required=True, metavar="FILE", help="the .npz to write")
    arrays.add_argument(
        "--source", choices=("imdb", "tmdb", "movielens", "own"), default="imdb", help="which source's genres to use"
    )
    arrays.add_argument("--keep-grey", action="store_true", help="include posters without colour")
    add_outside(arrays)
    add_quiet(arrays)
    arrays.set_defaults(run=_npz)


def run(arguments: argparse.Namespace) -> int:
    """Unreached: every action sets its own function."""
    raise AssertionError(arguments)


def _check(arguments: argparse.Namespace) -> int:
    from ..catalog.check.inspect import count_faults, counts, describe, inspect
    from ..catalog.table import iter_catalog

    faults = count_faults(arguments.path).lines()
    if faults:
        print(f"{arguments.path}:", *faults, sep="\n", file=aside(arguments))
        return 1
    pieces = iter_catalog(arguments.path, allow_outside=arguments.allow_outside)
    found = inspect(pieces, posters=not arguments.no_posters)
    if arguments.format == "table":
        print(describe(found))
    else:
        print_table(counts(found), arguments.format)
    return 0


def _npz(arguments: argparse.Namespace) -> int:
    from ..catalog.arrays import export_npz
    from ..catalog.table import load_catalog
    from ..progress import feature_bar

    if arguments.out.exists():
        raise ValueError(f"{arguments.out} exists; choose another --out")
    catalog = load_catalog(arguments.path, allow_outside=arguments.allow_outside)
    bar = feature_bar("posters", len(catalog), quiet=arguments.quiet)
    counts = export_npz(
        catalog, arguments.out, source=arguments.source, drop_grey=not arguments.keep_grey, progress=bar
    )
    print(f"{arguments.out}: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    return 0
