"""A user's own table read into catalogue columns: which column is what, how its values are written, what was lost."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from ..account import SHARE, ColumnAccount, SourceReport, how_many, is_fault
from ..images import printable
from ..tables.dates import read_year
from ..tables.headers import NAMES as MEANINGS
from ..tables.headers import did_you_mean
from ..tables.table import Table, open_table
from ..tables.values import Unread, is_missing, text_of
from .columns import Columns
from .genres import told_genres
from .no_titles import is_alone, is_heading, is_other_table, is_second_header, is_shifted, is_total
from .options import TableOptions
from .readers import read_row, reader_of
from .rows import UserTable, fill_titles, split_years, without_ranks
from .seen import like_genres

FEW_MARKS = 5  # so few marks tell nothing of their scale


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
        Names of images, with and without ending, as `names.name_key` writes them; a column nobody knows that holds
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
        meant = options.columns[strange[0]]
        turned = f"; the name comes first: --column {meant}={strange[0]!r}" if meant in MEANINGS else ""
        raise ValueError(
            f"--column: {strange[0]!r} is none of {', '.join(MEANINGS)}{turned or did_you_mean(strange[0], MEANINGS)}"
        )
    table = _open(path, options)
    columns = Columns(table, options, images, ids or {})
    columns.look()
    reading = _Reading(table, options, columns)
    result = reading.read()
    reading.tell(report, result)
    return result


def _open(path: Path, options: TableOptions) -> Table:
    """Open the table; where the user counts the columns and none is called so, it has no header."""

    def opened(*, header: bool) -> Table:
        told = {"encoding": options.encoding, "delimiter": options.delimiter, "sheet": options.sheet}
        return open_table(path, header=header, **told)

    table = opened(header=True)
    counted = any(re.fullmatch(r"column \d+", said) and said not in table.headers for said in options.columns.values())
    return opened(header=False) if counted else table


class _Reading:
    """The second pass over a table: every cell of a used column is read, and what was lost is counted."""

    def __init__(self, table: Table, options: TableOptions, columns: Columns) -> None:
        self.table, self.options, self.columns = table, options, columns
        self.notes = columns.notes
        self.rows_out: list[tuple[str, str]] = []
        self.shifted: list[tuple[str, str]] = []
        self.alone: list[tuple[str, str]] = []  # rows that have nothing but a title
        self.unknown_genres: tuple[int, int, str] = (0, 0, "")

    def read(self) -> UserTable:
        """Pass over all rows again and read every used column."""
        place_of = {header: place for place, header in enumerate(self.table.headers)}
        self.accounts: list[ColumnAccount] = []
        readers = []
        for meaning, headers in self.columns.of.items():
            for header in headers:
                account = ColumnAccount(header, meaning)
                readers.append((meaning, place_of[header], reader_of(meaning, header, self.columns), account))
                if header not in self.columns.flags:
                    self.accounts.append(account)
        where: list[str] = []
        values: dict[str, list[Any]] = {meaning: [] for meaning in self.columns.of}
        years: list[int | None] = []  # of the dates
        titles: list[tuple[str, ...]] = []
        folder = None if self.columns.folder is None else place_of[self.columns.folder]
        others = [place_of[header] for header in self.columns.other_titles]
        after = below = False
        for number, (place, cells) in enumerate(self.table.rows()):
            row, unread = read_row(cells, readers)
            if number == 0 and is_second_header(cells, unread):
                self.rows_out.append((place, "a second line of headers"))
                continue
            below = below or is_other_table(cells, row, unread)
            if below:
                self.rows_out.append((place, "another table, below the first"))
                continue
            after = is_total(row, after=after)
            if after:
                self.rows_out.append((place, "a total, not a title"))
                continue
            told = [meaning for meaning, _ in row]
            if self.columns.usually_full and is_alone(cells) and told in (["title"], ["poster"]):
                if is_heading(cells):
                    self.rows_out.append((place, f"{_shown(row)!r} is a heading or a remark, not a title"))
                    continue
                if told == ["title"]:
                    self.alone.append((place, _shown(row)))
            if unread and is_shifted(cells, row, unread, readers):
                self.shifted.append((place, _as_shifted(cells, unread, self.table.headers)))
                continue
            if folder is not None:
                _put_into_folder(row, text_of(cells[folder]))
            for meaning, column, _, account in readers:
                if (meaning, column) in unread:
                    account.fail(place, cells[column], unread[meaning, column])
                elif (meaning, column) in row:
                    account.read += 1
                else:
                    account.missing += 1
            where.append(f"{self.table.path.name} {place}")
            years.append(_dated(cells, row, unread))
            titles.append(_titles([cells[place] for place in others], row))
            for meaning, column_values in values.items():
                column_values.append(_joined(meaning, row))
        filled = fill_titles(values, titles)
        if filled:
            shown = ", ".join(map(repr, self.columns.other_titles))
            self.notes.append(f"title: {how_many(filled, 'empty cell')} filled from {shown}")
        self._finish(values, years)
        mapping: dict[str, object] = {"columns": {m: h[0] for m, h in self.columns.of.items() if len(h) == 1}}
        return UserTable(values, where, mapping, titles)

    def _finish(self, values: dict[str, list[Any]], years: list[int | None]) -> None:
        """Take a year out of the date or the title where no column has it, and give the genres their column."""
        if "year" not in values and "release_date" in values:
            values["year"] = years
            self.notes.append("year: taken from release_date")
        if "title" in values:
            if titles := without_ranks(values["title"]):
                self.notes.append(
                    f"title: the numbers that count the titles were left out, as of {values['title'][0]!r}"
                )
                values["title"] = titles
            split_years(values)
        for meaning in ("vote_average", "imdb_rating"):
            marks = [mark for mark in values.get(meaning, ()) if mark is not None]
            if len(marks) >= FEW_MARKS and max(marks) <= 5:
                header = self.columns.of[meaning][0]
                self.notes.append(
                    f"no mark of {header!r} is above 5, and all were read as of 10; if they are of 5, call the column "
                    f"'{header} (of 5)'"
                )
        for meaning in ("revenue", "budget"):
            sums = [money for money in values.get(meaning, ()) if money is not None]
            if len(sums) > 1 and max(sums) < 1000:
                header = self.columns.of[meaning][0]
                self.notes.append(
                    f"no sum of {header!r} reaches 1,000, and all were read as dollars; if they are millions, call the "
                    f"column '{header} (millions)'"
                )
        lengths = [length for length in values.get("runtime", ()) if length is not None]
        if len(lengths) >= FEW_MARKS and max(lengths) <= 10 and any(length % 1 for length in lengths):
            header = self.columns.of["runtime"][0]
            self.notes.append(
                f"no length of {header!r} is above 10, and all were read as minutes; if they are hours, call the "
                f"column '{header} (hours)'"
            )
        for meaning in [name for name in values if name.startswith("genres")]:
            self._genres(meaning, values)
        if self.alone:
            place, shown = self.alone[0]
            self.notes.append(
                f"rows that have nothing but a title: {len(self.alone):,}, such as {shown!r} in {place}; take out of "
                "the table what is a heading or a remark"
            )

    def _genres(self, meaning: str, values: dict[str, list[Any]]) -> None:
        told = told_genres(meaning, values.pop(meaning), self.options)
        self.notes += told.notes
        self.unknown_genres = told.unknown or self.unknown_genres
        for account in self.accounts:
            if account.meaning == meaning:
                account.meaning = told.target
        values[told.target] = told.column

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
            first = printable(self.columns.unused[0])
            report.table.append(
                f"  not used: {', '.join(map(printable, self.columns.unused))}; --column NAME={first!r} takes one "
                f"(`genrelab fetch {report.source} --help` lists the names)"
            )
            if not any(name.startswith("genres") for name in result.columns):
                report.table.append(f"  no column was taken as genres; {self._where_genres_may_be()}")
        report.table += [f"  {note}" for note in (*table.notes, *self.notes)]
        unfit = [*table.faults, *self.shifted]
        report.left_out += [("row", f"{table.path.name} {where}", why) for where, why in unfit]
        report.left_out += [("row", f"{table.path.name} {where}", why) for where, why in self.rows_out]
        report.drop("row that is no title", len(self.rows_out))
        report.drop("row that does not fit the header", len(unfit))
        total = len(result) + len(unfit)
        if len(unfit) > SHARE * total:  # rows that fell apart are lost whole: no least number of them
            report.faults.append(f"{len(unfit):,} of {total:,} rows of {table.path.name} do not fit its header")
        rows, filled, shown = self.unknown_genres
        if is_fault(rows, filled):
            report.faults.append(
                f"{rows:,} of {filled:,} rows have a genre nobody knows, such as {shown}; --genres-as own takes names "
                "as they are, --genre-separator TEXT says what stands between two names"
            )

    def _where_genres_may_be(self) -> str:
        like = like_genres(self.columns.cells, self.columns.unused)
        if like is None:
            return "if one holds them, say --column genres=HEADER"
        header, count, of = like
        return f"{header!r} holds usual genres in {count:,} of {of:,} cells: --column genres={header!r} takes it"

    def _asked(self, account: ColumnAccount) -> str:
        return "genres" if account.header in self.columns.of.get("genres", []) else account.meaning


def _as_shifted(cells: list[object], unread: Collection[tuple[str, int]], headers: list[str]) -> str:
    shown = " and ".join(
        f"{printable(text_of(cells[place]))[:40]!r} under {headers[place]!r}" for _, place in [*unread][:2]
    )
    return f"its cells seem to stand under the wrong headers, such as {shown}"


def _shown(row: dict[tuple[str, int], Any]) -> str:
    return printable(str(next(iter(row.values()))))[:40]


def _put_into_folder(row: dict[tuple[str, int], Any], folder: str) -> None:
    """Put the folder that another column names before the name of a row's image, unless that is a path already."""
    for meaning, place in row:
        if meaning == "poster" and folder and not re.search(r"[/\\]", row[meaning, place]):
            row[meaning, place] = f"{folder}/{row[meaning, place]}"


def _titles(cells: list[object], row: dict[tuple[str, int], Any]) -> tuple[str, ...]:
    """Return what other columns call a title, as far as they call it otherwise."""
    own = {value for (meaning, _), value in row.items() if meaning == "title"}
    return tuple(text for text in map(text_of, cells) if text not in own and not is_missing(text))


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
