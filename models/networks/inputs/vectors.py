"""Word vectors from the text file that GloVe and others are given out as."""

import gzip
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

__all__ = ["WordVectors", "read_glove"]

_SAMPLE = 100  # lines from which the width is taken
_LONGEST = 1 << 18  # bytes of a line of the sample


@dataclass(frozen=True)
class WordVectors:
    """The vectors of the words asked for that a file has.

    Parameters
    ----------
    words : list of n str
        In the order of the file.
    matrix : float32 ndarray of shape (n, width)
    lines : int
        Of the file, headers and empty lines left out.
    broken : int
        Lines with fewer than `width` numbers, and words asked for whose numbers are none; they were left out.
    first_broken : str or None
        What is wrong with the first of them.
    """

    words: list[str]
    matrix: np.ndarray
    lines: int
    broken: int = 0
    first_broken: str | None = None


def read_glove(path: str | Path, words: Collection[str]) -> WordVectors:
    """Read the vectors of some words; the others pass without being kept.

    Each line is a word and its numbers with blanks between. The width is that of most of the first 100 lines, and
    the numbers are taken from the right: a word may hold blanks itself. A first line of two whole numbers, as
    word2vec writes it, is passed over. Of a word that occurs twice the first line counts.

    Parameters
    ----------
    path : path
        The text, or a .gz of it, or a .zip with nothing else in it.
    words : collection of str
        To keep.

    Returns
    -------
    WordVectors

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no such text: empty, binary, without numbers, or a broken archive.

    References
    ----------
    Pennington, Socher, Manning (2014), GloVe: global vectors for word representation.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "small.txt"
    ...     _ = file.write_text("the 0.1 0.2\\nheist 0.5 -1\\nnew york 1 2\\n")
    ...     found = read_glove(file, {"heist", "york"})
    >>> found.words, found.matrix.tolist(), found.lines
    (['heist'], [[0.5, -1.0]], 3)
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"word vectors: {path} does not exist")
    number = 0
    try:
        with _open(path) as file:
            sample = [line for _ in range(_SAMPLE) if (line := file.readline(_LONGEST))]
            width, skip = _layout(path, sample)
            reader = _Reader(words, width)
            for number, line in enumerate(chain(sample, file), 1):
                if number > skip:
                    reader.take(number, line)
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        raise ValueError(f"{path}: the archive is broken or cut off, {number} lines could be read ({error})") from error
    if reader.broken == reader.lines:
        raise ValueError(f"{path}: expected lines of a word and {width} numbers, found none ({reader.first_broken})")
    matrix = np.array(reader.rows, dtype=np.float32).reshape(-1, width)
    return WordVectors(list(reader.found.values()), matrix, reader.lines, reader.broken, reader.first_broken)


class _Reader:
    """What is kept while the lines pass."""

    def __init__(self, words: Collection[str], width: int):
        self.width = width
        self.wanted = {word.encode(): word for word in words}
        self.heads = {token.split(b" ", 1)[0] for token in self.wanted}
        self.found: dict[bytes, str] = {}
        self.rows: list[np.ndarray] = []
        self.lines = self.broken = 0
        self.first_broken: str | None = None

    def take(self, number: int, line: bytes) -> None:
        line = line.rstrip()
        if not line:
            return
        self.lines += 1
        blanks = line.count(b" ")
        if blanks < self.width:
            self._refuse(number, f"{blanks}")
            return
        if line[: line.find(b" ")] not in self.heads:
            return
        token, *numbers = line.rsplit(b" ", self.width)
        if token not in self.wanted or token in self.found:
            return
        try:
            row = np.array([float(value) for value in numbers], dtype=np.float32)
        except ValueError as error:
            self._refuse(number, f"something else ({error})")
            return
        if not np.isfinite(row).all():
            self._refuse(number, "some that are not finite")
            return
        self.found[token] = self.wanted[token]
        self.rows.append(row)

    def _refuse(self, number: int, found: str) -> None:
        self.broken += 1
        if self.first_broken is None:
            self.first_broken = f"line {number}: expected {self.width} numbers, found {found}"


@contextmanager
def _open(path: Path) -> Iterator[Any]:
    with path.open("rb") as file:
        start = file.read(4)
    if start[:2] == b"\x1f\x8b":
        with gzip.open(path) as file:
            yield file
    elif start == b"PK\x03\x04":
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            if len(names) != 1:
                held = ", ".join(names[:6])
                raise ValueError(f"{path}: expected a .zip of one text, found {held}; unpack the one to use")
            with archive.open(names[0]) as file:
                yield file
    else:
        with path.open("rb", buffering=1 << 20) as file:
            yield file


def _layout(path: Path, sample: list[bytes]) -> tuple[int, int]:
    """The width of the vectors and the number of header lines."""
    if not b"".join(sample).strip():
        raise ValueError(f"{path}: expected lines of a word and its numbers, found an empty file")
    if any(b"\0" in line or len(line) >= _LONGEST for line in sample):
        raise ValueError(f"{path}: expected a text, a word and its numbers on each line, found a binary file")
    widths = [_numbers_at_end(line) for line in sample if line.strip()]
    header = len(widths) > 1 and all(part.isdigit() for part in sample[0].split()) and len(sample[0].split()) == 2
    if header and Counter(widths[1:]).most_common(1)[0][0] != 1:
        widths = widths[1:]
    else:
        header = False
    width = Counter(widths).most_common(1)[0][0]
    if width == 0:
        start = sample[0].strip()[:60].decode("utf-8", "replace")
        raise ValueError(f"{path}: expected lines of a word and its numbers, found {start!r}")
    return width, int(header)


def _numbers_at_end(line: bytes) -> int:
    count = 0
    for field in reversed(line.split()[1:]):
        try:
            float(field)
        except ValueError:
            break
        count += 1
    return count
