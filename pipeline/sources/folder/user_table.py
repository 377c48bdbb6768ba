"""A user's own table read into catalogue columns: which column is what, how its values are written, what was lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...catalog.genres import TMDB_GENRES, canonical_genres
from ...catalog.schema import COLUMNS, NAMES
from ..account import ColumnAccount, SourceReport, how_many, is_fault
from ..images import printable
from ..tables.dates import DateNotation
from ..tables.dialect import TableError
from ..tables.headers import NAMES as MEANINGS
from ..tables.headers import choose_columns, did_you_mean, key_of, meaning_of, unit_of
from ..tables.lists import ListNotation
from ..tables.numbers import NumberNotation
from ..tables.table import Table, open_table
from ..tables.values import (
    MISSING_MARKS,
    Unread,
    is_missing,
    read_boolean,
    read_imdb_id,
    read_kind,
    read_language,
    read_number_id,
    read_text,
    read_title,
    read_year,
    text_of,
)
from ..tables.words import CERTIFICATES, MISSING_TITLES, NO, YES
from .matching import name_key
from .options import TableOptions

_IMDB = re.compile(r"\s*tt\d{7,9}\s*|.*imdb\.com/\S*\btt\d{7,9}\b.*", re.IGNORECASE | re.DOTALL)
_YEAR = re.compile(r"(?:18|19|20|21)\d\d(?:\.0)?")  # and nothing else
_FLAGS = YES | NO
_LISTS = frozenset([name for name, kind in COLUMNS.items() if kind == NAMES] + ["genres"])
_KEYS = ("title", "imdb_id", "tmdb_id", "movielens_id", "poster")
_SIMPLE: dict[str, Callable[[object], object]] = {
    "imdb_id": read_imdb_id,
    "tmdb_id": read_number_id,
    "movielens_id": read_number_id,
    "collection_id": read_number_id,
    "title": read_title,
    "kind": read_kind,
    "year": read_year,
    "original_language": read_language,
    "title_from_file": read_boolean,
}
_NUMBERS = {
    "runtime": ("runtime", 0.5, 100_000),
    "popularity": ("number", 0, float("inf")),
    "vote_average": ("rating", 0, 10),
    "vote_count": ("count", 0, float("inf")),
    "revenue": ("money", 0, float("inf")),
    "budget": ("money", 0, float("inf")),
    "imdb_rating": ("rating", 1, 10),
    "imdb_votes": ("count", 0, float("inf")),
}


@dataclass
class UserTable:
    """A table's rows as catalogue values.

    Parameters
    ----------
    columns : dict of list
        Catalogue column to values, one per row; None where missing or not read.
    where : list of str
        Where each row is in its file.
    mapping : dict
        What was understood; can be given again as options.
    """

    columns: dict[str, list[Any]]
    where: list[str]
    mapping: dict[str, object]

    def __len__(self) -> int:
        return len(self.where)

    def __getitem__(self, row: int) -> dict[str, Any]:
        return {name: values[row] for name, values in self.columns.items()}


def read_user_table(path: Path, options: TableOptions, report: SourceReport, images: Collection[str] = ()) -> UserTable:
    """Read a table whose columns may be called and written in any usual way.

    The file is read twice: first to learn how each column is written, then to read it.

    Parameters
    ----------
    path : Path
        See `open_table`.
    options : TableOptions
    report : SourceReport
        Takes what was decided, read and left out.
    images : collection of str
        Names of images, with and without ending, as `matching.name_key` writes them; a column nobody knows that holds
        them is pointed out.

    Raises
    ------
    TableError
        When the table is not understood; says what was expected and which headers came.
    """
    strange = [name for name in options.columns if name not in MEANINGS]
    if strange:
        raise ValueError(
            f"--column: {strange[0]!r} is none of {', '.join(MEANINGS)}{did_you_mean(strange[0], MEANINGS)}"
        )
    table = open_table(path, encoding=options.encoding, delimiter=options.delimiter, sheet=options.sheet)
    reading = _Reading(table, options, images)
    reading.look()
    result = reading.read()
    reading.tell(report, result)
    return result


class _Reading:
    """The two passes over one table."""

    def __init__(self, table: Table, options: TableOptions, images: Collection[str]) -> None:
        self.table, self.options, self.images = table, options, images
        self.filled: Counter[str] = Counter()
        self.addresses: Counter[str] = Counter()
        self.imdb_like: Counter[str] = Counter()
        self.flags: Counter[str] = Counter()
        self.named: Counter[str] = Counter()  # cells that are the name of an image
        self.certificates: Counter[str] = Counter()
        self.years: Counter[str] = Counter()  # cells that are a year and nothing else
        self.notations: dict[str, Any] = {}
        self.notes: list[str] = []
        self.rows = 0

    def look(self) -> None:
        """Pass over all rows to learn which columns are filled, how each is written, and so what it is."""
        table = self.table
        given = {meaning: self._given(header) for meaning, header in self.options.columns.items()}
        if len(table.headers) < 2 and not given:
            self._refuse("one column")
        candidates = {
            header: [
                m for m in (*(k for k, v in given.items() if v == header), meaning_of(header), _list_of(header)) if m
            ]
            for header in table.headers
        }
        for header, meanings in candidates.items():
            for meaning in meanings:
                self.notations.setdefault(f"{meaning}\n{header}", self._notation(meaning, header))
        seen = [
            (header, [self.notations[f"{m}\n{header}"] for m in meanings]) for header, meanings in candidates.items()
        ]
        for _, cells in table.rows():
            self.rows += 1
            for cell, (header, notations) in zip(cells, seen, strict=True):
                if is_missing(cell):
                    continue
                self.filled[header] += 1
                if isinstance(cell, str):
                    self.addresses[header] += cell.lstrip()[:4].lower() == "http"
                    self.imdb_like[header] += bool(_IMDB.fullmatch(cell))
                self.flags[header] += text_of(cell).casefold() in _FLAGS
                self.certificates[header] += text_of(cell).upper() in CERTIFICATES
                self.years[header] += bool(_YEAR.fullmatch(text_of(cell)))
                if self.images and not notations:
                    self.named[header] += name_key(text_of(cell)) in self.images
                for notation in notations:
                    if notation is not None:
                        notation.see(cell)
        self._choose(given)

    def _choose(self, given: dict[str, str]) -> None:
        table = self.table
        data = [
            h
            for h in table.headers
            if name_key(h) in self.images or _IMDB.fullmatch(h) or re.fullmatch(r"(?:18|19|20)\d\d", h)
        ]
        if data:
            self._refuse(f"a first row that holds data ({', '.join(map(repr, data[:3]))}) where headers should stand")
        if not self.rows:
            self._refuse(f"headers ({', '.join(map(repr, table.headers[:12]))}) without a row below them")
        links = [
            header
            for header in table.headers
            if meaning_of(header) == "poster"
            and self.filled[header]
            and self.addresses[header] * 2 > self.filled[header]
        ]
        away = [header for header in links if header not in given.values()]
        choice = choose_columns(table.headers, self.filled, given, away)
        self.columns = {meaning: [header] for meaning, header in choice.columns.items()}
        self.unused, self.notes = choice.unused, choice.notes
        self.notes += [f"{header!r} holds addresses, not file names, and is not used" for header in away]
        ids = [header for header in self.unused if self.imdb_like[header] * 2 > self.filled[header]]
        ids = [header for header in ids if key_of(header) == "id"] or ids
        if "imdb_id" not in self.columns and len(ids) == 1:
            self._use("imdb_id", ids[0])
        elif "imdb_id" not in self.columns and ids:
            shown = " and ".join(map(repr, ids[:2]))
            self.notes.append(f"{shown} hold IMDb ids: --column imdb_id={ids[0]} says whose they are")
        for header in list(self.unused):
            meaning = _list_of(header)
            if meaning is not None and (meaning not in choice.columns):
                self._use(meaning, header)
        rated = self.columns.get("vote_average", [""])[0]
        if rated and "certificate" not in self.columns and self.certificates[rated] * 2 > self.filled[rated]:
            self.columns["certificate"] = self.columns.pop("vote_average")
            self.notes.append(f"{rated!r} holds certificates, not marks")
        dated = self.columns.get("release_date", [""])[0]
        if dated not in given.values() and "year" not in self.columns and self.years[dated] * 2 > self.filled[dated]:
            self.columns["year"] = self.columns.pop("release_date")
            self.notes.append(f"{dated!r} holds years, not dates")
        if "poster" not in self.columns:
            self.notes += [
                f"{header!r} holds names of images: --column poster={header} ties rows to posters by it"
                for header in self.unused
                if self.named[header] * 2 > self.filled[header]
            ]
        if not any(meaning.startswith("genres") for meaning in self.columns):
            flags = [h for h in self.unused if _is_genre(_flagged(h)) and 0 < self.filled[h] == self.flags[h]]
            if len(flags) >= 3:
                self.columns["genres"] = flags
                self.unused = [header for header in self.unused if header not in flags]
                self.notes.append(f"genres: one column a genre ({', '.join(map(_flagged, flags))})")
        if not self.columns:
            self._refuse(f"the headers {', '.join(map(repr, table.headers[:12]))}")
        if not any(name in self.columns for name in _KEYS):
            self._refuse(f"nothing that names a title; the headers are {', '.join(map(repr, table.headers[:12]))}")

    def _use(self, meaning: str, header: str) -> None:
        self.columns.setdefault(meaning, []).append(header)
        self.unused.remove(header)
        key = f"{meaning}\n{header}"
        if key not in self.notations:
            self.notations[key] = self._notation(meaning, header)

    def _given(self, header: str) -> str:
        from ..tables.headers import find_header

        try:
            return find_header(self.table.headers, header)
        except ValueError as fault:
            raise TableError(f"{printable(self.table.path)}: {fault}") from None

    def _refuse(self, found: str) -> None:
        raise TableError(
            f"{printable(self.table.path)}: expected a table with columns such as poster, title, year, genres; "
            f"found {found} ({self.table.kind}). Say which column is what, as in --column title=Film --column "
            "genres=Genre"
        )

    def _notation(self, meaning: str, header: str) -> Any:
        if meaning in _LISTS:
            genres = meaning.startswith("genres")
            return ListNotation(self.options.genre_separator if genres else None, _is_genre if genres else None)
        if meaning in _NUMBERS:
            what, lowest, highest = _NUMBERS[meaning]
            return NumberNotation(what, scale=unit_of(meaning, header), lowest=lowest, highest=highest)
        return DateNotation(self.options.day_first) if meaning == "release_date" else None

    def read(self) -> UserTable:
        """Pass over all rows again and read every used column."""
        position = {header: place for place, header in enumerate(self.table.headers)}
        readers = []
        self.accounts: list[ColumnAccount] = []
        values: dict[str, list[Any]] = {}
        for meaning, headers in self.columns.items():
            values[meaning] = []
            for header in headers:
                account = ColumnAccount(header, meaning)
                if len(headers) < 3 or meaning != "genres" or header not in self._flag_headers():
                    self.accounts.append(account)
                readers.append((meaning, position[header], self._reader(meaning, header), account))
        where: list[str] = []
        years: list[int | None] = []  # of the dates
        for place, cells in self.table.rows():
            where.append(place)
            years.append(None)
            row: dict[str, Any] = {}
            for meaning, column, reader, account in readers:
                cell = cells[column]
                try:
                    value = reader(cell)
                except Unread as why:
                    account.fail(place, cell, str(why))
                    years[-1] = _year_alone(cell) if meaning == "release_date" else years[-1]
                    continue
                if value is None:
                    account.missing += 1
                    continue
                account.read += 1
                row[meaning] = list(dict.fromkeys(row[meaning] + value)) if meaning in row else value
            for meaning, column_values in values.items():
                column_values.append(row.get(meaning))
            if row.get("release_date"):
                years[-1] = int(row["release_date"][:4])
        self._finish(values, years)
        mapping: dict[str, object] = {"columns": {m: h[0] for m, h in self.columns.items() if len(h) == 1}}
        return UserTable(values, where, mapping)

    def _flag_headers(self) -> list[str]:
        headers = self.columns.get("genres", [])
        return headers if len(headers) >= 3 and not any(meaning_of(h) or _list_of(h) for h in headers) else []

    def _reader(self, meaning: str, header: str) -> Callable[[object], Any]:
        if header in self._flag_headers():
            return lambda cell: [_flagged(header)] if read_boolean(cell) else None
        if meaning == "genres" and key_of(header) in ("genreids", "genreid"):
            return self._numbered_genres(header)
        notation = self.notations.get(f"{meaning}\n{header}")
        if notation is not None:
            return notation.read
        if meaning == "poster":
            return _file_name
        return _SIMPLE.get(meaning, read_text)

    def _numbered_genres(self, header: str) -> Callable[[object], Any]:
        """TMDb's search writes genres as numbers; names stay names."""
        names = self.notations[f"genres\n{header}"]

        def read(cell: object) -> list[str] | None:
            if is_missing(cell):
                return None
            if not re.fullmatch(r"[\W\d]+", text_of(cell)):
                return names.read(cell)
            numbers = [int(number) for number in re.findall(r"\d+", text_of(cell))]
            strange = [number for number in numbers if number not in TMDB_GENRES]
            if strange:
                raise Unread(f"expected TMDb's number of a genre, not {strange[0]}")
            return [TMDB_GENRES[number] for number in dict.fromkeys(numbers)] or None

        return read

    def _finish(self, values: dict[str, list[Any]], years: list[int | None]) -> None:
        """Take a year out of the date or the title where no column has it, and give the genres their column."""
        if "year" not in values and "release_date" in values:
            values["year"] = years
            self.notes.append("year: taken from release_date")
        if "title" in values:
            _split_years(values)
        for meaning in [name for name in values if name.startswith("genres")]:
            self._genres(meaning, values)

    def _genres(self, meaning: str, values: dict[str, list[Any]]) -> None:
        rename = {key_of(old): new.strip() for old, new in self.options.genre_map.items()}
        column = values.pop(meaning)
        if rename:
            column = [
                names and (list(dict.fromkeys(n for n in (rename.get(key_of(o), o) for o in names) if n)) or None)
                for names in column
            ]
        unknown: Counter[str] = Counter(name for names in column for name in names or () if not _is_genre(name))
        target = meaning
        if meaning == "genres":
            kind = self.options.genres_as
            target = f"genres_{kind}" if kind != "auto" else "genres_own" if unknown else "genres_imdb"
        shown = ", ".join(repr(name) for name, _ in unknown.most_common(5))
        if unknown and target == "genres_own":
            self.notes.append(
                f"{how_many(len(unknown), 'genre name is', 'genre names are')} in no table ({shown}), so all stay as "
                "they are, in genres_own: say --genres own to compare; --genres-as imdb keeps the known names only"
            )
        elif unknown:
            rows = sum(any(not _is_genre(name) for name in names or ()) for names in column)
            self.unknown_genres = (rows, sum(names is not None for names in column), shown)
            self.notes.append(
                f"genre not known in {rows:,} rows, such as {shown}; --genres-as own keeps them as they are"
            )
        for account in self.accounts:
            if account.meaning == meaning:
                account.meaning = target
        values[target] = column

    def tell(self, report: SourceReport, result: UserTable) -> None:
        """Say what became of every column and row."""
        table = self.table
        report.table.append(f"{printable(table.path)}: {table.kind}; {how_many(len(result), 'row')}")
        for account in self.accounts:
            notation = self.notations.get(f"{self._asked(account)}\n{account.header}")
            account.note = account.note or (notation.note if notation is not None else "")
            report.table.append(f"  {account.line()}")
            known = account.read + account.unread
            if is_fault(account.unread, known):
                _, cell, why = account.examples[0]
                report.faults.append(
                    f"{account.unread:,} of {known:,} cells of {account.header!r} were not read as {account.meaning}, "
                    f"such as {cell!r} ({why}); --column {account.meaning}=HEADER takes another column"
                )
        if self.unused:
            report.table.append(f"  not used: {', '.join(map(printable, self.unused))}")
            if not any(name.startswith("genres") for name in result.columns):
                report.table.append("  no column was taken as genres; if one holds them, say --column genres=HEADER")
        report.table += [f"  {note}" for note in (*table.notes, *self.notes)]
        report.left_out += [("row", f"{table.path.name} {where}", why) for where, why in table.faults]
        report.drop("row that does not fit the header", len(table.faults))
        if is_fault(len(table.faults), len(result) + len(table.faults)):
            total = len(result) + len(table.faults)
            report.faults.append(f"{len(table.faults):,} of {total:,} rows of {table.path.name} do not fit its header")
        rows, filled, shown = getattr(self, "unknown_genres", (0, 0, ""))
        if is_fault(rows, filled):
            report.faults.append(
                f"{rows:,} of {filled:,} rows have a genre nobody knows, such as {shown}; --genres-as own takes names "
                "as they are, --genre-separator TEXT says what stands between two names"
            )

    def _asked(self, account: ColumnAccount) -> str:
        headers = self.columns.get("genres", [])
        return "genres" if account.header in headers else account.meaning


def _is_genre(name: str) -> bool:
    return not canonical_genres([name])[1]


def _flagged(header: str) -> str:
    """Return the genre that a column of yes and no is about: `is_horror`, `genre_Drama`, `Crime`."""
    return re.sub(r"^(?:is|has|genres?|listed[ _]in)[\W_]+", "", header, flags=re.IGNORECASE)


def _list_of(header: str) -> str | None:
    """Return the list a numbered header is part of: `Genre 2`, `actor_1_name`."""
    if not re.search(r"\d", header):
        return None
    meaning = meaning_of(re.sub(r"[\W_]*\d+[\W_]*(?:name)?", "", header))
    return meaning if meaning in _LISTS else None


def _year_alone(cell: object) -> int | None:
    """The year of a cell that is no whole date: 1995, May 1995, 3/4/1995 where nobody knows which is the month."""
    try:
        return read_year(cell)
    except Unread:
        return None


def _file_name(cell: object) -> str | None:
    text = text_of(cell)
    if not text or text in MISSING_TITLES or MISSING_MARKS.fullmatch(text):
        return None
    if re.match(r"https?://", text, re.IGNORECASE):
        raise Unread("expected a file name, not an address")
    return text


def _split_years(values: dict[str, list[Any]]) -> None:
    """Part `Heat (1995)` into title and year where no year column says otherwise."""
    years = values.get("year")
    for row, title in enumerate(values["title"]):
        found = (
            re.fullmatch(r"(.*\S)\s*[(\[]((?:18|19|20)\d\d)(?:\s*[-–]\s*(?:\d{4})?)?[)\]]", title) if title else None
        )
        if found is None or (years is not None and years[row] not in (None, int(found[2]))):
            continue
        values["title"][row] = found[1]
        if years is None:
            years = values["year"] = [None] * len(values["title"])
        years[row] = int(found[2])
