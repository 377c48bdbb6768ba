"""The options that several commands share."""

import argparse
import itertools
import os
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..places import ARTIFACTS, CATALOG, FEATURES, RUNS

if TYPE_CHECKING:
    from ..addresses import Address
    from ..catalog.table import Catalog

__all__ = [
    "ARTIFACTS",
    "CATALOG",
    "FEATURES",
    "RUNS",
    "Help",
    "add_catalog",
    "add_cluster",
    "add_features",
    "add_jobs",
    "add_limit",
    "add_mlflow",
    "add_networks",
    "add_outside",
    "add_quiet",
    "add_vectors",
    "at_least_one",
    "chosen_catalog",
    "path_or_address",
    "whole_number",
]


class Help(argparse.RawDescriptionHelpFormatter):
    """Fills paragraphs to the terminal's width; indented lines, such as examples, stay as they are."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        lines = []
        for filled, group in itertools.groupby(text.splitlines(), lambda line: line[:1].strip() != ""):
            part = list(group)
            lines += textwrap.wrap(" ".join(part), width) if filled else part
        return "\n".join(lines)


def whole_number(least: int, most: int | None = None) -> Callable[[str], int]:
    """The type of an option that takes a whole number: one sentence for every command that takes one.

    Parameters
    ----------
    least : int
        The smallest that makes sense.
    most : int, optional
        The largest.

    Returns
    -------
    callable
        Of the text after the option.

    Examples
    --------
    >>> whole_number(1)("8")
    8
    """

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = None
        if number is None or number < least or (most is not None and number > most):
            wanted = f"of at least {least}" if most is None else f"from {least} to {most}"
            raise argparse.ArgumentTypeError(f"expected a whole number {wanted}, got {text!r}")
        return number

    return read


at_least_one = whole_number(1)


def path_or_address(text: str) -> "Path | Address":
    """The type of an option that takes a path or an address in an object store.

    Examples
    --------
    >>> path_or_address("my.parquet")
    PosixPath('my.parquet')
    """
    from ..addresses import AddressError, read_place

    try:
        return read_place(text)
    except AddressError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from None


def add_jobs(parser: argparse.ArgumentParser, what: str = "worker processes") -> None:
    """`--jobs N`."""
    parser.add_argument("--jobs", type=at_least_one, metavar="N", help=f"{what} (default: one per core)")


def add_quiet(parser: "argparse._ActionsContainer") -> None:
    """`-q`, `--quiet`."""
    parser.add_argument("-q", "--quiet", action="store_true", help="hide progress; still show warnings and results")


def add_progress(parser: argparse.ArgumentParser) -> None:
    """`--verbose` and `--quiet`."""
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("-v", "--verbose", action="store_true", help="print a line for every finished cell")
    add_quiet(chosen)


def add_limit(parser: argparse.ArgumentParser) -> None:
    """`--limit N`."""
    parser.add_argument(
        "--limit", type=at_least_one, metavar="N", help="use a random sample of N titles (same seed, same titles)"
    )


def add_mlflow(parser: argparse.ArgumentParser, what: str) -> None:
    """`--mlflow URI`."""
    parser.add_argument(
        "--mlflow", metavar="URI", help=f"also write {what} to an MLflow server, such as http://127.0.0.1:5000"
    )


def add_outside(parser: argparse.ArgumentParser) -> None:
    """`--allow-outside`."""
    parser.add_argument(
        "--allow-outside",
        action="store_true",
        help="also read posters outside the catalogue's folder (default: treat them as unreadable)",
    )


def chosen_catalog(arguments: argparse.Namespace) -> "Catalog | Path":
    """What `--catalog` names: its path, or the catalogue itself where `--allow-outside` widens it."""
    from ..catalog.table import load_catalog

    return load_catalog(arguments.catalog, allow_outside=True) if arguments.allow_outside else arguments.catalog


def add_catalog(parser: argparse.ArgumentParser) -> None:
    """`--catalog PATH`."""
    parser.add_argument(
        "--catalog",
        type=path_or_address,
        default=CATALOG,
        metavar="PATH",
        help="the catalogue: a parquet file, or the folder that holds it; s3://BUCKET/... is copied here first "
        f"(default: {CATALOG}, which the demo writes)",
    )
    add_outside(parser)


def add_cluster(parser: argparse.ArgumentParser) -> None:
    """`--cluster ADDRESS`."""
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="run on a Dask cluster: its scheduler's tcp://HOST:PORT, or local:N for N workers on this machine; every "
        "worker must see the files named here under the same paths",
    )


def add_features(parser: argparse.ArgumentParser) -> None:
    """`--features DIR`, `--weights WHICH`, `--jobs N`."""
    parser.add_argument(
        "--features",
        type=Path,
        default=FEATURES,
        metavar="DIR",
        help=f"cache of poster features, so that no poster is decoded twice (default: {FEATURES})",
    )
    add_networks(parser, "imagenet")
    add_jobs(parser)


def add_networks(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    """`--weights WHICH`, and `--encoders WHERE` as often as needed; both end up in `arguments.weights`.

    Parameters
    ----------
    parser : ArgumentParser
    default : str, optional
        Of `--weights`; None where a model remembers its own.
    """
    of_model = "" if default else "where this machine keeps the model's network weights; "
    parser.add_argument(
        "--weights",
        action=_Networks,
        default=default,
        metavar="WHICH",
        help=f"{of_model}weights of the frozen networks: 'imagenet' (downloaded on first use), 'random' (to try "
        "things out), or the path of a weights.json that describes your own files"
        + (f" (default: {default})" if default else ""),
    )
    parser.add_argument(
        "--encoders",
        action=_Networks,
        metavar="WHERE",
        help="text and image encoders: an encoders.json, a folder of encoders, or a known name such as minilm "
        "(downloaded on first use); repeat the option for several",
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
        help="word vectors in GloVe's text format (.txt, .gz, .zip) for networks that read plots; without them each "
        "network learns its own",
    )
