"""One reading of every value a cell may hold, for the catalogue and for matching alike.

Each reader takes a cell as its file gave it (text, a number, a date, a truth value) and returns the value, None for a
missing one, or raises `Unread` with the reason. What only a whole column can tell (decimal comma or decimal point,
day first or month first, the separator of a list) is decided by the notations of `numbers`, `dates` and `lists`,
which see all cells before they read one.
"""

from __future__ import annotations

import html
import math
import re
import unicodedata
import zlib
from datetime import datetime, time

from .words import KINDS, LANGUAGES, MISSING, MISSING_TITLES, NO, NO_LANGUAGE, YES

MISSING_MARKS = re.compile(r"[-–—−_.?*/\\,;|]{1,4}")
_LETTERS = str.maketrans({"ł": "l", "ß": "ss", "ı": "i", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d"})
_WHOLE = re.compile(r"[+]?(\d{1,3}(?:[, \u00a0\u202f]\d{3})+|\d+)(?:[.,]0+)?")


# What no one typed: control characters, soft hyphens, zero-width spaces, marks of direction, of byte order.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
_WRITTEN = re.compile(r"[&<=\\]")  # what may be more than the signs it is written with
_TAG = re.compile(
    r"(</?(?:br|p|div|li|ul|ol|td|tr|h[1-6])\b[^<>]*>)|</?(?:i|b|em|strong|a|span|su[bp]|u|small|font|cite)\b[^<>]*>",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
_READ_TWICE = re.compile("[ÂÃÄÅÎÐÑÒâãäåæçèé├┬┼─√¬][\x80-\xbf\u0152-\u2265⌐-╬]")  # how UTF-8 looks in a code page
_QUOTED = re.compile(r"\"([^\"]+)\"|'([^']+)'|[„“”]([^„“”]+)[“”]|«\s*([^«»]+?)\s*»|‘([^‘’]+)’")
_NUMBERED = re.compile(r"(?:(?:^|/)(?:movies?|tv|collection)/|tmdb(?:id)?[-_ :=]?)(\d{1,9})(?!\d)", re.IGNORECASE)
_OBJECT_ID = re.compile(r"^\s*\{.*?['\"]id['\"]\s*:\s*(\d{1,9})\b")
_NAME = re.compile(r"[^\W_].*[^\W\d_]{2}", re.DOTALL)
_FOOTNOTE = re.compile(r"(?<=[^\s\[])(?:\[(?:\d{1,3}|[a-z]|(?:note|nb|n) ?\d+)\])+$", re.IGNORECASE)  # Wikipedia's
_FORMULA = re.compile(r'=(?:(?:IMAGE|HYPERLINK)\((?:"[^"]*"[,;]\s*)?)?"((?:[^"]|"")*)"\)?', re.IGNORECASE)


class Unread(ValueError):  # noqa: N818 - a state of one cell, counted and never shown as an error
    """A cell that holds something, but nothing its column can hold; the message says what was expected."""


def text_of(cell: object) -> str:
    """Return a cell as a person would have typed it.

    Examples
    --------
    >>> text_of(1917.0), text_of(" Heat "), text_of(None), text_of(datetime(1995, 12, 15))
    ('1917', 'Heat', '', '1995-12-15')
    >>> text_of("Fast &amp; Furious"), text_of("He\u200bat"), text_of('="0012"'), text_of("<i>Heat</i>")
    ('Fast & Furious', 'Heat', '0012', 'Heat')
    """
    if cell is None:
        return ""
    if isinstance(cell, str) and cell.isascii() and cell.isprintable() and not _WRITTEN.search(cell):
        return cell.strip()
    if isinstance(cell, float):
        if math.isnan(cell):
            return ""
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    text = unicodedata.normalize("NFC", str(cell)).strip()
    if not text.isprintable():
        text = UNSEEN.sub("", text).strip()
    if not text.isascii():
        text = mended(text)
    if "&" in text and ";" in text:
        for _ in range(2):  # &amp;amp;
            text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text).strip()
    if "<" in text:
        text = _TAG.sub(lambda tag: "\n" if tag[1] else "", text).strip()
    if "\\u" in text:
        text = _ESCAPED.sub(_unescaped, text)
    formula = _FORMULA.fullmatch(text) if text.startswith("=") else None  # ="0012" keeps zeros in a spreadsheet
    return formula[1].replace('""', '"') if formula else text


def mended(text: str) -> str:
    """Return text that was UTF-8, read in a code page and saved again, as it was; other text as it is.

    Examples
    --------
    >>> mended("AmÃ©lie"), mended("Am├⌐lie"), mended("Amélie"), mended("It’s")
    ('Amélie', 'Amélie', 'Amélie', 'It’s')
    """
    if not _READ_TWICE.search(text):
        return text
    for page in ("cp1252", "cp437", "mac_roman"):
        try:
            # What Windows has no letter for stays the byte it was.
            data = b"".join(
                letter.encode("latin-1") if "\x80" <= letter <= "\x9f" else letter.encode(page) for letter in text
            )
            return unicodedata.normalize("NFC", data.decode("utf-8"))
        except UnicodeError:
            continue
    return text


def _unescaped(found: re.Match[str]) -> str:
    """Return the letters of `\\u00e9`, as programs write them that keep to ASCII."""
    text = (
        found[0].encode("ascii").decode("unicode_escape").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    )
    return found[0] if "\ufffd" in text else text


def is_missing(cell: object, words: frozenset[str] = MISSING) -> bool:
    r"""Return whether a cell is empty or says in one of the usual words that nothing is known.

    Examples
    --------
    >>> [is_missing(cell) for cell in (None, "N/A", "nan", "\\N", "—", "?", "0", "Unknown", float("nan"))]
    [True, True, True, True, True, True, False, True, True]
    """
    if isinstance(cell, list | tuple | dict | set):
        return not cell
    text = text_of(cell)
    return not text or text.casefold().strip("()[]<>") in words or bool(MISSING_MARKS.fullmatch(text))


def read_text(cell: object) -> str | None:
    """Return text, without the words for missing."""
    if is_missing(cell):
        return None
    if isinstance(cell, list | tuple | dict | set):
        raise Unread("expected text, not a list or a record")
    return text_of(cell)


def read_title(cell: object) -> str | None:
    """Return a title. `Unknown` and `None` are films, so fewer words count as missing than elsewhere.

    Examples
    --------
    >>> read_title("Unknown"), read_title("NaN"), read_title(1917.0), read_title("N/A"), read_title("Heat[1]")
    ('Unknown', None, '1917', None, 'Heat')
    >>> read_title('"Heat"'), read_title('"Crocodile" Dundee'), read_title("„Das Boot“")
    ('Heat', '"Crocodile" Dundee', 'Das Boot')
    """
    if isinstance(cell, list | tuple | dict | set):
        raise Unread("expected text, not a list or a record")
    text = _FOOTNOTE.sub("", " ".join(text_of(cell).split()))
    if quoted := _QUOTED.fullmatch(text):
        text = next(part for part in quoted.groups() if part).strip()
    elif text.count('"') == 1:
        text = text.strip('"').strip()  # one that was never closed
    missing = not text or text in MISSING_TITLES or bool(MISSING_MARKS.fullmatch(text))
    return None if missing else text


def read_imdb_id(cell: object) -> str | None:
    """Return an IMDb id as `tt` and at least seven digits, from an id, its number, or a link.

    Examples
    --------
    >>> [read_imdb_id(cell) for cell in ("tt0113277", 113277, "113277.0", "https://m.imdb.com/title/tt0113277/?ref_=x")]
    ['tt0113277', 'tt0113277', 'tt0113277', 'tt0113277']
    """
    if is_missing(cell):
        return None
    text = text_of(cell)
    found = re.search(r"(?<![a-z0-9])tt(\d{1,10})(?!\d)", str(cell), re.IGNORECASE)  # a formula's link, too
    digits = found[1] if found else whole_of(text)
    if digits is None or len(digits.lstrip("0")) > 10:
        raise Unread("expected an IMDb id such as tt0113277, its number, or a link that holds it")
    digits = digits.lstrip("0")
    return f"tt{digits.zfill(7)}" if digits else None


def read_number_id(cell: object) -> int | None:
    """Return a TMDb or MovieLens id, from a number or a link.

    Examples
    --------
    >>> [read_number_id(cell) for cell in (949, "949.0", "https://www.themoviedb.org/movie/949-heat", "tmdb:949", 0)]
    [949, 949, 949, 949, None]
    """
    if is_missing(cell):
        return None
    text = text_of(cell)
    digits = whole_of(text)
    if digits is None:
        link = _NUMBERED.search(str(cell))
        digits = link[1] if link else None
    if digits is None or len(digits) > 12:
        raise Unread("expected a whole number or a link that holds one")
    return int(digits) or None


def read_collection_id(cell: object) -> int | None:
    """Return the id of the collection that a film belongs to: a number, a link, or TMDb's object with an id in it.

    A collection of which only the name is known has a number above all ids, which follows from the name.

    Examples
    --------
    >>> read_collection_id("{'id': 10194, 'name': 'Toy Story Collection'}"), read_collection_id("10194")
    (10194, 10194)
    >>> read_collection_id("Toy Story Collection") == read_collection_id("toy story  collection") > 10**10
    True
    """
    try:
        return read_number_id(cell)
    except Unread:
        if found := _OBJECT_ID.search(str(cell)):
            return int(found[1])
        name = " ".join(text_of(cell).casefold().split())
        if not _NAME.match(name):
            raise Unread("expected a whole number, a link that holds one, or a collection's name") from None
        return 10**10 + zlib.crc32(name.encode())


def read_kind(cell: object) -> str | None:
    """Return `movie` or `series`, from the words of every source.

    Examples
    --------
    >>> read_kind("tvMiniSeries"), read_kind("Film"), read_kind("TV Show")
    ('series', 'movie', 'series')
    """
    if is_missing(cell):
        return None
    kind = KINDS.get(re.sub(r"[\W_]+", "", plain(text_of(cell))))
    if kind is None:
        raise Unread("expected movie or series")
    return kind


def read_language(cell: object) -> str | None:
    """Return two letters of ISO 639-1, from a code or an English, German, French or Spanish name.

    Examples
    --------
    >>> read_language("en-US"), read_language("French"), read_language("deu"), read_language("EN")
    ('en', 'fr', 'de', 'en')
    """
    if is_missing(cell):
        return None
    text = plain(text_of(cell))
    if text in NO_LANGUAGE:
        return None
    first = re.split(r"[,;|/]", text)[0].strip(" []'\"")
    known = LANGUAGES.get(first) or LANGUAGES.get(re.split(r"[-_ (]", first)[0])
    if known is None:
        if re.fullmatch(r"[a-z]{2}(?:[-_][a-z]{2,4})?", first):
            return first[:2]
        raise Unread("expected a language's two-letter code or its name")
    return known


def read_boolean(cell: object) -> bool | None:
    """Return a truth value as Excel, pandas, JSON and people write it.

    Examples
    --------
    >>> [read_boolean(cell) for cell in (True, "TRUE", "false", 1.0, "0", "yes", "N/A")]
    [True, True, False, True, False, True, None]
    """
    if isinstance(cell, bool):
        return cell
    if is_missing(cell):
        return None
    word = text_of(cell).casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise Unread("expected true or false")


def plain(text: str) -> str:
    """Return text without case and accents, for comparing.

    Examples
    --------
    >>> plain("Título Original")
    'titulo original'
    """
    if text.isascii():
        return text.casefold()
    folded = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def whole_of(text: str) -> str | None:
    """Return the digits of a whole number, None where a text is none."""
    found = _WHOLE.fullmatch(text) if len(text) < 40 else None
    if found is None:
        power = re.fullmatch(r"\d(?:\.\d+)?[eE]\+?\d{1,2}", text)
        return str(int(float(text))) if power and float(text).is_integer() else None
    return re.sub(r"\D", "", found[1])
