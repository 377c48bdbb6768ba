"""The catalogue: one parquet file, one row per title, checked when it is read."""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ...features.bounded import Refused
from ...features.files import replacing
from ...features.poster_paths import resolve_posters
from .folders import named_folders
from .genres import SOURCES, title_genres
from .schema import BOOLEAN, COLUMNS, INTEGER, NAMES, REAL, STRING, CatalogError, check_pieces, check_titles

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
    allow_outside : bool
        Whether posters outside the folder are read, too.
    folders : tuple of Path
        Others that its builder named on this machine, whose posters are read in any case.

    Examples
    --------
    >>> titles = pd.DataFrame({"title": ["Heat", "Fargo"], "poster": ["a.jpg", None]})
    >>> catalog = Catalog(titles, Path("my"))
    >>> len(catalog), catalog.take(np.array([1])).titles["title"].tolist(), catalog.poster_paths()[1]
    (2, ['Fargo'], None)
    """

    titles: pd.DataFrame
    root: Path
    attribution: tuple[str, ...] = ()
    allow_outside: bool = False
    folders: tuple[Path, ...] = ()

    def __len__(self) -> int:
        return len(self.titles)

    def take(self, rows: np.ndarray) -> "Catalog":
        """The same catalogue with only these rows (positions or a mask), in that order; all of them are not copied."""
        rows = np.arange(len(self))[rows]
        if np.array_equal(rows, np.arange(len(self))):
            return self
        return replace(self, titles=self.titles.iloc[rows].reset_index(drop=True))

    def poster_paths(self) -> list[Path | Refused | None]:
        """Absolute path of every poster; None where the catalogue names none, Refused where it must not be opened."""
        return poster_paths(self.titles, self.root, folders=self.folders, allow_outside=self.allow_outside)

    def genre_lists(self) -> list[list[list[str]]]:
        """Genres of every title by each source that the catalogue has, in canonical names where they are known."""
        return [title_genres(self.titles, source)[0] for source, column in SOURCES.items() if column in self.titles]


def poster_paths(
    titles: pd.DataFrame, root: Path, *, folders: Iterable[Path] = (), allow_outside: bool = False
) -> list[Path | Refused | None]:
    """Absolute poster path per row, None where there is none, Refused where it lies outside the folders.

    Examples
    --------
    >>> poster_paths(pd.DataFrame({"poster": ["a.jpg", None]}), Path("/posters"))
    [PosixPath('/posters/a.jpg'), None]
    """
    if "poster" not in titles:
        return [None] * len(titles)
    return resolve_posters(titles["poster"], root, folders=folders, allow_outside=allow_outside)


def load_catalog(path: str | os.PathLike, *, allow_outside: bool = False) -> Catalog:
    """Read and check a catalogue.

    Parameters
    ----------
    path : path
        The parquet file, or the folder that holds `catalog.parquet`.
    allow_outside : bool
        Read posters that lie outside the file's folder, too; without it they count as refused.

    Returns
    -------
    Catalog

    Raises
    ------
    CatalogError
        When the file is absent, no parquet, damaged, or breaks the schema.

    Examples
    --------
    >>> import tempfile
    >>> titles = pd.DataFrame({"imdb_id": ["tt0000001"], "title": ["Heat"], "kind": ["movie"], "year": [1995]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = save_catalog(titles, Path(folder) / "catalog.parquet")
    ...     load_catalog(folder).titles["title"].tolist()
    ['Heat']
    """
    file, name = open_catalog(path)
    return _read(iter_tables(file, name, ROW_GROUP), file, Path(path), name, allow_outside)


def iter_catalog(path: str | os.PathLike, rows: int = 8_192, *, allow_outside: bool = False) -> Iterator[Catalog]:
    """Read a catalogue piece by piece, so that a million titles never lie in memory together.

    Parameters
    ----------
    path : path
        As in `load_catalog`.
    rows : int
        Most titles in one piece.
    allow_outside : bool
        As in `load_catalog`.

    Yields
    ------
    Catalog
        Ids are checked to be unique within a piece only.
    """
    file, name = open_catalog(path)
    for table in iter_tables(file, name, rows):
        yield _read([table], file, Path(path), name, allow_outside)


def iter_pieces(path: str | os.PathLike, rows: int = 65_536) -> Iterator[pd.DataFrame]:
    """Read a catalogue's rows piece by piece as they are in the file, unchecked.

    Parameters
    ----------
    path : path
        As in `load_catalog`.
    rows : int
        Most titles in one piece.
    """
    file, name = open_catalog(path)
    for table in iter_tables(file, name, rows):
        wanted = [column for column in table.schema.names if column in COLUMNS]
        yield table.select(wanted).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)


def catalog_file(path: Path) -> Path:
    """The parquet file of a catalogue that is named by its file, or by the folder that holds it."""
    return path / "catalog.parquet" if path.is_dir() else path


def open_catalog(path: str | os.PathLike) -> tuple[pq.ParquetFile, Path]:
    """Open a catalogue without reading its rows: the parquet file, and where it lies.

    Raises
    ------
    CatalogError
        When there is none, it is no parquet file, or two of its columns have one name.
    """
    file = catalog_file(Path(path))
    if not file.exists():
        raise CatalogError(
            f"expected a catalogue at {file}, found nothing; `genrelab demo` makes one, "
            "`genrelab fetch --help` builds one from your data"
        )
    if not file.is_file():
        raise CatalogError(f"{file}: expected a parquet file, found something that is no file")
    try:
        opened = pq.ParquetFile(file)
    except (pa.ArrowException, OSError) as fault:
        raise CatalogError(
            f"{file}: expected a parquet file, found something else ({fault}); for a table of your own: "
            f"genrelab fetch table {file} --out CATALOG.parquet"
        ) from fault
    names = opened.schema_arrow.names
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise CatalogError(f"{file}: expected every column once, found {', '.join(map(repr, twice))} more than once")
    return opened, file


def iter_tables(file: pq.ParquetFile, name: Path, rows: int) -> Iterator[pa.Table]:
    """The rows of an open catalogue as they are, piece by piece; errors name the file."""
    with _naming(name):
        for batch in file.iter_batches(batch_size=rows):
            yield pa.Table.from_batches([batch], file.schema_arrow)


@contextmanager
def _naming(file: Path) -> Iterator[None]:
    """Errors of the parquet library ("Corrupt snappy compressed data.") name no file: these do."""
    try:
        yield
    except CatalogError:
        raise
    except (pa.ArrowException, OSError) as fault:
        raise CatalogError(f"{file}: damaged or not readable as a catalogue ({fault})") from fault


def _read(tables: Iterable[pa.Table], file: pq.ParquetFile, path: Path, name: Path, allow_outside: bool) -> Catalog:
    tables = chain(tables, [] if file.metadata.num_rows else [file.schema_arrow.empty_table()])
    try:
        notices = json.loads((file.schema_arrow.metadata or {}).get(ATTRIBUTION_KEY, b"[]"))
        titles = check_pieces(_frame(table, name) for table in tables)
    except CatalogError as fault:
        prefix = "" if str(fault).startswith(str(name)) else f"{path}: "
        raise CatalogError(f"{prefix}{fault}") from None
    except (ValueError, TypeError, OverflowError) as fault:  # a library's words for values of no type of ours
        raise CatalogError(f"{path}: not readable as a catalogue ({fault})") from fault
    root = (path if path.is_dir() else path.parent).resolve()
    return Catalog(titles, root, tuple(map(str, notices)), allow_outside, named_folders(name))


def _frame(table: pa.Table, name: Path) -> pd.DataFrame:
    with _naming(name):
        return table.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)


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
