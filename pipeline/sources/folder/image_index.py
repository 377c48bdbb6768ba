"""The images of a folder by everything that a row may say of them: an id, a path, a name, a title and its year."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from ..images import printable
from ..own_table.names import (
    composed,
    files_of,
    loose_keys,
    name_key,
    number_key,
    path_parts,
    stem_of,
    title_key,
)
from .filenames import FileName, first_of, is_general, readings, without_copies

# How sure a match is; of two rows that claim one image the surer one has it.
ID, EXACT, ENDING, NAME, STEM, TITLE, LETTERS = 6, 5, 4, 3, 2, 1, 0
_CAMERA = re.compile(
    r"(?:_?img|_mg|dscn?|dscf|pict?|scan|scn|photo|foto|bild|image|p|pxl)[ _-]?(\d{1,7})", re.IGNORECASE
)
_ENOUGH = 6  # letters of a title that a name writes as one word
LOOSE = "~"  # before a key of `loose_keys`


class ImageIndex:
    """The images by everything a row may say of them."""

    def __init__(self, images: Mapping[Path, FileName], root: Path) -> None:
        self.images = images
        self.parts: dict[Path, list[str]] = {}
        self.by_name: dict[str, list[Path]] = defaultdict(list)
        self.by_stem: dict[str, list[Path]] = defaultdict(list)
        self.by_copy: dict[str, list[Path]] = defaultdict(list)  # by the names that they are copies or sides of
        self.by_number: dict[int, list[Path]] = defaultdict(list)
        self.by_camera: dict[int, list[Path]] = defaultdict(list)  # IMG_0017
        self.by_inventory: dict[str, list[Path]] = defaultdict(list)  # by inventory numbers, whatever parts them
        self.by_imdb: dict[str, list[Path]] = defaultdict(list)
        self.by_tmdb: dict[int, list[Path]] = defaultdict(list)
        self.by_title: dict[str, list[Path]] = defaultdict(list)
        self.by_reading: dict[tuple[str, int | None], list[Path]] = defaultdict(list)
        self.folders = {part for image in images for part in map(name_key, image.relative_to(root).parts[:-1])}
        for image, told in images.items():
            relative = image.relative_to(root)
            parts = [name_key(part) for part in relative.parts]
            self.parts[image] = parts
            for name in {parts[-1], name_key(unquote(relative.name))}:
                self.by_name[name].append(image)
            self.by_stem[name_key(stem_of(relative.name))].append(image)
            stem = stem_of(relative.name)
            self.by_copy[name_key(without_copies(stem))].append(image)
            if first := first_of(stem):
                self.by_copy[name_key(first)].append(image)
            if number := number_key(relative.name):
                self.by_inventory[number].append(image)
            if camera := _CAMERA.fullmatch(stem):
                self.by_camera[int(camera[1])].append(image)
            if stem.isascii() and stem.isdecimal():
                self.by_number[int(stem)].append(image)
            if told.imdb_id:
                self.by_imdb[told.imdb_id].append(image)
            if told.tmdb_id:
                self.by_tmdb[told.tmdb_id].append(image)
            if told.title:
                for key in _keys(told.title):
                    self.by_title[key].append(image)
            for title, year in readings(stem) if told.title else ():
                for key in _keys(title):
                    several = self.by_reading[key, year]
                    if several[-1:] != [image]:
                        several.append(image)

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
                number = re.fullmatch(r"(\d{1,18})(?:\.0)?", stem)
                if not found and number and stem.isascii():
                    found = self.by_number.get(int(number[1])) or self.by_camera.get(int(number[1]), [])
                if not found:
                    found, strength = self.by_copy.get(name_key(stem), []), TITLE
            if found:
                return self._nearest(found, parts, strength)
        return self.by_inventory.get(number_key(text), []), TITLE

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
        """Return what `find` returns, by the title, else by the first other title that is an image's."""
        others = row.get("other_titles")
        for title in (row.get("title"), *(others if isinstance(others, tuple) else ())):
            found = self._of_title(title, row) if isinstance(title, str) else None
            if found is not None:
                return found
        return None, 0, "", []

    def _of_title(self, title: str, row: Mapping[str, object]) -> tuple[Path | None, int, str, list[Path]] | None:
        year = row.get("year")
        found, said = self._called(title_key(title), year)
        if not found:
            for key in sorted(loose_keys(title)):
                more, dated = self._called(f"{LOOSE}{key}", year)
                found, said = [*dict.fromkeys([*found, *more])], [*said, *dated]
        strength = TITLE
        if not found and len(letters := title_key(title).replace(" ", "")) >= _ENOUGH:
            found, said = self._called(f"{LOOSE}{letters}", year)  # pulpfiction.jpg
            strength = LETTERS
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
            return None
        return plain_names[0], strength, "", [image for image in found if image not in plain_names]

    def _called(self, key: str, year: object) -> tuple[list[Path], list[Path]]:
        """Return the images of a title, and those of them whose names say the year in another place."""
        found = list(self.by_title.get(key, []))
        said = self.by_reading.get((key, year), []) if isinstance(year, int) else []
        said = said or (self.by_reading.get((key, None), []) if not found else [])
        return found + [image for image in said if image not in found], said


def _keys(title: str) -> list[str]:
    return [title_key(title), *(f"{LOOSE}{key}" for key in loose_keys(title))]


def _extra(image: Path) -> int:
    """Return how much more than title and year a name holds: nothing, the word poster, or `(1)`, `copy`, `fanart`."""
    after = re.search(r"[(\[](?:18|19|20)\d\d[)\]](.*)$", stem_of(image.name))
    rest = re.sub(r"[\W_]+", "", re.sub(r"[\[{][^\]}]*[\]}]", "", after[1])) if after else ""
    return 0 if not rest else 1 if is_general(rest) else 2
