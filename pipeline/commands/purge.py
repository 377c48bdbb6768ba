"""`genrelab purge tmdb`: delete what TMDb's terms do not allow to keep any longer."""

import argparse
from pathlib import Path

from ..sources.tmdb.source import STORE
from ..sources.tmdb.terms import KEEP_DAYS, KEEP_SECONDS

EPILOG = """\
Catalogues and models made from these responses fall under the same terms; delete them yourself.

examples:
  genrelab purge tmdb
  genrelab purge tmdb --posters artifacts/catalog/posters
  genrelab purge tmdb --everything
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument(
        "source", choices=("tmdb",), help=f"the source; its responses older than {KEEP_DAYS} days are deleted"
    )
    parser.add_argument("--store", type=Path, default=STORE, help=f"cache of responses (default: {STORE})")
    parser.add_argument("--posters", type=Path, metavar="DIR", help="also delete old posters from this folder")
    parser.add_argument(
        "--everything", action="store_true", help=f"delete everything, also what is younger than {KEEP_DAYS} days"
    )
    parser.epilog = EPILOG


def run(arguments: argparse.Namespace) -> int:
    """Delete and say how much."""
    from ..sources.download import purge_posters
    from ..sources.tmdb.store import AnswerStore

    if arguments.store.exists():
        with AnswerStore(arguments.store) as store:
            gone = store.purge(everything=arguments.everything)
            print(f"{arguments.store}: {gone:,} answers deleted, {len(store):,} kept")
    else:
        print(f"{arguments.store}: no answers there")
    if arguments.posters is not None:
        gone = purge_posters(arguments.posters, -float("inf") if arguments.everything else KEEP_SECONDS)
        print(f"{arguments.posters}: {gone:,} posters deleted")
    return 0
