"""Rows of a table that are no titles, or whose cells stand under the wrong headers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from ...catalog.genres import is_genre
from ..tables.headers import meaning_of
from ..tables.values import Unread, is_missing, text_of
from ..tables.words import ROWS, SUMMARIES, TOTALS, UNIT_WORDS

# Meanings whose columns read not just any text.
STRICT = frozenset(
    """year release_date runtime popularity vote_average vote_count revenue budget imdb_rating imdb_votes imdb_id
    tmdb_id movielens_id collection_id original_language kind""".split()
)
_MEASURES = frozenset("runtime popularity vote_average vote_count revenue budget imdb_rating imdb_votes".split())
_SUBTOTAL = re.compile(
    r"(?:sub[- ]?total|zwischensumme|teilsumme|sous[- ]total|subtotale|totale? parziale|suma częściowa)\b.*"
)
_OF_GROUP = re.compile(r"(.+) (?:total|count|sum|average|ergebnis|anzahl|summe|mittelwert|somme|nombre|totale|suma)")
_LONGEST = 200  # letters of a heading or a remark
_NUMERAL = re.compile(r"[IVXLC]{1,6}[.)]?|[A-Z][.)]")  # before the heading of a section
_COUNT = re.compile(
    rf"\(?\d[\d.,]* (?:{'|'.join(ROWS)})(?: in set| affected| returned)?(?: ?\([\d.,]+ ?\w+\))?\)?[.:]?"
)
# What stands alone in a row between films: --- 1970s ---, ## Horror, 1970s, A–C
_MARKED = re.compile(r"(?:[-–—=*#_~+•>]{2,}|#\s).*\w.*", re.DOTALL)
_PERIOD = re.compile(
    r"(?:the |die |les ann[ée]es )?['’]?(?:1[89]|20)?\d0(?:s|er)(?: jahre)?"
    r"|ann[ée]es (?:19|20)?\d0|anni ['’]?(?:19|20)?\d0"
    r"|(?:1[89]|20)\d\d ?[-–—] ?(?:(?:1[89]|20)?\d\d)?"
)
_LETTER = re.compile(r"[A-Z](?: ?[-–—] ?[A-Z])?|0 ?[-–—] ?9|#")
# And below them, or above: Source: Wikipedia, * estimated, Exported 2024-01-01, © me
_REMARK = re.compile(
    r"(?:sources?|notes?|remarks?|quellen?|hinweise?|anmerkung(?:en)?|legende?|stand|remarque|fuente|fonte|nota)\s*:.+"
    r"|(?:last )?(?:updated|modified|exported|generated|created|printed|compiled|as of|erstellt|exportiert)\b.*\d.*"
    r"|last (?:updated|modified|change).*|\*{1,3} ?[a-z].*|(?:©|\(c\)|copyright ).*|https?://.*|www\..*",
    re.DOTALL,
)


def is_second_header(cells: list[object], unread: Collection[tuple[str, int]]) -> bool:
    """Return whether the row under the header says how its columns are written: `(min)`, `yyyy`, `[text]`."""
    filled = [text_of(cell).casefold().strip("()[]<>{} ") for cell in cells if not is_missing(cell)]
    return bool(unread) and len(filled) > 1 and all(word in UNIT_WORDS for word in filled)


def is_total(row: Mapping[tuple[str, int], Any], *, after: bool = False) -> bool:
    """Return whether a row says `Total` where others have a title or a file, and has nothing else that titles have.

    Parameters
    ----------
    row : mapping
        (meaning, place) to value.
    after : bool
        Whether the row before it was one; then `Average` and the like are, too.
    """
    told = {meaning: value for (meaning, _), value in row.items()}
    groups = [name for names in told.values() if isinstance(names, list) for name in names]
    if len(groups) == 1 and _OF_GROUP.fullmatch(groups[0].casefold()) and "year" not in told:
        return str(told.get("title", "0")).isdecimal()  # Crime Count, as a spreadsheet's subtotals write it
    if any(meaning in told for meaning in ("year", "release_date", "genres", "imdb_id", "tmdb_id", "overview")):
        return False
    first = told.get("poster", told.get("title"))  # a row with an image is a title, whatever it is called
    word = str(first).casefold().strip(" :.")
    group = _OF_GROUP.fullmatch(word)
    if first is not None and (_SUBTOTAL.fullmatch(word) or (group and is_genre(group[1]))):
        return True
    if first is None or word in TOTALS or (after and word in SUMMARIES) or _COUNT.fullmatch(word):
        return first is not None
    if word in SUMMARIES and _MEASURES & told.keys():
        return True
    counted = re.fullmatch(r"(\S+)\s*[:=(]?\s*\d+(?:[.,]\d+)*\b.*", word)  # Total: 25 posters
    return counted is not None and counted[1].strip(":=") in TOTALS


def is_heading(cells: Sequence[object]) -> bool:
    """Return whether a row whose only filled cell is its title is a heading or a remark, and no film.

    Examples
    --------
    >>> [is_heading([text, None]) for text in ("--- 1970s ---", "WESTERNS", "A–C", "Source: my shelf", "Source Code")]
    [True, True, True, True, False]
    """
    text = max(map(text_of, cells), key=len)
    if len(text) > _LONGEST:
        return False
    low = text.casefold()
    return bool(
        _MARKED.fullmatch(text)
        or _PERIOD.fullmatch(low)
        or _LETTER.fullmatch(text)
        or _REMARK.fullmatch(low)
        or is_genre(text.strip(" :"))
    )


def is_alone(cells: Sequence[object]) -> bool:
    """Return whether one cell of a row is filled, and no other but a section's numeral."""
    filled = [cell for cell in cells if cell is not None and cell != ""]
    if len(filled) == 2:
        filled = [cell for cell in filled if not _NUMERAL.fullmatch(text_of(cell))]
    return len(filled) == 1


def is_other_table(cells: Sequence[object], row: Mapping[tuple[str, int], Any], unread: Collection[object]) -> bool:
    """Return whether a row is the header of another table, which stands below the first."""
    filled = [text_of(cell) for cell in cells if not is_missing(cell)]
    title = next((str(value) for (meaning, _), value in row.items() if meaning == "title"), "")
    words = len(filled) > 1 and not any(re.search(r"\d", text) for text in filled)
    return bool(unread) and words and meaning_of(title) is not None and all(name == "title" for name, _ in row)


def is_shifted(
    cells: list[object],
    row: Mapping[tuple[str, int], Any],
    unread: Collection[tuple[str, int]],
    readers: Sequence[tuple[str, int, Callable[[object], Any], Any]],
) -> bool:
    """Return whether a row's cells stand beside their columns, as a lost quotation mark or a line break leaves them.

    So it is where at least two cells cannot be read, no more than that are read in columns that read not just anything,
    and either the title is missing, or the same number of columns to the left or the right stand values that fit.

    Parameters
    ----------
    cells : list
        Of the row.
    row, unread : collections of (meaning, place)
        What was read, and what could not be.
    readers : sequence of (meaning, place, reader, anything)
        Of the used columns.
    """
    strict = [key for key in row if key[0] in STRICT]
    if len(unread) < 2 or len(unread) < len(strict):
        return False
    meanings = {meaning for meaning, *_ in readers}
    if "title" in meanings and not any(meaning in ("title", "imdb_id", "tmdb_id") for meaning, _ in row):
        return True
    lost = [(place, reader) for meaning, place, reader, _ in readers if (meaning, place) in unread]
    return any(_fits(cells, lost, offset) for offset in range(-len(cells) + 1, len(cells)) if offset)


def _fits(cells: list[object], lost: list[tuple[int, Callable[[object], Any]]], offset: int) -> bool:
    """Return whether all cells that could not be read can be at another place, at least two of them."""
    read = 0
    for place, reader in lost:
        if not 0 <= place + offset < len(cells):
            continue
        try:
            read += reader(cells[place + offset]) is not None
        except Unread:
            return False
    return read >= 2
