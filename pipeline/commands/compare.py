"""`genrelab compare`: run an experiment and write its report."""

import argparse
import os
from pathlib import Path

from ..experiments.plan import ExperimentError, load_experiment, shipped_experiments
from .options import RUNS, add_catalog, add_features, add_limit, add_vectors


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("experiment", help="the name of a shipped experiment, or the path of a .toml file")
    add_catalog(parser)
    add_features(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help=f"the run's folder (default: {RUNS}/EXPERIMENT)")
    add_limit(parser)
    parser.add_argument(
        "--scale",
        default="full",
        metavar="NAME",
        help="'full', or a shorter run that the experiment describes, such as 'small' (minutes on two cores): fewer "
        "titles, folds, epochs and pixels; the report says so (default: full)",
    )
    add_vectors(parser)
    parser.add_argument(
        "--memory", metavar="SIZE", help="for all workers together, such as 8GB (default: 80 %% of what is free)"
    )
    parser.add_argument("--fresh", action="store_true", help="replace a different run that lies in the folder")
    parser.add_argument("--no-report", action="store_true", help="write the results only")
    shipped = "\n".join(f"  {name:<20} {title}" for name, title in shipped_experiments().items())
    parser.epilog = (
        f"shipped experiments:\n{shipped}\n\nA killed run goes on where it was when the same command is given "
        "again.\n\nexample:\n  genrelab compare feature_table --catalog my.parquet --jobs 2"
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the experiment, print the leaderboard and where the report lies."""
    return compare(
        arguments.experiment,
        arguments.catalog,
        arguments.out,
        features=arguments.features,
        weights=arguments.weights,
        jobs=arguments.jobs,
        limit=arguments.limit,
        scale=arguments.scale,
        vectors=arguments.vectors,
        memory=arguments.memory,
        fresh=arguments.fresh,
        report=not arguments.no_report,
        allow_outside=arguments.allow_outside,
    )


def compare(
    name: str,
    catalog_path: Path,
    out: Path | None,
    *,
    features: Path,
    weights: str,
    jobs: int | None = None,
    limit: int | None = None,
    scale: str = "full",
    vectors: Path | None = None,
    memory: str | None = None,
    fresh: bool = False,
    report: bool = True,
    allow_outside: bool = False,
) -> int:
    """What `genrelab compare` does, for other commands to call."""
    from ...features.frozen.backbones import available_backbones
    from ...features.store import FeatureStore
    from ..catalog.table import load_catalog
    from ..experiments.memory import parse_size
    from ..experiments.runner import run_experiment
    from .progress import CellLines, feature_bar, log_lines

    experiment = load_experiment(name, [backbone.name for backbone in available_backbones(weights)], scale)
    limit = limit or experiment.scale.get("titles")
    if vectors is not None and not vectors.is_file():
        raise ExperimentError(f"--vectors: expected a file of word vectors at {vectors}, found none")
    catalog = load_catalog(catalog_path, allow_outside=allow_outside)
    out = out or RUNS / experiment.name
    print(f"{experiment.title} — {min(limit or len(catalog), len(catalog))} titles of {catalog_path}", flush=True)
    lines = CellLines()
    try:
        with log_lines():
            run_experiment(
                experiment,
                catalog,
                out,
                store=FeatureStore(features),
                weights=weights,
                vectors=vectors,
                memory=None if memory is None else parse_size(memory),
                n_jobs=jobs or os.cpu_count(),
                limit=limit,
                fresh=fresh,
                progress=feature_bar,
                announce=lines,
            )
    finally:
        lines.close()
    from .report import show

    if report:
        show(out)
    else:
        print(f"results: {out / 'results.parquet'}")
    return 0
