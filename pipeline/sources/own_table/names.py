"""Names for comparing: of titles, of files and of paths, however a table or a folder writes them."""

from __future__ import annotations

import ast
import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from ..images import ENDINGS
from ..tables.values import mended, plain, text_of

# What people leave out of file names, and what no file name may hold: V/H/S is VHS.jpg.
_INSIDE_WORDS = re.compile(r"(?<=\w)['’`´*·./\\:?\"<>|](?=\w)")
BACKS = "back|verso|rear|reverse|r(?:ü|ue)ckseite|hinten|retro"  # words for the back of a poster
_ARABIC = {word: str(number) for number, word in enumerate("ii iii iv v vi vii viii ix".split(), start=2)}
_ROMAN = re.compile(rf"(?<=\w )(?:{'|'.join(_ARABIC)})\b")  # of sequels
_SPELLED_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae"})
# Airtable's attachments, Markdown's and HTML's pictures.
_ROUND_NAMES = (
    re.compile(r"(\.\w{3,4}) \(https?://[^)]*\)"),
    re.compile(r"^\s*!?\[[^\]]*\]\(([^)]+)\)\s*$"),
    re.compile(r"^\s*<img\b[^>]*\bsrc=[\"']?([^\"'>]+)[\"']?[^>]*>\s*$", re.IGNORECASE),
)
_NAME_KEYS = ("path", "filename", "file_name", "file", "name", "url", "src")  # of records about images
_NAMES_IN_LIST = re.compile(r"(?<=\.\w{3})\s*[,;|\n]\s*|(?<=\.\w{4})\s*[,;|\n]\s*")


def is_back(text: str) -> bool:
    """Return whether a header or a name says that it is about the back of a poster.

    Examples
    --------
    >>> is_back("back image"), is_back("Foto Rückseite"), is_back("Get Back"), is_back("Feedback")
    (True, True, True, False)
    """
    return bool(re.search(rf"(?<![^\W_])(?:{BACKS})(?![^\W_])", text, re.IGNORECASE))


def title_key(title: str) -> str:
    """Return a title for comparing: without case, accents and punctuation, its article in front.

    Examples
    --------
    >>> title_key("Amélie!"), title_key("Matrix, The"), title_key("WALL·E"), title_key("Fast & Furious")
    ('amelie', 'the matrix', 'wall e', 'fast and furious')
    """
    moved = re.fullmatch(r"(.+), (the|a|an|der|die|das|le|la|les|el|il)", title.strip(), re.IGNORECASE)
    if moved:
        title = f"{moved[2]} {moved[1]}"
    return re.sub(r"[\W_]+", " ", plain(title.replace("&", " and "))).strip() or title.strip()


def loose_keys(title: str) -> set[str]:
    """Return a title for comparing with names that lost the signs inside its words, and its umlauts.

    Examples
    --------
    >>> sorted(loose_keys("Ocean's 8")), sorted(loose_keys("Mörder!")), sorted(loose_keys("M*A*S*H"))
    (['oceans 8'], ['moerder', 'morder'], ['mash'])
    >>> sorted(loose_keys("Face/Off")), sorted(loose_keys("Alien: Resurrection"))
    (['faceoff'], ['alien resurrection'])
    >>> loose_keys("Rocky II") == loose_keys("Rocky 2")
    True
    """
    whole = _INSIDE_WORDS.sub("", composed(title))
    keys = {title_key(whole), title_key(whole.casefold().translate(_SPELLED_OUT))}
    return {_ROMAN.sub(lambda part: _ARABIC[part[0]], key) for key in keys}


def path_parts(text: str) -> list[str]:
    """Return the parts of a path of Windows or POSIX, without its drive.

    Examples
    --------
    >>> path_parts("C:\\\\posters\\\\us/heat.jpg")
    ['posters', 'us', 'heat.jpg']
    """
    text = re.sub(r"^file:/*", "/", text.strip().strip("\"'"), flags=re.IGNORECASE)
    text = re.sub(r"^[A-Za-z]:(?=[\\/])", "", text).replace("\\", "/")
    return [part for part in text.split("/") if part not in ("", ".")]


def composed(text: str) -> str:
    """Return text in Unicode's composed form, its letters mended where an archive wrote them in another code page."""
    text = unicodedata.normalize("NFC", text)
    return text if text.isascii() else mended(text)


def name_key(text: str) -> str:
    """Return a file name for comparing: composed, without case, without spaces at its ends or before its ending."""
    return " ".join(composed(composed(text).casefold()).split()).replace(" .", ".")


def number_key(text: str) -> str:
    """Return an inventory number for comparing, whatever signs part it; nothing for a name without a digit.

    Examples
    --------
    >>> [number_key(text) for text in ("2010.1.12", "2010_1_12.jpg", "A/12", "A 12.JPG", "Heat")]
    ['2010_1_12', '2010_1_12', 'a_12', 'a_12', '']
    """
    parts = re.findall(r"[^\W_]+", name_key(stem_of(text))) if len(text) < 100 else []
    return "_".join(parts) if len(parts) > 1 and any(map(str.isdecimal, parts)) else ""


def stem_of(name: str) -> str:
    """Return an image's name without its ending; a point in a name is no ending.

    Examples
    --------
    >>> stem_of("heat.JPG"), stem_of("Mr. Nobody")
    ('heat', 'Mr. Nobody')
    """
    stem, dot, ending = name.rpartition(".")
    return stem if dot and stem and f".{ending.lower()}" in ENDINGS else name


def file_of(text: str) -> str:
    """Return a file's name: of an address its last part, of what an application wrote round a name the name.

    Examples
    --------
    >>> file_of("https://shop.org/img/heat%20us.jpg?v=2"), file_of("us/heat.jpg")
    ('heat us.jpg', 'us/heat.jpg')
    >>> file_of("heat.jpg (https://airtable.com/v3/x)"), file_of("![poster](us/heat.jpg)"), file_of("//x.org/heat.jpg")
    ('heat.jpg', 'us/heat.jpg', 'heat.jpg')
    """
    for pattern in _ROUND_NAMES if "(" in text or "<" in text else ():
        text = pattern.sub(r"\1", text)
    if not re.match(r"https?://|//[\w.-]+\.[a-z]{2,}/", text, re.IGNORECASE):
        return text
    return unquote(PurePosixPath(urlsplit(text).path).name)


def names_told(cell: object) -> list[str]:
    """Return the names of images that a cell tells: of a text, of records as programs keep them.

    Examples
    --------
    >>> names_told("heat.jpg"), names_told([{"url": "https://x.org/1", "filename": "heat.jpg", "size": 9}])
    (['heat.jpg'], ['heat.jpg'])
    >>> names_told("[{'url': 'https://x.org/h.jpg', 'path': 'full/0a79.jpg'}]"), names_told("[Rec].jpg")
    (['full/0a79.jpg'], ['[Rec].jpg'])
    """
    if isinstance(cell, str) and cell.lstrip()[:1] in ("[", "{"):
        try:
            cell = ast.literal_eval(cell.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return files_of(text_of(cell))
    found = []
    for one in cell if isinstance(cell, list) else [cell]:
        if isinstance(one, dict):
            one = next((one[key] for key in _NAME_KEYS if isinstance(one.get(key), str) and one[key]), "")
        found += files_of(text_of(one))
    return [name for name in found if name]


def files_of(text: str) -> list[str]:
    """Return the names of images that one cell lists; one name where it lists none.

    Examples
    --------
    >>> files_of("heat front.jpg, heat back.jpg"), files_of("Me, You.jpg")
    (['heat front.jpg', 'heat back.jpg'], ['Me, You.jpg'])
    """
    names = [name for name in _NAMES_IN_LIST.split(text.strip()) if name] if re.search(r"[,;|\n]", text) else []
    several = len(names) > 1 and all(stem_of(name) != name for name in names)
    return names if several else [text]
