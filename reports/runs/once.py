"""Compute once per run what several sections of its pages ask for."""

import functools
import weakref
from collections.abc import Callable, Hashable
from typing import Any, Concatenate, ParamSpec, TypeVar

from .read import RunFolder

P = ParamSpec("P")
T = TypeVar("T")


def once_per_run(function: Callable[Concatenate[RunFolder, P], T]) -> Callable[Concatenate[RunFolder, P], T]:
    """Keep what a function of a run gives for as long as that run is in memory.

    Parameters
    ----------
    function : function of (run, further hashable arguments)
        Nobody may change what it returns.

    Examples
    --------
    >>> from pathlib import Path
    >>> import pandas as pd
    >>> asked = []
    >>> @once_per_run
    ... def rows(run, least):
    ...     asked.append(least)
    ...     return len(run.results)
    >>> run = RunFolder(Path("run"), pd.DataFrame({"value": [0.5]}), None, {})
    >>> rows(run, 10), rows(run, 10), rows(run, 20), asked
    (1, 1, 1, [10, 20])
    """
    # By identity: a run holds tables, which have no hash.
    kept: dict[int, tuple[weakref.ref, dict[Hashable, Any]]] = {}

    @functools.wraps(function)
    def ask(run: RunFolder, *args: P.args, **kwargs: P.kwargs) -> T:
        key, asked = id(run), (args, tuple(sorted(kwargs.items())))
        entry = kept.get(key)
        if entry is None or entry[0]() is not run:
            entry = kept[key] = (weakref.ref(run, lambda _: kept.pop(key, None)), {})
        if asked not in entry[1]:
            entry[1][asked] = function(run, *args, **kwargs)
        return entry[1][asked]

    return ask
