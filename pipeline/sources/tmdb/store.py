"""TMDb's answers on disk: one SQLite file, packed JSON, the time each was fetched."""

from __future__ import annotations

import gzip
import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlencode

from .terms import KEEP_SECONDS

_SCHEMA = """
CREATE TABLE IF NOT EXISTS answers (
    request TEXT PRIMARY KEY,
    status INTEGER NOT NULL,
    fetched REAL NOT NULL,
    body BLOB NOT NULL
) WITHOUT ROWID
"""


class StoreError(RuntimeError):
    """Raised when an answer could not be kept, as on a full disk; what was kept before is whole."""


class AnswerStore:
    """A file of answers that survives a kill at any moment: an answer is in it whole, or not at all.

    Parameters
    ----------
    path : Path
        The SQLite file; its folder is made.
    max_bytes : int or None
        Refuse to grow beyond this.
    clock : callable
        Seconds since 1970.

    Examples
    --------
    >>> import tempfile
    >>> with AnswerStore(Path(tempfile.mkdtemp(), "answers.sqlite")) as store:
    ...     store.put("/movie/603", {}, 200, {"title": "The Matrix"})
    ...     store.get("/movie/603", {})
    (200, {'title': 'The Matrix'})
    """

    def __init__(self, path: Path, *, max_bytes: int | None = None, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self.clock = clock
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.connection = sqlite3.connect(path, timeout=30, isolation_level=None)
            self.connection.execute("PRAGMA journal_mode=WAL")
            self.connection.execute("PRAGMA synchronous=NORMAL")
            self.connection.execute("PRAGMA secure_delete=ON")
            self.connection.execute(_SCHEMA)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"{path}: cannot be used as TMDb's answer store ({error})") from None
        if max_bytes is not None:
            size = self.connection.execute("PRAGMA page_size").fetchone()[0]
            self.connection.execute(f"PRAGMA max_page_count={max(1, max_bytes // size)}")

    def __enter__(self) -> AnswerStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return self.connection.execute("SELECT count(*) FROM answers").fetchone()[0]

    def get(self, path: str, params: Mapping[str, object]) -> tuple[int, dict] | None:
        """Return the status and payload of an answer younger than 180 days, or None."""
        row = self.connection.execute(
            "SELECT status, body FROM answers WHERE request = ? AND fetched > ?",
            (request_key(path, params), self.clock() - KEEP_SECONDS),
        ).fetchone()
        return None if row is None else (row[0], json.loads(gzip.decompress(row[1])))

    def put(self, path: str, params: Mapping[str, object], status: int, payload: object) -> None:
        """Keep an answer.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        body = gzip.compress(json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode(), 6, mtime=0)
        try:
            self.connection.execute(
                "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)",
                (request_key(path, params), status, self.clock(), body),
            )
        except sqlite3.Error as error:
            raise StoreError(
                f"{self.path}: an answer could not be written ({error}). The answers before it are kept: make room "
                "and run the same command again, it goes on from there."
            ) from None

    def purge(self, *, everything: bool = False) -> int:
        """Delete answers older than 180 days, or all, from the disk too; return how many."""
        limit = float("inf") if everything else self.clock() - KEEP_SECONDS
        gone = self.connection.execute("DELETE FROM answers WHERE fetched <= ?", (limit,)).rowcount
        self.connection.execute("VACUUM")
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def close(self) -> None:
        """Close the file."""
        self.connection.close()


def request_key(path: str, params: Mapping[str, object]) -> str:
    """Return what identifies a request; the token is no part of it.

    Examples
    --------
    >>> request_key("/discover/movie", {"page": 2, "language": "en"})
    '/discover/movie?language=en&page=2'
    """
    query = urlencode(sorted((name, str(value)) for name, value in params.items()))
    return f"{path}?{query}" if query else path
