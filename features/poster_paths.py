"""Where a catalogue's posters lie: its paths start at its folder and stay inside it."""

import os
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from .bounded import Refused

__all__ = ["resolve_posters"]


def resolve_posters(
    names: Iterable[object],
    root: str | os.PathLike[str],
    *,
    folders: Iterable[str | os.PathLike[str]] = (),
    allow_outside: bool = False,
) -> list[Path | Refused | None]:
    """Paths of posters from what a catalogue writes.

    A catalogue may come from anyone, and what it names is read and can end up as a picture in a page that is passed
    on. So a path that leaves the catalogue's folder (absolute, by `..`, or through a link) is not opened.

    Parameters
    ----------
    names : iterable of n str or null
        The column `poster`.
    root : path
        The catalogue's folder.
    folders : iterable of path
        Others whose posters may be opened, too.
    allow_outside : bool
        Take paths that leave all of them.

    Returns
    -------
    list of n Path, Refused or None
        None where the catalogue names no poster.

    Examples
    --------
    >>> resolve_posters(["a.jpg", None, "../b.jpg"], "/posters")
    [PosixPath('/posters/a.jpg'), None, Refused(path='../b.jpg', reason="outside the catalogue's folder")]
    """
    folder = Path(root)
    roots = [os.path.realpath(root) for root in (folder, *folders)]
    inside: dict[str, bool] = {}  # by the folder that a poster lies in: posters lie many to a folder

    def is_inside(path: Path) -> bool:
        parent = str(path.parent)
        if parent not in inside:
            inside[parent] = _within(os.path.realpath(parent), roots)
        return inside[parent] and (not path.is_symlink() or _within(os.path.realpath(path), roots))

    paths: list[Path | Refused | None] = []
    for name in names:
        if name is None or pd.isna(name):  # pyright: ignore[reportArgumentType, reportCallIssue]
            paths.append(None)
            continue
        path = folder / str(name)
        try:
            allowed = allow_outside or is_inside(path)
        except (OSError, ValueError):  # no path of this system: the reader says `missing`
            allowed = True
        paths.append(path if allowed else Refused(str(name)))
    return paths


def _within(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(folder.rstrip(os.sep) + os.sep) for folder in folders)
