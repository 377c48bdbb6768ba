"""`genrelab predict`: genres of posters or of a catalogue's titles."""

import argparse
import sys
from pathlib import Path

from .options import FEATURES, add_networks, at_least_one


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("model", type=Path, help="a model.joblib with its model.json beside it")
    parser.add_argument("posters", nargs="*", type=Path, metavar="POSTER_OR_FOLDER", help="images, or folders of them")
    parser.add_argument("--catalog", type=Path, metavar="PATH", help="predict the titles of this catalogue")
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table", help="(default: table)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write there instead of to the screen")
    add_networks(parser)
    parser.add_argument("--features", type=Path, default=FEATURES, metavar="DIR", help=argparse.SUPPRESS)
    parser.add_argument(
        "--jobs", type=at_least_one, metavar="N", help="workers that read posters (default: one per core)"
    )
    parser.epilog = (
        "One row per title: imdb_id or file, one column per genre with its probability, one <genre>_predicted "
        "column (0/1, by the model's thresholds), and status. A poster that cannot be read gets a row that says "
        "why.\n\nexamples:\n  genrelab predict model.joblib posters/\n"
        "  genrelab predict model.joblib --catalog my.parquet --format csv --out genres.csv"
    )


def run(arguments: argparse.Namespace) -> int:
    """Predict piece by piece and write as it goes."""
    from ...features.store import FeatureStore
    from ...models.file import load_model
    from ..handover.predict import catalog_pieces, poster_pieces, predict_pieces, write_predictions

    if bool(arguments.posters) == bool(arguments.catalog):
        raise ValueError("expected posters or --catalog PATH, one of the two; see genrelab predict --help")
    model = load_model(arguments.model)
    if arguments.catalog:
        key, pieces = "imdb_id", catalog_pieces(arguments.catalog)
    else:
        key, pieces = "file", poster_pieces(arguments.posters)
        if not model.reads_posters():
            raise ValueError(
                f"{arguments.model} reads {', '.join(sorted(model.needs()))} and no posters; give it --catalog PATH"
            )
    store = FeatureStore(arguments.features) if arguments.catalog else None
    tables = predict_pieces(model, key, pieces, store=store, weights=arguments.weights, n_jobs=arguments.jobs)
    count, failed = write_predictions(tables, arguments.format, arguments.out, model.labels, key)
    where = f" in {arguments.out}" if arguments.out else ""
    unread = f", {failed} of them without a prediction" if failed else ""
    print(f"{count} rows{where}{unread}", file=sys.stderr)
    return 0 if count > failed else 1
