"""What a poster's file name tells: ids, title and year, and whether it is a title at all.

posters/tt0113277.jpg           an IMDb id anywhere in the name
posters/Heat {tmdb-949}.jpg     a TMDb id, marked as one
posters/Heat (1995).jpg         title and year
posters/IMG_0001.jpg            a camera's or scanner's number, no title
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from urllib.parse import unquote

from ..own_table.names import BACKS
from ..tables.values import UNSEEN, mended

_IMDB = re.compile(r"(?<![a-z0-9])(?:tt|imdb(?:id)?[-_ =]{0,2}(?:tt)?|tt )(\d{7,9})(?!\d)", re.IGNORECASE)
_TMDB = re.compile(r"(?<![a-z0-9])tmdb(?:id)?[-_ =]?(\d{1,9})(?!\d)", re.IGNORECASE)
_YEAR = re.compile(r"^(?P<title>.*?\S)[\s._]*[\(\[](?P<year>(?:18|19|20)\d\d)[\)\]]")
_BARE_YEAR = re.compile(r"(?<=[\s._,-])((?:18|19|20)\d\d)(?![^\s._,-])")
# What cameras, scanners, telephones, shops and browsers call a picture, and people who number their own.
_PICTURE = frozenset(
    """img image dsc dscn dscf pic pict picture photo foto scan scanned poster plakat affiche cover page seite file bild
    untitled unnamed screenshot screen whatsapp pxl mvimg gopr sam p cimg dcp doc document dokument download
    fullsizerender received signal thumbnail camscanner adobe lot sku item inv nr numérisation escaneo skan スキャン
    微信图片""".split()
)
# What may stand beside such a word, or a long number, and is no title then either.
_BESIDE = frozenset(
    """movie film new neues from ios at shot copy kopie edit edited final small large thumb original e fb s l wa
    jan feb mar apr may jun jul aug sep oct nov dec""".split()
)
_LONG = 6  # digits: of a date, a telephone's count
_FIRST_YEAR = re.compile(r"^[(\[]?((?:18|19|20)\d\d)[)\]]?[\s._-]+(\S.*)$")
_COUNTED = re.compile(r"^(?:0\d{0,7}|\d{5,9}|\d{1,3}(?=\s*[-.]\s|\.\s?\D)|(?!1[89]|20)\d{4}(?=\s*[-_]))[\s._-]+(?=\S)")
# What copying, scaling and photographing both sides of a poster puts after a name.
_COPIED = re.compile(
    r"(?:[\s._-]*(?:\((?:\d{1,2}|copy|kopie|front|poster|cover|scan|hd|alt)\)|\d{2,4}x\d{2,4}|scaled|[wh]\d{3,4}"
    r"|\b(?:copy|kopie|copie|copia|kopia|kópia)(?:[\s_]*\(?\d{1,2}\)?)?)"
    r"|[\s._-]+(?:front|recto|vorne|vorderseite|obverse|poster|cover|plakat|affiche|scan|large|small|original|thumb|hd|hq))+$",
    re.IGNORECASE,
)
_BACK = re.compile(rf"(.*?\S)(?:[_-]+| \(| - )(?:{BACKS}|dos)\)?", re.IGNORECASE)
_BESIDE_POSTER = re.compile(
    r"(?:.*-)?(?:fanart|backdrop|banner|logo|clearlogo|clearart|disc|discart|landscape|keyart|characterart)\d*",
    re.IGNORECASE,
)
_FIRST = re.compile(r"(.*\w)[\s_-]+0{0,3}1")
_ARTICLE_LAST = re.compile(r"(.*\S)[,\s._-]+(the|an?|der|die|das|les?|la|el|los|il)", re.IGNORECASE)
_COPY_OF = re.compile(r"^(?:copy of|kopie von|copie de|copia di|copia de|kopia)\s+", re.IGNORECASE)
# What people who sell posters write after a title: its size, kind, state, country.
_TRADE = frozenset(
    """poster posters plakat filmplakat kinoplakat affiche locandina manifesto cartel cover front recto movie film
    original originale orig vintage reprint rolled folded linen backed linenbacked framed onesheet one half sheet 1sh
    1sheet hs insert quad lobby card window daybill teaser advance style final ds ss double single sided us usa uk
    french german italian international int intl a1 a0 a2 scan hires hd large small web crop""".split()
)
_SIZE = re.compile(r"\d{1,3}(?:[.,]\d+)?(?:x\d{1,3}(?:[.,]\d+)?)?(?:in|cm|mm)?|[\"”]|in|cm")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_GENERAL = re.compile(r"(?:poster|folder|cover|movie|film|front|plakat|affiche)\d*", re.IGNORECASE)
_HASH = re.compile(r"[0-9a-f]{12,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


@dataclass(frozen=True)
class FileName:
    """What a poster's file name tells."""

    imdb_id: str | None
    tmdb_id: int | None
    title: str | None
    year: int | None


def read_name(stem: str, bare: str = "none") -> FileName:
    """Read ids, title and year from a file name without its ending.

    Parameters
    ----------
    stem : str
        The name, as in `Heat (1995) [tt0113277]`.
    bare : {"none", "imdb", "tmdb"}
        Whose id a name of digits only is.

    Examples
    --------
    >>> read_name("Heat (1995) [tt0113277]")
    FileName(imdb_id='tt0113277', tmdb_id=None, title='Heat', year=1995)
    >>> read_name("imdb_0113277").imdb_id
    'tt0113277'
    >>> read_name("949", bare="tmdb")
    FileName(imdb_id=None, tmdb_id=949, title=None, year=None)
    """
    stem = _composed(stem)
    imdb, tmdb = _IMDB.search(stem), _TMDB.search(stem)
    rest = _TMDB.sub(" ", _IMDB.sub(" ", stem))
    dated = _YEAR.search(rest)
    title = dated["title"] if dated else rest
    title = re.sub(r"[\s._]+|[\[\](){}]", " ", title).strip(" -") or None
    name = FileName(
        f"tt{imdb[1]}" if imdb else None,
        int(tmdb[1]) if tmdb else None,
        None if title is None else " ".join(title.split()),
        int(dated["year"]) if dated else None,
    )
    if bare != "none" and stem.isdecimal() and stem.isascii():
        digits = stem.lstrip("0")
        if bare == "imdb":
            return replace(name, imdb_id=f"tt{digits.zfill(7)}", title=None)
        return replace(name, tmdb_id=int(stem), title=None)
    return name


def readings(stem: str) -> list[tuple[str, int | None]]:
    """Titles and years that a name may mean beside what it seems to say; true where a row says the same.

    `Blade Runner 2049` may be a film of 2049 called Blade Runner, `1995 - Heat` one of 1995, `003 Heat` the third of a
    list, `Heat poster` a poster of Heat: a name alone does not tell.

    Examples
    --------
    >>> readings("The.Matrix.1999.1080p"), readings("1917")
    ([('The Matrix', 1999)], [])
    >>> readings("1995 - Heat"), readings("003_Heat (1995)"), readings("Heat-poster"), readings("12 Monkeys")
    ([('Heat', 1995)], [('Heat', 1995)], [('Heat', None)], [])
    """
    stem = _composed(stem)
    found: list[tuple[str, int | None]] = []
    for year in _BARE_YEAR.finditer(stem):
        found.append((_spaced(stem[: year.start()]), int(year[1])))
    if first := _FIRST_YEAR.match(stem):
        found.append((_spaced(first[2]), int(first[1])))
    counted, spaced = _COUNTED.sub("", stem), _CAMEL.sub(" ", stem)
    for rest in (
        counted,
        spaced,
        without_copies(stem),
        without_copies(counted),
        *_before_trade(stem),
        *_before_trade(counted),
    ):
        if rest != stem:
            told = read_name(rest)
            found.append((told.title or "", told.year))
            found += [(_spaced(rest[: year.start()]), int(year[1])) for year in _BARE_YEAR.finditer(rest)]
    if moved := _ARTICLE_LAST.fullmatch(stem):
        found.append((_spaced(f"{moved[2]} {moved[1]}"), None))  # Matrix The
    return [(title, year) for title, year in dict.fromkeys(found) if title]


def front_of(stem: str) -> str | None:
    """Return the name of the poster whose back a name says it shows, None for other names.

    Examples
    --------
    >>> front_of("A-001_back"), front_of("Heat (Rückseite)"), front_of("Paperback"), front_of("Get Back")
    ('A-001', 'Heat', None, None)
    """
    found = _BACK.fullmatch(stem)
    return found[1] if found else None


def is_beside(stem: str) -> bool:
    """Return whether a media centre keeps an image of this name beside a poster: `fanart`, `Heat (1995)-banner`.

    Examples
    --------
    >>> is_beside("fanart2"), is_beside("Heat (1995)-landscape"), is_beside("Logo story")
    (True, True, False)
    """
    return bool(_BESIDE_POSTER.fullmatch(stem))


def first_of(stem: str) -> str | None:
    """Return the name that a shop counts its pictures under, of the first of them; None for other names.

    Examples
    --------
    >>> first_of("P0012_1"), first_of("P0012-01"), first_of("P0012_2"), first_of("P0012")
    ('P0012', 'P0012', None, None)
    """
    found = _FIRST.fullmatch(stem)
    return found[1] if found else None


def without_copies(stem: str) -> str:
    """Return a name without what copying, scaling or photographing adds to it; the name itself where nothing is left.

    Examples
    --------
    >>> [without_copies(name) for name in ("A-001_front", "Heat (1)", "Heat - Kopie (2)", "heat-683x1024", "front")]
    ['A-001', 'Heat', 'Heat', 'heat', 'front']
    """
    return _COPIED.sub("", _COPY_OF.sub("", stem)).strip(" ._-") or stem


def _before_trade(stem: str) -> list[str]:
    """Return what may be the title in a name that ends in words of dealers; the more of them are left out, the later.

    Examples
    --------
    >>> _before_trade("the_big_sleep_original_poster"), _before_trade("Alien (US 27x40)"), _before_trade("Us")
    (['the big sleep original', 'the big sleep'], ['Alien US', 'Alien'], [])
    """
    words = re.sub(r"[\s._()\[\]-]+", " ", stem).split()
    end = len(words)
    found = []
    while end > 1 and (words[end - 1].casefold() in _TRADE or _SIZE.fullmatch(words[end - 1].casefold())):
        end -= 1
        found.append(" ".join(words[:end]))
    return found if any(word.casefold() in _TRADE for word in words[end:]) else []


def is_general(stem: str) -> bool:
    """Return whether a name says poster and nothing else, so that its folder names the title: `Heat (1995)/poster.jpg`.

    Examples
    --------
    >>> is_general("poster"), is_general("Folder"), is_general("fanart")
    (True, True, False)
    """
    return bool(_GENERAL.fullmatch(stem.strip()))


def _spaced(text: str) -> str:
    return " ".join(re.sub(r"[\s._]+", " ", text).strip(" -,").split())


def _composed(text: str) -> str:
    """Return text in its composed form, without signs nobody sees or a browser's %20, full-width letters as usual."""
    if re.search(r"%[0-9A-Fa-f]{2}", text):
        text = unquote(text)
    return mended(UNSEEN.sub("", unicodedata.normalize("NFC", text))).translate(_FULL_WIDTH)


def is_numbered(title: str) -> bool:
    """Return whether a name is a camera's, a scanner's or a download's and so tells no title.

    Examples
    --------
    >>> [is_numbered(name) for name in ("IMG_0001", "scan 017", "DSC01234", "poster (12)", "20240103_101500")]
    [True, True, True, True, True]
    >>> [is_numbered(name) for name in ("Apollo 13", "1917", "Rocky II")]
    [False, False, False]
    """
    if re.fullmatch(r"(?:18|19|20)\d\d|\d{1,3}", title):
        return False  # 1917, 2012, 300, 21
    words = re.findall(r"[^\W\d_]+", title.casefold())
    if not all(word in _PICTURE or word in _BESIDE for word in words):
        return bool(_HASH.fullmatch(title))
    return any(word in _PICTURE for word in words) or sum(map(str.isdecimal, title)) >= _LONG or not words
