"""`genrelab report`: write the report of a finished run from its results alone."""

import argparse
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="such as artifacts/runs/demo")
    parser.add_argument("--out", type=Path, metavar="DIR", help="where to write (default: RUN/report)")
    parser.add_argument(
        "--no-thumbnails", action="store_true", help="leave pictures of posters out, for a report you may pass on"
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the report and print the leaderboard."""
    import os

    from ..experiments.genre_sets import FILE, write_conformal

    # A run from before genre sets were measured with it has the predictions that they are measured on.
    folder = arguments.run_folder
    if (folder / "predictions.parquet").exists() and not (folder / FILE).exists() and os.access(folder, os.W_OK):
        write_conformal(folder)
    show(arguments.run_folder, arguments.out, thumbnails=not arguments.no_thumbnails)
    return 0


def show(run_folder: Path, out: Path | None = None, *, thumbnails: bool = True) -> None:
    """Write the report of a run, print its leaderboard and where the page lies."""
    from ...reports.pages.render import leaderboard_text, write_report
    from ..catalog.thumbnails import thumbnail

    page = write_report(run_folder, out, thumbnails=thumbnails, picture=thumbnail)
    print()
    print(leaderboard_text(run_folder))
    print(f"\nreport: {page}")
