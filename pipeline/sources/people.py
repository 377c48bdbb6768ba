"""Who made a title: directors, writers and cast, from TMDb's credits and from IMDb's files of principals and names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute

from .account import SourceReport
from .cells import unique
from .frame import Progress
from .tsv import stream_tsv

# Its functions are made when it is imported, so no type checker sees them.
pc: Any = pyarrow.compute

CAST = 10  # the first names on the list of a title
WRITING = ("Writing",)
CREW = ("tconst", "directors", "writers")
PRINCIPALS = ("tconst", "ordering", "nconst", "category")
PERSONS = ("nconst", "primaryName")


def people(record: dict[str, Any]) -> dict[str, list[str] | None]:
    """Return `directors`, `writers` and `cast` of a record with TMDb's `credits` (a series: `created_by`, too).

    Examples
    --------
    >>> crew = [{"name": "Michael Mann", "job": "Director"}, {"name": "Michael Mann", "department": "Writing"}]
    >>> people({"credits": {"cast": [{"name": "De Niro", "order": 1}, {"name": "Pacino", "order": 0}], "crew": crew}})
    {'directors': ['Michael Mann'], 'writers': ['Michael Mann'], 'cast': ['Pacino', 'De Niro']}
    """
    given = record.get("credits")
    credits: dict[str, Any] = given if isinstance(given, dict) else {}
    crew, cast = _records(credits.get("crew")), _records(credits.get("cast"))
    created = [person["name"] for person in _records(record.get("created_by"))]
    directors = [person["name"] for person in crew if person.get("job") == "Director"]
    writers = [person["name"] for person in crew if person.get("department") in WRITING]
    order = sorted(cast, key=lambda person: person["order"] if isinstance(person.get("order"), int) else 10_000)
    return {
        "directors": unique(directors) or None,
        "writers": unique(created + writers) or None,
        "cast": unique(person["name"] for person in order)[:CAST] or None,
    }


def _records(items: object) -> list[dict[str, Any]]:
    if not isinstance(items, list):
        return []
    return [
        item for item in items if isinstance(item, dict) and isinstance(item.get("name"), str) and item["name"].strip()
    ]


def read_imdb_people(
    ids: Sequence[str],
    report: SourceReport,
    *,
    crew: Path | None = None,
    principals: Path | None = None,
    names: Path | None = None,
    progress: Progress | None = None,
) -> dict[str, list[list[str] | None]]:
    """Read the people of some titles from IMDb's files, each once as a stream.

    Parameters
    ----------
    ids : sequence of str
        IMDb ids, in the order of the answer.
    report : SourceReport
        Takes rows that do not fit.
    crew, principals, names : Path or None
        `title.crew`, `title.principals` and `name.basics`, `.tsv` or `.tsv.gz`; without `names` nobody has a name.
    progress
        Called with the number of bytes read.

    Returns
    -------
    dict
        `directors` and `writers` (with `crew`), `cast` (with `principals`, the first ten), lists or None.
    """
    wanted = pa.array(list(dict.fromkeys(ids)), pa.string())
    found: dict[str, dict[str, list[str]]] = {}
    if crew is not None:
        found |= {"directors": {}, "writers": {}}
        for table in stream_tsv(crew, CREW, report, progress):
            for row in table.filter(pc.is_in(table["tconst"], wanted)).to_pylist():
                for job in ("directors", "writers"):
                    if row[job]:
                        found[job][row["tconst"]] = row[job].split(",")
    if principals is not None:
        cast: dict[str, list[tuple[int, str]]] = {}
        actors = pa.array(["actor", "actress", "self"])
        for table in stream_tsv(principals, PRINCIPALS, report, progress):
            table = table.filter(pc.and_(pc.is_in(table["tconst"], wanted), pc.is_in(table["category"], actors)))
            for row in table.to_pylist():
                order = int(row["ordering"]) if str(row["ordering"]).isdecimal() else 10_000
                cast.setdefault(row["tconst"], []).append((order, row["nconst"]))
        found["cast"] = {key: [person for _, person in sorted(people)[:CAST]] for key, people in cast.items()}
    needed = pa.array(
        sorted({person for job in found.values() for people in job.values() for person in people}), pa.string()
    )
    called: dict[str, str] = {}
    if names is not None:
        for table in stream_tsv(names, PERSONS, report, progress):
            table = table.filter(pc.is_in(table["nconst"], needed))
            called.update(zip(table["nconst"].to_pylist(), table["primaryName"].to_pylist(), strict=True))
    nameless = len(needed) - len(called)
    if nameless:
        report.notes.append(f"people: {nameless:,} of {len(needed):,} have no name in name.basics and are left out")
    return {
        job: [unique(called[p] for p in people.get(key, ()) if called.get(p)) or None for key in ids]
        for job, people in found.items()
    }
