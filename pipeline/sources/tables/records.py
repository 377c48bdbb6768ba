"""Records of JSON in their usual shapes, as the rows of a table."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from ...catalog.genres import is_genre
from ..images import ENDINGS
from .dialect import TableError
from .headers import meaning_of
from .packed import Parts
from .words import KINDS

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def parse_json(text: str | None, open_file: Callable[[], BinaryIO], encoding: str) -> Parts | None:
    """Return headers, rows, kind and notes of JSON in its usual shapes, None where it is no JSON.

    A list of records, a record a line, columns of equal length, columns or rows by their index (pandas), one of these
    under a single name such as `results`, pages of such, lists under the genres' names, or genres under titles' names.
    """
    lines = _json_lines(open_file, encoding)
    if lines is not None:
        return lines
    with open_file() as file:
        data = file.read().decode(encoding, "replace").removeprefix("\ufeff")
    try:
        value = _values(data)
    except ValueError as fault:
        if isinstance(text, str) and text.lstrip()[:1] == "[" and "\n" in text:
            return None  # a CSV whose first header begins with a bracket
        raise TableError(f"expected JSON, found a fault in it ({fault})") from None
    except RecursionError:
        raise TableError("expected a table in JSON, found lists nested too deeply") from None
    records = [_flat(record) for record in _records(value)]
    if not records:
        raise TableError("expected JSON with a list of records, or columns of equal length")
    headers = list(dict.fromkeys(key for record in records for key in record))
    rows: list[tuple[str, list[object]]] = [
        (f"record {n}", [record.get(key) for key in headers]) for n, record in enumerate(records, start=1)
    ]
    return headers, lambda: iter(rows), "JSON", []


def _json_lines(open_file: Callable[[], BinaryIO], encoding: str) -> Parts | None:
    headers: dict[str, None] = {}
    with open_file() as file:
        first = file.readline(1 << 24)
        try:
            record = (
                json.loads(first.decode(encoding, "replace").removeprefix("\ufeff"))
                if encoding[:6] != "utf-16"
                else None
            )
        except ValueError:
            return None
        if not isinstance(record, dict) or not file.readline(1 << 24).lstrip().startswith(b"{"):
            return None

    def rows() -> Iterator[tuple[str, dict[str, object]]]:
        with open_file() as file:
            for number, line in enumerate(file, start=1):
                if not line.strip():
                    continue
                try:
                    record = json.loads(line.decode(encoding, "replace").removeprefix("\ufeff"))
                except ValueError as fault:
                    raise TableError(f"line {number}: expected a JSON record ({fault})") from None
                if not isinstance(record, dict):
                    raise TableError(f"line {number}: expected a JSON record, found {type(record).__name__}")
                yield from ((f"line {number}", _flat(one)) for one in (_pages([record]) or [record]))

    for _, record in rows():
        headers.update(dict.fromkeys(record))
    names = list(headers)
    return names, lambda: ((where, [record.get(name) for name in names]) for where, record in rows()), "JSON lines", []


def _values(data: str) -> Any:
    """Return the value of a JSON text; of several after one another, as an appending program leaves them, a list."""
    try:
        return json.loads(data)
    except json.JSONDecodeError as fault:
        if fault.msg != "Extra data":
            raise
    values, place = [], 0
    while place < len(data):
        value, end = json.JSONDecoder().raw_decode(data, place)
        values.append(value)
        place = end + len(re.match(r"[\s,]*", data[end:])[0])  # pyright: ignore[reportOptionalSubscript]
    return values


def _flat(record: dict[str, Any]) -> dict[str, Any]:
    """Put what a record says in a record of its own beside the rest: `{"movie": {"title": ...}, "ids": {"imdb": ...}}`.

    A name that is there already gets that of the inner record before it; records inside lists stay.
    """
    if not any(isinstance(value, dict) for value in record.values()):
        return record
    record = {name: _plain(value) for name, value in record.items()}
    flat: dict[str, Any] = {}
    for name, value in record.items():
        inner = _flat(value) if isinstance(value, dict) else {}
        if name in ("imdb", "tmdb") and inner.keys() & {"id", "votes", "value"}:  # {"imdb": {"rating": 8.3, "id": 1}}
            inner = {longer if meaning_of(longer := f"{name}_{key}") else key: one for key, one in inner.items()}
        if sum(meaning_of(key) is not None for key in inner) > (meaning_of(name) in ("genres", "keywords", "cast")):
            flat |= {
                (key if key not in record and key not in flat else f"{name} {key}"): one for key, one in inner.items()
            }
        else:
            flat[name] = value
    return flat


def _plain(value: Any) -> Any:
    """Return the value of a cell of SPARQL's results, or MongoDB's: `{"type": "literal", "value": "Heat"}`."""
    if isinstance(value, dict) and len(value) == 1 and (name := next(iter(value))).startswith("$"):
        inner = _plain(value[name])
        return float(inner) if name[:7] == "$number" and isinstance(inner, str) and _NUMBER.fullmatch(inner) else inner
    if isinstance(value, dict) and {"type", "value"} <= value.keys() <= {"type", "value", "xml:lang", "datatype"}:
        return value["value"]
    return value


def _records(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return _of_list(value)
    if not isinstance(value, dict):
        return []
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):
        names = list(map(str, value["columns"]))
        return [dict(zip(names, row, strict=False)) for row in value["data"] if isinstance(row, list)]
    inner = [item for item in value.values() if isinstance(item, list) and item and isinstance(item[0], dict)]
    if len(inner) == 1 and _known(value) < 2 and _known(inner[0][0]) >= 2:
        return _records(inner[0])
    if _known(value) < 2:  # under names within names: {"data": {"films": [...]}}
        deeper = [found for item in value.values() if isinstance(item, dict) and (found := _listed(item))]
        if len(deeper) == 1:
            return deeper[0]
    if len(inner) == 1 and len(value) < 8 and _known(value) < 2:
        return _records(inner[0])
    if len(inner) > 1 and len(inner) == len(value) and all(_known(records[0]) >= 2 for records in inner):
        name = _name_of_groups(list(value))
        return [{name: key} | record for key, records in value.items() for record in records]
    if genres := _told_in_keys(value):
        return genres
    if value and all(isinstance(item, list) for item in value.values()):
        sizes = {len(item) for item in value.values()}
        return (
            [dict(zip(value, row, strict=True)) for row in zip(*value.values(), strict=True)] if len(sizes) == 1 else []
        )
    if value and all(isinstance(item, dict) for item in value.values()):
        if _known(value) >= 1:  # column -> index -> cell
            index = list(dict.fromkeys(key for item in value.values() for key in item))
            return [{name: cells.get(key) for name, cells in value.items()} for key in index]
        if all(key.isdigit() for key in value):
            return _of_list(list(value.values()))  # numbered by pandas, or pages
        named = _name_of_keys(list(value))  # the key may be all that names a title
        if named == "key" and not any(meaning_of(key) == "title" for item in value.values() for key in item):
            named = "title"
        return [{named: key, **cells} for key, cells in value.items()]
    return [value] if _known(value) >= 2 else []


def _known(record: dict[str, Any]) -> int:
    """Return how many names of a record are usual headers."""
    return sum(meaning_of(key) is not None for key in record)


def _of_list(value: list[Any]) -> list[dict[str, Any]]:
    """Return the records of a list: of records, of pages of records, or of rows under a row of headers."""
    if value and all(isinstance(item, dict) for item in value):
        return _pages(value) or value
    if len(value) > 1 and all(isinstance(item, list) for item in value):
        headers = value[0]
        if all(isinstance(header, str) for header in headers) and sum(map(bool, map(meaning_of, headers))) > 1:
            return [dict(zip(headers, row, strict=False)) for row in value[1:]]
    return []


def _pages(value: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the records of pages that have one list each, as an API answers; none where these are no pages."""
    found: list[dict[str, Any]] = []
    for page in value:
        inner = [
            item for item in page.values() if isinstance(item, list) and all(isinstance(one, dict) for one in item)
        ]
        if _known(page) >= 2 or len(inner) != 1:
            return []
        found += inner[0]
    return found if found and _known(found[0]) >= 2 else []


def _name_of_groups(names: list[str]) -> str:
    """Return what the names of several lists of records say of each record."""
    if all(map(is_genre, names)):
        return "genres"
    if all(name.casefold() in KINDS for name in names):
        return "kind"
    return "year" if all(re.fullmatch(r"(?:18|19|20)\d\d", name) for name in names) else "list"


def _told_in_keys(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Return records of `{"heat.jpg": ["Crime"]}`, `{"Heat": "Crime"}` or `{"Crime": ["Heat", "Casino"]}`."""
    lists = {key: item if isinstance(item, list) else [item] for key, item in value.items()}
    names = [name for item in lists.values() for name in item]
    if len(lists) < 2 or not names or not all(isinstance(name, str) for name in names):
        return []
    keyed = _name_of_keys(list(lists))
    if all(map(is_genre, lists)):
        genres: dict[str, list[str]] = {}
        for genre, titles in lists.items():
            for title in titles:
                genres.setdefault(title, []).append(genre)
        named = _name_of_keys(list(genres))
        return [{"title" if named == "key" else named: title, "genres": told} for title, told in genres.items()]
    if keyed != "key" or (not _known(value) and sum(map(is_genre, names)) > 0.9 * len(names)):
        return [{"title" if keyed == "key" else keyed: key, "genres": item} for key, item in lists.items()]
    return []


def _listed(value: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the only list of records that a record without a title holds, at any depth."""
    if _known(value) >= 2:
        return []
    found = [_listed(item) for item in value.values() if isinstance(item, dict)]
    found += [_records(item) for item in value.values() if isinstance(item, list) and item]
    found = [records for records in found if records]
    return found[0] if len(found) == 1 else []


def _name_of_keys(keys: list[str]) -> str:
    if all(re.fullmatch(r"tt\d{7,9}", key) for key in keys):
        return "imdb_id"
    return "file" if all(PurePosixPath(key).suffix.lower() in ENDINGS for key in keys) else "key"
