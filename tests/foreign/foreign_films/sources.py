"""A source of another package."""

from genrelab.pipeline.sources.frame import Fetched, SourceReport, catalogue_frame
from genrelab.pipeline.sources.registry import Source


def add_arguments(parser):
    """Its options."""
    parser.add_argument("--count", type=int, default=3, help="how many titles")


def build(arguments, progress):
    """Rows made up on the spot."""
    numbers = range(arguments.count)
    titles = catalogue_frame(
        {
            "imdb_id": [f"tt{number:07d}" for number in numbers],
            "title": [f"Foreign {number}" for number in numbers],
            "genres_imdb": [["Drama"] for _ in numbers],
        }
    )
    return Fetched(titles, SourceReport("foreign"))


SOURCE = Source(
    "foreign",
    "films made up by a test",
    "None: they are made up.",
    "",
    add_arguments,
    build,
    "--count 3 --out f.parquet",
)
