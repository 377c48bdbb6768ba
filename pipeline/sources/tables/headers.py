"""What the columns of a table mean: usual headers in several languages, in any case, with or without their units."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...catalog.schema import COLUMNS
from ...catalog.schema import NAMES as _LIST
from .values import plain, text_of
from .words import HEADERS, LANGUAGES

MEANINGS: dict[str, str] = {}
for _meaning, _words in HEADERS.items():
    for _word in _words.split():
        MEANINGS.setdefault(plain(_word), _meaning)
_RANK = {plain(word): rank for words in HEADERS.values() for rank, word in enumerate(words.split())}
NAMES = ("genres", *COLUMNS)  # what --column can name
LISTS = frozenset([name for name, kind in COLUMNS.items() if kind == _LIST] + ["genres"])

Rows = Callable[[], Iterator[tuple[str, list[object]]]]  # what reads a table's rows, again at each call

# What a header may say beside its name: brackets, a unit, a number in front.
_NO_NAME = re.compile(
    r"\(.*?\)|\[.*?\]|\bin\s+\w+\s*$|^\s*\d{1,2}[.)]\s+|\b(?:ms|msec|milliseconds|secs?|seconds|hrs?|hours|mins?)\s*$",
    re.IGNORECASE,
)
_JOINED = re.compile(r"_[xy]$")  # what pandas puts after a name that two joined tables have
_WHOLES = frozenset("movie movies film films show item fields node data _source result record ids title series".split())
_PARTS = frozenset("value values name names label text title string".split())
_SAID = LANGUAGES.keys() - {"id", "no", "is"}  # languages in a header; Film ID and Movie No say none
_LONGEST = 200  # letters of a header
_COUNTED = re.compile(r"[\W_]*\d+(?:st|nd|rd|th)?[\W_]*(?:name)?", re.IGNORECASE)
_AFFIX = re.compile(
    r"^(?:main|primary|secondary|tertiary|first|second|third|side|other|additional|further|minor|major|sub|haupt|neben"
    r"|unter|weitere)[\W_]*|[\W_]+(?:main|primary|secondary|other)\W*$|\s+(?:I{1,3}|[A-E])$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Choice:
    """Which column holds which meaning, and in sentences what was decided between several."""

    columns: dict[str, str]
    unused: list[str]
    notes: list[str]


def key_of(header: str) -> str:
    """Return a header without case, accents, spaces and punctuation.

    Examples
    --------
    >>> key_of("Genre(s)"), key_of("Original_Title"), key_of("Título"), key_of("Runtime (min)")
    ('genres', 'originaltitle', 'titulo', 'runtimemin')
    """
    return re.sub(r"[\W_]+", "", plain(header))


def meaning_of(header: str) -> str | None:
    """Return what a header usually means: a column of the catalogue, `genres`, or None.

    Examples
    --------
    >>> meaning_of("Film"), meaning_of("imdbID"), meaning_of("Runtime (min)"), meaning_of("Shelf")
    ('title', 'imdb_id', 'runtime', None)
    >>> meaning_of("Titel / Title"), meaning_of("gross_in_millions"), meaning_of("genreLabel"), meaning_of("Year/Genre")
    ('title', 'revenue', 'genres', None)
    >>> meaning_of("Deutscher Titel"), meaning_of("English title"), meaning_of("Sprache")
    ('title', 'title', 'languages')
    """
    if header in COLUMNS:
        return header
    if len(header) > _LONGEST or re.fullmatch(r"\s*(?:film|movie|tit(?:le|el))\s*#\s*", header, re.IGNORECASE):
        return None
    header = _JOINED.sub("", header)
    path = re.fullmatch(r"(\w+)\.(\w+)", header)  # a record's, as programs flatten it
    if path and (path[1].casefold() in _WHOLES or path[2].casefold() in _PARTS):
        return meaning_of(path[2] if path[1].casefold() in _WHOLES else path[1])
    bare = _NO_NAME.sub(" ", header.replace("_", " "))
    for text in (header, bare, header.removesuffix("Label")):
        key = key_of(text)
        for word in (key, key.removeprefix("the"), key.removeprefix("movie"), key.removeprefix("film")):
            if word in MEANINGS:
                return MEANINGS[word]
    words = [word for word in bare.split() if plain(word).removesuffix("er") not in _SAID]
    if 0 < len(words) < len(bare.split()) and MEANINGS.get(key_of(" ".join(words))) == "title":
        return "title"  # Deutscher Titel
    for parts in (re.split(r"\s*[/|\n]\s*", bare), bare.split()):  # two languages: Titel / Title, Genre Gattung
        said = {MEANINGS.get(key_of(part)) for part in parts}
        if len(parts) > 1 and len(said) == 1:
            return said.pop()
    return None


def list_of(header: str) -> str | None:
    """Return the list a header is a part of, None where it is none.

    Examples
    --------
    >>> [list_of(header) for header in ("Genre 2", "actor_1_name", "Subgenre", "genres[0]", "Genre", "Title 2")]
    ['genres', 'cast', 'genres', 'genres', None, None]
    """
    stem = _stem(header)
    meaning = meaning_of(stem) if stem != header else None
    return meaning if meaning in LISTS else None


def _stem(header: str) -> str:
    return _COUNTED.sub("", header) if re.search(r"\d", header) else _AFFIX.sub("", header)


def stem_key(header: str) -> str:
    """Return the key of a header without its number, or what says which part of a list it is."""
    return key_of(_stem(header))


def choose_columns(
    headers: Sequence[str], filled: Mapping[str, int], given: Mapping[str, str], kept: Iterable[str] = ()
) -> Choice:
    """Decide which column holds which meaning.

    Parameters
    ----------
    headers : sequence of str
        As the table writes them.
    filled : mapping
        Cells of each column that are not empty.
    given : mapping
        Meaning to header, as `--column` says; it wins.
    kept : iterable of str
        Headers to leave unused.

    Examples
    --------
    >>> choice = choose_columns(["Film", "Original Title", "Shelf"], {"Film": 9, "Original Title": 9, "Shelf": 1}, {})
    >>> choice.columns, choice.unused
    ({'title': 'Film'}, ['Original Title', 'Shelf'])
    """
    columns = {meaning: find_header(headers, header) for meaning, header in given.items()}
    taken, ignored, notes = set(columns.values()), set(kept), []
    found: dict[str, list[str]] = {}
    for header in headers:
        meaning = meaning_of(header)
        if meaning is not None and header not in taken and header not in ignored:
            found.setdefault(meaning, []).append(header)
    for meaning, several in found.items():
        if meaning in columns:
            continue
        best = max(several, key=lambda header: (filled[header] > 0, header == meaning, -_rank(header), filled[header]))
        fullest = max(several, key=lambda header: filled[header])
        if best != meaning and filled[best] < 0.5 * filled[fullest]:
            best = fullest
        columns[meaning] = best
        others = [header for header in several if header != best]
        if others:
            notes.append(
                f"{meaning}: taken from {best!r}, not from {', '.join(map(repr, others))}; "
                f"--column {meaning}={others[0]!r} takes that one"
            )
    used = set(columns.values())
    return Choice(columns, [header for header in headers if header not in used], notes)


def find_header(headers: Sequence[str], wanted: str) -> str:
    """Return the header a user means, in any case; an unknown one is told with the nearest.

    Raises
    ------
    ValueError
        Names the headers that are there.
    """
    if wanted in headers:
        return wanted
    same = [header for header in headers if key_of(header) == key_of(wanted)]
    if len(same) == 1:
        return same[0]
    raise ValueError(f"no column {wanted!r}{did_you_mean(wanted, headers)}; it has {', '.join(headers)}")


def did_you_mean(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """Return ` (did you mean 'x'?)` for the nearest known word, or nothing.

    Examples
    --------
    >>> did_you_mean("movielans", ["imdb", "movielens"])
    " (did you mean 'movielens'?)"
    """
    by_key = {key_of(name): name for name in known}
    near = difflib.get_close_matches(key_of(word), by_key, n=1, cutoff=likeness)
    return f" (did you mean {by_key[near[0]]!r}?)" if near else ""


def _rank(header: str) -> int:
    header = _JOINED.sub("", header)
    return _RANK.get(key_of(header), _RANK.get(key_of(re.sub(r"\(.*?\)", "", header)), 99))


def trimmed(row: list[object]) -> list[object]:
    """Return a row without the empty cells at its end."""
    end = len(row)
    while end and row[end - 1] in ("", None):
        end -= 1
    return row[:end]


def has_row_names(headers: list[str], rows: Rows) -> bool:
    """Return whether all rows begin with their number, for which the header has no cell, as R writes tables."""
    first = [trimmed(cells) for _, cells in itertools.islice(rows(), 100)]
    first = [cells for cells in first if cells]
    counted = [text_of(cells[0]) for cells in first] in (
        [str(n + start) for n in range(len(first))] for start in (0, 1)
    )
    return len(first) > 1 and counted and max(map(len, first)) == len(headers) + 1


def named(headers: list[str], rows: Rows) -> list[str]:
    """Return headers without the nameless ones at their end, as far as nothing stands below them."""
    end = len(headers)
    while end and not headers[end - 1]:
        end -= 1
    if end == len(headers):
        return headers
    below = [len(cells) for _, cells in itertools.islice(rows(), 100) for cells in [trimmed(cells)]]
    return headers[: max([end, *(size for size in below if size <= len(headers))])]


def once(headers: list[str]) -> list[str]:
    """Give a name to each column, and another to the second of one name."""
    seen: dict[str, int] = {}
    names = []
    for position, header in enumerate(headers, start=1):
        name = " ".join(header.split()) or f"column {position}"
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def side_by_side(headers: list[str], rows: Rows) -> tuple[list[str], Rows] | None:
    """Return headers and rows of tables of the same headers that stand side by side, as one; None for one table."""
    starts = [place for place, header in enumerate(headers) if header == headers[0] != ""] or [0]
    blocks = [slice(start, end) for start, end in zip(starts, [*starts[1:], len(headers)], strict=True)]
    parts = [trimmed(list[object](headers[block])) for block in blocks]
    if len(parts) < 2 or any(part != parts[0] for part in parts) or not all(parts[0]):
        return None
    meanings = [meaning_of(str(header)) for header in parts[0]]
    if "title" not in meanings or len(set(meanings) - {None}) < 2:
        return None
    title, size = meanings.index("title"), len(parts[0])
    first = [
        [cells[start + title : start + title + 1] for start in starts[:2]] for _, cells in itertools.islice(rows(), 100)
    ]
    if sum(left == right for left, right in first) * 2 > len(first):
        return None  # a join's columns, twice

    def stacked() -> Iterator[tuple[str, list[object]]]:
        for start in starts:
            for where, cells in rows():
                yield where, cells[start : start + size]

    return headers[:size], stacked
