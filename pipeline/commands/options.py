"""The options that several commands share."""

import argparse
from pathlib import Path

from ..places import ARTIFACTS, CATALOG, FEATURES, RUNS

__all__ = ["ARTIFACTS", "CATALOG", "FEATURES", "RUNS", "add_catalog", "add_features", "add_vectors"]


def add_catalog(parser: argparse.ArgumentParser) -> None:
    """`--catalog PATH`."""
    parser.add_argument(
        "--catalog",
        type=Path,
        default=CATALOG,
        metavar="PATH",
        help=f"the catalogue, a parquet file or its folder (default: {CATALOG}, where the demo puts its own)",
    )


def add_features(parser: argparse.ArgumentParser) -> None:
    """`--features DIR`, `--weights WHICH`, `--jobs N`."""
    parser.add_argument(
        "--features",
        type=Path,
        default=FEATURES,
        metavar="DIR",
        help=f"where poster features are kept, so that no poster is read twice (default: {FEATURES})",
    )
    parser.add_argument(
        "--weights",
        default="imagenet",
        metavar="WHICH",
        help="weights of the frozen networks: 'imagenet' (downloaded by Keras on first use), 'random' (for trying "
        "things out), or the path of a weights.json that describes your own files (default: imagenet)",
    )
    parser.add_argument("--jobs", type=int, default=None, metavar="N", help="worker processes (default: one per core)")


def add_vectors(parser: argparse.ArgumentParser) -> None:
    """`--vectors FILE`."""
    parser.add_argument(
        "--vectors",
        type=Path,
        metavar="FILE",
        help="word vectors in GloVe's text format (.txt, .gz, .zip) for networks that read plots; without a file they "
        "learn their own",
    )
