"""`genrelab explain`: why a model gives a title its genres."""

import argparse
import sys
from pathlib import Path

from .options import FEATURES, add_jobs, add_networks, add_outside, path_or_address, whole_number
from .tables import add_format, aside, print_table


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("model", type=Path, help="a model file (.joblib or .skops) with its .json beside it")
    parser.add_argument(
        "what",
        nargs="?",
        metavar="POSTER_OR_TITLE",
        help="a poster file, or the title or id of a film in the catalogue",
    )
    parser.add_argument("--title", metavar="TITLE_OR_ID", help="the same as an option, such as tt0133093")
    parser.add_argument(
        "--catalog",
        type=path_or_address,
        metavar="PATH",
        help="the catalogue with the title, and with others to compare it with",
    )
    parser.add_argument(
        "--genre",
        action="append",
        default=[],
        metavar="NAME",
        help="genre to explain, in any case; repeatable (default: the predicted genres, or the top three)",
    )
    parser.add_argument(
        "--background",
        type=whole_number(1),
        default=50,
        metavar="N",
        help="number of titles to compare with (default: 50)",
    )
    parser.add_argument("--seed", type=whole_number(0), default=0, help="random seed for those titles (default: 0)")
    parser.add_argument(
        "--blocks",
        action="store_true",
        help="show every feature family separately, instead of all poster features as one block",
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write maps of the poster to this folder, one PNG per genre"
    )
    add_networks(parser)
    parser.add_argument("--features", type=Path, default=FEATURES, metavar="DIR", help=argparse.SUPPRESS)
    add_jobs(parser, "threads that read posters")
    add_outside(parser)
    add_format(parser)
    parser.epilog = (
        "Shares are of all that moved the score, up or down; contributions add up to the score minus the mean score "
        "of the background titles. A model that reads nothing but the poster is asked where on it a genre is seen.\n\n"
        "examples:\n  genrelab explain model.joblib 'scan 1.jpg' --out why/\n"
        "  genrelab explain model.joblib 'The Matrix' --catalog my.parquet --genre horror"
    )


def run(arguments: argparse.Namespace) -> int:
    """Explain, print, and draw."""
    from ...features.store import FeatureStore
    from ...models.file import load_model
    from ..catalog.table import load_catalog
    from ..handover.explain import draw_maps
    from ..sources.images import printable

    if (arguments.what is None) == (arguments.title is None):
        raise ValueError("expected one poster file or title; see genrelab explain --help")
    if arguments.out is not None and arguments.out.exists() and not arguments.out.is_dir():
        raise ValueError(f"--out {arguments.out}: expected a folder, found a file")
    model = load_model(arguments.model)
    if arguments.out is not None and not model.reads_posters():
        raise ValueError(f"--out: a map needs a model that reads posters, this one reads {', '.join(model.specs)}")
    catalog = None
    if arguments.catalog is not None:
        catalog = load_catalog(arguments.catalog, allow_outside=arguments.allow_outside)
    explanation = model.explain(
        arguments.what or arguments.title,
        catalog,
        genres=arguments.genre,
        background=arguments.background,
        seed=arguments.seed,
        merge=not arguments.blocks,
        maps=True if arguments.out is not None else None,
        store=None if catalog is None else FeatureStore(arguments.features),
        weights=arguments.weights,
        n_jobs=arguments.jobs,
    )
    if arguments.format == "table":
        print("\n".join(printable(line) for line in str(explanation).split("\n")))
    else:
        print_table(explanation.table(), arguments.format)
    if model.quality is not None:
        print(f"the model: {model.quality.in_words()}", file=sys.stderr)
        if model.quality.warning():
            print(model.quality.warning(), file=sys.stderr)
    if arguments.out is not None:
        for path in draw_maps(explanation, arguments.out):
            print(printable(path), file=aside(arguments))
    return 0
