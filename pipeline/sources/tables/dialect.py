"""How a text table is written: its encoding, its delimiter, its quotation marks and where its header is."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from .headers import meaning_of
from .values import is_missing

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", "^": "caret", "~": "tilde"}
SAMPLE = 256 * 1024
HEADER_WITHIN = 20  # rows: above the header there may be a title, a date, an empty line
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CODE_PAGES = ["cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1257", "koi8_r", "iso8859_2"]
_WESTERN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøœùúûüÿßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØŒÙÚÛÜŸ’")
_EAST = ["cp932", "gb18030", "big5", "cp949", "euc_jp"]
csv.field_size_limit(2**27)


class TableError(ValueError):
    """A table that cannot be read or understood; the message names the file, what was expected and what came."""


@dataclass(frozen=True)
class Dialect:
    """How the rows of a text table are written.

    Parameters
    ----------
    encoding : str
        Python's name of it.
    delimiter : str
        One character.
    quoting : bool
        Whether a quotation mark encloses cells; else it is part of a cell.
    quote : str
        The quotation mark.
    escape : str or None
        What stands before a quotation mark inside a cell; None: the mark is written twice.
    skip : int
        Rows above the header.
    notes : tuple of str
        What a reader should know of what was decided.
    """

    encoding: str
    delimiter: str = ","
    quoting: bool = True
    quote: str = '"'
    escape: str | None = None
    skip: int = 0
    notes: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        return f"{DELIMITERS.get(self.delimiter, repr(self.delimiter))}-separated, {self.encoding}"

    def reader(self, lines: Iterator[str]) -> csv.reader:  # pyright: ignore[reportGeneralTypeIssues]
        """Return a reader of the rows of some lines."""
        quoting = csv.QUOTE_MINIMAL if self.quoting else csv.QUOTE_NONE
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            quoting=quoting,
            escapechar=self.escape,
            doublequote=self.escape is None,
            strict=self.quoting,
            skipinitialspace=self.quoting,
        )


def find_encoding(start: bytes, open_file: Callable[[], BinaryIO]) -> str:
    """Return the encoding of a text file: by its mark, else UTF-8 where the whole file is, else by a detector.

    Parameters
    ----------
    start : bytes
        The first bytes.
    open_file : callable
        Opens the file again.

    Examples
    --------
    >>> import io
    >>> text = "Title;Genre\\nAmélie;Comédie\\n"
    >>> for name in ("utf-8", "utf-16", "cp1252", "utf-16-le"):
    ...     data = text.encode(name)
    ...     print(find_encoding(data, lambda: io.BytesIO(data)))
    utf-8
    utf-16
    cp1252
    utf-16-le
    """
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name
    pairs = start[:4096]
    if len(pairs) >= 4:
        even, odd = pairs[0::2].count(0), pairs[1::2].count(0)
        half = len(pairs) // 2
        if odd > 0.4 * half and even < 0.1 * half:
            return "utf-16-le"
        if even > 0.4 * half and odd < 0.1 * half:
            return "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    with open_file() as file:
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
            return "utf-8"
        except UnicodeDecodeError:
            pass
    odd_lines: list[bytes] = []
    with open_file() as file:  # the lines that are not plain ASCII tell the most
        size = 0
        for line in file:
            if not line.isascii():
                odd_lines.append(line)
                size += len(line)
            if size > SAMPLE:
                break
    return _code_page(b"".join(odd_lines))


def _code_page(data: bytes) -> str:
    """Return the likeliest code page: a Western European one whose letters make words, else a detector's answer."""
    old_mac = b"\r" in data and b"\n" not in data
    for page in ("mac_roman", "cp1252") if old_mac else ("cp1252", "mac_roman", "cp850"):
        try:
            text = data.decode(page)
        except UnicodeDecodeError:
            continue
        if not (_is_strange(text) or (page != "cp1252" and not _makes_words(text))):
            return page
    from charset_normalizer import from_bytes

    for pages in (_CODE_PAGES, _EAST):
        best = from_bytes(data, cp_isolation=pages, threshold=0.3).best()
        if best is not None:
            return best.encoding
    return "cp1252"


def _is_strange(western: str) -> bool:
    """Return whether text read as Western European makes no words: signs inside, mostly accents, Czech's pairs."""
    if re.search(r"[^\W\d_][¤¦§¨¬¯±²³´µ¶¸¹¼½¾¿¡£¥][^\W\d_]|[^\W\d_][¤¦¨¬¯±²³´¶¸¹¼½¾¥]|\u203a|\u02c6|\u2020", western):
        return True
    if re.search(r"[a-z][‚„…‡‰‹“”•˜™›ŠŽŸ][a-z]|[a-z][ŠŽŸ]", western):
        return True
    if re.search(r"ø\w*[ìùèï]|[ìùèï]\w*ø", western):  # ř with ě, ů, č, ď in Central Europe's code page
        return True
    words = [word for word in re.findall(r"[^\W\d_]+", western) if not word.isascii()]
    accents = [letter for word in words for letter in word if letter > "\x7f"]
    return len(accents) > 0.7 * sum(map(len, words)) and len(set(accents)) > 3  # fewer letters tell no language


def _makes_words(text: str) -> bool:
    """Return whether every sign that is not ASCII is a Western letter in its word's case, or stands between words."""
    inside = re.findall(r"(?<=[A-Za-z])[^\x00-\x7f]|[^\x00-\x7f](?=[A-Za-z])", text)
    lower = re.findall(r"(?<=[a-z])[^\x00-\x7f]", text)
    return bool(inside) and all(sign in _WESTERN for sign in inside) and not any(sign.isupper() for sign in lower)


def find_dialect(text: str, encoding: str, *, whole: bool, delimiter: str | None = None) -> Dialect:
    """Decide how the rows of a text table are written, from its beginning.

    A delimiter is good when it parts a row into usual headers and the rows below into as many cells.

    Parameters
    ----------
    text : str
        The beginning of the file.
    encoding : str
        Kept in the answer.
    whole : bool
        Whether `text` is all of the file; else its last line may be cut.
    delimiter : str or None
        What the user said; None: decided.

    Examples
    --------
    >>> dialect = find_dialect("sep=;\\nTitle;Year\\nHeat;1995\\n", "utf-8", whole=True)
    >>> dialect.delimiter, dialect.skip
    (';', 1)
    """
    lines = list(io.StringIO(text, newline=""))
    if not whole and len(lines) > 1:
        lines = lines[:-1]
    told = re.match(r"\s*\"?sep=(.)\"?\s*$", lines[0], re.IGNORECASE) if lines else None
    if told:
        delimiter = delimiter or told[1]
    start = 1 if told else 0
    escape = "\\" if re.search(r'\\"[^,;\t|\r\n]', text) and '""' not in text else None
    candidates = []
    quotes = ("'", '"', "") if _in_apostrophes(lines[start:]) else ('"', "", "'")  # of equal ones, the earlier
    for mark in [delimiter] if delimiter else DELIMITERS:
        for place, quote in enumerate(quotes):
            dialect = Dialect(encoding, mark, bool(quote), quote or '"', escape if quote == '"' else None)
            rows = _rows(dialect, lines[start:])
            if rows:
                candidates.append((_score(rows), -place, dialect, rows))
    if not candidates:
        return Dialect(encoding, delimiter or ",")
    _, _, dialect, rows = max(candidates, key=lambda candidate: candidate[:2])
    above = header_row(rows)
    notes = [f"the header is row {above + 1}; the rows above it were skipped"] if above else []
    if not dialect.quoting and '"' in text:
        notes.append("quotation marks are part of the cells")
    if dialect.quote == "'":
        notes.append("apostrophes enclose the cells")
    return replace(dialect, skip=start + above, notes=tuple(notes))


def _in_apostrophes(lines: list[str]) -> bool:
    """Return whether apostrophes enclose the first cell and the last of most lines."""
    filled = [line.strip() for line in lines[:50] if line.strip()]
    return sum(line[0] == line[-1] == "'" and len(line) > 1 for line in filled) > len(filled) / 2


def header_row(rows: list[list[object]]) -> int:
    """Return which of the first rows is the header: the first one, unless a later one has more usual headers.

    Examples
    --------
    >>> header_row([["My films"], ["", ""], ["Title", "Genre"], ["Heat", "Crime"]])
    2
    """
    known = [
        sum(isinstance(cell, str) and meaning_of(cell) is not None for cell in row) for row in rows[:HEADER_WITHIN]
    ]
    first = next((row for row, cells in enumerate(rows[:HEADER_WITHIN]) if not all(map(is_missing, cells))), 0)
    best = max(range(len(known)), key=lambda row: (known[row], -row), default=0)
    return best if known and known[best] >= 2 and known[best] > known[first] else first


def _rows(dialect: Dialect, lines: list[str]) -> list[list[object]]:
    rows: list[list[object]] = []
    try:
        for row in dialect.reader(iter(lines)):
            rows.append(list(row))
            if len(rows) >= 500:
                break
    except csv.Error:
        # A mark that opens in the last lines of a piece may close in the next; one that fails early is a fault.
        if len(rows) < 2:
            return []
    return rows


def _score(rows: list[list[object]]) -> tuple[float, float, int]:
    above = header_row(rows)
    header = rows[above]
    known = sum(isinstance(cell, str) and meaning_of(cell) is not None for cell in header)
    width = len(trimmed(header))
    below = [row for row in rows[above + 1 :] if row]
    fitting = sum(len(trimmed(row)) <= width for row in below) if width > 1 else 0
    exact = sum(len(trimmed(row)) <= width <= len(row) for row in below) if width > 1 else 0
    total = max(len(below), 1)
    return float(known if width > 1 else min(known, 1) * 0.5), exact / total + 0.1 * fitting / total, width


def trimmed(row: list[object]) -> list[object]:
    """Return a row without the empty cells at its end."""
    end = len(row)
    while end and row[end - 1] in ("", None):
        end -= 1
    return row[:end]
