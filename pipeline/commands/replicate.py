"""`genrelab replicate`: rerun the studies' systems and write their claims beside honest numbers."""

import argparse
from pathlib import Path

from ..places import RUNS, add_catalog, add_features


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    add_catalog(parser)
    add_features(parser)
    parser.add_argument("--out", type=Path, default=RUNS, metavar="DIR", help=f"folder of the runs (default: {RUNS})")
    parser.add_argument("--limit", type=int, metavar="N", help="measure on a seeded sample of N titles")
    parser.epilog = "example:\n  genrelab replicate --catalog my.parquet --weights weights.json"


def run(arguments: argparse.Namespace) -> int:
    """Run every experiment of the page, then write it."""
    from ...reports.replication import write_replication
    from ..replication import EXPERIMENTS, reruns
    from .compare import compare

    for name in EXPERIMENTS:
        compare(
            name,
            arguments.catalog,
            arguments.out / name,
            features=arguments.features,
            weights=arguments.weights,
            jobs=arguments.jobs,
            limit=arguments.limit,
        )
    links = [(name, f"{name}/report/report.html") for name in EXPERIMENTS]
    page = write_replication(reruns(arguments.out), arguments.out, links)
    print(f"\nreplication: {page}")
    return 0
