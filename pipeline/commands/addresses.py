"""Addresses on the command line: catalogues are copied here before the work; elsewhere only a path will do."""

import argparse
from functools import partial
from pathlib import Path

from ..addresses import Address, fetch_catalog, writes_address
from .options import FEATURES

__all__ = ["bring_catalog", "refuse_addresses"]


def bring_catalog(arguments: argparse.Namespace, *, posters: bool = True) -> None:
    """Copy a catalogue that is named by an address, and let `arguments.catalog` name the copy.

    Parameters
    ----------
    arguments : Namespace
    posters : bool
        Copy its posters, too.
    """
    if not isinstance(getattr(arguments, "catalog", None), Address):
        return
    from ..progress import feature_bar

    into = getattr(arguments, "features", FEATURES)
    bar = partial(feature_bar, quiet=getattr(arguments, "quiet", False))
    arguments.catalog = fetch_catalog(arguments.catalog, into, posters=posters, progress=bar)


def refuse_addresses(arguments: argparse.Namespace) -> None:
    """Say so where an address stands for what must be a path; as a path it would only not be found.

    Raises
    ------
    ValueError
    """
    for value in vars(arguments).values():
        for path in value if isinstance(value, list) else [value]:
            if isinstance(path, Path) and writes_address(path):
                raise ValueError(
                    f"expected a path on this machine, got the address {path.as_posix().replace(':/', '://', 1)}; only "
                    "a catalogue to read (--catalog) and the file that predict writes (--out) may lie at an address"
                )
