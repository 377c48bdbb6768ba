"""The folder of a run before its first fit: does it belong to this run, and what in it can be kept?"""

import json
import logging
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ...reports.runs.cells import DamagedCellError, cell_file, cell_fingerprint, failure_file, read_cell
from ...reports.runs.format import (
    AUDIT,
    AUGMENTED,
    CELLS,
    EXPERIMENT,
    FORMAT,
    IDENTITY,
    INFO,
    LEARNING,
    REPORT,
    TRAINING,
    Cell,
    Split,
)
from ...reports.runs.tables import TABLES
from ...reports.runs.write import write_identity
from .run import RunError

LOG = logging.getLogger("genrelab.pipeline")
_FILES = [IDENTITY, INFO, AUDIT, EXPERIMENT, AUGMENTED, *(table.file for table in TABLES)]
_OTHER = "choose another --out, or --fresh to replace it"
# What file browsers leave in every folder.
_LITTER = {"Thumbs.db", "desktop.ini"}


def claim(out: Path, identity: dict[str, Any], toml: str, fresh: bool) -> Path:
    """Make sure that a folder is this run's, or is made so.

    Parameters
    ----------
    out : Path
        Folder of the run.
    identity : dict
        From `run_identity`.
    toml : str
        Text of the experiment's file, kept in the folder.
    fresh : bool
        Throw away what another run left.

    Returns
    -------
    Path
        The folder of finished cells.

    Raises
    ------
    RunError
        When the folder holds another run, a run of genrelab 0.1, or no run at all.
    """
    cells = out / CELLS
    if fresh:
        _clear(out)
    else:
        _refuse_other(out, identity)
    cells.mkdir(parents=True, exist_ok=True)
    write_identity(out, identity, toml)
    return cells


def _clear(out: Path) -> None:
    if out.exists():
        others = _others(out)
        if others and not (out / CELLS).is_dir():
            raise RunError(f"{out} is not empty and holds no run ({', '.join(others[:3])}); choose another --out")
    for path in [*(out / CELLS).glob("*"), *(out / name for name in _FILES)]:
        path.unlink(missing_ok=True)
    for folder in (TRAINING, LEARNING):
        shutil.rmtree(out / folder, ignore_errors=True)


def _others(out: Path) -> list[str]:
    """What lies in a folder and belongs to no run."""
    ours = {CELLS, TRAINING, LEARNING, REPORT, *_FILES}
    names = sorted(path.name for path in out.iterdir())
    return [name for name in names if name not in ours and not name.startswith(".") and name not in _LITTER]


def _refuse_other(out: Path, identity: dict[str, Any]) -> None:
    if not out.exists():
        return
    kept = _identity(out / IDENTITY)
    if kept is not None:
        if kept.get("format", 1) != FORMAT:
            made = kept.get("versions", {}).get("genrelab", "0.1")
            raise RunError(f"{out} holds a run of genrelab {made}, which this version cannot continue; {_OTHER}")
        if kept.get("fingerprint") != identity["fingerprint"]:
            changed = [key for key in identity if key != "fingerprint" and kept.get(key) != identity[key]]
            what = f"({', '.join(changed)} differ)" if changed else "(its titles, posters or labels differ)"
            raise RunError(f"{out} holds a run with other settings or data {what}; {_OTHER}")
        return
    # Without a readable identity the cells say themselves which run they belong to.
    for path in sorted((out / CELLS).glob("[!.]*.npz")):
        wrote = cell_fingerprint(path)
        if wrote is not None and wrote != identity["fingerprint"]:
            raise RunError(f"{out} holds cells of another run, such as {path.name}, and no {IDENTITY}; {_OTHER}")
    others = _others(out)
    if others and not (out / CELLS).is_dir():
        raise RunError(f"{out} is not empty and holds no run ({', '.join(others[:3])}); choose another --out")
    if (out / IDENTITY).exists() or (out / CELLS).is_dir():
        LOG.warning("%s: expected a readable %s, found none; it is written again", out, IDENTITY)


def _identity(path: Path) -> dict[str, Any] | None:
    """The content of identity.json; None where there is none that can be read."""
    try:
        kept = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return kept if isinstance(kept, dict) and "fingerprint" in kept else None


def drop_damaged(folder: Path, cells: Iterable[Cell], splits: Iterable[Split], fingerprint: str) -> None:
    """Delete the files of cells that cannot be used, naming each; forget earlier failures, which are tried again.

    Parameters
    ----------
    folder : Path
        Of the cells.
    cells, splits : iterables
        All of the run.
    fingerprint : str
        Of the run.
    """
    splits = list(splits)
    for cell, split in ((cell, split) for cell in cells for split in splits):
        failure_file(folder, cell, split).unlink(missing_ok=True)
        if cell_file(folder, cell, split).exists():
            try:
                read_cell(folder, cell, split, fingerprint)
            except DamagedCellError as damage:
                LOG.warning("%s; %s, %s is computed again", damage, cell, split)
                cell_file(folder, cell, split).unlink()
