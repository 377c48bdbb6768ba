"""`genrelab evaluate`: score a model on labelled titles it has never seen."""

import argparse
from pathlib import Path

from .options import ARTIFACTS, FEATURES, add_networks, add_outside, at_least_one, chosen_catalog, path_or_address
from .tables import add_format, aside


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("model", type=Path, help="a model file (.joblib or .skops) with its .json beside it")
    parser.add_argument(
        "--catalog",
        type=path_or_address,
        required=True,
        metavar="PATH",
        help="labelled titles; those the model was trained on are left out",
    )
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help=f"folder for results and page (default: {ARTIFACTS}/evaluations/EXPERIMENT)",
    )
    add_outside(parser)
    add_networks(parser)
    parser.add_argument("--features", type=Path, default=FEATURES, metavar="DIR", help="cache of poster features")
    parser.add_argument(
        "--jobs", type=at_least_one, metavar="N", help="workers that read posters (default: one per core)"
    )
    add_format(parser)
    parser.epilog = "example:\n  genrelab evaluate model.joblib --catalog later.parquet"


def run(arguments: argparse.Namespace) -> int:
    """Score, say what was left out, and write the page."""
    from ..handover.evaluate import evaluate
    from .report import show

    found = evaluate(
        arguments.model,
        chosen_catalog(arguments),
        arguments.out,
        features=arguments.features,
        weights=arguments.weights,
        jobs=arguments.jobs,
    )
    for note in found.info["notes"]:
        print(note, file=aside(arguments))
    show(arguments, found)
    return 0
