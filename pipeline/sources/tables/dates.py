"""Years and dates in any usual notation; the whole column tells whether the day or the month comes first."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from .values import Unread, is_missing, plain, text_of, whole_of
from .words import MONTHS, ROMAN

_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d|21\d\d)(?!\d|'?s\b|er\b)")  # the 1990s are no year
_RELEASED_AGAIN = re.compile(r"(?<=\d)\s*[(\[/]?\s*\bRR?[-.'’ ]?(?:\d{4}|\d{2})\b[)\]]?", re.IGNORECASE)
_SHOWN = re.compile(
    r"1905-(0[3-7])-(\d\d)(?: 00:00:00)?|(1[3-9]|2\d|3[01])[./-](0?[3-7])[./-]1905"
)  # 17.06.1905 is 1995


def read_year(cell: object) -> int | None:
    """Return a year from 1870 to 2200, from a number, a date, or text with one year in it.

    Examples
    --------
    >>> [read_year(cell) for cell in (2005.0, "(2005)", "2005-06-15", "2005–2010", "1948 (R-1956)", "0")]
    [2005, 2005, 2005, 2005, 1948, None]
    """
    if isinstance(cell, date):
        return cell.year
    if is_missing(cell):
        return None
    text = text_of(cell)
    if whole_of(text) is not None:
        number = int(whole_of(text) or 0)
        if number == 0:
            return None
        if 1870 <= number <= 2200:
            return number
        if re.fullmatch(r"(?:1[89]|2[01])\d\d(?:0\d|1[0-2])(?:[0-2]\d|3[01])", text):
            return number // 10_000
        raise Unread("expected a year from 1870 to 2200")
    years = [int(year) for year in _YEAR.findall(_RELEASED_AGAIN.sub("", text))]
    span = re.match(r"\D{0,3}\d{4}\s*[-–—/]\s*(\d{2,4})?\D{0,3}$", text)
    if not years or years[0] < 1870 or (len(set(years)) > 1 and not span):
        raise Unread("expected a year from 1870 to 2200")
    return years[0]


class YearNotation:
    """Reads a column of years; whether it holds days of 1905, as spreadsheets show years, the whole column tells.

    Examples
    --------
    >>> notation = YearNotation()
    >>> for cell in ("17.06.1905", date(1905, 6, 23), "1905-06-18"):
    ...     notation.see(cell)
    >>> notation.read("17.06.1905"), notation.read(date(1905, 6, 23)), notation.note
    (1995, 2001, 'shown as days of 1905, which a spreadsheet makes of years')
    """

    def __init__(self) -> None:
        self.filled = self.days = 0
        self.years: set[int] = set()

    def see(self, cell: object) -> None:
        """Learn from one cell whether it is such a day."""
        self.filled += not is_missing(cell)
        year = _shown_as_date(cell)
        if year is not None:
            self.days += 1
            self.years.add(year)

    @property
    def note(self) -> str:
        """How the years are written, in words; empty where they are years."""
        return "shown as days of 1905, which a spreadsheet makes of years" if self._shown() else ""

    def read(self, cell: object) -> int | None:
        """Return the year, None where the cell is missing."""
        return (_shown_as_date(cell) if self._shown() else None) or read_year(cell)

    def _shown(self) -> bool:
        return self.days * 2 > self.filled and len(self.years) > 1


def _shown_as_date(cell: object) -> int | None:
    """Return the year whose number is this day's in a spreadsheet, None for another cell."""
    found = _SHOWN.fullmatch(text_of(cell)) if isinstance(cell, str | date) else None
    if found is None:
        return None
    try:
        days = (date(1905, int(found[1] or found[4]), int(found[2] or found[3])) - date(1899, 12, 30)).days
    except ValueError:
        return None
    return days if 1900 <= days <= 2030 else None


class DateNotation:
    """Reads a column of dates; whether 3/4/1995 is in March or in April is told by the whole column.

    Parameters
    ----------
    day_first : bool or None
        None: decided by the cells seen; a column whose cells all fit both ways stays unread.

    Examples
    --------
    >>> notation = DateNotation()
    >>> for cell in ("12/15/1995", "6/10/1994"):
    ...     notation.see(cell)
    >>> notation.read("6/10/1994"), notation.read("1995-12-15"), notation.read("15. Dezember 1995")
    ('1994-06-10', '1995-12-15', '1995-12-15')
    """

    _NUMERIC = re.compile(r"(\d{1,2})([/.\- ]+)(\d{1,2})[/.\- ]+(\d{4})(?:[ T].*)?")
    _ISO = re.compile(r"(\d{4})\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})[.日일]?(?:[ T].*)?")

    _SERIAL = re.compile(r"([1-7]\d{4})(?:\.\d+)?")

    def __init__(self, day_first: bool | None = None) -> None:
        self.given = day_first
        self.day_first = self.month_first = self.either = 0
        self.filled = self.serials = 0  # cells, and those that may be a spreadsheet's days

    def see(self, cell: object) -> None:
        """Learn from one cell which number is the day."""
        text = text_of(cell)
        self.filled += bool(text)
        self.serials += bool(self._SERIAL.fullmatch(text))
        found = self._NUMERIC.fullmatch(text) if isinstance(cell, str) else None
        if found is None or "." in found[2]:
            return
        first, second = int(found[1]), int(found[3])
        self.day_first += first > 12 >= second
        self.month_first += second > 12 >= first
        self.either += first <= 12 and second <= 12 and first != second

    @property
    def note(self) -> str:
        """How the dates are written, in words; empty where no cell asks."""
        if self._in_days():
            return "in days since 1900, as spreadsheets count"
        if self.day_first + self.month_first + self.either == 0:
            return ""
        order = self._order()
        return "day or month first unknown" if order is None else "day first" if order else "month first"

    def read(self, cell: object) -> str | None:
        """Return an ISO date, None where the cell is missing."""
        if isinstance(cell, date):
            return f"{cell.year:04d}-{cell.month:02d}-{cell.day:02d}"
        if is_missing(cell):
            return None
        text = text_of(cell)
        if not isinstance(cell, str) and re.fullmatch(r"-?\d{11,13}", text):  # what pandas' to_json makes of dates
            return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(text))).date().isoformat()
        if found := self._ISO.fullmatch(text):
            return _date(int(found[1]), int(found[2]), int(found[3]))
        if found := re.fullmatch(r"((?:18|19|20|21)\d\d)(\d\d)(\d\d)", text):
            return _date(int(found[1]), int(found[2]), int(found[3]))
        if self._in_days() and (found := self._SERIAL.fullmatch(text)):
            return (date(1899, 12, 30) + timedelta(days=int(found[1]))).isoformat()
        if found := self._NUMERIC.fullmatch(text):
            return self._numeric(int(found[1]), found[2], int(found[3]), int(found[4]))
        words = re.findall(r"[^\W\d_]+|\d+", plain(text))
        months = [MONTHS[word[:4]] if word[:4] in MONTHS else MONTHS.get(word[:3]) for word in words if word.isalpha()]
        months = [month for month in months if month] or [ROMAN[word] for word in words if word in ROMAN]
        numbers = [int(word) for word in words if word.isdecimal() and len(word) < 9]
        years = [number for number in numbers if number >= 1000]  # of 95 nobody says the century
        days = [number for number in numbers if number <= 31]
        if len(months) == 1 and len(years) == 1 and len(days) == 1:
            return _date(years[0], months[0], days[0])
        raise Unread("expected a date such as 1999-12-31")

    def _in_days(self) -> bool:
        return self.serials * 2 > self.filled

    def _order(self) -> bool | None:
        if self.given is not None:
            return self.given
        return None if self.day_first == self.month_first else self.day_first > self.month_first

    def _numeric(self, first: int, mark: str, second: int, year: int) -> str:
        if "." in mark or first == second:
            return _date(year, second, first)
        order = self._order()
        if order is None:
            raise Unread("day or month first? every date of the column fits both; give --dates")
        return _date(year, second, first) if order else _date(year, first, second)


def _date(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise Unread("expected a day that exists") from None
