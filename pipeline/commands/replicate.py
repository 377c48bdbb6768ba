"""`genrelab replicate`: rerun the systems of five published studies and compare their numbers with measured ones."""

import argparse
from pathlib import Path

from .options import RUNS, add_catalog, add_cluster, add_features, add_limit, add_progress, add_vectors, chosen_catalog


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    add_catalog(parser)
    add_features(parser)
    add_vectors(parser)
    add_cluster(parser)
    parser.add_argument("--out", type=Path, default=RUNS, metavar="DIR", help=f"folder for the runs (default: {RUNS})")
    add_limit(parser)
    add_progress(parser)
    parser.add_argument(
        "--networks",
        default="small",
        choices=["small", "full", "none"],
        help="network size: small takes minutes on two cores, full is the studies' own and needs a graphics card, none "
        "skips networks (default: small)",
    )
    parser.epilog = "example:\n  genrelab replicate --catalog my.parquet --weights weights.json --networks none"


def run(arguments: argparse.Namespace) -> int:
    """Run every experiment of the page, then write it."""
    from ...reports.pages.replication import write_replication
    from ...reports.studies.reruns import TRAINED, experiments, finished, systems_of
    from ..experiments.plan import shipped_scales
    from ..experiments.run import RunError
    from .compare import compare_and_show

    reasons: dict[str, str] = {}
    done = []
    for name in sorted(experiments(), key=lambda name: name in TRAINED):
        try:
            scale = arguments.networks if name in TRAINED else "full"
            if scale == "none":
                raise ValueError("not run: networks were left out")
            compare_and_show(
                arguments,
                name,
                chosen_catalog(arguments),
                arguments.out / name,
                limit=arguments.limit,
                vectors=arguments.vectors,
                cluster=arguments.cluster,
                scale=scale if scale in shipped_scales(name) else "full",
            )
            done.append(name)
        except (ValueError, RunError) as fault:  # a catalogue without series, say, still has all the other systems
            reasons |= dict.fromkeys(systems_of(name), str(fault))
            print(f"{name}: {fault}")
    links = [(name, f"{name}/report/report.html") for name in done]
    if "poster_colours" in done:
        links.append(("the colours of posters as pictures", "poster_colours/report/report.html#colours"))
    page = write_replication(finished(arguments.out, done), arguments.out, links, reasons)
    print(f"\nreplication: {page}")
    return 0
