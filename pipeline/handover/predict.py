"""Predictions for posters and catalogues of any length, piece by piece."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from ...features.bounded import Refused
from ...features.families import family_of, reads_posters
from ...features.poster_paths import resolve_posters
from ...features.store import FeatureStore
from ...models.answers import UNANSWERED
from ...models.genre_model import GenreModel
from ..catalog.folders import named_folders
from ..catalog.schema import COLUMNS, CatalogError, find_faults
from ..catalog.table import iter_tables, open_catalog
from ..sources.images import find_images

PIECE = 1024
Progress = Callable[[str, int], Callable[[int], None]]


@dataclass(frozen=True)
class Piece:
    """Some titles in a row.

    Attributes
    ----------
    names : list of n str
        What identifies each row: its `imdb_id`, or its file.
    titles : DataFrame of n rows
        Catalogue rows.
    paths : list of n Path, Refused or None
        Their posters.
    faults : dict of int to str
        By row of this piece, which cell cannot be read, for columns that the model reads.
    """

    names: list[str]
    titles: pd.DataFrame
    paths: list[Path | Refused | None]
    faults: dict[int, str] = field(default_factory=dict)

    def poster_paths(self) -> list[Path | Refused | None]:
        """The place of every poster."""
        return self.paths


def catalog_pieces(
    path: Path, model: GenreModel, *, rows: np.ndarray | None = None, allow_outside: bool = False
) -> tuple[int, Iterator[Piece]]:
    """The titles of a catalogue, `PIECE` at a time; memory does not grow with its length.

    A cell that breaks the schema costs its own row, where the model reads its column, and nothing else.

    Parameters
    ----------
    path : Path
        The parquet file or its folder.
    model : GenreModel
        Decides which columns matter.
    rows : ndarray of n bool, optional
        Which of the catalogue's titles to take; all by default.
    allow_outside : bool
        Read posters outside the catalogue's folder, too.

    Returns
    -------
    count : int
        Titles in all pieces.
    pieces : iterator of Piece

    Raises
    ------
    CatalogError
        When the file is no catalogue, holds no title, or is damaged.
    """
    file, name = open_catalog(path)
    if not file.metadata.num_rows:
        raise CatalogError(f"{name}: expected titles, found none")
    if "imdb_id" not in file.schema_arrow.names:
        raise CatalogError(f"{name}: expected a column 'imdb_id', found {', '.join(file.schema_arrow.names)}")
    matter = columns_read(model)
    root, folders = name.parent.resolve(), named_folders(name)

    def pieces() -> Iterator[Piece]:
        first = 0
        for table in iter_tables(file, name, PIECE):
            frame = _frame(table, name)
            titles, faults = find_faults(frame, first)
            paths = resolve_posters(titles["poster"], root, folders=folders, allow_outside=allow_outside)
            bad = {fault.row - first: str(fault) for fault in reversed(faults) if fault.column in matter}
            piece = Piece(["" if pd.isna(key) else str(key) for key in frame["imdb_id"]], titles, paths, bad)
            if rows is not None:
                piece = _take(piece, np.flatnonzero(rows[first : first + len(frame)]))
            if piece.names:
                yield piece
            first += len(frame)

    return file.metadata.num_rows if rows is None else int(rows.sum()), pieces()


def _take(piece: Piece, rows: np.ndarray) -> Piece:
    return Piece(
        [piece.names[row] for row in rows],
        piece.titles.iloc[rows].reset_index(drop=True),
        [piece.paths[row] for row in rows],
        {place: piece.faults[row] for place, row in enumerate(rows.tolist()) if row in piece.faults},
    )


def columns_read(model: GenreModel) -> set[str]:
    """Catalogue columns that a model looks at.

    A family that does not say what it reads counts as reading all.
    """
    matter: set[str] = {"poster"} if model.reads_posters() else set()
    for spec in model.specs:
        if not reads_posters(spec):
            matter |= set(family_of(spec).reads or COLUMNS)
    return matter


def poster_pieces(places: Sequence[Path]) -> tuple[int, Iterator[Piece], list[str]]:
    """Posters by path; a folder stands for the images under it, in order of name.

    Parameters
    ----------
    places : sequence of Path
        A file that does not exist or cannot be read gets a row with its reason.

    Returns
    -------
    count : int
        Posters in all.
    pieces : iterator of Piece
    skipped : list of str
        One line a file of the folders that was left out.

    Raises
    ------
    ValueError
        When a folder holds no image.
    """
    files: list[Path] = []
    skipped: list[str] = []
    for place in places:
        if not place.is_dir():
            files.append(place)
            continue
        images = find_images(place)
        if not images.paths:
            raise ValueError(f"expected images in {place}, found none among {len(images.skipped)} files")
        files += images.paths
        skipped += images.lines()
        if others := images.counts():
            skipped.append(f"skipped {sum(others.values())} other files of {place}: " + _counted(others))

    def pieces() -> Iterator[Piece]:
        for start in range(0, len(files), PIECE):
            part = files[start : start + PIECE]
            titles = pd.DataFrame({"imdb_id": pd.array([pd.NA] * len(part), dtype="string")})
            yield Piece([str(path) for path in part], titles, list(part))

    return len(files), pieces(), skipped


def predict_pieces(
    model: GenreModel,
    key: str,
    pieces: Iterable[Piece],
    *,
    store: FeatureStore | None = None,
    weights: str | None = None,
    n_jobs: int | None = None,
    progress: Progress | None = None,
) -> Iterator[pd.DataFrame]:
    """Probabilities and decisions for every piece.

    Parameters
    ----------
    model : GenreModel
    key : str
        Name of the first column.
    pieces : iterable of Piece
        As they come; each is forgotten before the next is computed.
    store, weights, n_jobs, progress
        As in `GenreModel.features`.

    Yields
    ------
    DataFrame
        `key`, then what `GenreModel.predict` gives; a row with a cell that cannot be read has nulls and says which.
    """
    for piece in pieces:
        table = model.predict(piece, store=store, weights=weights, n_jobs=n_jobs, progress=progress)
        if "imdb_id" in table:
            table = table.drop(columns="imdb_id")
        for row, reason in piece.faults.items():
            for column in table.columns.difference(["status", "reason"]):
                table.loc[table.index[row], column] = pd.NA
            table.loc[table.index[row], ["status", "reason"]] = [UNANSWERED, reason]
        # As objects: a file name need not be text that the string type can hold.
        table.insert(0, key, pd.Series(piece.names, index=table.index, dtype=object))
        yield table


def _frame(table: pa.Table, name: Path) -> pd.DataFrame:
    try:
        return table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as fault:
        raise CatalogError(f"{name}: not readable as a catalogue ({fault})") from fault


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in counts.items())
