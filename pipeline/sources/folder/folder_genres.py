"""Folders as genres: posters sorted into `Horror/`, `Western/` and so on are labelled already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...catalog.genres import SOURCES, translate
from ..account import SourceReport
from ..images import printable, relative_to
from .options import TableOptions

FEWEST = 2  # folders called like genres, before they are pointed out


def add_folder_genres(
    titles: Sequence[dict[str, Any]],
    posters: Path,
    base: Path,
    options: TableOptions,
    report: SourceReport,
    *,
    asked: bool,
) -> None:
    """Give titles without genres the name of the folder their poster lies in, or point out that one could.

    Parameters
    ----------
    titles : sequence of dict
        Catalogue rows, changed in place. Their posters are paths relative to `base`.
    posters, base : Path
        The folder of posters, and the folder of the catalogue.
    options : TableOptions
        Which label source the genres fill, and how they are renamed.
    report : SourceReport
    asked : bool
        Whether to do it; else a note says that folders are called like genres, where they are.
    """
    start = Path(relative_to(posters, base) or "").parts
    found = []
    for row in titles:
        below = Path(str(row.get("poster") or "")).parts[len(start) :]
        if len(below) > 1 and not any(row.get(column) for column in SOURCES.values()):
            found.append((row, options.genre_map.get(below[0], below[0])))
    names = Counter(name for _, name in found)
    known = [name for name in names if translate(name)]
    if not asked:
        if len(known) >= FEWEST and len(known) * 2 > len(names):
            shown = ", ".join(map(printable, sorted(known)[:5]))
            report.notes.append(f"folders are called like genres ({shown}): --genres-from-folders takes them as labels")
        return
    own = "own" if len(known) < len(names) else "imdb"
    column = SOURCES[own if options.genres_as == "auto" else options.genres_as]
    for row, name in found:
        row[column] = [name]
    shown = ", ".join(f"{printable(name)} {count:,}" for name, count in names.most_common(10))
    report.notes.append(f"genres from folders, in {column}: {shown or 'no poster lies in a folder of its own'}")
