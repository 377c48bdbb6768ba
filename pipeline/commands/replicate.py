"""`genrelab replicate`: rerun the studies' systems and write their claims beside honest numbers."""

import argparse
from pathlib import Path

from .options import RUNS, add_catalog, add_features, add_vectors, at_least_one


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    add_catalog(parser)
    add_features(parser)
    add_vectors(parser)
    parser.add_argument("--out", type=Path, default=RUNS, metavar="DIR", help=f"folder of the runs (default: {RUNS})")
    parser.add_argument("--limit", type=at_least_one, metavar="N", help="measure on a seeded sample of N titles")
    parser.add_argument(
        "--networks",
        default="small",
        choices=["small", "full", "none"],
        help="scale of the networks: minutes on two cores, the studies' own for a graphics card, or leave them out "
        "(default: small)",
    )
    parser.epilog = "example:\n  genrelab replicate --catalog my.parquet --weights weights.json --networks none"


def run(arguments: argparse.Namespace) -> int:
    """Run every experiment of the page, then write it."""
    from ...reports.pages.replication import write_replication
    from ..experiments.plan import shipped_scales
    from ..replication.systems import EXPERIMENTS, NETWORK_EXPERIMENTS, reruns, systems_of
    from .compare import compare_and_show

    reasons: dict[str, str] = {}
    done = []
    plan = [(name, "full") for name in EXPERIMENTS] + [(name, arguments.networks) for name in NETWORK_EXPERIMENTS]
    for name, scale in plan:
        try:
            if scale == "none":
                raise ValueError("not run: networks were left out")
            compare_and_show(
                arguments,
                name,
                arguments.catalog,
                arguments.out / name,
                limit=arguments.limit,
                vectors=arguments.vectors,
                scale=scale if scale in shipped_scales(name) else "full",
            )
            done.append(name)
        except ValueError as fault:  # a catalogue without series, say, still has all the other systems
            reasons |= dict.fromkeys(systems_of(name), str(fault))
            print(f"{name}: {fault}")
    links = [(name, f"{name}/report/report.html") for name in done]
    if "poster_colours" in done:
        links.append(("the colours of posters as pictures", "poster_colours/report/report.html#colours"))
    found = [rerun for rerun in reruns(arguments.out) if rerun.run.name in done]
    page = write_replication(found, arguments.out, links, reasons)
    print(f"\nreplication: {page}")
    return 0
