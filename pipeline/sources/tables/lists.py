"""Lists of names in any usual notation; the whole column tells what stands between two names."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable

from .values import Unread, is_missing, text_of
from .words import MISSING_TITLES

# Marks that stand inside no usual name come first; a comma and a slash may be part of one.
_STRONG = ("\n", "|", ";", "•", "·", "、", "，", " / ")
_WEAK = (",", "/")
_TOLD = {"\n": "new lines", "": "no separator"}
_NAME_KEYS = ("name", "title", "genre", "label", "english_name", "value")
# What may stand between two names where both are usual ones; a comma, a slash, "and" may be part of one's own name.
_ANY = re.compile(r"\s*(?:[|;,/>\\~#:\t\n&+•·、，»›→]|\s[-–—]\s|\b(?:and|und|et|y|e|i|och|og|en)\b)\s*", re.IGNORECASE)
# What parts two usual names for sure, and may stand around one.
_BETWEEN = re.compile(r"\s+(?:[-–—+/>]|·)\s+")
_ENDS = re.compile(r"^[\W_]+|[\W_]+$")  # bullets, a full stop, pictures
_LINKED = re.compile(r"(?<=\S) \(https?://[^)\s]*\)")  # Notion's relations
# What is around a name: a link's address, a footnote, a weight, a number in front, the word genre.
_AROUND = (
    (
        re.compile(r"\[\[(?:[^|\]]*\|)?([^\]]+)\]\]|\[([^\]]+)\]\([^)]*\)|https?://\S*/([\w%-]+)/?(?=[\s,;|]|$)"),
        r"\1\2\3",
    ),
    (re.compile(r"\[\d+\]|\(?\b\d+(?:[.,]\d+)?\s*%?\)|:?\s*\b[01]?\.\d+|\b\d+\s*%"), ""),
    (
        re.compile(r"(?:^|(?<=[,;|/]))\s*\d{1,2}[.)]\s+|^\s*(?:genres?|gattung|category)\s*:\s*|\.\s*$", re.IGNORECASE),
        "",
    ),
)
_LINE = re.compile(r"\s*</?(?:br|li|ul|ol|p|div)\b[^>]*>\s*", re.IGNORECASE)
_CALLED = re.compile(r"(?:array|list|set|frozenset|tuple|Index)\((.*?)(?:,\s*dtype=\w+)?\)", re.DOTALL)
_AFTER_NAME = re.compile(r"(?:jr|sr|ii|iii|iv|phd|md)\.?", re.IGNORECASE)
_HASHTAGS = re.compile(r"\s*#\w+(?:[\s,;|]+#\w+)*\s*")
_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z])")  # DramaCrime, as pages without their marks read
_MOST = 20_000
_NO_NAME = frozenset(word.casefold() for word in MISSING_TITLES)  # `missing` and `unknown` may be keywords


class ListNotation:
    """Reads a column of lists.

    Parameters
    ----------
    separator : str or None
        What the user said stands between names; None: told by the column.
    known : callable or None
        Whether a name is a usual one of this column: the separator that gives most such names is taken.

    Examples
    --------
    >>> notation = ListNotation()
    >>> for cell in ("Crime, Drama", "Action"):
    ...     notation.see(cell)
    >>> notation.read("Crime, Drama"), notation.read("['Crime', 'Drama']"), notation.note
    (['Crime', 'Drama'], ['Crime', 'Drama'], "separator ','")
    >>> notation.read("[{'id': 80, 'name': 'Crime'}]"), notation.read("N/A")
    (['Crime'], None)
    """

    def __init__(self, separator: str | None = None, known: Callable[[str], bool] | None = None) -> None:
        self.given, self.known = separator, known
        self.cells: Counter[str] = Counter()
        self.parts: Counter[str] = Counter()  # names under each separator, and how many of them are known
        self.right: Counter[str] = Counter()
        self.beside: dict[str, set[str]] = {}  # names under a slash: two of the different cells that hold each
        self._waiting: Counter[str] = Counter()
        self._chosen: str | None = None

    def see(self, cell: object) -> None:
        """Learn from one cell what stands between names."""
        if not isinstance(cell, str):
            return
        if cell in self._waiting or len(self._waiting) < _MOST:
            self._waiting[cell] += 1  # lists come again and again, and are looked at once
        else:
            self._learn(cell, 1)

    def _learn(self, cell: str, times: int) -> None:
        cell = "" if is_missing(cell) else _prepared(text_of(cell))
        if not cell or _opens(cell):
            return
        self._chosen = None
        for mark in (*_STRONG, *_WEAK):
            self.cells[mark] += times * (mark in cell)
        if self.known is not None:
            for mark in (*_STRONG, *_WEAK, ""):
                parts = _split(cell, mark)
                self.parts[mark] += times * len(parts)
                self.right[mark] += times * sum(map(self.known, parts))
        for name in _split(cell, "/") if "/" in cell or len(self.beside) < _MOST else ():
            cells = self.beside.setdefault(name, set())
            if len(cells) < 2:
                cells.add(cell)

    @property
    def separator(self) -> str:
        """What stands between names; empty where a cell is one name."""
        for cell, times in self._waiting.items():
            self._learn(cell, times)
        self._waiting.clear()
        if self.given is not None:
            return self.given
        if self._chosen is None:
            self._chosen = self._choose()
        return self._chosen

    @property
    def note(self) -> str:
        """The separator in words; empty where no cell holds one."""
        mark = self.separator
        return f"separator {_TOLD.get(mark, repr(mark))}" if mark and self.cells[mark] else ""

    def read(self, cell: object) -> list[str] | None:
        """Return the names without repeats, None where there are none."""
        if is_missing(cell):
            return None
        text = "" if isinstance(cell, dict | list | tuple | set) else _prepared(text_of(cell))
        if not text and isinstance(cell, str):
            return None  # set()
        try:
            items = _items(cell) if not text else _structured(text) if _opens(text) else _split(text, self.separator)
        except Unread:
            items = list(self.usual(text))
            if not items:
                raise
        names = [name for name in map(text_of, items) if not is_missing(name, _NO_NAME)]
        if text and self.given is None and self.known is not None:
            names = names if all(map(self.known, names)) else self.usual(text) or names
            names = [part for name in names for part in self._cleaned(name)]
        return list(dict.fromkeys(names)) or None

    def _cleaned(self, name: str) -> list[str]:
        """Return a usual name without bullets and a full stop round it, or the usual names it holds; others as is."""
        parts = [_ENDS.sub("", part) for part in _BETWEEN.split(name)]
        known = self.known
        return parts if known is not None and all(part and known(part) for part in parts) else [name]

    def usual(self, text: str) -> list[str]:
        """Return the names of a cell that is written unlike its column, where all of them are usual ones, else none."""
        if self.known is None or any(text.count(left) != text.count(right) for left, right in ("[]", "{}", "()")):
            return []  # a list that was cut off may have lost names
        for pattern, kept in _AROUND:
            text = pattern.sub(kept, text)
        for names in ([name for name in _ANY.split(text) if name], text.split(), _JOINED.split(text)):
            names = [name.strip(" .()[]{}\"'“”") for name in names]
            if names and all(map(self.known, names)):
                return names
        return []

    def _choose(self) -> str:
        if self.known is not None:
            marks = [mark for mark in (*_STRONG, *_WEAK, "") if not mark or self.cells[mark]]
            share = {mark: self.right[mark] / max(self.parts[mark], 1) for mark in marks}
            best = max(marks, key=lambda mark: (share[mark], self.cells[mark]))
            if share[best] > 0.5:
                return best
        strong = max(_STRONG, key=lambda mark: self.cells[mark])
        if self.cells[strong]:
            return strong
        if self.cells[","]:
            return ","
        # A slash is a separator where the names beside it come back in other cells: Drama/War, War/Crime, Drama.
        again = sum(len(cells) > 1 for cells in self.beside.values())
        enough = again >= (1 if self.known is not None else len(self.beside) / 2)  # genres are few names
        return "/" if self.cells["/"] and again and enough else ""


def _prepared(text: str) -> str:
    """Return a cell's text without what is no part of a list: HTML's tags, a call around it, marks at its ends."""
    text = "\n".join(line for line in (" ".join(line.split()) for line in text.splitlines()) if line)
    if "<" in text:
        text = _LINE.sub("\n", text)
    called = _CALLED.fullmatch(text)
    if called:
        text = called[1].strip()
    if "://" in text:
        text = _LINKED.sub("", text)
    if re.fullmatch(r"\([^()'\"]+\)", text):
        text = text[1:-1]
    return text.strip(" \n\t|;,")


def _opens(text: str) -> bool:
    return text[:1] in ("[", "{") or text[:2] in ("('", '("', '"[', '"{')


def _split(text: str, mark: str) -> list[str]:
    if _HASHTAGS.fullmatch(text):
        return re.findall(r"#(\w+)", text)
    parts = [part.strip().strip("\"'`“”„").strip() for part in (text.split(mark) if mark else [text])]
    names: list[str] = []
    for part in parts:
        if names and mark == "," and _AFTER_NAME.fullmatch(part):
            names[-1] = f"{names[-1]}, {part}"
        elif part:
            names.append(part)
    return names


def _structured(text: str) -> list[object]:
    """Return the names of a list as JSON, Python, NumPy, PostgreSQL or a person with brackets writes it."""
    text = text.strip()
    quoted = re.findall(r"'([^']*)'|\"([^\"]*)\"", text)
    if len(quoted) > 1 and re.search(r"['\"]\s+['\"]", text) and not re.search(r"['\"]\s*[,:]", text):
        return [one or other for one, other in quoted]  # NumPy puts no comma between strings
    for parse in (json.loads, ast.literal_eval):
        try:
            value = parse(text)
            if isinstance(value, str):
                return _structured(value) if _opens(value) else [value]  # JSON inside JSON
            # A set forgets its order; the text has it.
            return [one or other for one, other in quoted] if isinstance(value, set) else _items(value)
        except Unread:
            raise
        except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError):
            continue
    inside = re.fullmatch(r"[\[{]([^\[\]{}]*)[\]}]", text)
    if inside is None or re.search(r"['\"]\s*:", text):
        raise Unread("expected a list; its brackets or quotation marks do not close")
    marks = [mark for mark in (*_STRONG, ",") if mark in inside[1]]
    return list(_split(inside[1], marks[0] if marks else ""))


def _items(value: object) -> list[object]:
    if isinstance(value, dict):
        key = next((key for key in _NAME_KEYS if isinstance(value.get(key), str)), None)
        if key is not None:
            return [value[key]]
        if value and all(isinstance(item, int | float) for item in value.values()):
            value = [name for name, share in value.items() if share]  # {"Thriller": 1, "Drama": 0}
        else:
            value = list(value.values())  # {"/m/01jfsb": "Thriller"}
            if len(value) == 1 and isinstance(value[0], list):
                return _items(value[0])  # {"genres": ["Thriller"]}
    if not isinstance(value, Iterable) or isinstance(value, str | bytes):
        value = [value]
    names: list[object] = []
    for item in value:
        if isinstance(item, dict):
            item = next((item[key] for key in _NAME_KEYS if isinstance(item.get(key), str)), item)
        if item is None:
            continue
        if not isinstance(item, str):
            raise Unread("expected a list of names")
        names.append(item)
    return names
