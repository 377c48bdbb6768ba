"""What the workers of a cluster must be able to read: posters, weights, models; as absolute paths."""

import os
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from ...features.bounded import Refused
from ...features.families import network_names
from ...features.frozen.style import resolve_network

__all__ = ["a_poster", "absolute_weights", "weight_files"]


def a_poster(paths: Iterable[Path | Refused | None]) -> list[Path]:
    """The first poster that is there, for workers to prove that they see it; none where there is none.

    Examples
    --------
    >>> a_poster([None, Refused("../b.jpg")])
    []
    """
    return list(islice((path for path in paths if isinstance(path, Path) and path.is_file()), 1))


def absolute_weights(weights: str) -> str:
    """A search path of weights whose files are found from any folder.

    Parameters
    ----------
    weights : str
        As `genrelab.features.frozen.hub.split_weights` reads it; names such as `imagenet` stay.

    Examples
    --------
    >>> absolute_weights("random")
    'random'
    """
    places = weights.split(os.pathsep)
    return os.pathsep.join(str(Path(place).absolute()) if place and Path(place).exists() else place for place in places)


def weight_files(specs: Iterable[str], weights: str) -> list[Path]:
    """The files behind the networks of feature specs, as far as they are here and not fetched on first use.

    Parameters
    ----------
    specs : iterable of str
    weights : str

    Examples
    --------
    >>> weight_files(["metadata", "embedding:resnet50"], "random")
    []
    """
    files = [Path(place) for place in weights.split(os.pathsep) if place and Path(place).exists()]
    for name in network_names(specs):
        network = resolve_network(name, weights)
        files.append(Path(str(getattr(network, "file", None) or getattr(network, "weights", ""))))
    return list(dict.fromkeys(path for path in files if path.is_file()))
