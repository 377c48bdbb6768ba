"""`genrelab demo`: the whole way on a synthetic catalogue, with no network and no data of yours."""

import argparse
from pathlib import Path

from .options import CATALOG, FEATURES, RUNS, add_jobs, add_progress, at_least_one
from .tables import add_format, aside

FOLDER = CATALOG.parent


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument(
        "--titles", type=at_least_one, default=1000, metavar="N", help="number of titles (default: 1000)"
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=0,
        help="random seed; the same seed gives the same catalogue, byte for byte (default: 0)",
    )
    parser.add_argument(
        "--weights",
        default="random",
        help="weights of the demo's small network: random (default; no download), imagenet, or a weights.json",
    )
    parser.add_argument(
        "--out", type=Path, default=FOLDER, metavar="DIR", help=f"folder for the catalogue (default: {FOLDER})"
    )
    add_jobs(parser)
    parser.add_argument("--only-catalog", action="store_true", help="make the catalogue only")
    parser.set_defaults(features=FEATURES)
    add_progress(parser)
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Make the catalogue, unless it is there, and compare."""
    from ...features.frozen.hub import at_hand
    from ...features.frozen.keras import backend_installed
    from ..demo.generate import generate_demo
    from ..experiments.lighter import without_family
    from ..experiments.plan import load_experiment
    from .compare import compare_and_show

    said, catalog = aside(arguments), arguments.out / "catalog.parquet"
    if catalog.exists():
        print(f"the demo's catalogue is there: {catalog}", file=said)
    else:
        print(f"making {arguments.titles} synthetic titles with posters in {arguments.out} …", file=said, flush=True)
        catalog = generate_demo(arguments.out, n_titles=arguments.titles, seed=arguments.seed)
    if arguments.only_catalog:
        return 0
    experiment = load_experiment("demo", at_hand(arguments.weights))
    if not backend_installed():
        experiment = without_family(experiment, "embedding", "no network can be run")
        sentence = "posters are not shown to a network: that needs pip install 'genrelab[embeddings]'"
        print(sentence, file=said, flush=True)
    return compare_and_show(
        arguments, experiment, catalog, RUNS / ("demo" if arguments.weights == "random" else "demo_weights")
    )
