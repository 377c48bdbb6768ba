"""The catalogue: one parquet file, one row per title, checked when it is read."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ...features.files import replacing
from .schema import BOOLEAN, COLUMNS, INTEGER, NAMES, REAL, STRING, CatalogError, check_titles

ROW_GROUP = 65_536
_ARROW = {
    STRING: pa.string(),
    INTEGER: pa.int64(),
    REAL: pa.float64(),
    NAMES: pa.list_(pa.string()),
    BOOLEAN: pa.bool_(),
}
ATTRIBUTION_KEY = b"genrelab.attribution"


@dataclass(frozen=True)
class Catalog:
    """Titles and the folder their poster paths start from.

    Parameters
    ----------
    titles : DataFrame
        One row per title, columns as in `COLUMNS`, index 0..n-1.
    root : Path
        The folder of the parquet file.
    attribution : tuple of str
        Notices that the sources of these rows ask to be shown.
    """

    titles: pd.DataFrame
    root: Path
    attribution: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.titles)

    def take(self, rows: np.ndarray) -> "Catalog":
        """The same catalogue with only these rows (positions or a mask), in that order."""
        return Catalog(self.titles.iloc[rows].reset_index(drop=True), self.root, self.attribution)

    def poster_paths(self) -> list[Path | None]:
        """Absolute path of every poster; None where the catalogue names none."""
        return poster_paths(self.titles, self.root)


def poster_paths(titles: pd.DataFrame, root: Path) -> list[Path | None]:
    """Absolute poster path per row, None where there is none.

    Examples
    --------
    >>> poster_paths(pd.DataFrame({"poster": ["a.jpg", None]}), Path("/posters"))
    [PosixPath('/posters/a.jpg'), None]
    """
    if "poster" not in titles:
        return [None] * len(titles)
    return [None if pd.isna(name) else root / str(name) for name in titles["poster"]]


def load_catalog(path: str | os.PathLike) -> Catalog:
    """Read and check a catalogue.

    Parameters
    ----------
    path : path
        The parquet file, or the folder that holds `catalog.parquet`.

    Returns
    -------
    Catalog

    Raises
    ------
    CatalogError
        When the file is absent, no parquet, or breaks the schema.
    """
    file = _open(path)
    return _read(file.read(), Path(path))


def iter_catalog(path: str | os.PathLike, rows: int = 8_192) -> Iterator[Catalog]:
    """Read a catalogue piece by piece, so that a million titles never lie in memory together.

    Parameters
    ----------
    path : path
        As in `load_catalog`.
    rows : int
        Most titles in one piece.

    Yields
    ------
    Catalog
        Ids are checked to be unique within a piece only.
    """
    file = _open(path)
    for batch in file.iter_batches(batch_size=rows):
        yield _read(pa.Table.from_batches([batch], file.schema_arrow), Path(path))


def _open(path: str | os.PathLike) -> pq.ParquetFile:
    file = Path(path)
    file = file / "catalog.parquet" if file.is_dir() else file
    if not file.exists():
        raise CatalogError(
            f"expected a catalogue at {file}, found nothing; `genrelab demo` makes one, "
            "`genrelab fetch --help` builds one from your data"
        )
    try:
        return pq.ParquetFile(file)
    except (pa.ArrowInvalid, OSError) as fault:
        raise CatalogError(f"{file}: expected a parquet file, found something else ({fault})") from fault


def _read(table: pa.Table, path: Path) -> Catalog:
    notices = json.loads((table.schema.metadata or {}).get(ATTRIBUTION_KEY, b"[]"))
    try:
        twice = [name for name, count in Counter(table.schema.names).items() if count > 1]
        if twice:
            raise CatalogError(f"expected each column once, found {twice[0]!r} twice")
        titles = check_titles(table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get))
    except CatalogError as fault:
        raise CatalogError(f"{path}: {fault}") from None
    return Catalog(titles, (path if path.is_dir() else path.parent).resolve(), tuple(notices))


def save_catalog(titles: pd.DataFrame, path: str | os.PathLike, attribution: Iterable[str] = ()) -> Path:
    """Check rows and write them as one parquet file, atomically and with the same bytes for the same rows.

    Parameters
    ----------
    titles : DataFrame
        See `check_titles`.
    path : path
        Where; its folder is made. An existing file is replaced at once, never half written.
    attribution : iterable of str
        Notices the sources ask for; they travel inside the file.

    Returns
    -------
    Path

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> path = save_catalog(pd.DataFrame({"imdb_id": ["tt0000001"]}), folder / "catalog.parquet")
    >>> len(load_catalog(path))
    1
    """
    return save_pieces([titles], path, attribution)


def save_pieces(pieces: Iterable[pd.DataFrame], path: str | os.PathLike, attribution: Iterable[str] = ()) -> Path:
    """Check rows piece by piece and write them as one parquet file, so that a million titles never lie in memory.

    Parameters
    ----------
    pieces : iterable of DataFrame
        See `check_titles`; ids must be unique over all pieces, which the caller sees to.
    path, attribution
        As for `save_catalog`.

    Returns
    -------
    Path
    """
    metadata = {ATTRIBUTION_KEY: json.dumps(sorted(set(attribution))).encode()}
    schema = pa.schema([pa.field(name, _ARROW[kind]) for name, kind in COLUMNS.items()], metadata=metadata)
    path = Path(path)
    with replacing(path) as temporary, pq.ParquetWriter(temporary, schema) as writer:
        for piece in pieces:
            writer.write_table(_arrow(check_titles(piece), schema), row_group_size=ROW_GROUP)
    return path


def _arrow(frame: pd.DataFrame, schema: pa.Schema) -> pa.Table:
    arrays = [
        pa.array(frame[name].tolist(), type=_ARROW[kind])
        if kind == NAMES
        else pa.array(frame[name], type=_ARROW[kind], from_pandas=True)
        for name, kind in COLUMNS.items()
    ]
    return pa.Table.from_arrays(arrays, schema=schema)
