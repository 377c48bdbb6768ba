"""A real HTTP/1.1 server on loopback that speaks TMDb's shapes, counts what it answers, and fails on request."""

import asyncio
import gzip
import io
import json
import random
import re
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from email.utils import formatdate
from urllib.parse import parse_qsl, urlsplit

import numpy as np
from PIL import Image

TOKEN = "eyJhbGciOiJIUzI1NiJ9.loopback-token.not-a-secret"
GENRES = {"Action": 28, "Comedy": 35, "Drama": 18, "Science Fiction": 878, "Western": 37}
FAULTS = (
    "429 with Retry-After",
    "429 with a date",
    "429",
    "500",
    "502",
    "503",
    "reset",
    "cut",
    "drip",
    "truncated gzip",
    "wrong content type",
    "html",
    "html called json",
    "missing fields",
    "empty",
)


@dataclass
class Seen:
    """One request as the server saw it."""

    at: float
    key: str
    fault: str | None
    answered: bool = False


def poster_bytes(number: int) -> bytes:
    """A small JPEG that differs from number to number; every tenth has no colour."""
    generator = np.random.default_rng(number)
    pixels = generator.integers(0, 255, (6, 4, 3), dtype=np.uint8)
    if number % 10 == 0:
        pixels[:] = pixels[:, :, :1]
    buffer = io.BytesIO()
    Image.fromarray(pixels).resize((92, 138), Image.Resampling.NEAREST).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def make_films(count: int, seed: int = 0, first: date = date(1998, 1, 1), days: int = 1500) -> dict[int, dict]:
    """Film records by id, as `/movie/{id}` with appended parts answers them."""
    chooser = random.Random(seed)
    films = {}
    for number in range(1, count + 1):
        genres = chooser.sample(sorted(GENRES), chooser.randint(1, 3))
        released = (first + timedelta(days=chooser.randrange(days))).isoformat()
        films[number] = {
            "id": number,
            "imdb_id": f"tt{1_000_000 + number}",
            "title": f"Film {number} – “ünïcode”",
            "release_date": released,
            "original_language": "en" if number % 4 else "fr",
            "runtime": 0 if number % 9 == 0 else 80 + number % 60,
            "popularity": number / 7,
            "vote_average": 5.5,
            "vote_count": number % 50,
            "revenue": 0 if number % 3 else 1_000_000 * number,
            "budget": 0 if number % 2 else 500_000 * number,
            "genres": [{"id": GENRES[name], "name": name} for name in genres],
            "overview": f"Somebody does something, for the {number}th time.",
            "poster_path": f"/poster{number}.jpg" if number % 13 else None,
            "belongs_to_collection": {"id": 5, "name": "Five"} if number % 5 == 0 else None,
            "keywords": {"keywords": [{"id": 1, "name": "chase"}, {"id": 2, "name": f"word {number % 8}"}]},
            "external_ids": {"imdb_id": f"tt{1_000_000 + number}" if number % 17 else None},
            "images": {"posters": [], "backdrops": []},
            "credits": {
                "cast": [{"name": f"Actor {place}", "order": place} for place in range(12, -1, -1)],
                "crew": [
                    {"name": "Ann Director", "job": "Director", "department": "Directing"},
                    {"name": "Will Writer", "job": "Screenplay", "department": "Writing"},
                ],
            },
            "release_dates": {"results": [{"iso_3166_1": "US", "release_dates": [{"certification": "R", "type": 3}]}]},
            "content_ratings": {"results": [{"iso_3166_1": "US", "rating": "TV-MA"}]},
            "production_countries": [{"iso_3166_1": "FR", "name": "France"}],
            "spoken_languages": [{"iso_639_1": "fr", "name": "Français", "english_name": "French"}],
        }
        if number % 17 == 0:
            films[number]["imdb_id"] = None
    return films


class TmdbServer:
    """The server, in a thread of its own.

    `fault` is asked before each answer, with the number of the request and its key, and names a fault or None.
    """

    def __init__(self, films: dict[int, dict] | None = None, last_page: int = 500, allowed_rate: float | None = None):
        self.films = films if films is not None else make_films(120)
        self.last_page = last_page
        self.allowed_rate = allowed_rate
        self.token = TOKEN
        self.fault: Callable[[int, str], str | None] = lambda number, key: None
        self.delay = 0.0
        self.seen: list[Seen] = []
        self.headers: list[str] = []
        self.rate_exceeded = 0
        self.drip_seconds = 3.0
        self.retry_after = 0.1
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> "TmdbServer":
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/3"

    def answered(self) -> Counter:
        """How often each request had its whole answer."""
        return Counter(one.key for one in self.seen if one.answered)

    def repeated(self) -> dict[str, int]:
        """Requests that were answered more than once."""
        return {key: count for key, count in self.answered().items() if count > 1}

    def busiest(self, seconds: float = 1.0) -> int:
        """Most requests within any window of this length."""
        times = sorted(one.at for one in self.seen)
        first, most = 0, 0
        for last, at in enumerate(times):
            while at - times[first] >= seconds:
                first += 1
            most = max(most, last - first + 1)
        return most

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._main())
        self._loop.close()

    async def _main(self) -> None:
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task] = set()
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0, backlog=200)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError):
            pass
        finally:
            with suppress(ConnectionError, RuntimeError, asyncio.CancelledError):
                writer.close()
                await writer.wait_closed()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        target = head.split(" ", 2)[1]
        self.headers.append(head)
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query))
        key = parts.path.removeprefix("/3") + (
            "?" + "&".join(f"{k}={query[k]}" for k in sorted(query)) if query else ""
        )
        seen = Seen(time.monotonic(), key, None)
        self.seen.append(seen)
        seen.fault = self.fault(len(self.seen) - 1, key)
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.allowed_rate is not None and self._now_busy() > self.allowed_rate:
            self.rate_exceeded += 1
        authorized = re.search(r"(?mi)^authorization: (.*)\r$", head)
        if parts.path.startswith("/moved/"):
            await self._send(writer, 302, b"", {"location": parts.path.removeprefix("/moved")}, "text/plain")
            return True
        image = parts.path.startswith("/images/")
        if not image and (authorized is None or authorized[1] != f"Bearer {self.token}"):
            await self._send(writer, 401, {"status_code": 7, "success": False, "status_message": "Invalid API key"})
            return True
        status, body = self._image(parts.path) if image else self._answer(parts.path.removeprefix("/3"), query)
        if seen.fault is not None:
            return await self._fail(writer, seen.fault, body)
        seen.answered = True  # before the last byte: a client that dies now may have read it
        await self._send(writer, status, body)
        return True

    def _now_busy(self) -> int:
        now = self.seen[-1].at
        count = 0
        for one in reversed(self.seen):
            if now - one.at >= 1:
                break
            count += 1
        return count

    def _image(self, path: str) -> tuple[int, object]:
        found = re.fullmatch(r"/images/(?:t/p/)?\w+/poster(\d+)\.jpg", path)
        if not found or int(found[1]) > 900_000:
            return 404, b"no such picture"
        return 200, poster_bytes(int(found[1]))

    def _answer(self, path: str, query: dict[str, str]) -> tuple[int, object]:
        if path == "/configuration":
            sizes = ["w92", "w185", "w342", "w500", "original"]
            images = {"secure_base_url": f"http://127.0.0.1:{self.port}/images/t/p/", "poster_sizes": sizes}
            return 200, {"images": images}
        if path in ("/genre/movie/list", "/genre/tv/list"):
            return 200, {"genres": [{"id": number, "name": name} for name, number in GENRES.items()]}
        if path in ("/discover/movie", "/discover/tv"):
            return self._discover(query, "primary_release_date" if path.endswith("movie") else "first_air_date")
        found = re.fullmatch(r"/(movie|tv)/(\d+)", path)
        if found and int(found[2]) in self.films:
            film = dict(self.films[int(found[2])])
            appended = query.get("append_to_response", "").split(",")
            for part in ("keywords", "external_ids", "images", "credits", "release_dates", "content_ratings"):
                if part not in appended:
                    del film[part]
            return 200, self._as_series(film) if found[1] == "tv" else film
        return 404, {"success": False, "status_code": 34, "status_message": "The resource could not be found."}

    @staticmethod
    def _as_series(film: dict) -> dict:
        for name in ("title", "release_date", "runtime", "revenue", "budget", "imdb_id", "belongs_to_collection"):
            value = film.pop(name)
            if name == "title":
                film["name"] = value
            elif name == "release_date":
                film["first_air_date"] = value
            elif name == "runtime":
                film["episode_run_time"] = [value] if value else []
        film["keywords"] = {"results": film["keywords"]["keywords"]}
        return film

    def _discover(self, query: dict[str, str], dated: str) -> tuple[int, object]:
        page = int(query.get("page", 1))
        if page > self.last_page:
            return 422, {"success": False, "errors": ["page must be less than or equal to 500"]}
        low, high = query.get(f"{dated}.gte", ""), query.get(f"{dated}.lte", "9999")
        found = [
            film
            for film in self.films.values()
            if low <= film["release_date"] <= high
            and int(query["with_genres"]) in [genre["id"] for genre in film["genres"]]
            and query.get("with_original_language", film["original_language"]) == film["original_language"]
        ]
        found.sort(key=lambda film: (film["release_date"], film["id"]), reverse=query.get("sort_by") == f"{dated}.desc")
        items = [{"id": film["id"], "title": film["title"]} for film in found[20 * (page - 1) : 20 * page]]
        return 200, {
            "page": page,
            "results": items,
            "total_pages": -(-len(found) // 20),
            "total_results": len(found),
        }

    async def _fail(self, writer: asyncio.StreamWriter, fault: str, body: object) -> bool:
        packed = gzip.compress(body if isinstance(body, bytes) else json.dumps(body).encode())
        if fault.startswith("429"):
            extra = {}
            if fault == "429 with Retry-After":
                extra = {"retry-after": f"{self.retry_after}"}
            elif fault == "429 with a date":
                extra = {"retry-after": formatdate(time.time() + self.retry_after, usegmt=True)}
            await self._send(writer, 429, {"status_code": 25, "success": False}, extra)
        elif fault in ("500", "502", "503"):
            await self._send(writer, int(fault), b"<html>trouble</html>", kind="text/html")
        elif fault in ("reset", "cut"):
            size = len(packed)
            writer.write(self._head(200, {"content-length": str(size), "content-encoding": "gzip"}))
            writer.write(packed[: size // 2])
            await writer.drain()
            if fault == "reset":
                raw = writer.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                writer.transport.abort()
            return False
        elif fault == "drip":
            writer.write(self._head(200, {"content-length": str(len(packed)), "content-encoding": "gzip"}))
            end = time.monotonic() + self.drip_seconds
            for byte in packed:
                if time.monotonic() > end:
                    return False
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.05)
        elif fault == "truncated gzip":
            short = packed[: len(packed) // 2]
            writer.write(self._head(200, {"content-length": str(len(short)), "content-encoding": "gzip"}) + short)
            await writer.drain()
        elif fault == "wrong content type":
            await self._send(writer, 200, body, kind="text/plain")
        elif fault == "html":
            await self._send(writer, 200, b"<html>please log in to this hotel</html>", kind="text/html")
        elif fault == "html called json":
            await self._send(writer, 200, b"<html>please log in</html>", kind="application/json")
        elif fault == "missing fields":
            await self._send(writer, 200, {"success": True})
        elif fault == "empty":
            await self._send(writer, 200, b"", kind="application/json")
        elif fault == "401":
            await self._send(writer, 401, {"status_code": 7, "success": False})
        else:
            raise AssertionError(fault)
        return True

    @staticmethod
    def _head(status: int, headers: dict[str, str]) -> bytes:
        lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers.items())]
        if not any(line.startswith("content-type") for line in lines):
            lines.append("content-type: application/json;charset=utf-8")
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def _send(
        self,
        writer: asyncio.StreamWriter,
        status: int,
        body: object,
        headers: dict[str, str] | None = None,
        kind: str | None = None,
    ) -> None:
        if isinstance(body, bytes):
            content, extra = body, {"content-type": kind or "image/jpeg"}
        else:
            content = gzip.compress(json.dumps(body).encode(), 1)
            extra = {"content-type": kind or "application/json;charset=utf-8", "content-encoding": "gzip"}
        writer.write(self._head(status, {"content-length": str(len(content)), **extra, **(headers or {})}) + content)
        await writer.drain()
