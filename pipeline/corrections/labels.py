"""A person's decisions about genres, in an SQLite file beside the catalogue: who, when, before, after; and undo."""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_TABLE = """
CREATE TABLE IF NOT EXISTS decisions (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    imdb_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('label', 'confirm', 'skip', 'undo')),
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    queue TEXT NOT NULL,
    undoes INTEGER UNIQUE REFERENCES decisions (id)
)
"""


class Labels:
    """Decisions, one row each; nothing is ever changed or deleted, an undo is a row of its own.

    Parameters
    ----------
    path : Path
        Such as `labels.sqlite` beside catalog.parquet; made by the first decision.
    who : str
        Whose decisions these are.

    Examples
    --------
    >>> import tempfile
    >>> labels = Labels(Path(tempfile.mkdtemp()) / "labels.sqlite", "ann")
    >>> labels.decide("tt0000001", "label", [], ["War"])["after"], labels.current()
    (['War'], {'tt0000001': ['War']})
    >>> labels.undo()["imdb_id"], labels.current()
    ('tt0000001', {})
    """

    def __init__(self, path: Path, who: str):
        self.path, self.who = path, who
        self._lock = threading.Lock()

    def decide(
        self, imdb_id: str, kind: str, before: Sequence[str], after: Sequence[str], queue: str = ""
    ) -> dict[str, Any]:
        """Write one decision; when this returns it is on the disk.

        Parameters
        ----------
        imdb_id : str
        kind : {"label", "confirm", "skip"}
        before, after : sequence of str
            All genres of the title.
        queue : str
            Where the title came from, such as `suspicious`, `unlabelled` or `gallery`: measurements need to know which
            titles a model chose.

        Returns
        -------
        dict
            The row as written.
        """
        if kind not in ("label", "confirm", "skip"):
            raise ValueError(f"kind: expected label, confirm or skip, found {kind!r}")
        return self._add(imdb_id, kind, before, after, queue, None)

    def undo(self) -> dict[str, Any] | None:
        """Take back the last decision of this person that stands; None where there is none.

        Returns
        -------
        dict or None
            The decision taken back.
        """
        with self._lock, self._open() as base:
            base.execute("BEGIN IMMEDIATE")
            row = base.execute(
                "SELECT * FROM decisions WHERE who = ? AND kind != 'undo' AND id NOT IN "
                "(SELECT undoes FROM decisions WHERE undoes IS NOT NULL) ORDER BY id DESC LIMIT 1",
                (self.who,),
            ).fetchone()
            if row is None:
                return None
            self._insert(base, row["imdb_id"], "undo", row["after"], row["before"], row["queue"], row["id"])
            return _plain(row)

    def standing(self) -> list[dict[str, Any]]:
        """Decisions that were not taken back, oldest first."""
        if not self.path.exists():
            return []
        with self._lock, self._open() as base:
            rows = base.execute(
                "SELECT * FROM decisions WHERE kind != 'undo' AND id NOT IN "
                "(SELECT undoes FROM decisions WHERE undoes IS NOT NULL) ORDER BY id"
            ).fetchall()
        return [_plain(row) for row in rows]

    def current(self) -> dict[str, list[str]]:
        """The genres that stand for every title that somebody labelled or confirmed."""
        return {row["imdb_id"]: row["after"] for row in self.standing() if row["kind"] != "skip"}

    def seen(self) -> set[str]:
        """Titles that need not be asked about again."""
        return {row["imdb_id"] for row in self.standing() if row["kind"] in ("confirm", "skip")}

    def _add(
        self,
        imdb_id: str,
        kind: str,
        before: Sequence[str],
        after: Sequence[str],
        queue: str,
        undoes: int | None,
    ) -> dict[str, Any]:
        with self._lock, self._open() as base:
            base.execute("BEGIN IMMEDIATE")
            return self._insert(base, imdb_id, kind, json.dumps(list(before)), json.dumps(list(after)), queue, undoes)

    def _insert(self, base: sqlite3.Connection, *values: Any) -> dict[str, Any]:
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        row = base.execute(
            "INSERT INTO decisions (at, who, imdb_id, kind, before, after, queue, undoes) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
            (at, self.who, *values),
        ).fetchone()
        return _plain(row)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection whose block is one transaction: committed and flushed at its end, or undone by an error."""
        base = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        base.row_factory = sqlite3.Row
        try:
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA synchronous = FULL")
            base.execute(_TABLE)
            yield base
            if base.in_transaction:
                base.execute("COMMIT")
        finally:
            base.close()


def _plain(row: sqlite3.Row) -> dict[str, Any]:
    plain = {name: row[name] for name in row.keys()}  # noqa: SIM118 (a Row is iterated by value)
    return plain | {"before": json.loads(row["before"]), "after": json.loads(row["after"])}
