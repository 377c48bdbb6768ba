"""What the cells of each column of a user's table hold, counted in the first pass over its rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from ...catalog.genres import is_genre
from ..images import ENDINGS
from ..tables.values import Unread, is_missing, read_boolean, read_kind, text_of
from ..tables.words import CERTIFICATES, NO, YES
from .names import file_of, name_key, names_told, number_key, path_parts, stem_of

_IMDB = re.compile(r"\s*tt\d{7,9}\s*|.*imdb(?:\.com/|://|[:=])\S*\btt\d{7,9}\b.*", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile(r"https?://\S+/[QP]\d+", re.IGNORECASE)  # Wikidata's
_YEAR = re.compile(r"(?:18|19|20|21)\d\d(?:\.0)?")
_MARK = re.compile(r"(?:\d(?:[.,]\d+)?|10(?:[.,]0+)?)(?:\s?/\s?10)?")
_FRACTION = re.compile(r"\d{1,3}[.,](?!0+$)\d{1,2}(?:\s?/\s?10)?")
_AGE = re.compile(r"\d{1,2}\+")  # 13+
_FLAGS = YES | NO
_TICKS = frozenset("+*•●■✅☑√")
_STARS = frozenset("★☆⭐")
_FLAGGED = re.compile(r"^(?:[Ii]s|[Hh]as)(?:[\W_]+|(?=[A-Z]))|^(?i:genres?|listed[ _]in)[\W_]+|[\s?\])]+$")
_SOME = 0.3  # of the cells; so many usual genres in a column that nobody knows are pointed out
_LOOKED_AT, _LONGEST = 20_000, 300  # cells compared with images and genres, and their letters


@dataclass
class Cells:
    """What the cells of one column hold, counted."""

    may_be_kind: bool = False  # by the header
    filled: int = 0
    records: int = 0  # lists and records inside JSON
    addresses: int = 0
    entities: int = 0  # those of them that end in a number of Wikidata
    numbers: int = 0  # whole numbers
    counted: int = 0  # those of them that count the rows
    wordless: int = 0  # numbers of any writing, and marks in stars: no letter, so no name
    marks: int = 0  # numbers from 0 to 10
    fractions: int = 0  # numbers that are not whole
    imdb: int = 0
    flags: int = 0
    certificates: int = 0
    kinds: int = 0
    years: int = 0  # cells that are a year and nothing else
    looked: int = 0  # cells compared with images and genres
    named: int = 0  # cells that are the name of an image
    shown: set[str] = field(default_factory=set)  # those names, each once
    ended: int = 0  # those of them with its ending
    highest: int | None = 0  # of the numbers among them; None where one is no number
    genres: int = 0  # cells whose names are all usual genres
    names: set[str] = field(default_factory=set)
    ids: dict[str, int] = field(default_factory=dict)  # cells that are an id of an image, by whose it is

    @property
    def hold_genres(self) -> bool:
        """Whether nine in ten cells hold nothing but usual genres."""
        return 0 < self.looked <= self.genres / 0.9

    def count(self, cell: object, header: str, images: Collection[str], ids: Mapping[str, Collection[int]]) -> None:
        """Count one cell.

        Parameters
        ----------
        cell : object
        header : str
            Of the column.
        images : collection of str
            Names of images, with and without ending, as `names.name_key` writes them.
        ids : mapping
            `imdb_id` and `tmdb_id` to the numbers that names of images tell.
        """
        text = text_of(cell)
        if is_missing(cell) and text not in _TICKS:
            return
        self.filled += 1
        self.records += isinstance(cell, list | dict)
        if isinstance(cell, str):
            self.addresses += text[:4].lower() == "http"
            self.entities += bool(_ENTITY.fullmatch(text))
            self.imdb += is_imdb(text)
        self.wordless += not any(map(str.isalpha, text)) and any(sign.isnumeric() or sign in _STARS for sign in text)
        whole = len(text) < 19 and text.isdecimal() and text.isascii()
        if whole:
            self.numbers += 1
            self.counted += int(text) in (self.filled, self.filled - 1)
        self.marks += bool(_MARK.fullmatch(text))
        self.fractions += bool(_FRACTION.fullmatch(text))
        self.flags += text.casefold() in _FLAGS or text in _TICKS or text == header
        if self.looked >= _LOOKED_AT or (len(text) > _LONGEST and text[:1] not in ("[", "{")):
            return
        self.looked += 1
        self.years += bool(_YEAR.fullmatch(text))
        self.certificates += _is_certificate(text)
        self.kinds += self.may_be_kind and _is_kind(cell)
        if names := genre_names(cell):
            self.genres += 1
            self.names.update(names)
        for whose, numbers in ids.items() if whole else ():
            self.ids[whose] = self.ids.get(whose, 0) + (int(text) in numbers)
        name = (path_parts(file_of((names_told(cell) or [""])[0])) or [""])[-1]
        keys = {name_key(name), name_key(stem_of(name)), number_key(text)} - {""}  # heat.webp is heat.jpg now
        if not keys.isdisjoint(images):
            self.named += 1
            self.shown.add(number_key(text) or name_key(stem_of(name)))
            self.ended += PurePosixPath(name).suffix.lower() in ENDINGS
            number = not number_key(text) and len(name) < 19 and name.isdecimal() and name.isascii()
            self.highest = max(self.highest, int(name)) if number and self.highest is not None else None


def like_genres(cells: Mapping[str, Cells], unused: Collection[str]) -> tuple[str, int, int] | None:
    """Return an unused column that holds some usual genres, in how many cells, of how many; None without one."""
    found = [header for header in unused if cells[header].looked and len(cells[header].names) > 1]
    best = max(found, key=lambda header: cells[header].genres / cells[header].looked, default=None)
    if best is None or cells[best].genres < _SOME * cells[best].looked:
        return None
    return best, cells[best].genres, cells[best].looked


def genre_names(cell: object) -> list[str]:
    """Return the names of a cell where all are usual genres, else nothing."""
    parts = cell if isinstance(cell, list) else re.split(r"[|;,/\n]", text_of(cell))
    names = [str(part).strip(" []'\"") for part in parts]
    return names if names and all(name and is_genre(name) for name in names) else []


def flagged(header: str) -> str:
    """Return the genre that a column of yes and no is about.

    Examples
    --------
    >>> flagged("is_horror"), flagged("genre_Drama"), flagged("IsCrime"), flagged("Western?"), flagged("Genres [War]")
    ('horror', 'Drama', 'Crime', 'Western', 'War')
    """
    return _FLAGGED.sub("", header)


def is_ticked(cell: object, header: str) -> bool:
    """Return whether a cell says yes: in any word for it, by a mark, or by the header's own name."""
    text = text_of(cell)
    return text in _TICKS or text == header or bool(read_boolean(cell))


def is_imdb(text: str) -> bool:
    """Return whether a text is an IMDb id or a link to one."""
    return bool(_IMDB.fullmatch(text))


def _is_certificate(text: str) -> bool:
    """Return whether a text is an age rating, with or without what it means: `R - 17+ (violence)`."""
    return re.split(r"\s+[-–(]", text.upper())[0] in CERTIFICATES or bool(_AGE.fullmatch(text))


def _is_kind(cell: object) -> bool:
    try:
        return read_kind(cell) is not None
    except Unread:
        return False
