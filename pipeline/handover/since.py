"""Which titles of a catalogue are new or changed since an earlier state of it: only they need predicting again."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np

from ...models.genre_model import GenreModel
from ..catalog.schema import CatalogError
from ..catalog.table import catalog_file, open_catalog
from ..sources.account import how_many
from ..sources.images import printable
from .output import is_earlier_output
from .predict import Piece, catalog_pieces, columns_read


@dataclass(frozen=True)
class Changes:
    """What became of a catalogue since an earlier state of it.

    Attributes
    ----------
    rows : ndarray of n bool
        Whether each title of the catalogue is new or changed, as far as the model reads it.
    new, changed, gone : int
        Titles that only the catalogue has, that both have and differ, and that only the earlier state has.
    """

    rows: np.ndarray
    new: int
    changed: int
    gone: int

    def in_words(self) -> str:
        """One sentence for people.

        Examples
        --------
        >>> Changes(np.array([True, True, False]), 1, 1, 4).in_words()
        '1 new title, 1 changed, 1 as before, 4 no longer there'
        """
        before = len(self.rows) - self.new - self.changed
        counts = f"{self.changed} changed, {before} as before, {self.gone} no longer there"
        return f"{how_many(self.new, 'new title')}, {counts}"


def find_changes(path: Path, since: Path, model: GenreModel, *, allow_outside: bool = False) -> Changes:
    """Compare a catalogue with an earlier state of it, piece by piece; memory holds one short digest a title.

    Predictions do not say what they were made from, so the earlier state is the catalogue that they were made from. A
    title has changed when a column that the model reads has, or when its poster was written after the earlier file.
    A title with a cell that cannot be read, now or then, counts as changed.

    Parameters
    ----------
    path, since : Path
        Parquet files or their folders: the catalogue, and its earlier state.
    model : GenreModel
        Decides which columns matter.
    allow_outside : bool
        As in `catalog_pieces`.

    Returns
    -------
    Changes

    Raises
    ------
    CatalogError
        When one of them is no catalogue, or both are one file.
    """
    name = _earlier_catalog(since, path)
    known = {key: digest for key, digest, _ in _digests(since, model, allow_outside)}
    written = name.stat().st_mtime if model.reads_posters() else np.inf
    rows: list[bool] = []
    new, met = 0, 0
    for key, digest, poster in _digests(path, model, allow_outside):
        met += key in known
        new += key not in known
        rows.append(digest is None or known.get(key) != digest or _newer(poster, written))
    return Changes(np.array(rows, dtype=bool), new, sum(rows) - new, len(known) - met)


def _earlier_catalog(since: Path, path: Path) -> Path:
    file = catalog_file(since)
    if file.is_file() and file.stat().st_size and is_earlier_output(file):
        raise CatalogError(
            f"--since {printable(file)} holds predictions, which do not say what they were made from; expected the "
            "catalogue as it was then"
        )
    _, name = open_catalog(since)
    if name.samefile(open_catalog(path)[1]):
        raise CatalogError(f"--since {printable(name)} is the catalogue itself; expected an earlier copy of it")
    return name


def _digests(path: Path, model: GenreModel, allow_outside: bool) -> Iterator[tuple[str, bytes | None, object]]:
    """Id, digest of what the model reads (None where a cell cannot be read), and poster of every title."""
    columns = sorted(columns_read(model))
    _, pieces = catalog_pieces(path, model, allow_outside=allow_outside)
    for piece in pieces:
        yield from zip(piece.names, _piece_digests(piece, columns), piece.paths, strict=True)


def _piece_digests(piece: Piece, columns: list[str]) -> Iterator[bytes | None]:
    cells = zip(*(piece.titles[column].tolist() for column in columns), strict=True)
    for row, values in enumerate(cells):
        yield None if row in piece.faults else blake2b(repr(values).encode("utf-8", "replace"), digest_size=16).digest()


def _newer(poster: object, written: float) -> bool:
    try:
        return isinstance(poster, Path) and poster.stat().st_mtime > written
    except OSError:
        return False
