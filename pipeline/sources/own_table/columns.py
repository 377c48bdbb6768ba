"""Which column of a user's table is what: by its header, else by what its cells hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from ...catalog.genres import is_genre
from ..images import printable
from ..tables.dialect import TableError
from ..tables.headers import (
    LISTS,
    choose_columns,
    find_header,
    key_of,
    list_of,
    meaning_of,
    stem_key,
)
from ..tables.numbers import is_foreign
from ..tables.table import Table
from ..tables.values import is_missing, text_of
from ..tables.words import FOLDERS, LIKE_TMDBS, TMDBS
from .names import is_back, stem_of
from .no_titles import is_alone
from .notations import KINDS, MARKS, notation_of, other_than_named
from .options import TableOptions
from .refusal import check_rows, refusal
from .seen import Cells, flagged

KEYS = ("title", "imdb_id", "tmdb_id", "movielens_id", "poster")
_DATES = frozenset("date datum fecha data years".split())  # of anything, unless they are years and nothing else


class Columns:
    """The columns of a table and what each is; `look` learns it from all rows.

    Parameters
    ----------
    table : Table
    options : TableOptions
    images : collection of str
        Names of images, with and without ending, as `names.name_key` writes them.
    ids : mapping
        `imdb_id` and `tmdb_id` to the numbers that names of images tell.
    """

    def __init__(
        self, table: Table, options: TableOptions, images: Collection[str], ids: Mapping[str, Collection[int]]
    ) -> None:
        self.table, self.options, self.images, self.ids = table, options, images, ids
        self.of: dict[str, list[str]] = {}
        self.unused: list[str] = []
        self.flags: list[str] = []  # one column a genre
        self.notes: list[str] = []
        self.notations: dict[tuple[str, str], Any] = {}
        self.cells = {header: Cells(meaning_of(header) in ("kind", "genres")) for header in table.headers}
        self.other_titles: list[str] = []
        self.folder: str | None = None  # the column of the images' folders
        self.rows = self.headed = self.alone = 0  # rows, those whose first cell is a header, those of one filled cell

    def look(self) -> None:
        """Pass over all rows to learn which columns are filled, how each is written, and so what it is.

        Raises
        ------
        TableError
            When the table is not understood.
        """
        given = {meaning: self._given(header) for meaning, header in self.options.columns.items()}
        if sum(not re.fullmatch(r"column \d+", header) for header in self.table.headers) < 2 and not given:
            told = ": no comma, semicolon, tab or pipe parts its rows" if "separated" in self.table.kind else ""
            raise self._refusal(f"one column{told}")
        seen = []
        for header in self.table.headers:
            meanings = [*(name for name, said in given.items() if said == header), meaning_of(header), list_of(header)]
            for meaning in dict.fromkeys(name for name in meanings if name):
                self.notations[meaning, header] = notation_of(meaning, header, self.table.headers, self.options)
            notations = [notation for (_, name), notation in self.notations.items() if name == header and notation]
            seen.append((header, self.cells[header], notations))
        for _, cells in self.table.rows():
            self.rows += 1
            self.alone += is_alone(cells)
            self.headed += self.headed == self.rows - 1 and meaning_of(text_of(cells[0])) is not None
            for cell, (header, counts, notations) in zip(cells, seen, strict=True):
                counts.count(cell, header, self.images, self.ids)
                for notation in notations:
                    notation.see(cell)
        check_rows(self.table, self.cells, self.images, self.rows, self.headed)
        self._choose(given)

    def _choose(self, given: dict[str, str]) -> None:
        headers, cells = self.table.headers, self.cells
        said = set(given.values())
        away = {h: why for h in headers if h not in said and (why := other_than_named(meaning_of(h), cells[h]))}
        foreign = [h for h in headers if is_foreign(meaning_of(h) or "", h) and h not in said]
        parts = [h for h in headers if list_of(h) and h not in said]
        ticked = [h for h in headers if self._is_flag(h) and is_genre(flagged(h)) and h not in said]
        ticked = ticked if len(ticked) > 1 else []  # Genres [Drama], Genres [War]
        rated = [h for h in headers if meaning_of(h) == "vote_average" and h not in said]
        rated = [header for header in rated if cells[header].certificates * 2 > cells[header].looked]
        lists = [h for h in headers if cells[h].records * 2 > cells[h].filled and meaning_of(h) not in LISTS]
        lists = [h for h in lists if not (meaning_of(h) == "poster" and cells[h].named * 2 > cells[h].looked)]
        filled = {header: counts.filled for header, counts in cells.items()}
        choice = choose_columns(headers, filled, given, [*away, *foreign, *parts, *ticked, *rated, *lists])
        self.of = {meaning: [header] for meaning, header in choice.columns.items()}
        nameless = [h for h in headers if re.fullmatch(r"column \d+", h) and not cells[h].filled]
        self.unused, self.notes = [h for h in choice.unused if h not in nameless], choice.notes
        self._use_away(away)
        self.notes += [f"{header!r} is not in US dollars and is not used" for header in foreign]
        self._use_ids()
        self._use_parts(parts, said)
        if rated and "certificate" not in self.of:
            self._use("certificate", rated[0])
            self.notes.append(f"{rated[0]!r} holds certificates, not marks")
        dated = self.of.get("release_date", [""])[0]
        if dated and dated not in said and "year" not in self.of and cells[dated].years * 2 > cells[dated].looked:
            self._rename("release_date", "year")
            self.notes.append(f"{dated!r} holds years, not dates")
        days = [h for h in self.unused if key_of(h) in _DATES and cells[h].years * 2 > cells[h].looked]
        if len(days) == 1 and not self.of.keys() & {"year", "release_date"}:
            self._use("year", days[0])
        if "imdb_rating" in self.of and "vote_average" not in self.of and "imdb_votes" not in self.of:
            self._rename("vote_count", "imdb_votes")  # the votes beside IMDb's marks are IMDb's
        self.other_titles = [h for h in self.unused if meaning_of(h) == "title" and not cells[h].addresses]
        if not self.of:
            raise self._refusal(f"the headers {', '.join(map(repr, headers[:12]))}")
        if "poster" not in self.of:
            self._use_names(said)
        folders = [header for header in self.unused if key_of(header) in FOLDERS]
        if "poster" in self.of and folders:
            self.folder = folders[0]
            self.unused.remove(folders[0])
            self.notes.append(f"{folders[0]!r} is taken as the folder of the images in {self.of['poster'][0]!r}")
        if not any(meaning.startswith("genres") for meaning in self.of):
            self._use_flags()
        if not any(meaning.startswith("genres") for meaning in self.of):
            self._use_genres(said)
        if not any(name in self.of for name in KEYS):
            raise self._refusal(f"nothing that names a title; the headers are {', '.join(map(repr, headers[:12]))}")

    def _use_away(self, away: dict[str, str]) -> None:
        """Take columns for what they hold in place of what their headers say, where nothing else is taken for it."""
        for header, why in away.items():
            meaning = {KINDS: "kind", MARKS: "vote_average"}.get(why)
            if why == MARKS and meaning_of(header) == "imdb_id":
                meaning = "imdb_rating"
            if meaning is not None and meaning not in self.of:
                self._use(meaning, header)
            self.notes.append(f"{header!r} holds {why}" + ("" if header not in self.unused else ", and is not used"))

    def _use_ids(self) -> None:
        """Take a column of IMDb ids or links as such, and one called id by the ids in the names of images."""
        ids = [header for header in self.unused if self.cells[header].imdb * 2 > self.cells[header].filled]
        ids = [header for header in ids if key_of(header) == "id"] or ids
        if "imdb_id" not in self.of and len(ids) == 1:
            self._use("imdb_id", ids[0])
        elif "imdb_id" not in self.of and ids:
            shown = " and ".join(map(repr, ids[:2]))
            self.notes.append(f"{shown} hold IMDb ids: --column imdb_id={ids[0]} says whose they are")
        self._use_tmdbs_own()
        for header in [header for header in self.unused if key_of(header) in ("id", "movieid", "filmid")]:
            counts = self.cells[header]
            whose = [name for name, count in counts.ids.items() if count * 2 > counts.looked and name not in self.of]
            if len(whose) == 1:
                self._use(whose[0], header)
                self.notes.append(f"{header!r} is the {whose[0]} in the names of images")

    def _use_tmdbs_own(self) -> None:
        """Take `id` as TMDb's where the other columns are called as TMDb calls them, unless it counts the rows."""
        keys = set(map(key_of, self.table.headers))
        own = [header for header in self.unused if key_of(header) == "id"]
        if "tmdb_id" in self.of or len(own) != 1 or not keys & TMDBS or len(keys & LIKE_TMDBS) < 3:
            return
        counts = self.cells[own[0]]
        if counts.counted < counts.numbers and counts.numbers * 2 > counts.filled:
            self._use("tmdb_id", own[0])
            self.notes.append(f"{own[0]!r} is TMDb's, as the other headers are")

    def _use_parts(self, parts: list[str], said: Collection[str]) -> None:
        """Put columns that are parts of one list together: `Genre 1` and `Genre 2`, `Genre` and `Subgenre`."""
        for header in parts:
            meaning = list_of(header) or ""
            whole = self.of.get(meaning, [])
            others = [one for one in whole if one in said or not (list_of(one) or key_of(one) == stem_key(header))]
            known = meaning == "genres" and whole and self.cells[whole[0]].hold_genres
            if known and not self.cells[header].hold_genres:
                self.notes.append(f"{header!r} holds other names than {whole[0]!r} and is not used")
            elif not others:
                self._use(meaning, header)
        genres = self.of.get("genres", [])
        for left, right in zip(self.table.headers, self.table.headers[1:], strict=False):
            if left in genres and re.fullmatch(r"column \d+", right) and self.cells[right].hold_genres:
                self._use("genres", right)
                genres = self.of["genres"]

    def _use_names(self, said: Collection[str]) -> None:
        """Take a column that holds names of images as such, unless they may be a mere count of rows."""
        title = [header for header in self.of.get("title", []) if header not in said]
        found = [header for header in self.unused if self._names_images(self.cells[header])]
        found += [header for header in title if self.cells[header].ended * 2 > self.cells[header].looked > 0]
        found = [header for header in found if self.cells[header].ended] or found
        titled = any(self._names_images(self.cells[header]) for header in title)
        sure = [h for h in found if (high := self.cells[h].highest) is None or (high > 10 * self.rows and not titled)]
        sure = [h for h in sure if not is_back(h)] or sure
        if len(sure) == 1:
            if sure[0] in title:
                self.unused.append(sure[0])
                del self.of["title"]
            self._use("poster", sure[0])
            self.notes.append(f"{sure[0]!r} holds names of images and ties rows to posters")
            return
        self.notes += [
            f"{header!r} holds names of images: --column poster={header} ties rows to posters by it" for header in found
        ]

    def _names_images(self, counts: Cells) -> bool:
        """Return whether most cells name images, or most images are named: not every row has one."""
        pictures = sum(stem_of(name) != name for name in self.images)
        return counts.named * 2 > counts.looked > 0 or len(counts.shown) * 2 > max(pictures, 3)

    def _use_flags(self) -> None:
        genres = [h for h in self.unused if is_genre(flagged(h)) or re.match(r"genres?[\W_]", h, re.IGNORECASE)]
        flags = [header for header in genres if self._is_flag(header)]
        ticked = [h for h in self.unused if self._is_flag(h) and not is_missing(h)]
        if len(flags) >= 2:
            # A column of yes and no between two genres is a genre, too: Action, Krimi, War.
            places = [self.table.headers.index(header) for header in flags]
            between = set(self.table.headers[min(places) : max(places)])
            flags = [header for header in ticked if header in between or header in flags]
            self.of["genres"] = self.flags = flags
            self.unused = [header for header in self.unused if header not in flags]
            self.notes.append(f"genres: one column a genre ({', '.join(map(flagged, flags))})")
        elif len(ticked) > 1:
            shown = ", ".join(map(repr, ticked[:5]))
            self.notes.append(
                f"columns of yes and no: {shown}; where each is a genre, call them 'genre {ticked[0]}' and so on"
            )

    def _is_flag(self, header: str) -> bool:
        """Return whether a column holds nothing but yes and no."""
        return 0 < self.cells[header].filled == self.cells[header].flags

    def _use_genres(self, said: Collection[str]) -> None:
        """Take a column that holds nothing but usual genres as such, whatever it is called."""
        kinds = [h for h in self.of.get("kind", []) if not self.cells[h].kinds]
        tags = self.of.get("keywords", [])
        found = [
            header
            for header in self.table.headers
            if header in (*self.unused, *kinds, *tags)
            and header not in said
            and self.cells[header].hold_genres
            and len(self.cells[header].names) > 1
        ]
        if found:
            header = max(found, key=lambda header: self.cells[header].genres)
            for meaning in [name for name, headers in self.of.items() if header in headers]:
                del self.of[meaning]
                self.unused.append(header)
            self._use("genres", header)
            self.notes.append(f"{header!r} holds names of genres and is taken as genres")

    @property
    def usually_full(self) -> bool:
        """Whether a row that has one filled cell is unlike the others, most of which have another column's, too."""
        others = [header for meaning, headers in self.of.items() if meaning != "title" for header in headers]
        full = self.rows - self.alone
        return full * 3 > self.rows and any(self.cells[header].filled * 2 > full for header in others)

    def _rename(self, old: str, new: str) -> None:
        for header in self.of.pop(old, []):
            self.unused.append(header)
            self._use(new, header)

    def _use(self, meaning: str, header: str) -> None:
        self.of.setdefault(meaning, []).append(header)
        self.unused.remove(header)
        if (meaning, header) in self.notations:
            return
        notation = self.notations[meaning, header] = notation_of(meaning, header, self.table.headers, self.options)
        if notation is not None:
            place = self.table.headers.index(header)
            for _, cells in self.table.rows():
                notation.see(cells[place])

    def _refusal(self, found: str, *, counted: bool = False) -> TableError:
        return refusal(self.table, self.cells, found, counted=counted)

    def _given(self, header: str) -> str:
        try:
            return find_header(self.table.headers, header)
        except ValueError as fault:
            raise TableError(f"{printable(self.table.path)}: {fault}") from None
