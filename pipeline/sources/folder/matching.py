"""Which image belongs to which row: by id, else by path, name and stem, else by title and year; never by chance.

Names are compared in Unicode's composed form and without case, paths of Windows and POSIX alike, from their ends:
`C:\\posters\\crime\\heat.jpg` is `crime/heat.jpg`. What could be two images is listed and left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..images import printable
from ..own_table.names import loose_keys, name_key, path_parts, stem_of
from .filenames import FileName, front_of, is_beside, without_copies
from .image_index import ImageIndex


@dataclass
class Matches:
    """Which image each row has.

    Parameters
    ----------
    image : list of Path or None
        Of each row.
    rows_out : list of (int, str)
        Rows whose image is not settled, and why.
    images_out : list of (Path, str)
        Images that no title may have, and why.
    remarks : list of (int, str)
        Rows with an image whose name says another title or year than the row, or that lies in another folder.
    strangers : list of int
        Rows with an image whose name says another title and another year.
    dated : int
        Rows with an image whose name says a title and a year.
    """

    image: list[Path | None]
    rows_out: list[tuple[int, str]] = field(default_factory=list)
    images_out: list[tuple[Path, str]] = field(default_factory=list)
    remarks: list[tuple[int, str]] = field(default_factory=list)
    strangers: list[int] = field(default_factory=list)
    dated: int = 0


def match(rows: Sequence[Mapping[str, object]], images: Mapping[Path, FileName], root: Path) -> Matches:
    """Find the image of every row.

    Parameters
    ----------
    rows : sequence of mapping
        Catalogue values (`imdb_id`, `tmdb_id`, `title`, `year`) and `poster`, the image's name as the table has it.
    images : mapping
        Each image and what its name tells.
    root : Path
        The folder of the images.
    """
    index = ImageIndex(images, root)
    claims: dict[Path, list[tuple[int, int]]] = defaultdict(list)
    result = Matches([None] * len(rows))
    spare: dict[int, list[Path]] = {}
    for number, row in enumerate(rows):
        image, strength, why, others = index.find(row)
        if image is not None:
            claims[image].append((strength, number))
            if others:
                spare[number] = others
        elif why:
            result.rows_out.append((number, why))
            result.images_out += [
                (other, f"could belong to several rows, or a row to several images: {why}") for other in others
            ]
    for image, claimed in claims.items():
        best = max(strength for strength, _ in claimed)
        winners = [number for strength, number in claimed if strength == best]
        name = printable(image.relative_to(root).as_posix())
        if len(winners) > 1 and not _same(rows, winners):
            result.rows_out += [(number, f"{len(winners)} rows claim the image {name}") for number in winners]
            result.images_out.append((image, f"claimed by {len(winners)} rows"))
            winners = []
        for number in winners[:1]:
            result.image[number] = image
            differences = _differences(rows[number], images[image], name)
            result.remarks += [(number, why) for why in differences]
            result.dated += images[image].year is not None
            result.strangers += [number] if len(differences) > 1 else []
            result.remarks += [(number, why) for why in _moved(rows[number], image.relative_to(root))]
            result.images_out += [(other, f"another image of the title of {name}") for other in spare.get(number, [])]
        result.rows_out += [(number, f"the image {name} has the row already") for number in winners[1:]]
        result.rows_out += [
            (number, f"the image {name} belongs more surely to another row") for s, number in claimed if s < best
        ]
    taken = {image for image in result.image if image is not None}
    result.images_out += _beside([image for image in images if image not in taken], taken, root)
    result.images_out = [(image, why) for image, why in dict(result.images_out).items() if image not in taken]
    result.rows_out.sort()
    return result


def _beside(others: Sequence[Path], taken: Collection[Path], root: Path) -> list[tuple[Path, str]]:
    """Return which of the other images belong to a matched one, and how: its back, or what a media centre adds."""
    fronts = {(image.parent, without_copies(stem_of(image.name)).casefold()): image for image in taken}
    inside = {image.parent: image for image in taken if image.parent != root}
    found = []
    for image in others:
        stem = stem_of(image.name)
        front = fronts.get((image.parent, (front_of(stem) or "").casefold()))
        poster = inside.get(image.parent) or inside.get(image.parent.parent) if is_beside(stem) else None
        if front is not None:
            found.append((image, f"the back of {printable(front.relative_to(root).as_posix())}"))
        elif poster is not None:
            found.append((image, f"another image of the title of {printable(poster.relative_to(root).as_posix())}"))
    return found


def _same(rows: Sequence[Mapping[str, object]], numbers: Sequence[int]) -> bool:
    first = {name: value for name, value in rows[numbers[0]].items() if name != "poster"}
    return all({name: value for name, value in rows[n].items() if name != "poster"} == first for n in numbers[1:])


def _differences(row: Mapping[str, object], told: FileName, name: str) -> list[str]:
    """Say where a matched image's name disagrees with its row, where the name tells for sure (it has a year)."""
    if told.year is None:
        return []
    year, title = row.get("year"), row.get("title")
    differ = []
    if isinstance(year, int) and year != told.year:
        differ.append(f"the image {name} says {told.year}, the row {year}; the row's value is kept")
    if isinstance(title, str) and told.title and not loose_keys(title) & loose_keys(told.title):
        differ.append(f"the image {name} says {told.title!r}, the row {title!r}; the row's value is kept")
    return differ


def _moved(row: Mapping[str, object], image: Path) -> list[str]:
    """Say where a row's path names another folder than the one its image lies in."""
    name = row.get("poster")
    folders = path_parts(name)[:-1] if isinstance(name, str) else []
    if not folders or len(image.parts) < 2 or name_key(folders[-1]) == name_key(image.parts[-2]):
        return []
    return [
        f"the table says {printable('/'.join([folders[-1], image.name]))}, the image is {printable(image.as_posix())}"
    ]
