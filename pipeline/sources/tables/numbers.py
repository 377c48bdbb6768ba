"""Numbers with units, thousands and currencies; the header tells their unit, the whole column what a comma is."""

from __future__ import annotations

import math
import re
from datetime import date, time, timedelta

from .values import Unread, is_missing, text_of
from .words import ABOUT, CURRENCIES, MINUTES, PARTS, SCALES

_SPACES = "'’ \u00a0\u202f\u2009"
_MARKS = f".,{_SPACES}"
_NUMBER = re.compile(rf"(?P<sign>[-+−]?)(?P<digits>\d[\d{_MARKS}]*|[.,]\d+)(?P<power>[eE][-+]?\d+)?")
_FOREIGN = re.compile(rf"(?<![^\W\d])(?:{'|'.join(map(re.escape, CURRENCIES))})(?![^\W\d])")
LONG, LONGEST = 1_000, 100_000  # minutes: most runtimes above them are seconds, or milliseconds
_UNITS = (
    (re.compile(r"\b(?:in\s+)?(?:millions?|mio\.?|mln|mm|m\$|\$m)\b|\(m\)", re.IGNORECASE), 1e6),
    (re.compile(r"\b(?:in\s+)?(?:thousands?|tsd\.?|k\$|\$k)\b|\((?:k|000s?)\)", re.IGNORECASE), 1e3),
    (re.compile(r"\b(?:in\s+)?(?:billions?|mrd\.?|bn)\b", re.IGNORECASE), 1e9),
)
_TIMES = (
    (re.compile(r"\b(?:hours?|hrs?|h|stunden|std|heures|horas|ore|uur)\b", re.IGNORECASE), 60.0),
    (re.compile(r"\b(?:seconds?|secs?|sekunden|secondes|segundos|secondi)\b", re.IGNORECASE), 1 / 60),
    (re.compile(r"ticks$", re.IGNORECASE), 1 / 600_000_000),
    (re.compile(r"\b(?:ms|msec|milliseconds?|millisekunden)\b", re.IGNORECASE), 1 / 60_000),
)
_OUT_OF = (
    (re.compile(r"(?:\b(?:of|von|sur|to|bis)\s+|[/\-–])\s*5\b|\b5\s*stars?\b", re.IGNORECASE), 2.0),
    (re.compile(r"(?:\b(?:of|von|sur|to|bis)\s+|[/\-–])\s*100\b|%|\bper\s?cent", re.IGNORECASE), 0.1),
)
_TIME = re.compile(r"(\d[\d.,]*)\s*([^\W\d_]+|['′’\"″])?\.?[\s,&]*(?:(?:and|und|et|y|e|i|och|og|en)\s+)?")


def foreign_currency(low: str) -> str | None:
    """Return the currency other than US dollars that a text in lower case names, None where it names none."""
    found = _FOREIGN.search(low)
    return found[0] if found else None


def unit_of(meaning: str, header: str) -> float:
    """Return what a header multiplies its bare numbers by.

    Examples
    --------
    >>> unit_of("revenue", "Revenue (Millions)"), unit_of("runtime", "Length (hours)"), unit_of("budget", "Budget")
    (1000000.0, 60.0, 1.0)
    >>> unit_of("vote_average", "Rating (out of 5)"), unit_of("vote_average", "Rating (%)")
    (2.0, 0.1)
    """
    if meaning == "runtime":
        words = header.replace("_", " ")
        return next((factor for pattern, factor in _TIMES if pattern.search(words)), 1.0)
    if meaning in ("vote_average", "imdb_rating"):
        return next((factor for pattern, factor in _OUT_OF if pattern.search(header)), 1.0)
    if meaning in ("revenue", "budget", "vote_count", "imdb_votes"):
        return next((factor for pattern, factor in _UNITS if pattern.search(header.replace("_", " "))), 1.0)
    return 1.0


def is_foreign(meaning: str, header: str) -> bool:
    """Return whether a header says that its money is not US dollars.

    Examples
    --------
    >>> is_foreign("budget", "Budget (€)"), is_foreign("budget", "Budget in Euro"), is_foreign("budget", "Budget (US$)")
    (True, True, False)
    """
    return meaning in ("revenue", "budget") and foreign_currency(header.casefold().replace("_", " ")) is not None


class NumberNotation:
    """Reads a column of numbers with units, thousands and currency; the whole column tells what a comma is.

    Parameters
    ----------
    what : {"number", "count", "money", "rating", "runtime"}
        A count is whole; money is US dollars, and 0 is missing; a rating is on the scale 0 to 10; a runtime is minutes.
    scale : float
        What a bare number is multiplied by, as a header "Revenue (Millions)" says.
    lowest, highest : float
        What is possible; anything else is not read.

    Examples
    --------
    >>> votes = NumberNotation("count")
    >>> for cell in ("1.234", "1.620.367"):
    ...     votes.see(cell)
    >>> votes.read("1.234"), votes.note
    (1234.0, 'thousands by point')
    >>> money = NumberNotation("money")
    >>> money.read("$187,436,818"), money.read("187.4M"), money.read("0")
    (187436818.0, 187400000.0, None)
    >>> minutes = NumberNotation("runtime")
    >>> [minutes.read(cell) for cell in ("170 min", "2h 50m", "1h30", "2:50", "PT2H50M", 170)]
    [170.0, 170.0, 90.0, 170.0, 170.0, 170.0]
    """

    def __init__(
        self, what: str = "number", *, scale: float = 1.0, lowest: float = 0.0, highest: float = math.inf
    ) -> None:
        self.what, self.scale, self.lowest, self.highest = what, scale, lowest, highest
        self.comma = self.point = self.short_comma = self.short_point = 0
        self.bare = self.long = self.longest = 0  # numbers without a unit, those above LONG, those above LONGEST

    def see(self, cell: object) -> None:
        """Learn from one cell which mark is the decimal one."""
        if self.what == "runtime":
            self._see_length(cell)
        if not isinstance(cell, str):
            return
        for found in _NUMBER.finditer(cell):
            digits = found["digits"].strip(_MARKS)
            commas, points = digits.count(","), digits.count(".")
            if commas and points:
                last = digits.rfind(",") > digits.rfind(".")
                self.comma, self.point = self.comma + last, self.point + (not last)
            elif commas > 1 or points > 1:
                self.comma, self.point = self.comma + (points > 1), self.point + (commas > 1)
            elif commas or points:
                before, _, after = digits.replace(",", ".").partition(".")
                short = len(after) == 3 and 1 <= len(before) <= 3 and before != "0" and found["power"] is None
                self.short_comma += commas and short
                self.short_point += points and short
                self.comma += commas and not short
                self.point += points and not short

    @property
    def decimal_comma(self) -> bool:
        """Whether the column writes 8,5 and 1.234 for what others write 8.5 and 1,234."""
        if self.comma != self.point:
            return self.comma > self.point
        if self.what in ("count", "money"):
            return self.short_point > self.short_comma
        return self.short_comma > self.short_point and self.highest <= 1000

    def _see_length(self, cell: object) -> None:
        """Learn from one runtime without a unit whether it can be minutes."""
        text = text_of(cell)
        if re.fullmatch(r"\d+(?:[.,]\d+)?", text):
            self.bare += 1
            self.long += float(text.replace(",", ".")) > LONG
            self.longest += float(text.replace(",", ".")) > LONGEST

    @property
    def unit(self) -> float:
        """What a bare number is multiplied by: as the header says, else seconds or milliseconds where most are long."""
        if self.scale != 1.0 or self.long * 2 <= self.bare or self.bare < 2:
            return self.scale
        return 1 / 60_000 if self.longest * 2 > self.bare else 1 / 60

    @property
    def note(self) -> str:
        """How the column writes numbers, in words; empty where nothing was to decide."""
        if self.unit != self.scale:
            return "in milliseconds" if self.unit < 0.001 else "in seconds"
        if self.decimal_comma:
            return "thousands by point" if self.what in ("count", "money") else "decimal comma"
        return "thousands by comma" if self.short_comma else ""

    def read(self, cell: object) -> float | None:
        """Return the number, None where the cell is missing or holds a zero that means missing."""
        if isinstance(cell, bool):
            raise Unread("expected a number, not a truth value")
        if isinstance(cell, time):
            value = cell.hour * 60 + cell.minute + cell.second / 60 if self.what == "runtime" else math.nan
        elif isinstance(cell, timedelta):
            value = cell.total_seconds() / 60 if self.what == "runtime" else math.nan
        elif isinstance(cell, int | float):
            if isinstance(cell, float) and math.isnan(cell):
                return None
            value = float(cell) * self.unit
        elif isinstance(cell, date):
            value = math.nan
        elif is_missing(cell) or (self.what == "runtime" and PARTS.fullmatch(text_of(cell).casefold())):
            return None  # how many seasons a series has is no runtime
        else:
            value = float(self._parse(text_of(cell)))
        if value == 0 and self.what in ("money", "runtime", "rating") and (self.what != "rating" or self.lowest > 0):
            return None
        if not math.isfinite(value):
            raise Unread("expected a finite number")
        if not self.lowest <= value <= self.highest:
            raise Unread(f"expected a number from {self.lowest:g} to {self.highest:g}")
        if self.what == "count" and value != int(value):
            raise Unread("expected a whole number")
        return value

    def _parse(self, text: str) -> float:
        if self.what == "runtime":
            return self._minutes(text)
        if self.what == "rating":
            return self._rating(text)
        low = text.casefold()
        if self.what == "money":
            if foreign_currency(low):
                raise Unread("expected US dollars, not another currency")
            low = re.sub(r"us\s?\$|u\.s\.|usd|us-dollars?|dollars?|\$", " ", low)
        elif self.what == "count":
            low = re.sub(r"\b(?:votes?|stimmen|voix|votos|ratings?|reviews?)\b|\+$", " ", low).strip()
            low = low[1:-1] if re.fullmatch(r"\([^()]+\)", low) else low
        low = ABOUT.sub("", low.strip())
        found = _NUMBER.match(low)
        if found is None:
            raise Unread("expected a number")
        rest = low[found.end() :].strip(" .")
        rest = re.sub(r"\s*[(\[].*[)\]]$", "", rest)
        if rest and rest not in SCALES:
            raise Unread("expected a number")
        number = self._plain(found)
        return number * (SCALES[rest] if rest else self.scale)

    def _plain(self, found: re.Match[str]) -> float:
        """Return the value of one run of digits under the column's marks."""
        digits = found["digits"].rstrip(_MARKS)
        decimal, thousands = (",", ".") if self.decimal_comma else (".", ",")
        whole, mark, fraction = digits.partition(decimal)
        whole = re.sub(rf"[{_SPACES}]", thousands, whole)
        groups = whole.split(thousands)
        grouped = len(groups) > 1
        short = not 1 <= len(groups[0]) <= 3 or len(groups[-1]) != 3 or any(len(g) not in (2, 3) for g in groups[1:-1])
        if (grouped and short) or (mark and not fraction.isdecimal()):
            raise Unread("expected a number written as the others of its column")
        value = float(f"{''.join(groups) or '0'}.{fraction or '0'}{found['power'] or ''}")
        return -value if found["sign"] in ("-", "−") and value else value

    def _rating(self, text: str) -> float:
        """Return a mark on the scale to 10, from marks of 5, 10 or 100, per cent, or five stars."""
        if found := re.fullmatch(r"([★⭐]{1,5})(½?)[☆✩]*", text):
            return 2.0 * (len(found[1]) + (0.5 if found[2] else 0))
        text = re.sub(r"\s*\([^)]*\)$|^imdb\s*:?\s+", "", text.strip(" *★⭐"), flags=re.IGNORECASE)
        if found := re.fullmatch(r"(\S+?)\s*(?:/|out of|von|sur|de|of)\s*(\d{1,3})", text):
            top = int(found[2])
            if top in (5, 10, 100):
                return self._single(found[1]) * 10 / top
        if text.endswith("%"):
            return self._single(text[:-1].strip()) / 10
        return self._single(text) * self.scale

    def _minutes(self, text: str) -> float:
        """Return minutes, from `2:50:00`, `PT2H50M`, or numbers that units follow; a bare one is the column's unit."""
        low = re.sub(r"\s*(?:\([^)]*\)|(?:per|/|pro|par)\s*(?:ep|episode|folge)\.?)$", "", text.casefold().strip())
        low = ABOUT.sub("", re.sub(r"^[^\W\d]+\s*:\s*", "", low))  # IMDb's "USA:120"
        low = re.sub(r"^p(?:0+d)?t(?=\d)", "", low)
        # A spreadsheet writes a time of day, and pandas a time span, with the day before it.
        low = re.sub(r"^(?:0 days|1899-12-3[01]|1900-01-0[01])\s+", "", low)
        if noon := re.fullmatch(r"(\d{1,2})(:\d{2}:\d{2})\s?([ap])\.?m\.?", low):  # a time of day
            low = f"{int(noon[1]) % 12 + 12 * (noon[3] == 'p')}{noon[2]}"
        if found := re.fullmatch(r"(\d{1,3}):(\d{2})(?::(\d{2})(?:\.\d+)?)?", low):
            first, second = int(found[1]), int(found[2])
            if found[3] is None and first > 12:
                return first + second / 60
            return first * 60 + second + int(found[3] or 0) / 60
        total, hours = 0.0, False
        pieces = list(_TIME.finditer(low))
        if not pieces or "".join(piece[0] for piece in pieces) != low:
            raise Unread("expected minutes, or hours and minutes")
        for piece in pieces:
            if piece[2] is None and len(pieces) == 1:
                return self._single(piece[1]) * self.unit
            unit = MINUTES.get(piece[2]) if piece[2] else 1.0 if hours else None  # 2h50
            if unit is None:
                raise Unread("expected minutes, or hours and minutes")
            hours = unit > 1
            total += self._single(piece[1]) * unit
        return total

    def _single(self, text: str) -> float:
        found = _NUMBER.fullmatch(text.strip())
        if found is None:
            raise Unread("expected minutes, or hours and minutes" if self.what == "runtime" else "expected a number")
        return self._plain(found)
