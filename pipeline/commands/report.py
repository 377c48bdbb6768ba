"""`genrelab report`: write the report of a finished run from its results alone."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from .options import add_mlflow
from .tables import add_format, aside, print_table

if TYPE_CHECKING:
    from ..experiments.run import Run


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="such as artifacts/runs/demo")
    parser.add_argument("--out", type=Path, metavar="DIR", help="output folder (default: RUN/report)")
    parser.add_argument(
        "--against",
        type=Path,
        metavar="RUN",
        help="compare with another run on the titles they share, and give one verdict",
    )
    parser.add_argument(
        "--no-thumbnails", action="store_true", help="leave poster images out, so that you can share the report"
    )
    add_mlflow(parser, "the run")
    add_format(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the report and print the leaderboard."""
    from ..experiments.run import Run

    if arguments.against is not None and arguments.mlflow is not None:
        raise ValueError("--mlflow takes one run: leave --against out")
    if arguments.against is not None:
        from ..handover.against import against

        print(against(arguments.run_folder, arguments.against, arguments.out).words, file=aside(arguments))
        if arguments.out is not None:
            show(arguments, Run.open(arguments.out))
        return 0
    finished = Run.open(arguments.run_folder, whole=False)
    show(arguments, finished, arguments.out)
    if arguments.mlflow is not None:
        tell_mlflow(arguments, finished)
    return 0


def tell_mlflow(arguments: argparse.Namespace, run: "Run") -> None:
    """Write a run to the MLflow server of `--mlflow`, and say under which id."""
    from ..handover.tracking.track import track_run

    print(f"MLflow run {track_run(run, arguments.mlflow)} on {arguments.mlflow}", file=aside(arguments))


def show(arguments: argparse.Namespace, run: "Run", out: Path | None = None) -> None:
    """Write the report of a run, print its leaderboard and where the page lies.

    Parameters
    ----------
    arguments : Namespace
        `format` and `no_thumbnails`, where the command has them.
    run : Run
    out : Path, optional
        Folder of the report.
    """
    from ...reports.pages.render import leaderboard_text

    run = run.audited()  # one object for the page and the table, which share what is computed once for a run
    page = run.report(out, thumbnails=not getattr(arguments, "no_thumbnails", False))
    style = getattr(arguments, "format", "table")
    if style == "table":
        print(f"\n{leaderboard_text(run)}\n")
    else:
        print_table(run.leaderboard(), style)
    print(f"report: {page}", file=aside(arguments))
