"""Folders beside a catalogue's own whose posters may be read: those that the user named when it was built here.

A catalogue may come from anyone, so its poster paths stay in its folder. Where a user builds one himself and names a
folder elsewhere, that permission is kept in the user's settings, not in the file: it does not travel with it.
"""

import json
import os
from collections.abc import Iterable
from pathlib import Path

from ...features.files import write_json
from ..places import config_folder

__all__ = ["HOW_TO_ALLOW", "named_folders", "remember_folders"]

# What a reader can do about posters that are `OUTSIDE`.
HOW_TO_ALLOW = "--allow-outside, in Python load_catalog(path, allow_outside=True), reads them"


def _settings() -> Path:
    return config_folder() / "poster-folders.json"


def _known() -> dict[str, list[str]]:
    try:
        content = json.loads(_settings().read_text("utf-8"))
    except (OSError, ValueError):  # absent, or damaged: then nothing was permitted
        return {}
    return content if isinstance(content, dict) else {}


def named_folders(catalog: str | os.PathLike[str]) -> tuple[Path, ...]:
    """Folders outside a catalogue's own that its posters may lie in.

    Parameters
    ----------
    catalog : path
        The parquet file.

    Returns
    -------
    tuple of Path

    Examples
    --------
    >>> named_folders("nobody/built/this.parquet")
    ()
    """
    listed = _known().get(os.path.realpath(catalog))
    return tuple(Path(folder) for folder in listed if isinstance(folder, str)) if isinstance(listed, list) else ()


def remember_folders(catalog: str | os.PathLike[str], folders: Iterable[str | os.PathLike[str]]) -> bool:
    """Keep the folders whose posters a catalogue of one's own may name.

    Parameters
    ----------
    catalog : path
        The parquet file.
    folders : iterable of path
        Those inside the catalogue's folder need no permission and are not kept.

    Returns
    -------
    bool
        False where the user's settings cannot be written; then commands need `--allow-outside`.
    """
    file = os.path.realpath(catalog)
    home = Path(file).parent
    paths = [Path(os.path.realpath(folder)) for folder in folders]
    outside = sorted({str(path) for path in paths if not path.is_relative_to(home)})
    known = _known()
    if outside == known.get(file, []):
        return True
    kept = {name: listed for name, listed in known.items() if name != file} | ({file: outside} if outside else {})
    try:
        write_json(_settings(), kept)
    except OSError:
        return False
    return True
