"""TMDb's API, version 3: each request asked once, its answer kept."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..http import AgainError, GaveUpError, PoliteClient
from .store import AnswerStore

if TYPE_CHECKING:
    import httpx

BASE_URL = "https://api.themoviedb.org/3"
TOKEN_VARIABLE = "TMDB_TOKEN"
LAST_PAGE = 500
MAX_APPENDED = 20
ANSWERS = (200, 404, 422)  # answers in their own right: kept, and not asked for again


class TokenError(RuntimeError):
    """Raised without a usable token, and when TMDb refuses it."""


def read_token(file: Path | None = None) -> str:
    """Read the API read access token from a file or from TMDB_TOKEN; never from the command line.

    Raises
    ------
    TokenError
        If there is none, or if it cannot be one. The message never holds the token.
    """
    where = f"the file {file}" if file is not None else f"the environment's {TOKEN_VARIABLE}"
    try:
        token = file.read_text().strip() if file is not None else os.environ.get(TOKEN_VARIABLE, "").strip()
    except (OSError, UnicodeDecodeError):
        raise TokenError(f"{where}: cannot be read as text") from None
    token = token.removeprefix("Bearer ").strip()
    if not token:
        raise TokenError(
            f"no TMDb token: put the API Read Access Token of your TMDb account into {TOKEN_VARIABLE}, or into a file "
            "named by --token-file"
        )
    if re.fullmatch(r"[0-9a-f]{32}", token):
        raise TokenError(f"{where} holds an API key (32 digits); wanted is the longer API Read Access Token")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise TokenError(f"{where}: expected one line without spaces")
    return token


class TmdbClient:
    """Asks TMDb, through a store: an answer that is there is not asked for again.

    Parameters
    ----------
    token : str
        The API read access token. It goes into the request's header and nowhere else.
    store : AnswerStore
        Where answers are kept.
    base_url : str
        The API's address.
    progress : callable or None
        Called with 1 after each answer, kept or new.
    **manners
        As `PoliteClient`: rate, concurrency, attempts, and so on.
    """

    def __init__(
        self,
        token: str,
        store: AnswerStore,
        *,
        base_url: str = BASE_URL,
        progress: Callable[[int], None] | None = None,
        **manners: float,
    ) -> None:
        headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
        self.polite = PoliteClient(headers=headers, **manners)  # type: ignore[arg-type]
        self.store = store
        self.base_url = base_url.rstrip("/")
        self.progress = progress

    async def __aenter__(self) -> TmdbClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.polite.__aexit__()

    async def get(
        self, path: str, params: Mapping[str, object] | None = None, needs: Mapping[str, type] | None = None
    ) -> dict | None:
        """Return the payload, or None when TMDb says that there is no such thing (404, 422).

        Parameters
        ----------
        path : str
            As `/movie/603`.
        params : mapping or None
            The query.
        needs : mapping or None
            Fields without which the answer is useless, and their types; it is then asked for again.

        Raises
        ------
        TokenError
            If TMDb refuses the token; every answer so far is kept.
        GaveUpError
            If there was no good answer after every attempt.
        StoreError
            If the answer could not be kept.
        """
        params = dict(params or {})
        if len(str(params.get("append_to_response", "")).split(",")) > MAX_APPENDED:
            raise ValueError(f"append_to_response: at most {MAX_APPENDED} parts")
        kept = self.store.get(path, params)
        if kept is None:

            def check(answer: httpx.Response) -> tuple[int, dict]:
                return answer.status_code, _payload(answer, needs or {})

            kept = await self.polite.get(self.base_url + path, params, check)
            self.store.put(path, params, *kept)
        if self.progress is not None:
            self.progress(1)
        status, payload = kept
        return payload if status == 200 else None


def _payload(answer: httpx.Response, needs: Mapping[str, type]) -> dict:
    """Return the JSON object of an answer, or say what is wrong with it."""
    if answer.status_code == 401:
        raise TokenError(
            "TMDb refuses the token (401): it is wrong or has expired. Nothing is lost: put a fresh one in its place "
            "and run the same command again, it goes on from here."
        )
    if answer.status_code not in ANSWERS:
        raise GaveUpError(f"{answer.url.path}: TMDb answers {answer.status_code}, which is not expected here")
    kind = answer.headers.get("content-type", "no content type").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise AgainError(f"expected JSON, found {kind}")
    try:
        payload = answer.json()
    except (ValueError, RecursionError):
        raise AgainError("expected JSON, found text that is none") from None
    if not isinstance(payload, dict):
        raise AgainError(f"expected a JSON object, found {type(payload).__name__}")
    if answer.status_code == 200:
        for name, kind_of in needs.items():
            if not isinstance(payload.get(name), kind_of):
                raise AgainError(f"the answer lacks {name!r}")
    return payload
