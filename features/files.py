"""Files that are either the old one or the new one, never half of either: the one writer of the whole house."""

import contextlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np


@contextlib.contextmanager
def replacing(path: str | os.PathLike) -> Iterator[Path]:
    """A temporary path in the same folder that takes the place of `path` when the block ends well.

    The file and its folder are flushed to the disk, so that a write that returned is there after a power cut, and its
    permissions are those of any new file under the caller's umask.

    Parameters
    ----------
    path : path
        The file to write; its folder is made.

    Yields
    ------
    Path
        Where to write. After an error it is removed and `path` is as it was.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "deep" / "note.txt"
    >>> with replacing(target) as temporary:
    ...     _ = temporary.write_text("done")
    >>> target.read_text()
    'done'
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # The name begins with a dot, so that no reader takes it for a finished file, and is short enough for any stem.
    temporary = path.with_name(f".{path.stem[:100]}.{secrets.token_hex(6)}{path.suffix}")
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        yield temporary
        _flush(temporary)
        temporary.replace(path)
        with contextlib.suppress(OSError):  # not every system can flush a folder
            _flush(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: str | os.PathLike, text: str) -> Path:
    """Write a text file whole or not at all.

    Parameters
    ----------
    path : path
        The file; its folder is made.
    text : str
        Written as UTF-8, line ends unchanged.

    Returns
    -------
    Path
        The same path.

    Examples
    --------
    >>> import tempfile
    >>> write_text(Path(tempfile.mkdtemp()) / "a" / "note.txt", "done").read_text()
    'done'
    """
    content = text.encode("utf-8")
    with replacing(path) as temporary:
        temporary.write_bytes(content)
    return Path(path)


def write_json(path: str | os.PathLike, content: Mapping[str, Any] | list[Any]) -> Path:
    """Write a readable JSON file whole or not at all; paths, NumPy numbers, sets and tuples become plain JSON.

    Examples
    --------
    >>> import tempfile
    >>> write_json(Path(tempfile.mkdtemp()) / "a.json", {"n": np.int64(3)}).read_text()
    '{\\n "n": 3\\n}\\n'
    """
    return write_text(path, json.dumps(content, indent=1, ensure_ascii=False, default=_plain) + "\n")


def _plain(value: object) -> object:
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Iterable):
        return list(value)
    raise TypeError(f"cannot write {type(value).__name__} as JSON")
