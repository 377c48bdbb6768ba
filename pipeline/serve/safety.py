"""Who may ask, how much, and what a page may load: the gate that every request passes before any work."""

import contextlib
import hmac
import ipaddress
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send

from .limits import BODY, Body, Limits, RefusedError, most_bytes, too_large

COOKIE = "genrelab_token"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A run's report holds its own style and pictures and no script at all; the frame around it gives it no origin.
REPORT_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"


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
        self._bodies, self._bytes = 0, 0

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
        body = Body(receive, self.limits, headers, self._used)
        if self._bodies >= self.limits.requests or self._bytes + body.counted > self.limits.arriving_bytes:
            with contextlib.suppress(RefusedError):  # read to its end, so that the sender can hear the answer
                while body.more and (await body())["type"] == "http.request":
                    pass
            await busy("too many requests at one time")(scope, receive, _with_headers(send))
            return
        self._bodies, self._bytes = self._bodies + 1, self._bytes + body.counted
        scope[BODY] = body
        try:
            await self.app(scope, body, _with_headers(send))
        finally:
            body.end()

    def _used(self, body: Body) -> None:
        self._bodies, self._bytes = self._bodies - 1, self._bytes - body.counted

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
        most = most_bytes(headers, self.limits)
        if not length.isdecimal() or len(length) > 20 or int(length) > most:
            return error(413, too_large(most))
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
