"""TMDb's API as a source: options, and a catalogue row of each title's record."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ..cells import unique
from ..frame import Fetched, Progress, SourceReport, catalogue_frame, stand_in_id
from ..http import run_to_the_end
from ..people import people
from .client import BASE_URL, TOKEN_VARIABLE, TmdbClient, read_token
from .crawl import Crawl, Plan, crawl
from .store import AnswerStore
from .terms import FLAG, IN_PLAIN_WORDS, require_consent

STORE = Path("artifacts/tmdb/answers.sqlite")
SIZES = ("w185", "w342", "w500", "original")
MANNERS = ("rate", "concurrency", "attempts", "backoff", "deadline")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `genrelab fetch tmdb`."""
    parser.add_argument(FLAG, dest="consent", action="store_true", help=IN_PLAIN_WORDS.replace("%", "%%"))
    parser.add_argument("--token-file", type=Path, help=f"file with the access token (default: ${TOKEN_VARIABLE})")
    parser.add_argument("--genres", default="", help="TMDb's genre names, as in Drama,Comedy (default: all)")
    parser.add_argument("--per-genre", type=int, default=1000, metavar="N", help="titles per genre (default 1000)")
    parser.add_argument("--kind", choices=("movie", "series"), default="movie")
    parser.add_argument("--language", metavar="XX", help="only this original language, as en")
    parser.add_argument(
        "--years", default=f"1900:{date.today().year}", metavar="A:B", help="span of years, newest taken first"
    )
    parser.add_argument("--posters", choices=SIZES, help="download the posters too, at this size")
    parser.add_argument("--store", type=Path, default=STORE, help=f"cache of responses (default: {STORE})")
    parser.add_argument(
        "--rate", type=float, default=20.0, help="requests per second (default: 20; TMDb allows about 40)"
    )
    parser.add_argument("--concurrency", type=int, default=8, help="simultaneous requests (default: 8)")
    parser.add_argument("--attempts", type=int, default=8, help=argparse.SUPPRESS)
    parser.add_argument("--backoff", type=float, default=1.0, help=argparse.SUPPRESS)
    parser.add_argument("--deadline", type=float, default=30.0, help=argparse.SUPPRESS)
    parser.add_argument("--base-url", default=BASE_URL, help=argparse.SUPPRESS)


def build(args: argparse.Namespace, progress: Progress | None = None) -> Fetched:
    """Crawl TMDb as the parsed options say.

    Raises
    ------
    TermsError
        Before anything is asked, unless the consent was given.
    TokenError
        Without a usable token, and when TMDb refuses it.
    """
    require_consent(args.consent)
    if not 0 < args.rate <= 40:
        raise ValueError(f"--rate: expected 0 to 40 requests a second, found {args.rate:g}")
    first, colon, last = args.years.partition(":")
    if not (colon and first.isdecimal() and last.isdecimal() and int(first) <= int(last)):
        raise ValueError(f"--years: expected a span as 1980:2015, found {args.years!r}")
    plan = Plan(
        genres=[name.strip() for name in args.genres.split(",") if name.strip()],
        per_genre=args.per_genre,
        first_year=int(first),
        last_year=int(last),
        kind=args.kind,
        language=args.language,
    )
    token = read_token(args.token_file)
    manners = {name: getattr(args, name) for name in MANNERS}

    async def ask() -> Fetched:
        with AnswerStore(args.store) as store:  # its database stays in the thread that opened it
            return await fetch(token, store, plan, args.posters, args.base_url, progress, **manners)

    return run_to_the_end(ask())


async def fetch(
    token: str,
    store: AnswerStore,
    plan: Plan,
    size: str | None = None,
    base_url: str = BASE_URL,
    progress: Progress | None = None,
    **manners: float,
) -> Fetched:
    """Crawl a plan and make catalogue rows of it.

    Parameters
    ----------
    token, store, plan, base_url, progress, manners
        As `TmdbClient` and `crawl`.
    size : {"w185", "w342", "w500", "original"} or None
        Poster size, for the addresses of posters; None for no addresses.
    """
    async with TmdbClient(token, store, base_url=base_url, progress=progress, **manners) as client:
        found = await crawl(client, plan)
        images = ""
        if size is not None:
            images = await image_base(client, size)
        asked = client.polite.sent
    fetched = rows(found, plan.kind, images)
    fetched.report.notes.append(f"{asked:,} requests sent, {len(store):,} answers kept in {store.path}")
    return fetched


async def image_base(client: TmdbClient, size: str) -> str:
    """Return the address that a poster's path is appended to, as TMDb's configuration has it."""
    answer = await client.get("/configuration", {}, {"images": dict})
    images = (answer or {}).get("images", {})
    if size not in images.get("poster_sizes", ()):
        raise ValueError(f"TMDb has no poster size {size}; it has {', '.join(images.get('poster_sizes', ()))}")
    return f"{images['secure_base_url']}{size}"


def rows(found: Crawl, kind: str, images: str = "") -> Fetched:
    """Make catalogue rows of records; a field that a record lacks is null.

    Parameters
    ----------
    found : Crawl
        Records as TMDb answers them.
    kind : {"movie", "series"}
    images : str
        The address that a poster's path is appended to; empty for no addresses.
    """
    report = SourceReport("tmdb")
    report.drop("gone from TMDb", found.gone)
    report.drop("no good answer (run again to retry)", len(found.failed))
    report.notes += [f"title {number}: {why}" for number, why in list(found.failed.items())[:3]]
    report.notes += [f"{day} has more than 500 pages and was cut" for day in found.cut_days]
    report.notes += [f"{name}: {count:,} titles found" for name, count in found.found_per_genre.items()]
    table, addresses = [], {}
    seen: set[str] = set()
    for record in found.records:
        row = record_row(record, kind)
        if row["imdb_id"] in seen:
            report.drop("the same IMDb id again", 1)
            continue
        seen.add(str(row["imdb_id"]))
        table.append(row)
        path = poster_path(record)
        if images and path:
            addresses[str(row["imdb_id"])] = images + path
    columns = {name: [row[name] for row in table] for name in record_row({"id": 0}, kind)}
    return Fetched(catalogue_frame(columns, len(table)), report, addresses)


def record_row(record: dict, kind: str) -> dict[str, object]:
    """Return one record's catalogue columns."""
    external = _dict(record, "external_ids")
    imdb = str(external.get("imdb_id") or record.get("imdb_id") or "")
    keywords = _dict(record, "keywords")
    released = record.get("release_date") or record.get("first_air_date") or None
    minutes = record.get("episode_run_time") if kind == "series" else record.get("runtime")
    minutes = minutes[0] if isinstance(minutes, list) and minutes else minutes
    votes = record.get("vote_count")
    return {
        "imdb_id": imdb if re.fullmatch(r"tt\d{7,}", imdb) else stand_in_id(f"tmdb:{kind}:{record['id']}"),
        "tmdb_id": record["id"],
        "title": record.get("title") or record.get("name"),
        "kind": kind,
        "year": str(released)[:4] if released else None,
        "release_date": released,
        "original_language": record.get("original_language"),
        "runtime": _known(minutes),
        "popularity": record.get("popularity"),
        "vote_average": record.get("vote_average") if votes else None,
        "vote_count": votes,
        "revenue": _known(record.get("revenue")),
        "budget": _known(record.get("budget")),
        "genres_tmdb": _names(record.get("genres")),
        "keywords": _names(keywords.get("keywords") or keywords.get("results")),
        "overview": record.get("overview"),
        **people(record),
        "countries": _names(record.get("production_countries")),
        "languages": _names(record.get("spoken_languages"), "english_name"),
        "certificate": certificate(record),
        "collection_id": _dict(record, "belongs_to_collection").get("id"),
    }


def certificate(record: dict) -> str | None:
    """Return the certificate of the United States: of a film's theatrical release where there are several.

    Examples
    --------
    >>> released = [{"certification": "", "type": 1}, {"certification": "R", "type": 3}]
    >>> us = {"iso_3166_1": "US", "release_dates": released}
    >>> certificate({"release_dates": {"results": [us]}}), certificate({})
    ('R', None)
    """
    for name in ("release_dates", "content_ratings"):
        for country in _dict(record, name).get("results") or []:
            if not isinstance(country, dict) or country.get("iso_3166_1") != "US":
                continue
            given = [one for one in country.get("release_dates") or [country] if isinstance(one, dict)]
            given.sort(key=lambda one: one.get("type") != 3)
            words = [str(one.get("certification") or one.get("rating") or "").strip() for one in given]
            return next((word for word in words if word), None)
    return None


def poster_path(record: dict) -> str | None:
    """Return the poster's path: TMDb's choice, else the first of its images."""
    chosen = record.get("poster_path")
    if not chosen:
        posters = _dict(record, "images").get("posters") or []
        chosen = next((p.get("file_path") for p in posters if isinstance(p, dict) and p.get("file_path")), None)
    return chosen if isinstance(chosen, str) and chosen.startswith("/") else None


def _dict(record: dict, name: str) -> dict:
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def _known(value: object) -> object:
    return value if isinstance(value, int | float) and value != 0 else None


def _names(items: Sequence[object] | None, key: str = "name") -> list[str] | None:
    if not isinstance(items, list):
        return None
    named = [item.get(key) or item.get("name") for item in items if isinstance(item, dict)]
    return unique(str(name).strip() for name in named if name) or None
