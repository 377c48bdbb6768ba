"""A folder of posters, a table about them, or both; the table may be of any usual format and dialect."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from ..account import SHARE, SourceReport, counted, how_many, is_fault
from ..frame import Fetched, Progress, catalogue_frame, stand_in_id
from ..images import FoundImages, find_images, is_utf8, printable, relative_to
from ..own_table.names import name_key, number_key, stem_of
from ..own_table.options import TableOptions, parsed_options
from ..own_table.repeats import join_repeats
from ..own_table.rows import UserTable
from ..own_table.user_table import read_user_table
from .filenames import FileName, first_of, is_general, read_name, without_copies
from .folder_genres import add_folder_genres
from .matching import Matches, match


def build(args: argparse.Namespace, progress: Progress | None = None) -> Fetched:
    """Build catalogue rows from the parsed options of `genrelab fetch folder`."""
    return read_folder(
        args.posters,
        args.csv,
        options=parsed_options(args),
        bare=args.bare_ids,
        kind=args.kind,
        base=args.out.parent,
        folder_genres=args.genres_from_folders,
    )


def build_table(args: argparse.Namespace, progress: Progress | None = None) -> Fetched:
    """Build catalogue rows from the parsed options of `genrelab fetch table`."""
    return read_table(args.csv, options=parsed_options(args), kind=args.kind)


def read_table(table: Path, *, options: TableOptions | None = None, kind: str = "movie") -> Fetched:
    """Make a title of every row of a table, without posters.

    Parameters
    ----------
    table : Path
        See `open_table`.
    options : TableOptions or None
        What is known about the table.
    kind : {"movie", "series"}
        What titles are whose row does not say it.

    Raises
    ------
    ValueError
        When there is no row, or the table is not understood.
    """
    report, options = SourceReport("table"), options or TableOptions()
    rows = join_repeats(read_user_table(table, options, report), report)
    if not len(rows):
        raise ValueError(f"{printable(table)}: expected a table with rows, found none")
    named = [name for name in rows.columns.pop("poster", ()) if name is not None]
    if named:
        report.notes.append(
            f"{how_many(len(named), 'row names', 'rows name')} an image, such as {printable(str(named[0]))!r}; images "
            f"are not looked for here: genrelab fetch folder FOLDER --csv {printable(table)} finds them"
        )
    titles = _titles(rows, {}, Matches([None] * len(rows)), Path(), Path(), kind, report)
    return _fetched(titles, rows, options, report)


def read_folder(
    posters: Path,
    table: Path | None = None,
    *,
    options: TableOptions | None = None,
    bare: str = "none",
    kind: str = "movie",
    base: Path = Path(),
    folder_genres: bool = False,
) -> Fetched:
    """Make a title of every poster, and of every row of the table that has none.

    See `matching` for how a row finds its poster. A title without an IMDb id gets a stand-in id that stays the same as
    long as its file name does; a title taken from a file name is marked in `title_from_file`, for it is a guess.

    Parameters
    ----------
    posters : Path
        The folder.
    table : Path or None
        See `open_table`.
    options : TableOptions or None
        What is known about the table.
    bare, kind
        As the command's options.
    base : Path
        The folder that poster paths are written relative to (the catalogue's own).
    folder_genres : bool
        Whether the folder that a poster lies in, below `posters`, is its genre where the table gives none.

    Raises
    ------
    ValueError
        When there is neither an image nor a row, or the table is not understood.
    """
    report = SourceReport("folder")
    found = find_images(posters)
    images = _readable(found, posters, bare, report)
    options = options or TableOptions()
    if table is None:
        rows = UserTable({}, [], {})
    else:
        stems = {name_key(image.name) for image in images} | {name_key(stem_of(image.name)) for image in images}
        stems |= {name_key(without_copies(stem_of(image.name))) for image in images}
        stems |= {key for image in images if (key := number_key(image.name))}
        stems |= {name_key(first) for image in images if (first := first_of(stem_of(image.name)))}
        stems |= {stem.lstrip("0") for stem in stems if stem.isdecimal()}
        ids = {
            "tmdb_id": {told.tmdb_id for told in images.values() if told.tmdb_id},
            "imdb_id": {int(told.imdb_id[2:]) for told in images.values() if told.imdb_id},
        }
        rows = join_repeats(read_user_table(table, options, report, stems, ids), report)
    if bare == "none" and table is not None:
        images = _with_bare_ids(images, rows, report)
    if not images and not len(rows):
        raise ValueError(f"{printable(posters)}: expected images or a table with rows, found none{_why_none(found)}")
    matches = match([rows.told(number) for number in range(len(rows))], images, posters)
    titles = _titles(rows, images, matches, posters, base, kind, report)
    add_folder_genres(titles, posters, base, options, report, asked=folder_genres)
    if table is not None:
        _tell_matches(rows, images, matches, posters, table, report)
    if any(str(row.get("poster", "")).startswith("../") for row in titles):
        report.notes.append(
            "posters lie outside the catalogue's folder: commands read them on this machine, since you named their "
            "folder; elsewhere they need --allow-outside"
        )
    return _fetched(titles, rows, options, report)


def _fetched(titles: list[dict[str, Any]], rows: UserTable, options: TableOptions, report: SourceReport) -> Fetched:
    frame = catalogue_frame(
        {name: [row.get(name) for row in titles] for name in dict.fromkeys(n for r in titles for n in r)}
    )
    mapping = rows.mapping | {"genres_as": options.genres_as, "genre_separator": options.genre_separator}
    return Fetched(frame, report, mapping=mapping)


def _readable(found: FoundImages, posters: Path, bare: str, report: SourceReport) -> dict[Path, FileName]:
    """Return what each image's name tells; say which files named like images were skipped."""
    faults = found.faults()
    for path, why in faults:
        report.left_out.append(("file", str(_below(path, posters)), why))
    known = set(faults)
    reasons = [why for path, why in found.skipped if (path, why) not in known]
    if faults:
        report.drop("file named like an image that is none", len(faults))
    if reasons:
        report.notes.append(f"other files skipped: {', '.join(counted(reasons))}")
    images = {}
    for path in found.paths:
        if is_utf8(path):
            images[path] = _told(path, posters, bare)
        else:
            report.left_out.append(("file", str(_below(path, posters)), "its name is not UTF-8; rename it"))
            report.drop("image whose name is not UTF-8", 1)
    return images


def _told(path: Path, posters: Path, bare: str) -> FileName:
    """Return what an image's name tells, or its folder's where the name says no more than `poster`."""
    stem = stem_of(path.name)
    if path.parent != posters and (is_general(stem) or stem.isdecimal()):
        told = read_name(path.parent.name)
        if told.imdb_id or told.tmdb_id or (told.year and is_general(stem)):
            return told
    return read_name(stem_of(path.name), bare)


def _with_bare_ids(images: dict[Path, FileName], rows: UserTable, report: SourceReport) -> dict[Path, FileName]:
    """Take names of digits only for the ids of the table that most of them are, where it has no file names."""
    numbers = {path: int(path.stem) for path in images if path.stem.isascii() and path.stem.isdecimal()}
    if "poster" in rows.columns or not numbers:
        return images
    fits = {}
    for name in ("imdb_id", "tmdb_id"):
        known = {int(str(value).removeprefix("tt")) for value in rows.columns.get(name, ()) if value is not None}
        fits[name] = sum(number in known for number in numbers.values())
    best = max(fits, key=lambda name: fits[name])
    if fits[best] * 2 <= len(numbers) or list(fits.values()).count(fits[best]) > 1:
        return images
    report.notes.append(f"images named by a number only: the number is the {best} (--bare-ids says otherwise)")
    bare = best.removesuffix("_id")
    return images | {path: read_name(path.stem, bare) for path in numbers}


def _titles(
    rows: UserTable,
    images: Mapping[Path, FileName],
    matches: Matches,
    posters: Path,
    base: Path,
    kind: str,
    report: SourceReport,
) -> list[dict[str, Any]]:
    """Return one row per title: those of the table first, then the posters without a row."""
    out = dict(matches.images_out)
    taken = {image for image in matches.image if image is not None}
    titles: list[dict[str, Any]] = []
    seen: dict[str, tuple[str, object]] = {}
    clashes: list[str] = []
    listed = ((rows[n] | {"poster": matches.image[n]}, rows.where[n]) for n in range(len(rows)))
    lonely = (({"poster": image}, "") for image in images if image not in taken and image not in out)
    for row, where in chain(listed, lonely):
        image = row.get("poster")
        title = _complete(row, images, posters, base)
        key = title["imdb_id"]
        name = where or (str(_below(image, posters)) if isinstance(image, Path) else "")
        if key in seen:
            first, other = seen[key]
            why = f"the same title as {first} ({key})"
            if other is not None and row.get("title") not in (None, other):
                why = f"it has the id {key}, as {first} has, which is {other!r}"
                clashes.append(f"{name}: {why}")
            report.drop("the same title again", 1)
            report.left_out.append(("row" if where else "poster", name, why))
            continue
        if title.get("title") is None and image is None and title.get("tmdb_id") is None and is_nameless(key, row):
            report.drop("row that names no title", 1)
            report.left_out.append(("row", name, "no title, no id and no image"))
            continue
        seen[key] = (name, row.get("title"))
        titles.append(title | {"kind": row.get("kind") or kind})
    if len(clashes) > SHARE * len(rows):
        report.faults.append(
            f"{len(clashes):,} of {len(rows):,} rows have the id of another title, such as {clashes[0]}"
        )
    for image, why in matches.images_out:
        report.left_out.append(("poster", str(_below(image, posters)), why))
    report.drop("poster that could belong to several titles", len(matches.images_out))
    return titles


def is_nameless(key: str, row: Mapping[str, Any]) -> bool:
    """Return whether an id was made of nothing."""
    return row.get("imdb_id") is None and key.startswith("tt9") and row.get("movielens_id") is None


def _complete(row: dict[str, Any], images: Mapping[Path, FileName], posters: Path, base: Path) -> dict[str, Any]:
    row = dict(row)
    image = row.get("poster")
    if isinstance(image, Path):
        told = images[image]
        if row.get("title") is None and told.title is not None:
            row["title"], row["title_from_file"] = told.title, True
        for name in ("imdb_id", "tmdb_id", "year"):
            row[name] = getattr(told, name) if row.get(name) is None else row[name]
        row["poster"] = relative_to(image, base)
        origin = f"file:{image.relative_to(posters).as_posix()}"
    else:
        origin = f"title:{row.get('title')}:{row.get('year')}"
    if row.get("imdb_id") is None:
        row["imdb_id"] = stand_in_id(f"tmdb:movie:{row['tmdb_id']}" if row.get("tmdb_id") else origin)
    return row


def _tell_matches(
    rows: UserTable,
    images: Mapping[Path, FileName],
    matches: Matches,
    posters: Path,
    table: Path,
    report: SourceReport,
) -> None:
    """Say how many rows and posters found each other, and name those that did not."""
    why = dict(matches.rows_out)
    nameless = {name for what, name, _ in report.left_out if what == "row"}
    alone = [number for number, image in enumerate(matches.image) if image is None]
    taken = {image for image in matches.image if image is not None} | {image for image, _ in matches.images_out}
    lonely = [image for image in images if image not in taken]
    report.notes.append(
        f"{how_many(len(rows) - len(alone), 'row')} with a poster, {len(alone):,} without, "
        f"{how_many(len(lonely), 'poster')} without a row"
    )
    names = rows.columns.get("title", [None] * len(rows))
    for number in alone:
        if rows.where[number] in nameless:
            continue
        name = names[number]
        shown = rows.where[number] + (f" ({name})" if name else "")
        report.left_out.append(("row", shown, why.get(number, "no image by its id, or by its title and year")))
    report.left_out += [("poster", str(_below(image, posters)), "no row") for image in lonely]
    for number, remark in matches.remarks[:10]:
        report.notes.append(f"{rows.where[number]}: {printable(remark)}")
    if len(matches.remarks) > 10:
        report.notes.append(
            f"{len(matches.remarks) - 10:,} more images differ from their rows in title, year or folder"
        )
    if is_fault(len(matches.strangers), matches.dated):
        _, remark = next(told for told in matches.remarks if told[0] == matches.strangers[0])
        report.faults.append(
            f"{len(matches.strangers):,} of {matches.dated:,} images are called by another title and year than their "
            f"rows, such as {rows.where[matches.strangers[0]]}: {printable(remark)}; did a column slip?"
        )
    if images and is_fault(len(alone), len(rows)):
        reasons = Counter("no image by its id, title and year" if n not in why else _kind(why[n]) for n in alone)
        shown = ", ".join(f"{count:,} × {reason}" for reason, count in reasons.most_common(3))
        advice = "a column with the images' file names ties them for sure: --column poster=HEADER"
        if "poster" in rows.columns:
            advice = f"are the files that the table names in {printable(posters)}?"
        report.faults.append(f"{len(alone):,} of {len(rows):,} rows found no poster ({shown}); {advice}")


def _kind(why: str) -> str:
    return "no such image" if why.startswith("no image") else "ambiguous"


def _why_none(found: FoundImages) -> str:
    reasons = counted([why for _, why in found.skipped])
    return f" (skipped: {', '.join(reasons[:5])})" if reasons else ""


def _below(path: Path, folder: Path) -> Path:
    return path.relative_to(folder) if path.is_relative_to(folder) else path
