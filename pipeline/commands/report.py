"""`genrelab report`: write the report of a finished run from its results alone."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

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


def run(arguments: argparse.Namespace) -> int:
    """Write the report and print the leaderboard."""
    from ..experiments.run import Run

    if arguments.against is not None:
        from ..handover.against import against

        print(against(arguments.run_folder, arguments.against, arguments.out).words)
        if arguments.out is not None:
            show(Run.open(arguments.out), thumbnails=not arguments.no_thumbnails)
        return 0
    show(Run.open(arguments.run_folder, whole=False), arguments.out, thumbnails=not arguments.no_thumbnails)
    return 0


def show(run: "Run", out: Path | None = None, *, thumbnails: bool = True) -> None:
    """Write the report of a run, print its leaderboard and where the page lies."""
    from ...reports.pages.render import leaderboard_text

    page = run.report(out, thumbnails=thumbnails)
    print()
    print(leaderboard_text(run.audited()))
    print(f"\nreport: {page}")
