"""Who may ask, how much, and what a page may load: the gate that every request passes before any work."""

import hmac
import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send

COOKIE = "genrelab_token"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A run's report holds its own style and pictures and no script at all; the frame around it gives it no origin.
REPORT_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


@dataclass(frozen=True)
class Limits:
    """What one request, one job and all jobs together may take.

    Attributes
    ----------
    request_bytes : int
        Of the body of one request.
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
    requests : int
        Bodies that may be on their way at one time.
    """

    request_bytes: int = 256 * 2**20
    file_bytes: int = 32 * 2**20
    files: int = 1000
    unpacked_bytes: int = 512 * 2**20
    waiting: int = 2000
    kept_bytes: int = 2**30
    kept_seconds: float = 1800.0
    pixels: int = 40_000_000
    decode_seconds: float = 5.0
    body_seconds: float = 120.0
    requests: int = 64


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this machine only.

    Examples
    --------
    >>> [is_loopback(host) for host in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "192.168.1.2")]
    [True, True, True, False, False]
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def host_name(header: str) -> str | None:
    """The name in a Host header, without its port; None for what is no such header.

    Examples
    --------
    >>> host_name("localhost:8765"), host_name("[::1]:80"), host_name("a b"), host_name("x@y")
    ('localhost', '::1', None, None)
    """
    if not header or any(letter in header for letter in "@/\\ ?#,"):
        return None
    try:
        parts = urlsplit(f"//{header}")
        _ = parts.port
        return parts.hostname
    except ValueError:
        return None


class Gate:
    """Middleware: Host, Origin, token, size and time of the body, and headers of every answer.

    Parameters
    ----------
    app : ASGI application
    host : str
        The address the server listens on.
    token : str, optional
        Needed by every request when given; without one only loopback names are served.
    limits : Limits
    """

    def __init__(self, app: Any, host: str = "127.0.0.1", token: str | None = None, limits: Limits | None = None):
        if token is None and not is_loopback(host):
            raise ValueError(f"host {host}: expected a token, since other machines can reach this address")
        self.app, self.host, self.token, self.limits = app, host, token, limits or Limits()
        self._bodies = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a refusal, or pass the request on."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, _with_headers(send))
            return
        if scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, _with_headers(send))
            return
        if self._bodies >= self.limits.requests:
            await busy("too many requests at one time")(scope, receive, _with_headers(send))
            return
        self._bodies += 1
        body = _Bounded(receive, self.limits, self._arrived)
        try:
            await self.app(scope, body, _with_headers(send))
        finally:
            body.end()

    def _arrived(self) -> None:
        self._bodies -= 1

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        hosts = headers.getlist("host")
        name = host_name(hosts[0]) if len(hosts) == 1 else None
        if name is None or not (self.token is not None or is_loopback(name) or name == self.host):
            return error(
                421, "this server answers to its own address only; open the address that genrelab serve printed"
            )
        site = headers.get("sec-fetch-site", "none")
        origin = headers.get("origin")
        foreign = origin is not None and urlsplit(origin).netloc != hosts[0]
        moved = scope["method"] in ("GET", "HEAD") and headers.get("sec-fetch-mode") == "navigate"
        if foreign or (site not in ("none", "same-origin") and not moved):
            return error(403, "a page of another site asked; this server answers to its own page only")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self.limits.request_bytes:
            return error(413, f"expected at most {self.limits.request_bytes // 2**20} MiB in one request")
        return self._unknown(scope, headers) if self.token is not None else None

    def _unknown(self, scope: Scope, headers: Headers) -> Response | None:
        """A refusal for a request without the token; a link that brings it gets a cookie."""
        token = str(self.token)
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and _same(bearer.strip(), token):
            return None
        if _same(cookie_parser(headers.get("cookie", "")).get(COOKIE, ""), token):
            return None
        given = QueryParams(scope.get("query_string", b"")).get("token", "")
        if scope["path"] == "/" and scope["method"] == "GET" and _same(given, token):
            welcome = RedirectResponse("/", 303)
            welcome.set_cookie(COOKIE, token, httponly=True, samesite="strict")
            return welcome
        return error(401, "expected the token that genrelab serve printed: open the link it printed")


class _Bounded:
    """A body that is no larger and takes no longer than it may; `arrived` is called once, when it is there."""

    def __init__(self, receive: Receive, limits: Limits, arrived: Callable[[], None]):
        self.receive, self.limits, self._arrived = receive, limits, arrived
        self._ended = False
        self.left, self.until, self.more = limits.request_bytes, time.monotonic() + limits.body_seconds, True

    async def __call__(self) -> Message:
        import asyncio

        if not self.more:  # nothing but a hang-up can come now
            return await self.receive()
        try:
            message = await asyncio.wait_for(self.receive(), max(0.01, self.until - time.monotonic()))
        except TimeoutError:
            raise RefusedError(
                408, f"expected the whole request within {self.limits.body_seconds:.0f} seconds"
            ) from None
        self.more = bool(message.get("more_body", False))
        if not self.more:
            self.end()
        self.left -= len(message.get("body", b""))
        if self.left < 0:
            raise RefusedError(413, f"expected at most {self.limits.request_bytes // 2**20} MiB in one request")
        return message

    def end(self) -> None:
        """Count this body as arrived or given up."""
        if not self._ended:
            self._ended = True
            self._arrived()


class RefusedError(Exception):
    """A request that is not served: a status of HTTP and a sentence for its sender."""

    def __init__(self, status: int, detail: str):
        super().__init__(detail)
        self.status, self.detail = status, detail


def error(status: int, detail: str) -> JSONResponse:
    """The one form of every refusal: `{"detail": sentence}`."""
    return JSONResponse({"detail": detail}, status, headers={"Retry-After": "2"} if status == 503 else None)


def busy(why: str) -> JSONResponse:
    """The clear answer of a full queue."""
    return error(503, f"busy: {why}; try again in a moment")


def _same(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())


def _with_headers(send: Send) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message.setdefault("headers", []))
            headers.setdefault("Content-Security-Policy", PAGE_POLICY)
            headers.setdefault("Cache-Control", "no-store")
            headers["X-Content-Type-Options"] = "nosniff"
            headers["Referrer-Policy"] = "no-referrer"
            headers["Cross-Origin-Resource-Policy"] = "same-origin"
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
        await send(message)

    return wrapped
