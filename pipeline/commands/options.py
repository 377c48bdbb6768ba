"""The options that several commands share."""

import argparse
import os
from pathlib import Path

from ..places import ARTIFACTS, CATALOG, FEATURES, RUNS

__all__ = ["ARTIFACTS", "CATALOG", "FEATURES", "RUNS", "add_catalog", "add_features", "add_networks", "add_vectors"]


def at_least_one(text: str) -> int:
    """A whole number of at least 1, for argparse.

    Examples
    --------
    >>> at_least_one("2")
    2
    """
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1, got {text!r}")
    return int(text)


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
    add_networks(parser, "imagenet")
    parser.add_argument(
        "--jobs", type=at_least_one, default=None, metavar="N", help="worker processes (default: one per core)"
    )


def add_networks(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """`--weights WHICH`, and `--encoders WHERE` as often as needed; both end up in `arguments.weights`.

    Parameters
    ----------
    parser : ArgumentParser
    default : str, optional
        Of `--weights`; None where a model remembers its own.
    """
    of_model = "" if default else "where the model's network weights lie on this machine; "
    parser.add_argument(
        "--weights",
        action=_Networks,
        default=default,
        metavar="WHICH",
        help=f"{of_model}weights of the frozen networks: 'imagenet' (downloaded on first use), 'random' (for trying "
        "things out), or the path of a weights.json that describes your own files"
        + (f" (default: {default})" if default else ""),
    )
    parser.add_argument(
        "--encoders",
        action=_Networks,
        metavar="WHERE",
        help="encoders of texts and pictures: an encoders.json, a folder of them, or a known name such as minilm, "
        "which is downloaded on first use; may be said several times",
    )


class _Networks(argparse.Action):
    """Keeps both options as one search path in `weights`, whichever comes first."""

    def __call__(self, parser, namespace, values, option_string=None) -> None:
        from ...features.frozen.hub import join_weights

        first, *encoders = (getattr(namespace, "weights", None) or "").split(os.pathsep)
        if self.dest == "weights":
            first = str(values)
        else:
            encoders.append(str(values))
        namespace.weights = join_weights(first, encoders)


def add_vectors(parser: argparse.ArgumentParser) -> None:
    """`--vectors FILE`."""
    parser.add_argument(
        "--vectors",
        type=Path,
        metavar="FILE",
        help="word vectors in GloVe's text format (.txt, .gz, .zip) for networks that read plots; without a file they "
        "learn their own",
    )
