"""How much requests may bring and how long they may take, alone and together, and what is said of more."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

JSON_WEIGHT = 32
START_SECONDS = 10.0
BODY = "genrelab.body"


@dataclass(frozen=True)
class Limits:
    """What one request, one job and all jobs together may take.

    Attributes
    ----------
    request_bytes : int
        Of the body of one request that brings posters.
    json_bytes : int
        Of any other body.
    arriving_bytes : int
        Of all bodies that are on their way or being read; beyond, the answer is 503 and "busy". What is no form of
        posters counts `JSON_WEIGHT` times, since that is what it takes as objects.
    file_bytes : int
        Of one poster, packed or not.
    files : int
        Posters in one request, zip members counted one by one.
    unpacked_bytes : int
        Of all posters of one request after unpacking.
    waiting : int
        Posters that may wait for the model, of all requests together; beyond, the answer is 503 and "busy".
    kept_bytes : int
        Of posters kept for a second look (why, look-alikes, copies by genre); the oldest jobs make room.
    kept_seconds : float
        After which an unused job and its posters are forgotten.
    pixels : int
        Of one poster.
    decode_seconds : float
        Of processor time for decoding one poster.
    body_seconds : float
        In which a body must have arrived.
    body_rate : float
        Bytes a second of a body, on average after the first `START_SECONDS`; a slower one is given up.
    requests : int
        Bodies that may be on their way at one time.
    """

    request_bytes: int = 256 * 2**20
    json_bytes: int = 8 * 2**20
    arriving_bytes: int = 512 * 2**20
    file_bytes: int = 32 * 2**20
    files: int = 1000
    unpacked_bytes: int = 512 * 2**20
    waiting: int = 2000
    kept_bytes: int = 2**30
    kept_seconds: float = 1800.0
    pixels: int = 40_000_000
    decode_seconds: float = 5.0
    body_seconds: float = 120.0
    body_rate: float = 1024.0
    requests: int = 64


class RefusedError(HTTPException):
    """A request that is not served: a status of HTTP and a sentence for its sender."""

    def __init__(self, status: int, detail: str):
        super().__init__(status, detail)
        self.status = status


def most_bytes(headers: Headers, limits: Limits) -> int:
    """How large a body may be: posters come as a form, all else is small."""
    return limits.request_bytes if _is_form(headers) else min(limits.json_bytes, limits.request_bytes)


def body_used(scope: Scope) -> None:
    """Say that the body of a request takes no more memory, though its answer is still to come."""
    if (body := scope.get(BODY)) is not None:
        body.end()


class Body:
    """A body that is no larger and takes no longer than it may.

    Parameters
    ----------
    receive : ASGI callable
    limits : Limits
    headers : Headers
    ended : callable
        Called once, with this body, when it is used or given up.

    Attributes
    ----------
    counted : int
        Bytes that it counts for among all bodies: as many as it says, or as it may be.
    more : bool
        Whether something is still to come.
    """

    def __init__(self, receive: Receive, limits: Limits, headers: Headers, ended: Callable[["Body"], None]):
        self.receive, self.limits, self._ended = receive, limits, ended
        self._most = self._left = most_bytes(headers, limits)
        length = headers.get("content-length") or (self._most if "transfer-encoding" in headers else 0)
        self.counted = int(length) * (1 if _is_form(headers) else JSON_WEIGHT)
        self._started, self.more, self._counts = time.monotonic(), True, True

    async def __call__(self) -> Message:
        if not self.more:  # nothing but a hang-up can come now
            return await self.receive()
        came = self._most - self._left
        within = min(self.limits.body_seconds, START_SECONDS + came / self.limits.body_rate)
        try:
            message = await asyncio.wait_for(self.receive(), max(0.01, self._started + within - time.monotonic()))
        except TimeoutError:
            raise RefusedError(408, f"the request came too slowly: {came:,} bytes in {within:.0f} seconds") from None
        self.more = bool(message.get("more_body", False))
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise RefusedError(413, too_large(self._most))
        return message

    def end(self) -> None:
        """Count this body as used or given up."""
        if self._counts:
            self._counts = False
            self._ended(self)


def _is_form(headers: Headers) -> bool:
    return headers.get("content-type", "").lower().startswith("multipart/form-data")


def too_large(most: int) -> str:
    return f"expected at most {most / 2**20:.3g} MiB in one request of this kind"
