"""An HTTP client with manners: spaced requests, few at a time, patience with a server in trouble."""

from __future__ import annotations

import asyncio
import email.utils
import logging
import random
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import httpx

logger = logging.getLogger(__name__)
Item = TypeVar("Item")
Result = TypeVar("Result")


def run_to_the_end(work: Coroutine[Any, Any, Result]) -> Result:
    """Run asynchronous work from ordinary code, in a notebook, too, where an event loop runs already.

    Parameters
    ----------
    work : coroutine

    Returns
    -------
    object
        What it returns; what it raises is raised here.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class GaveUpError(RuntimeError):
    """Raised when a request had no good answer after every attempt."""


class AgainError(Exception):
    """Raised inside an attempt when another one makes sense.

    `retry_after` is the server's own wish in seconds; `everybody` holds back all other requests as well.
    """

    def __init__(self, reason: str, retry_after: float | None = None, *, everybody: bool = False) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.everybody = everybody


class PoliteClient:
    """Asks for addresses without ever exceeding a rate, and tries again when that makes sense.

    A 429, a 5xx, a broken or slow connection and whatever `check` refuses are tried again, after the server's
    Retry-After or after a growing wait with jitter; a 429 holds back every request, not only its own.

    Parameters
    ----------
    rate : float
        Requests a second, evenly spaced (no bursts).
    concurrency : int
        Requests under way at once.
    attempts : int
        Tries for one request.
    backoff, longest_wait : float
        Seconds before the second try, and the most before any; the wait doubles and is cut by up to a half.
    longest_retry_after : float
        Seconds; a server that asks for more is not waited for.
    deadline : float
        Seconds for a whole answer, so that a slow drip ends.
    headers : mapping or None
        Sent with every request; never logged.
    follow_redirects : bool
        Go where the server points. Off for an API that is sent a token.
    http1 : bool
        False speaks HTTP/2 from the first byte, without TLS too.
    """

    def __init__(
        self,
        *,
        rate: float = 20.0,
        concurrency: int = 8,
        attempts: int = 8,
        backoff: float = 1.0,
        longest_wait: float = 60.0,
        longest_retry_after: float = 900.0,
        deadline: float = 30.0,
        headers: Mapping[str, str] | None = None,
        follow_redirects: bool = False,
        http1: bool = True,
    ) -> None:
        if rate <= 0 or concurrency < 1 or attempts < 1:
            raise ValueError("rate, concurrency and attempts must be positive")
        import httpx
        from aiolimiter import AsyncLimiter

        # Both log the headers they pack, in full, when the program logs everything.
        for name in ("hpack", "hpack.hpack", "hpack.table", "httpcore"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self.attempts, self.backoff, self.longest_wait = attempts, backoff, longest_wait
        self.longest_retry_after, self.deadline, self.concurrency = longest_retry_after, deadline, concurrency
        self.sent = 0
        self._limiter = AsyncLimiter(1, 1 / rate)  # a capacity of one: spaced, not bursty
        self._slots = asyncio.Semaphore(concurrency)
        self._resume_at = 0.0
        limits = httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
        self._http = httpx.AsyncClient(
            http2=True,
            http1=http1,
            headers=dict(headers or {}),
            timeout=deadline,
            limits=limits,
            follow_redirects=follow_redirects,
        )

    async def __aenter__(self) -> PoliteClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def get(
        self,
        url: str,
        params: Mapping[str, object] | None = None,
        check: Callable[[httpx.Response], Result] | None = None,
    ) -> Result:
        """Return what `check` makes of the answer (by default the answer itself).

        Raises
        ------
        GaveUpError
            After the last attempt; the message names the address and the last reason.
        """
        from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt

        retrying = AsyncRetrying(
            stop=stop_after_attempt(self.attempts),
            wait=self._wait,
            retry=retry_if_exception_type(AgainError),
            reraise=True,
        )
        try:
            return await retrying(self._attempt, url, params, check)
        except AgainError as error:
            raise GaveUpError(f"{url}: no good answer in {self.attempts} attempts; the last: {error}") from None

    async def _attempt(
        self,
        url: str,
        params: Mapping[str, object] | None,
        check: Callable[[httpx.Response], Result] | None,
    ) -> Result:
        import httpx

        async with self._slots:
            await self._turn()
            self.sent += 1
            try:
                async with asyncio.timeout(self.deadline):
                    answer = await self._http.get(url, params=dict(params or {}))  # type: ignore[arg-type]
            except TimeoutError:
                raise AgainError(f"no whole answer within {self.deadline:g} s") from None
            except (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.TooManyRedirects) as error:
                raise GaveUpError(f"{url}: cannot be asked for ({error})") from None
            except (httpx.TransportError, httpx.DecodingError) as error:
                raise AgainError(f"{type(error).__name__} {error}".strip()) from None
            if answer.status_code == 429:
                raise AgainError("429, too many requests", retry_after(answer.headers), everybody=True)
            if answer.status_code >= 500 or answer.status_code == 408:
                raise AgainError(f"{answer.status_code} from the server", retry_after(answer.headers))
            return answer if check is None else check(answer)  # type: ignore[return-value]

    async def _turn(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            while (rest := self._resume_at - loop.time()) > 0:
                await asyncio.sleep(rest)
            await self._limiter.acquire()
            if self._resume_at <= loop.time():
                return

    def _wait(self, state: object) -> float:
        error = state.outcome.exception()  # type: ignore[attr-defined]
        number = state.attempt_number  # type: ignore[attr-defined]
        if error.retry_after is not None:
            if error.retry_after > self.longest_retry_after:
                raise GaveUpError(f"the server asks to wait {error.retry_after:.0f} s; try again after that")
            seconds = error.retry_after + random.uniform(0, 0.05 * self.backoff)
        else:
            seconds = min(self.longest_wait, self.backoff * 2 ** (number - 1)) * random.uniform(0.5, 1.0)
        if error.everybody:
            self._resume_at = max(self._resume_at, asyncio.get_running_loop().time() + seconds)
        logger.info("attempt %d: %s; waiting %.1f s", number, error, seconds)
        return seconds


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After header, which may be a number or a date; None without a usable one.

    Examples
    --------
    >>> retry_after({"retry-after": "7"}), retry_after({"retry-after": "soon"}), retry_after({})
    (7.0, None, None)
    """
    value = headers.get("retry-after")
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


async def gather_bounded(
    items: Iterable[Item], work: Callable[[Item], Awaitable[Result]], workers: int
) -> list[Result]:
    """Run `work` over all items, a few at a time, and return the results in their order; the first error stops all."""
    queue = iter(list(enumerate(items)))
    results: dict[int, Result] = {}

    async def worker() -> None:
        for position, item in queue:
            results[position] = await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(worker())
    except BaseExceptionGroup as errors:
        first: BaseException = errors
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from None
    return [results[position] for position in sorted(results)]
