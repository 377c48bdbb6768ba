"""Addresses in an object store, `s3://BUCKET/KEY`: catalogues are copied from there, predictions to there.

A catalogue's file and the posters that it names are copied into a folder here before the work, and copied again only
where their size or time has changed; the rest of the house reads files. What is sent appears in the store whole or not
at all. Credentials, region and endpoint are those of AWS's own tools, from the environment and `~/.aws`.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

from ..features.bounded import MAX_BYTES
from ..features.files import replacing

if TYPE_CHECKING:
    from pyarrow.fs import FileInfo, S3FileSystem

__all__ = ["Address", "AddressError", "fetch_catalog", "open_object", "read_place", "sending", "writes_address"]

SCHEME = "s3"
TOGETHER = 16  # objects in flight: the time goes in waiting
SECONDS = 30  # for an answer
LONGEST = 200  # bytes of a part of a name, which a disk's file must hold
_OF_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # two letters at least: `C:/` is a disk


class AddressError(ValueError):
    """An address that cannot be read or written; the message says which and why."""


class Address(str):
    """`s3://BUCKET/KEY`.

    Examples
    --------
    >>> Address("s3://films/2026/genres.csv").place, Address("s3://films/2026/genres.csv").suffix
    ('films/2026/genres.csv', '.csv')
    """

    __slots__ = ()

    @property
    def place(self) -> str:
        """Bucket and key, as the store's client takes them."""
        return self.removeprefix(f"{SCHEME}://").rstrip("/")

    @property
    def bucket(self) -> str:
        """The bucket's name."""
        return self.place.partition("/")[0]

    @property
    def name(self) -> str:
        """The last part of the key."""
        return PurePosixPath(self.place).name

    @property
    def suffix(self) -> str:
        """The ending of the name, with its dot."""
        return PurePosixPath(self.place).suffix


def writes_address(text: str | os.PathLike[str]) -> bool:
    """Whether a text is an address of any kind, also as `Path` writes it, with one slash.

    Examples
    --------
    >>> writes_address("s3://films/a.parquet"), writes_address(Path("s3://films")), writes_address("C:/films")
    (True, True, False)
    """
    return _OF_ADDRESS.match(os.fspath(text)) is not None


def read_place(text: str) -> Path | Address:
    """A path, or an address in an object store.

    Raises
    ------
    AddressError
        For an address of another kind, or without a key.

    Examples
    --------
    >>> read_place("my.parquet"), read_place("s3://films/my.parquet")
    (PosixPath('my.parquet'), 's3://films/my.parquet')
    """
    if not writes_address(text):
        return Path(text)
    bucket, _, key = text.removeprefix(f"{SCHEME}://").strip("/").partition("/")
    if not text.startswith(f"{SCHEME}://") or not bucket or not key:
        raise AddressError(f"expected a path, or an address such as s3://BUCKET/catalog.parquet, got {text!r}")
    return Address(text)


def fetch_catalog(
    address: Address, into: Path, *, posters: bool = True, progress: Callable[[str, int], Any] | None = None
) -> Path:
    """Copy a catalogue's file, and the posters that it names inside its folder, from an object store.

    Parameters
    ----------
    address : Address
        Of the parquet file, or of the folder that holds `catalog.parquet`.
    into : Path
        The copy lies in a folder of its own below. What is there and unchanged (size and time) is not copied again;
        posters that the store no longer has are deleted.
    posters : bool
        Copy posters, too; at most `MAX_BYTES` and a byte of each, which is then refused as too large.
    progress : callable, optional
        Called as `progress(name, total)` once; it returns the function to call with finished counts.

    Returns
    -------
    Path
        The parquet file here. The posters lie beside it as they do in the store.

    Raises
    ------
    AddressError
        When the store does not answer, refuses, or has nothing there.
    """
    with _saying(address):
        store = _connect(address)
        found = store.get_file_info(address.place)
        if not found.is_file:
            found = store.get_file_info(f"{address.place}/catalog.parquet")
        if not found.is_file:
            raise AddressError(f"{address}: expected a catalogue there, found nothing")
        home = PurePosixPath(found.path).parent
        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
        mark = blake2b(f"{endpoint} {home}".encode(), digest_size=6).hexdigest()
        folder = into / "fetched" / f"{home.name[:60]}-{mark}"
        file = folder / PurePosixPath(found.path).name
        _copy(store, found, file, None)
        if posters:
            _copy_posters(store, home, file, progress)
    return file


def _copy_posters(store: "S3FileSystem", home: PurePosixPath, file: Path, progress: Any) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        opened = pq.ParquetFile(file)
    except (pa.ArrowException, OSError):
        return  # the reader of catalogues says what is wrong with it
    if "poster" not in opened.schema_arrow.names:
        return
    tell = progress("posters, from the store", opened.metadata.num_rows) if progress else lambda _: None
    listed: dict[PurePosixPath, dict[str, FileInfo]] = {}

    def bring(name: str) -> None:
        here, there = file.parent / name, home / name
        found = listed[there.parent].get(there.name)
        if found is None:
            here.unlink(missing_ok=True)
        elif here != file:
            _copy(store, found, here, MAX_BYTES + 1)

    with ThreadPoolExecutor(TOGETHER) as threads:
        for batch in opened.iter_batches(TOGETHER * 64, columns=["poster"]):
            names = [name for name in batch.column(0).to_pylist() if _stays_inside(name)]
            for folder in {(home / name).parent for name in names} - listed.keys():
                listed[folder] = _listing(store, folder)
            for _ in threads.map(bring, dict.fromkeys(names)):
                pass
            tell(batch.num_rows)


def _stays_inside(name: object) -> bool:
    """Whether a poster's name is one of a file below the catalogue; what others become, the reader of posters says."""
    if not isinstance(name, str) or not name or "\0" in name or "\\" in name:
        return False
    path = PurePosixPath(name)
    fits = all(len(os.fsencode(part)) <= LONGEST for part in path.parts)
    return fits and path.name != "" and not path.is_absolute() and ".." not in path.parts


def _listing(store: "S3FileSystem", folder: PurePosixPath) -> "dict[str, FileInfo]":
    from pyarrow.fs import FileSelector

    found = store.get_file_info(FileSelector(str(folder), allow_not_found=True))
    return {info.base_name: info for info in found if info.is_file}


def _copy(store: "S3FileSystem", found: "FileInfo", file: Path, most: int | None) -> None:
    """Copy an object, unless the file here has its size and time; at most so many bytes."""
    try:
        here = file.stat()
        if (here.st_size, here.st_mtime_ns) == (found.size, found.mtime_ns):
            return
    except FileNotFoundError:
        pass
    with store.open_input_stream(found.path) as source, replacing(file) as temporary:
        with temporary.open("wb") as target:
            left = found.size if most is None else min(most, found.size)
            while left > 0 and (part := source.read(min(left, 2**22))):
                target.write(part)
                left -= len(part)
        if left:
            raise OSError(f"the connection ended {left} bytes before the end of {found.path}")
        os.utime(temporary, ns=(found.mtime_ns, found.mtime_ns))


@contextmanager
def open_object(address: Address) -> Iterator[BinaryIO | None]:
    """An object open for reading at any place; None where there is none.

    Raises
    ------
    AddressError
        When the store does not answer or refuses, the bucket is not there, or a folder lies at the address.
    """
    with _saying(address):
        store = _connect(address)
        if store.get_file_info(address.bucket).type.name == "NotFound":
            raise AddressError(f"{address}: expected a bucket {address.bucket!r}, found none")
        kind = store.get_file_info(address.place).type.name
        if kind == "Directory":
            raise AddressError(f"{address}: expected a file, found a folder")
        found = store.open_input_file(address.place) if kind == "File" else None
    try:
        yield found
    finally:
        if found is not None:
            found.close()


@contextmanager
def sending(address: Address) -> Iterator[Path]:
    """A path to write to, which becomes the object at an address when the block ends well.

    Yields
    ------
    Path
        In a temporary folder, deleted afterwards; kept, and named, where the store does not take it.

    Raises
    ------
    AddressError
    """
    folder = Path(tempfile.mkdtemp(prefix="genrelab-"))
    file = folder / address.name
    try:
        yield file
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    try:
        with _saying(address):
            from pyarrow.fs import LocalFileSystem, copy_files

            copy_files(
                str(file),
                address.place,
                source_filesystem=LocalFileSystem(),
                destination_filesystem=_connect(address),
            )
    except AddressError as fault:
        raise AddressError(f"{fault}; what was to be sent is kept at {file}") from None
    shutil.rmtree(folder, ignore_errors=True)


def _connect(address: Address) -> "S3FileSystem":
    from pyarrow.fs import S3FileSystem, resolve_s3_region

    limits: dict[str, Any] = {"request_timeout": SECONDS, "connect_timeout": SECONDS}
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    if endpoint:
        parts = urlsplit(endpoint)
        limits |= {"endpoint_override": parts.netloc + parts.path.rstrip("/"), "scheme": parts.scheme}
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if region is None and not endpoint:
        region = resolve_s3_region(address.bucket)
    return S3FileSystem(region=region, **limits)


@contextmanager
def _saying(address: Address) -> Iterator[None]:
    """Faults of the store's client in one sentence with the address."""
    import pyarrow as pa

    try:
        yield
    except AddressError:
        raise
    except (OSError, pa.ArrowException, ValueError) as fault:
        words = str(fault).partition(" (Request ID")[0].splitlines()
        raise AddressError(f"{address}: {words[0] if words else type(fault).__name__}") from fault
