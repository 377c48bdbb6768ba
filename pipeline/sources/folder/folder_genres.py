"""Folders as genres: posters sorted into `Horror/`, `Western/` and so on are labelled already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ....features.bounded import hash_file
from ...catalog.genres import SOURCES, translate
from ..account import SourceReport
from ..images import printable, relative_to
from ..own_table.names import name_key
from ..own_table.options import TableOptions
from ..tables.lists import ListNotation
from ..tables.words import MISSING

_NONE = (
    MISSING
    | frozenset(
        """unsorted misc miscellaneous other others various todo new unsortiert sonstige sonstiges diverse divers autres
    varios otros varie altro temp tmp inbox rest""".split()
    )
    | {"to do", "to sort", "new folder", "neuer ordner", "nouveau dossier"}
)
FEWEST = 2  # folders called like genres, before they are pointed out


def add_folder_genres(
    titles: list[dict[str, Any]],
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
    titles : list of dict
        Catalogue rows, changed in place. Their posters are paths relative to `base`. Of an image that lies in several
        folders under the same name one stays, with the genres of all.
    posters, base : Path
        The folder of posters, and the folder of the catalogue.
    options : TableOptions
        Which label source the genres fill, and how they are renamed.
    report : SourceReport
    asked : bool
        Whether to do it; else a note says that folders are called like genres, where they are.
    """
    start = Path(relative_to(posters, base) or "").parts
    below = [(row, Path(str(row["poster"])).parts[len(start) : -1]) for row in titles if row.get("poster")]
    below = [(row, parts) for row, parts in below if parts and not any(row.get(name) for name in SOURCES.values())]
    level = _level([parts for _, parts in below])
    found = [(row, _names(parts[level], options)) for row, parts in below if len(parts) > level]
    unsorted = [row for row, several in found if not several]
    names = Counter(name for _, several in found for name in several)
    known = [name for name in names if translate(name)]
    if not asked:
        if len(known) >= FEWEST and len(known) * 2 > len(names):
            shown = ", ".join(map(printable, sorted(known)[:5]))
            report.notes.append(f"folders are called like genres ({shown}): --genres-from-folders takes them as labels")
        return
    own = "own" if len(known) < len(names) else "imdb"
    column = SOURCES[own if options.genres_as == "auto" else options.genres_as]
    for row, several in found:
        row[column] = several or None
    again = _join_copies([row for row, _ in found], base, column, report)
    titles[:] = [row for row in titles if id(row) not in again]
    if unsorted:
        report.notes.append(f"posters in folders that name no genre: {len(unsorted):,}")
    shown = ", ".join(f"{printable(name)} {count:,}" for name, count in names.most_common(10))
    report.notes.append(f"genres from folders, in {column}: {shown or 'no poster lies in a folder of its own'}")


def _join_copies(rows: Sequence[dict[str, Any]], base: Path, column: str, report: SourceReport) -> set[int]:
    """Give the first of equal images of one name the genres of all; return the identities of the other rows."""
    by_name: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_name.setdefault(name_key(Path(str(row["poster"])).name), []).append(row)
    again = set()
    for several in by_name.values():
        first: dict[str | None, dict[str, Any]] = {}
        for row in several if len(several) > 1 else ():
            content, _ = hash_file(base / str(row["poster"]))
            kept = first.setdefault(content, row)
            if kept is row or content is None:
                continue
            kept[column] = list(dict.fromkeys([*(kept[column] or ()), *(row[column] or ())])) or None
            again.add(id(row))
            why = f"the same image as {printable(kept['poster'])}, which has the genres of both folders"
            report.left_out.append(("poster", str(row["poster"]), why))
    report.drop("image that lies in several folders", len(again))
    return again


def _level(folders: Sequence[tuple[str, ...]]) -> int:
    """Return how deep the folders called like genres lie: below those that hold all posters, unless one is a genre."""
    level = 0
    while folders and all(len(parts) > level + 1 for parts in folders):
        names = {parts[level] for parts in folders}
        if len(names) > 1 or any(map(translate, names)):
            break
        level += 1
    return level


def _names(folder: str, options: TableOptions) -> list[str]:
    """Return the genres of a folder's name: several where it parts into usual ones, as `Horror, Sci-Fi` does."""
    if folder.casefold().strip(" _-") in _NONE:
        return []
    several = ListNotation(known=lambda name: translate(name) is not None).read(folder) or [folder]
    names = several if all(map(translate, several)) else [folder]
    return [new for new in (options.genre_map.get(name, name) for name in names) if new]
