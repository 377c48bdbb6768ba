"""`genrelab compare`: run an experiment and write its report."""

import argparse
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from ...features.families import FAMILIES
from ...models.recipes import RECIPES
from ..catalog.genres import SOURCES
from ..experiments.plan import shipped_experiments
from ..progress import CellProgress, feature_bar, log_lines
from ..sources.account import how_many
from .options import (
    RUNS,
    add_catalog,
    add_cluster,
    add_features,
    add_limit,
    add_mlflow,
    add_progress,
    add_vectors,
    chosen_catalog,
)
from .tables import add_format, aside, print_table


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument(
        "experiment", help="an experiment that comes with genrelab (listed below), or the path of a .toml file"
    )
    add_catalog(parser)
    add_features(parser)
    parser.add_argument("--out", type=Path, metavar="DIR", help=f"the run folder (default: {RUNS}/EXPERIMENT)")
    add_limit(parser)
    parser.add_argument(
        "--scale",
        default="full",
        metavar="NAME",
        help="'full', or a shorter version that the experiment defines, such as 'small' (minutes on two cores): fewer "
        "titles, folds, epochs and pixels; the report says so (default: full)",
    )
    parser.add_argument(
        "--genres",
        choices=tuple(SOURCES),
        help="whose genres to predict, in place of the experiment's: those of a source, or 'own' for the names in your "
        "own table",
    )
    add_vectors(parser)
    parser.add_argument(
        "--memory",
        metavar="SIZE",
        help="memory limit for the run and all its workers together, such as 8GB (default: 80 %% of free memory); on a "
        "cluster, for each worker",
    )
    parser.add_argument(
        "--disk",
        metavar="SIZE",
        help="disk limit for kernels that do not fit in memory (default: a fifth of free space)",
    )
    add_cluster(parser)
    parser.add_argument(
        "--corrections",
        type=Path,
        metavar="FILE",
        help="a labels.sqlite written by genrelab serve: train on its labels; scores stay on the labels before; "
        "the report shows both",
    )
    parser.add_argument("--fresh", action="store_true", help="replace the different run that is already in the folder")
    parser.add_argument("--no-report", action="store_true", help="write the results without the report")
    add_mlflow(parser, "the run")
    add_progress(parser)
    add_format(parser)
    shipped = "\n".join(f"  {name:<20} {title}" for name, title in shipped_experiments().items())
    parser.epilog = (
        f"experiments that come with genrelab:\n{shipped}\n\n"
        f"models:\n{_lines(RECIPES)}\n\nfeatures:\n{_lines(FAMILIES)}\n\n"
        "Another package's models and features are listed when it is installed; an experiment may also name one as\n"
        "package.module:object.\n\nA killed run continues where it was when the same command is given again.\n"
        "Exit status 1: some cells could not be fitted.\n\n"
        "example:\n  genrelab compare feature_table --catalog my.parquet --jobs 2"
    )


def _lines(records: Mapping[str, Any]) -> str:
    """A line for each model or feature family, those of other packages too."""
    return "\n".join(f"  {name:<20} {record.summary}" for name, record in records.items())


def run(arguments: argparse.Namespace) -> int:
    """Run the experiment, print the leaderboard and where the report lies; 1 where a cell could not be fitted."""
    from ..experiments.memory.workers import parse_size

    if arguments.mlflow is not None:  # a server that does not answer is told before hours of work
        from ..handover.tracking.server import check_server

        check_server(arguments.mlflow)
    return compare_and_show(
        arguments,
        arguments.experiment,
        chosen_catalog(arguments),
        arguments.out,
        limit=arguments.limit,
        scale=arguments.scale,
        genres=arguments.genres,
        vectors=arguments.vectors,
        memory=None if arguments.memory is None else parse_size(arguments.memory),
        disk=None if arguments.disk is None else parse_size(arguments.disk, least=0, name="disk"),
        fresh=arguments.fresh,
        cluster=arguments.cluster,
        corrections=arguments.corrections,
    )


def compare_and_show(
    arguments: argparse.Namespace, experiment: Any, catalog: Any, out: Path | None = None, **settings: Any
) -> int:
    """Compare with progress on the screen, then show the outcome, for this command and others.

    Parameters
    ----------
    arguments : Namespace
        `weights`, `features` and `jobs`; `verbose`, `quiet` and `no_report` where the command has them.
    experiment, catalog, out, settings
        As in `genrelab.pipeline.experiments.runner.compare`.
    """
    from ..experiments.runner import compare

    quiet = getattr(arguments, "quiet", False)
    stream = aside(arguments)
    cells = CellProgress(verbose=getattr(arguments, "verbose", False), quiet=quiet, stream=stream)
    settings |= {"features": arguments.features, "weights": arguments.weights, "jobs": arguments.jobs}
    try:
        with log_lines(quiet=quiet):
            finished = compare(
                experiment, catalog, out, progress=partial(feature_bar, quiet=quiet), announce=cells, **settings
            )
    finally:
        cells.close()
    counts = finished.info["counts"]
    left_out = f", {counts['without_label']} without a label of this target" if counts["without_label"] else ""
    unread = sum(count for status, count in counts["posters"].items() if status != "ok")
    unread_words = f"; {unread} without a poster that can be read" if unread else ""
    measured = f"{counts['measured']} titles of {counts['catalogue']}{left_out}{unread_words}"
    print(f"{finished.info['title']} — {measured}", file=stream)
    if getattr(arguments, "no_report", False):
        print(f"results: {finished.path / 'results.parquet'}", file=stream)
        if stream is not sys.stdout:
            print_table(finished.leaderboard(), arguments.format)
    else:
        from .report import show

        show(arguments, finished)
    if getattr(arguments, "mlflow", None) is not None:
        from .report import tell_mlflow

        tell_mlflow(arguments, finished)
    if len(finished.failures):
        print(
            f"\n{how_many(len(finished.failures), 'cell')} could not be fitted; the same command tries again:",
            file=stream,
        )
        for row in finished.failures.itertuples(index=False):
            print(f"  {row.feature_set} · {row.model} · {row.balance} · fold {row.fold}: {row.reason}", file=stream)
        return 1
    return 0
