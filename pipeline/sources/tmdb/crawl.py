"""Which titles TMDb has, genre by genre and newest year first, and one request for each title's facts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from ..http import GaveUpError, gather_bounded
from .client import LAST_PAGE, TmdbClient

PER_PAGE = 20
APPENDED = "keywords,external_ids,images,credits"
GIVE_UP_AFTER = 10  # titles in a row


@dataclass(frozen=True)
class Kind:
    """TMDb's words for films or series."""

    path: str
    date: str
    certificates: str


KINDS = {
    "movie": Kind("movie", "primary_release_date", "release_dates"),
    "series": Kind("tv", "first_air_date", "content_ratings"),
}


@dataclass(frozen=True)
class Plan:
    """What to fetch.

    Parameters
    ----------
    genres : sequence of str
        TMDb's genre names, any case; empty for all of the kind.
    per_genre : int
        Titles per genre, newest first (one title may count for several).
    first_year, last_year : int
        The span, both inside.
    kind : {"movie", "series"}
    language : str or None
        Only titles with this original language (ISO 639-1).
    """

    genres: Sequence[str]
    per_genre: int
    first_year: int
    last_year: int
    kind: str = "movie"
    language: str | None = None


@dataclass
class Crawl:
    """Titles' records in the order found, and what did not work out."""

    records: list[dict] = field(default_factory=list)
    found_per_genre: dict[str, int] = field(default_factory=dict)
    gone: int = 0
    failed: dict[int, str] = field(default_factory=dict)
    cut_days: list[str] = field(default_factory=list)


async def crawl(client: TmdbClient, plan: Plan) -> Crawl:
    """Find the plan's titles, then ask for each one's facts.

    A title that has no good answer after every attempt is told in `failed` and left out; asked for again by the
    next run. Ten such in a row end the crawl, for then the server is down.

    Raises
    ------
    ValueError
        For a genre TMDb does not have.
    GaveUpError, TokenError, StoreError
        See `TmdbClient.get`.
    """
    result = Crawl()
    numbers = await genre_numbers(client, plan)
    found: dict[int, None] = {}
    for name, number in numbers.items():
        ids = await discover(client, plan, number, result)
        result.found_per_genre[name] = len(ids)
        found.update(dict.fromkeys(ids))
    row_of_failures = 0
    params: dict[str, object] = {"append_to_response": f"{APPENDED},{KINDS[plan.kind].certificates}"}
    if plan.language:
        params["include_image_language"] = f"{plan.language},null"

    async def facts(tmdb_id: int) -> dict | None:
        nonlocal row_of_failures
        try:
            record = await client.get(f"/{KINDS[plan.kind].path}/{tmdb_id}", params, {"id": int})
        except GaveUpError as error:
            result.failed[tmdb_id] = str(error)
            row_of_failures += 1
            if row_of_failures >= GIVE_UP_AFTER:
                raise GaveUpError(
                    f"{row_of_failures} titles in a row had no good answer; TMDb is in trouble. What was answered is "
                    f"kept: run the same command again later. The last: {error}"
                ) from None
            return None
        row_of_failures = 0
        if record is None:
            result.gone += 1
        return record

    records = await gather_bounded(found, facts, client.polite.concurrency)
    result.records = [record for record in records if record is not None]
    return result


async def genre_numbers(client: TmdbClient, plan: Plan) -> dict[str, int]:
    """Return TMDb's number of each planned genre, by TMDb's own spelling."""
    payload = await client.get(f"/genre/{KINDS[plan.kind].path}/list", {}, {"genres": list})
    known = {
        str(genre["name"]): int(genre["id"])
        for genre in (payload or {}).get("genres", [])
        if isinstance(genre, dict) and "name" in genre and "id" in genre
    }
    if not plan.genres:
        return known
    spelled = {name.casefold(): name for name in known}
    strange = [name for name in plan.genres if name.casefold() not in spelled]
    if strange:
        raise ValueError(f"TMDb has no {plan.kind} genre {strange[0]!r}; it has {', '.join(sorted(known))}")
    return {spelled[name.casefold()]: known[spelled[name.casefold()]] for name in plan.genres}


async def discover(client: TmdbClient, plan: Plan, genre: int, result: Crawl) -> list[int]:
    """Return up to `per_genre` TMDb ids of a genre, newest first.

    TMDb shows 500 pages of a search at most, so a year with more is halved until its parts show whole; a single
    day with more is cut at page 500 and told.
    """
    ids: dict[int, None] = {}
    slices = [(date(year, 1, 1), date(year, 12, 31)) for year in range(plan.first_year, plan.last_year + 1)]
    while slices and len(ids) < plan.per_genre:
        first, last = slices.pop()
        page = await _page(client, plan, genre, first, last, 1)
        total = int(page["total_pages"])
        if total > LAST_PAGE and first < last:
            middle = first + (last - first) // 2
            slices += [(first, middle), (middle + timedelta(days=1), last)]
            continue
        if total > LAST_PAGE:
            result.cut_days.append(first.isoformat())
            total = LAST_PAGE
        _collect(page, ids)
        at = 2
        while at <= total and len(ids) < plan.per_genre:
            wanted = math.ceil((plan.per_genre - len(ids)) / PER_PAGE)
            end = min(total, at + wanted - 1)
            pages = await gather_bounded(
                range(at, end + 1),
                lambda number, first=first, last=last: _page(client, plan, genre, first, last, number),
                client.polite.concurrency,
            )
            for page in pages:
                _collect(page, ids)
            at = end + 1
    return list(ids)[: plan.per_genre]


async def _page(client: TmdbClient, plan: Plan, genre: int, first: date, last: date, number: int) -> dict:
    kind = KINDS[plan.kind]
    params: dict[str, object] = {
        "with_genres": genre,
        f"{kind.date}.gte": first.isoformat(),
        f"{kind.date}.lte": last.isoformat(),
        "sort_by": f"{kind.date}.desc",
        "include_adult": "false",
        "page": number,
    }
    if plan.language:
        params["with_original_language"] = plan.language
    answer = await client.get(f"/discover/{kind.path}", params, {"results": list, "total_pages": int})
    return answer or {"results": [], "total_pages": 0}  # 422: past the last page


def _collect(page: dict, ids: dict[int, None]) -> None:
    for item in page["results"]:
        if isinstance(item, dict) and isinstance(item.get("id"), int):
            ids.setdefault(item["id"])
