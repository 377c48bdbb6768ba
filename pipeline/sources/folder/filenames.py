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

_IMDB = re.compile(r"(?<![a-z0-9])tt(\d{7,9})(?!\d)", re.IGNORECASE)
_TMDB = re.compile(r"(?<![a-z0-9])tmdb(?:id)?[-_ =]?(\d{1,9})(?!\d)", re.IGNORECASE)
_YEAR = re.compile(r"^(?P<title>.*?\S)[\s._]*[\(\[](?P<year>(?:18|19|20)\d\d)[\)\]]")
_BARE_YEAR = re.compile(r"(?<=[\s._,-])((?:18|19|20)\d\d)(?![^\s._,-])")
_NUMBERED = re.compile(
    r"(?:img|image|dsc[nf]?|pict?|picture|photo|foto|scan(?:ned)?|poster|plakat|affiche|cover|page|seite|file|bild|untitled|"
    r"unnamed|screenshot|screen shot|whatsapp image|pxl|mvimg|gopr|sam|p|cimg|dcp|doc|document|download)?"
    r"[\W_]*(?:\d[\d\W_]*)?(?:wa\d+|copy|kopie|edited|final|small|large|thumb)?[\W_\d]*(?:at)?[\W_\d]*",
    re.IGNORECASE,
)
_HASH = re.compile(r"[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


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
    >>> read_name("949", bare="tmdb")
    FileName(imdb_id=None, tmdb_id=949, title=None, year=None)
    """
    stem = unicodedata.normalize("NFC", stem)
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


def dated_readings(stem: str) -> list[tuple[str, int]]:
    """Titles and years that a name may mean when its year stands without brackets; true where a row says the same.

    `Blade Runner 2049` may be a film of 2049 called Blade Runner: a name alone does not tell.

    Examples
    --------
    >>> dated_readings("The.Matrix.1999.1080p"), dated_readings("SPEED_1994"), dated_readings("1917")
    ([('The Matrix', 1999)], [('SPEED', 1994)], [])
    """
    found = []
    for year in _BARE_YEAR.finditer(unicodedata.normalize("NFC", stem)):
        title = " ".join(re.sub(r"[\s._]+", " ", stem[: year.start()]).strip(" -,").split())
        if title:
            found.append((title, int(year[1])))
    return found


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
    return bool(_NUMBERED.fullmatch(title) or _HASH.fullmatch(title))
