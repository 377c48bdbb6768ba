"""`genrelab explain`: why a model gives a title its genres."""

import argparse
from pathlib import Path

from .options import FEATURES, add_networks, at_least_one


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("model", type=Path, help="a model.joblib with its model.json beside it")
    parser.add_argument(
        "--catalog", type=Path, required=True, metavar="PATH", help="holds the title, and others to compare it with"
    )
    parser.add_argument("--title", required=True, metavar="IMDB_ID", help="such as tt0133093")
    parser.add_argument("--genre", action="append", default=[], metavar="NAME", help="(default: those given, or three)")
    parser.add_argument(
        "--background", type=int, default=50, metavar="N", help="titles to compare with, drawn by --seed (default: 50)"
    )
    parser.add_argument("--seed", type=int, default=0, help="(default: 0)")
    parser.add_argument("--blocks", action="store_true", help="every feature family for itself, not one block `poster`")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write maps of the poster there, one PNG per genre")
    add_networks(parser)
    parser.add_argument("--features", type=Path, default=FEATURES, metavar="DIR", help=argparse.SUPPRESS)
    parser.add_argument(
        "--jobs", type=at_least_one, metavar="N", help="workers that read posters (default: one per core)"
    )
    parser.epilog = (
        "Shares are of all that moved the score, up or down; contributions add up to the score minus the mean score "
        "of the background titles.\n\n"
        "example:\n  genrelab explain model.joblib --catalog my.parquet --title tt0133093 --out why/"
    )


def run(arguments: argparse.Namespace) -> int:
    """Explain, print, and draw."""
    from ...features.store import FeatureStore
    from ...models.file import load_model
    from ..catalog.table import load_catalog
    from ..handover.explain import as_text, draw_maps, explain

    model = load_model(arguments.model)
    found = explain(
        model,
        load_catalog(arguments.catalog),
        arguments.title,
        genres=arguments.genre,
        background=arguments.background,
        seed=arguments.seed,
        merge=not arguments.blocks,
        store=FeatureStore(arguments.features),
        weights=arguments.weights,
        n_jobs=arguments.jobs,
    )
    print(as_text(found))
    if arguments.out is not None:
        for path in draw_maps(model, found, arguments.out, weights=arguments.weights):
            print(path)
    return 0
