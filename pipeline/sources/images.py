"""Image files in folders: found by their first bytes, named relative to the catalogue."""

from __future__ import annotations

import os
from pathlib import Path

from ...features.poster.read import sniff_format


def find_images(folder: Path) -> list[Path]:
    """Return the images under a folder and its folders, whatever their names end in, in a fixed order.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: expected a folder of posters, found no such folder")
    found = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(root, name)
            if name.startswith(".") or not path.is_file():
                continue
            with path.open("rb") as file:
                if sniff_format(file.read(16)) is not None:
                    found.append(path)
    return found


def relative_to(path: Path | None, base: Path) -> str | None:
    """Return a path as the catalogue writes it: relative to its own folder, with forward slashes.

    Examples
    --------
    >>> relative_to(Path("/films/posters/heat.jpg"), Path("/films/catalogue"))
    '../posters/heat.jpg'
    """
    return None if path is None else Path(os.path.relpath(path.absolute(), base.absolute())).as_posix()
