"""Which image belongs to which row: by id, else by path, name and stem, else by title and year; never by chance.

Names are compared in Unicode's composed form and without case, paths of Windows and POSIX alike, from their ends:
`C:\\posters\\crime\\heat.jpg` is `crime/heat.jpg`. What could be two images is listed and left out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from ..images import printable
from ..own_table.names import composed, files_of, name_key, path_parts, stem_of, title_key
from .filenames import FileName, is_general, readings

# How sure a match is; of two rows that claim one image the surer one has it.
ID, EXACT, ENDING, NAME, STEM, TITLE = 6, 5, 4, 3, 2, 1


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
    """

    image: list[Path | None]
    rows_out: list[tuple[int, str]] = field(default_factory=list)
    images_out: list[tuple[Path, str]] = field(default_factory=list)
    remarks: list[tuple[int, str]] = field(default_factory=list)


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
    index = _Index(images, root)
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
            result.remarks += [(number, why) for why in _differences(rows[number], images[image], name)]
            result.remarks += [(number, why) for why in _moved(rows[number], image.relative_to(root))]
            result.images_out += [(other, f"another image of the title of {name}") for other in spare.get(number, [])]
        result.rows_out += [(number, f"the image {name} has the row already") for number in winners[1:]]
        result.rows_out += [
            (number, f"the image {name} belongs more surely to another row") for s, number in claimed if s < best
        ]
    taken = {image for image in result.image if image is not None}
    result.images_out = [(image, why) for image, why in dict(result.images_out).items() if image not in taken]
    result.rows_out.sort()
    return result


class _Index:
    """The images by everything a row may say of them."""

    def __init__(self, images: Mapping[Path, FileName], root: Path) -> None:
        self.images = images
        self.parts: dict[Path, list[str]] = {}
        self.by_name: dict[str, list[Path]] = defaultdict(list)
        self.by_stem: dict[str, list[Path]] = defaultdict(list)
        self.by_number: dict[int, list[Path]] = defaultdict(list)
        self.by_imdb: dict[str, list[Path]] = defaultdict(list)
        self.by_tmdb: dict[int, list[Path]] = defaultdict(list)
        self.by_title: dict[str, list[Path]] = defaultdict(list)
        self.by_reading: dict[tuple[str, int | None], list[Path]] = defaultdict(list)
        self.folders = {part for image in images for part in map(name_key, image.relative_to(root).parts[:-1])}
        for image, told in images.items():
            relative = image.relative_to(root)
            parts = [name_key(part) for part in relative.parts]
            self.parts[image] = parts
            self.by_name[parts[-1]].append(image)
            self.by_stem[name_key(stem_of(relative.name))].append(image)
            stem = stem_of(relative.name)
            if stem.isascii() and stem.isdecimal():
                self.by_number[int(stem)].append(image)
            if told.imdb_id:
                self.by_imdb[told.imdb_id].append(image)
            if told.tmdb_id:
                self.by_tmdb[told.tmdb_id].append(image)
            if told.title:
                self.by_title[title_key(told.title)].append(image)
            for title, year in readings(stem) if told.title else ():
                self.by_reading[title_key(title), year].append(image)

    def find(self, row: Mapping[str, object]) -> tuple[Path | None, int, str, list[Path]]:
        """Return the image, how sure it is, else why there is none, and other images that could be meant."""
        by_id = self._by_id(row)
        name = row.get("poster")
        if not isinstance(name, str):
            if by_id:
                return by_id[0], ID, "", by_id[1:]
            return self._by_title(row)
        found, strength, others = self._listed(name)
        if len(found) > 1:
            shared = [image for image in found if image in by_id]
            if len(shared) == 1:
                return shared[0], ID, "", []
            shown = " and ".join(printable("/".join(image.parts[-2:])) for image in found[:2])
            return None, 0, f"{printable(name)} is ambiguous: several images have that name ({shown})", found
        if not found:
            if by_id:
                return by_id[0], ID, "", by_id[1:]
            image, strength, _, _ = self._by_title(row)
            if image is not None:
                return image, strength, "", []
            return None, 0, f"no image {printable(name)}", []
        image = found[0]
        if by_id and image not in by_id:
            return (
                None,
                0,
                f"the row's id belongs to {printable(by_id[0].name)}, its image is {printable(name)}",
                [image],
            )
        told = self.images[image]
        for key in ("imdb_id", "tmdb_id"):
            own, other = row.get(key), getattr(told, key)
            if own is not None and other is not None and own != other:
                return None, 0, f"{printable(image.name)} is of {key} {other}, the row of {own}", [image]
        return image, ID if by_id else strength, "", others

    def _listed(self, text: str) -> tuple[list[Path], int, list[Path]]:
        """Return what a cell names, and where it lists several images the first that is there, and the others."""
        found, strength = self._by_path(text)
        names = files_of(text)
        if found or len(names) < 2:
            return found, strength, []
        each = [(*self._by_path(name),) for name in names]
        there = [(images, sure) for images, sure in each if images]
        if not there:
            return [], 0, []
        found, strength = there[0]
        return found, strength, [images[0] for images, _ in there[1:] if len(images) == 1 and images != found]

    def _by_id(self, row: Mapping[str, object]) -> list[Path]:
        imdb, tmdb = row.get("imdb_id"), row.get("tmdb_id")
        found = self.by_imdb.get(imdb, []) if isinstance(imdb, str) else []
        return found or (self.by_tmdb.get(tmdb, []) if isinstance(tmdb, int) else [])

    def _by_path(self, text: str) -> tuple[list[Path], int]:
        for spelled in dict.fromkeys((text, unquote(text))):
            parts = path_parts(spelled)
            if not parts:
                continue
            name = parts[-1]
            found, strength = self.by_name.get(name_key(name), []), NAME
            if not found:
                stem = stem_of(name)
                found, strength = self.by_stem.get(name_key(stem), []), STEM
                found = found or self.by_stem.get(name_key(name), [])  # heat.jpg.jpg
                number = re.fullmatch(r"(\d+)(?:\.0)?", stem)
                if not found and number and stem.isascii():
                    found = self.by_number.get(int(number[1]), [])
            if found:
                return self._nearest(found, parts, strength)
        return [], 0

    def _nearest(self, found: list[Path], parts: list[str], strength: int) -> tuple[list[Path], int]:
        """Keep the images whose folders agree longest with the row's path, then those spelled as the row spells."""
        folders = [name_key(part) for part in parts[:-1]][::-1]

        def common(image: Path) -> int:
            own = self.parts[image][-2::-1]
            return next(
                (n for n, (a, b) in enumerate(zip(own, folders, strict=False)) if a != b), min(len(own), len(folders))
            )

        most = max(map(common, found))
        if folders and not most and folders[0] in self.folders:
            return [], 0  # fr/heat.jpg is no us/heat.jpg where there is a folder fr
        # A bare name is the image at the top where there is one; a path never is another folder's image by chance.
        nearest = [image for image in found if common(image) == most]
        if len(nearest) > 1 and len(folders) == most:
            nearest = [image for image in nearest if len(self.parts[image]) == len(parts)] or nearest
        if len(nearest) > 1:
            same = [image for image in nearest if composed(image.name) == composed(parts[-1])]
            nearest = same or nearest
        if len(nearest) == 1 and self.parts[nearest[0]] == [name_key(part) for part in parts]:
            return nearest, EXACT
        if strength == NAME and most:
            strength = ENDING
        return nearest, strength

    def _by_title(self, row: Mapping[str, object]) -> tuple[Path | None, int, str, list[Path]]:
        title, year = row.get("title"), row.get("year")
        if not isinstance(title, str):
            return None, 0, "", []
        key = title_key(title)
        found = list(self.by_title.get(key, []))
        said = self.by_reading.get((key, year), []) if isinstance(year, int) else []
        said = said or (self.by_reading.get((key, None), []) if not found else [])
        found += [image for image in said if image not in found]
        other_id = [
            image
            for image in found
            if (row.get("imdb_id") and self.images[image].imdb_id and self.images[image].imdb_id != row["imdb_id"])
            or (row.get("tmdb_id") and self.images[image].tmdb_id and self.images[image].tmdb_id != row["tmdb_id"])
        ]
        found = [image for image in found if image not in other_id]
        if year is not None:
            dated = [image for image in found if self.images[image].year == year or image in said]
            found = dated or [image for image in found if self.images[image].year is None]
        plain_names = [image for image in found if _extra(image) == min(map(_extra, found))]
        if len(plain_names) > 1:
            return None, 0, f"several images are called {printable(title)}", found
        if not plain_names:
            return None, 0, "", []
        return plain_names[0], TITLE, "", [image for image in found if image not in plain_names]


def _extra(image: Path) -> int:
    """Return how much more than title and year a name holds: nothing, the word poster, or `(1)`, `copy`, `fanart`."""
    after = re.search(r"[(\[](?:18|19|20)\d\d[)\]](.*)$", stem_of(image.name))
    rest = re.sub(r"[\W_]+", "", re.sub(r"[\[{][^\]}]*[\]}]", "", after[1])) if after else ""
    return 0 if not rest else 1 if is_general(rest) else 2


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
    if isinstance(title, str) and told.title and title_key(title) != title_key(told.title):
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
