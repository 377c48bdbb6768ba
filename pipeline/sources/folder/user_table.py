"""A user's own table read into catalogue columns: which column is what, how its values are written, what was lost."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...catalog.genres import CANONICAL, TMDB_GENRES, is_genre
from ..account import SHARE, ColumnAccount, SourceReport, how_many, is_fault
from ..images import printable
from ..tables.headers import NAMES as MEANINGS
from ..tables.headers import did_you_mean, key_of
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
from ..tables.words import MISSING_TITLES, TOTALS, UNIT_WORDS
from .columns import Columns
from .options import TableOptions
from .seen import file_of, flagged, is_ticked

FEW_MARKS = 5  # so few marks tell nothing of their scale
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


def read_user_table(
    path: Path,
    options: TableOptions,
    report: SourceReport,
    images: Collection[str] = (),
    ids: Mapping[str, Collection[int]] | None = None,
) -> UserTable:
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
    ids : mapping or None
        `imdb_id` and `tmdb_id` to the numbers that names of images tell.

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
    columns = Columns(table, options, images, ids or {})
    columns.look()
    reading = _Reading(table, options, columns)
    result = reading.read()
    reading.tell(report, result)
    return result


class _Reading:
    """The second pass over a table: every cell of a used column is read, and what was lost is counted."""

    def __init__(self, table: Table, options: TableOptions, columns: Columns) -> None:
        self.table, self.options, self.columns = table, options, columns
        self.notes = columns.notes
        self.rows_out: list[tuple[str, str]] = []
        self.unknown_genres: tuple[int, int, str] = (0, 0, "")

    def read(self) -> UserTable:
        """Pass over all rows again and read every used column."""
        place_of = {header: place for place, header in enumerate(self.table.headers)}
        self.accounts: list[ColumnAccount] = []
        readers = []
        for meaning, headers in self.columns.of.items():
            for header in headers:
                account = ColumnAccount(header, meaning)
                readers.append((meaning, place_of[header], self._reader(meaning, header), account))
                if header not in self.columns.flags:
                    self.accounts.append(account)
        where: list[str] = []
        values: dict[str, list[Any]] = {meaning: [] for meaning in self.columns.of}
        years: list[int | None] = []  # of the dates
        for number, (place, cells) in enumerate(self.table.rows()):
            row, unread = _read_row(cells, readers)
            if number == 0 and _is_second_header(cells, unread):
                self.rows_out.append((place, "a second line of headers"))
                continue
            if _is_total(row):
                self.rows_out.append((place, "a total, not a title"))
                continue
            for meaning, column, _, account in readers:
                if (meaning, column) in unread:
                    account.fail(place, cells[column], unread[meaning, column])
                elif (meaning, column) in row:
                    account.read += 1
                else:
                    account.missing += 1
            where.append(f"{self.table.path.name} {place}")
            years.append(_dated(cells, row, unread))
            for meaning, column_values in values.items():
                column_values.append(_joined(meaning, row))
        self._finish(values, years)
        mapping: dict[str, object] = {"columns": {m: h[0] for m, h in self.columns.of.items() if len(h) == 1}}
        return UserTable(values, where, mapping)

    def _reader(self, meaning: str, header: str) -> Callable[[object], Any]:
        if header in self.columns.flags:
            return lambda cell: [flagged(header)] if is_ticked(cell, header) else None
        if meaning == "genres" and (key_of(header) in ("genreids", "genreid") or self._holds_numbers(header)):
            return self._numbered_genres(header)
        notation = self.columns.notations.get((meaning, header))
        if notation is not None:
            return notation.read
        if meaning == "poster":
            return _file_name
        return _SIMPLE.get(meaning, read_text)

    def _holds_numbers(self, header: str) -> bool:
        """Return whether a column of genres holds nothing but TMDb's numbers of genres."""
        place = self.table.headers.index(header)
        seen: set[int] = set()
        for _, cells in itertools.islice(self.table.rows(), 1000):
            text = text_of(cells[place])
            if re.search(r"[^\W\d]", text):
                return False
            seen.update(map(int, re.findall(r"\d+", text)))
        return len(seen) > 1 and seen <= set(TMDB_GENRES)

    def _numbered_genres(self, header: str) -> Callable[[object], Any]:
        """TMDb's search writes genres as numbers; names stay names."""
        names = self.columns.notations["genres", header]

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
        for meaning in ("vote_average", "imdb_rating"):
            marks = [mark for mark in values.get(meaning, ()) if mark is not None]
            if len(marks) >= FEW_MARKS and max(marks) <= 5:
                header = self.columns.of[meaning][0]
                self.notes.append(
                    f"no mark of {header!r} is above 5, and all were read as of 10; if they are of 5, call the column "
                    f"'{header} (of 5)'"
                )
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
        unknown: Counter[str] = Counter(name for names in column for name in names or () if not is_genre(name))
        target = meaning
        if meaning == "genres":
            kind = self.options.genres_as
            target = f"genres_{kind}" if kind != "auto" else "genres_own" if unknown else "genres_imdb"
        if target == "genres_own":
            column = self._one_spelling(column)
        near = {name: did_you_mean(name, CANONICAL, 0.8) for name, _ in unknown.most_common(5)}
        shown = ", ".join(f"{name!r}{meant}" for name, meant in near.items())
        if unknown and target == "genres_own":
            self.notes.append(
                f"{how_many(len(unknown), 'genre name is', 'genre names are')} in no table ({shown}), so all stay as "
                "they are, in genres_own: say --genres own to compare; --genres-as imdb keeps the known names only"
            )
        elif unknown:
            rows = sum(any(not is_genre(name) for name in names or ()) for names in column)
            self.unknown_genres = (rows, sum(names is not None for names in column), shown)
            self.notes.append(
                f"genre not known in {rows:,} rows, such as {shown}; --genres-as own keeps them as they are"
            )
        for account in self.accounts:
            if account.meaning == meaning:
                account.meaning = target
        values[target] = column

    def _one_spelling(self, column: list[Any]) -> list[Any]:
        """Write each own name as it is written most often: `Giallo`, `giallo` and `GIALLO` are one genre."""
        counts = Counter(name for names in column for name in names or ())
        usual: dict[str, str] = {}
        for name, _ in counts.most_common():
            usual.setdefault(re.sub(r"[\s_-]+", " ", name.casefold()), name)
        to = {name: usual[re.sub(r"[\s_-]+", " ", name.casefold())] for name in counts}
        changed = [f"{old!r} as {new!r}" for old, new in to.items() if old != new]
        if changed:
            more = f" and {len(changed) - 5:,} more" if len(changed) > 5 else ""
            self.notes.append(f"genre names that differ in case only are one: {', '.join(changed[:5])}{more}")
        return [names and list(dict.fromkeys(to[name] for name in names)) for names in column]

    def tell(self, report: SourceReport, result: UserTable) -> None:
        """Say what became of every column and row."""
        table = self.table
        report.table.append(f"{printable(table.path)}: {table.kind}; {how_many(len(result), 'row')}")
        for account in self.accounts:
            notation = self.columns.notations.get((self._asked(account), account.header))
            account.note = account.note or (notation.note if notation is not None else "")
            report.table.append(f"  {account.line()}")
            known = account.read + account.unread
            if is_fault(account.unread, known):
                _, cell, why = account.examples[0]
                report.faults.append(
                    f"{account.unread:,} of {known:,} cells of {account.header!r} were not read as {account.meaning}, "
                    f"such as {cell!r} ({why}); --column {account.meaning}=HEADER takes another column"
                )
        if self.columns.unused:
            report.table.append(f"  not used: {', '.join(map(printable, self.columns.unused))}")
            if not any(name.startswith("genres") for name in result.columns):
                report.table.append("  no column was taken as genres; if one holds them, say --column genres=HEADER")
        report.table += [f"  {note}" for note in (*table.notes, *self.notes)]
        report.left_out += [("row", f"{table.path.name} {where}", why) for where, why in table.faults]
        report.left_out += [("row", f"{table.path.name} {where}", why) for where, why in self.rows_out]
        report.drop("row that is no title", len(self.rows_out))
        report.drop("row that does not fit the header", len(table.faults))
        total = len(result) + len(table.faults)
        if len(table.faults) > SHARE * total:  # rows that fell apart are lost whole: no least number of them
            report.faults.append(f"{len(table.faults):,} of {total:,} rows of {table.path.name} do not fit its header")
        rows, filled, shown = self.unknown_genres
        if is_fault(rows, filled):
            report.faults.append(
                f"{rows:,} of {filled:,} rows have a genre nobody knows, such as {shown}; --genres-as own takes names "
                "as they are, --genre-separator TEXT says what stands between two names"
            )

    def _asked(self, account: ColumnAccount) -> str:
        return "genres" if account.header in self.columns.of.get("genres", []) else account.meaning


def _read_row(
    cells: list[object], readers: list[tuple[str, int, Callable[[object], Any], ColumnAccount]]
) -> tuple[dict[tuple[str, int], Any], dict[tuple[str, int], str]]:
    """Return what was read of a row by meaning and column, and why the rest was not."""
    row: dict[tuple[str, int], Any] = {}
    unread: dict[tuple[str, int], str] = {}
    for meaning, column, reader, _ in readers:
        try:
            value = reader(cells[column])
        except Unread as why:
            unread[meaning, column] = str(why)
            continue
        if value is not None:
            row[meaning, column] = value
    return row, unread


def _joined(meaning: str, row: dict[tuple[str, int], Any]) -> Any:
    """Return the value of one meaning; of several columns, the lists as one."""
    found = [value for (name, _), value in row.items() if name == meaning]
    if len(found) < 2:
        return found[0] if found else None
    return list(dict.fromkeys(name for names in found for name in names))


def _dated(cells: list[object], row: dict[tuple[str, int], Any], unread: dict[tuple[str, int], str]) -> int | None:
    """Return the year of a row's date; a date that was not read may still tell its year: `Dec 1995`."""
    for (meaning, _), value in row.items():
        if meaning == "release_date":
            return int(value[:4])
    for meaning, column in unread:
        if meaning == "release_date":
            try:
                return read_year(cells[column])
            except Unread:
                return None
    return None


def _is_second_header(cells: list[object], unread: Collection[tuple[str, int]]) -> bool:
    """Return whether the row under the header says how its columns are written: `(min)`, `yyyy`, `[text]`."""
    filled = [text_of(cell).casefold().strip("()[]<>{} ") for cell in cells if not is_missing(cell)]
    return bool(unread) and len(filled) > 1 and all(word in UNIT_WORDS for word in filled)


def _is_total(row: dict[tuple[str, int], Any]) -> bool:
    """Return whether a row says `Total` where others have a title or a file, and has nothing else that titles have."""
    told = {meaning: value for (meaning, _), value in row.items()}
    if any(meaning in told for meaning in ("year", "release_date", "genres", "imdb_id", "tmdb_id", "overview")):
        return False
    first = told.get("poster", told.get("title"))  # a row with an image is a title, whatever it is called
    return first is not None and str(first).casefold().strip(" :.") in TOTALS


def _file_name(cell: object) -> str | None:
    text = text_of(cell)
    if not text or text in MISSING_TITLES or MISSING_MARKS.fullmatch(text):
        return None
    name = file_of(text)
    if not name:
        raise Unread("expected a file name, not an address")
    return name


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
