"""`genrelab export`: refit a cell of a run on all its titles and write it as one file."""

import argparse
from pathlib import Path

from .options import ARTIFACTS, add_catalog, add_features, add_mlflow, add_vectors, chosen_catalog


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("run_folder", type=Path, metavar="RUN", help="such as artifacts/runs/everything")
    parser.add_argument(
        "--model", metavar="NAME", help="the model, as named on the leaderboard (default: the best configuration's)"
    )
    parser.add_argument("--feature-set", metavar="NAME", help="the feature set (default: the best configuration's)")
    parser.add_argument("--balance", metavar="NAME", help="the balancing (default: the best configuration's)")
    parser.add_argument(
        "--out",
        type=Path,
        default=ARTIFACTS / "model.joblib",
        metavar="FILE",
        help="model file; its manifest (.json) and card (.md, .html) go beside it (default: artifacts/model.joblib)",
    )
    parser.add_argument("--overwrite", action="store_true", help="replace an existing model")
    parser.add_argument(
        "--experiment", metavar="NAME", help="use this experiment instead of the one saved with the run"
    )
    parser.add_argument(
        "--where", metavar="CONDITION", help="train only on titles that meet this condition, such as 'year < 1980'"
    )
    parser.add_argument(
        "--no-calibration",
        dest="calibrate",
        action="store_false",
        help="keep raw scores; by default probabilities are calibrated on the run's out-of-fold predictions",
    )
    parser.add_argument(
        "--corrections",
        type=Path,
        metavar="FILE",
        help="a labels.sqlite written by genrelab serve: train on its corrected labels",
    )
    add_catalog(parser)
    add_features(parser)
    add_vectors(parser)
    add_mlflow(parser, "the model, its card and its scores")
    parser.set_defaults(weights=None)  # those of the run
    parser.epilog = "example:\n  genrelab export artifacts/runs/demo --model rf --out model.joblib"


def run(arguments: argparse.Namespace) -> int:
    """Refit, write, and say what was written."""
    from ...models.file import read_manifest
    from ...reports.pages.card.card import fitted_on
    from ..handover.export import export

    if arguments.mlflow is not None:
        from ..handover.tracking.server import check_server

        check_server(arguments.mlflow)
    wanted = (
        "model",
        "feature_set",
        "balance",
        "experiment",
        "weights",
        "vectors",
        "features",
        "jobs",
        "overwrite",
        "calibrate",
        "where",
        "corrections",
    )
    cell, path = export(
        arguments.run_folder,
        arguments.out,
        chosen_catalog(arguments),
        **{name: getattr(arguments, name) for name in wanted},
    )
    size = path.stat().st_size / 2**20
    manifest = read_manifest(path)
    print(f"{path} ({size:.1f} MiB) and {path.with_suffix('.json').name}: {cell.name} on {cell.feature_set}, ")
    print(f"balance {cell.balance}, refitted on {fitted_on(manifest)} of {arguments.run_folder}")
    print(f"model card: {path.with_suffix('.md')} and {path.with_suffix('.html').name}")
    if arguments.mlflow is not None:
        from ..handover.tracking.track import track_model

        print(f"MLflow run {track_model(path, arguments.mlflow)} on {arguments.mlflow}")
    return 0
