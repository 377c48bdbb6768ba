"""What keeps a pass over posters from hanging or eating memory: bounded reads of regular files, bounded pixels."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Lock

__all__ = ["MAX_BYTES", "OUTSIDE", "PIXELS_AT_ONCE", "Refused", "hash_file", "pixels_at_once", "read_file"]

MAX_BYTES = 64 * 2**20  # of one file
PIXELS_AT_ONCE = 64_000_000  # decoded pixels that all threads of a process hold together
OUTSIDE = "outside the catalogue's folder"  # the status of a poster that must not be opened
_STEP = 2**20
# Non-blocking, so that a named pipe without a writer does not hold the process; binary where the platform asks.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Refused:
    """A poster path that must not be opened.

    Attributes
    ----------
    path : str
        As the catalogue writes it.
    reason : str
        The status that its title gets.
    """

    path: str
    reason: str = OUTSIDE

    def __str__(self) -> str:
        return self.path

    def exists(self) -> bool:
        """Never: for all who ask, there is nothing to open."""
        return False

    is_file = exists


def read_file(path: str | os.PathLike[str], max_bytes: int = MAX_BYTES) -> tuple[bytes | None, str]:
    """Read a regular file, at most so many bytes.

    Parameters
    ----------
    path : path
    max_bytes : int
        A file with more is not read, whatever size it reports.

    Returns
    -------
    content : bytes or None
    status : str
        `ok`, `missing`, `not a file` (a folder, a named pipe, a device), `too large`, `unreadable`.

    Examples
    --------
    >>> read_file("/dev/null"), read_file("no such file")
    ((None, 'not a file'), (None, 'missing'))
    """
    parts: list[bytes] = []
    status = _each_part(path, max_bytes, parts.append)
    return (b"".join(parts), status) if status == "ok" else (None, status)


def hash_file(
    path: str | os.PathLike[str], max_bytes: int = MAX_BYTES, keep: int = 0
) -> tuple[str | None, bytes | None]:
    """The sha256 of a regular file, and its bytes if there are few.

    Parameters
    ----------
    path : path
    max_bytes : int
        As in `read_file`.
    keep : int
        Bytes up to which the content is kept; a larger file is never in memory as a whole.

    Returns
    -------
    sha256 : str or None
        In hex; None where `read_file` gives a status other than `ok`.
    content : bytes or None
        None for more than `keep` bytes.
    """
    digest, kept, size = hashlib.sha256(), [], 0

    def take(part: bytes) -> None:
        nonlocal size
        digest.update(part)
        size += len(part)
        if size <= keep:
            kept.append(part)
        else:
            kept.clear()

    if _each_part(path, max_bytes, take) != "ok":
        return None, None
    return digest.hexdigest(), b"".join(kept) if size <= keep else None


def _each_part(path: str | os.PathLike[str], max_bytes: int, take: Callable[[bytes], None]) -> str:
    try:
        # Looked at before it is opened, because opening alone makes some devices act; and again after.
        if not stat.S_ISREG(Path(path).stat().st_mode):
            return "not a file"
        handle = os.open(path, _FLAGS)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a NUL in the path
        return "missing"
    except OSError:
        return "unreadable"
    try:
        info = os.fstat(handle)
        if not stat.S_ISREG(info.st_mode):
            return "not a file"
        if info.st_size > max_bytes:
            return "too large"
        left, step = max_bytes + 1, min(info.st_size + 1, _STEP)
        while part := os.read(handle, min(step, left)):
            take(part)
            left -= len(part)
            if left <= 0:
                return "too large"
            step = _STEP
        return "ok"
    except OSError:
        return "unreadable"
    finally:
        os.close(handle)


class _Budget:
    """So many units for all threads; who asks first is served first, so that a large request is not starved."""

    def __init__(self, total: int):
        self.total = self.free = total
        self.queue, self.given = Lock(), Condition()

    @contextmanager
    def take(self, units: int) -> Iterator[None]:
        units = min(units, self.total)
        with self.queue, self.given:
            self.given.wait_for(lambda: self.free >= units)
            self.free -= units
        try:
            yield
        finally:
            with self.given:
                self.free += units
                self.given.notify_all()


_PIXELS = _Budget(PIXELS_AT_ONCE)


def pixels_at_once(pixels: int) -> AbstractContextManager[None]:
    """Wait until so many pixels fit beside those that other threads hold, and hold them while the block runs.

    Parameters
    ----------
    pixels : int
        More than `PIXELS_AT_ONCE` count as that many.

    Returns
    -------
    context manager

    Examples
    --------
    >>> with pixels_at_once(128 * 192):
    ...     pass
    """
    return _PIXELS.take(pixels)
