"""Posters that came in a request: files and zips, read within limits; a name is a label and never a path."""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import BinaryIO

from ...features.poster.read import header_status, read_poster
from .limits import Limits, RefusedError

THUMBNAIL = (264, 396)
_STEP = 2**18
_NESTED = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
_ENCRYPTED = 1
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others want as much memory as the zip says


@dataclass(frozen=True)
class Upload:
    """One poster as it came.

    Attributes
    ----------
    name : str
        What the sender calls it; shown, never opened.
    content : bytes
        Empty where it was refused.
    status : str
        `ok`, or why it cannot be read, in the words of the safe reader.
    """

    name: str
    content: bytes = field(repr=False)
    status: str = "ok"


def label(name: str | None) -> str:
    r"""A file name as text that a page, a table and a terminal can show: no control characters, no end.

    Examples
    --------
    >>> label("..\\..\\a\x1b.jpg"), label(None), len(label("x" * 999))
    ('..\\..\\a�.jpg', 'poster', 200)
    """
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in (name or "poster"))
    return shown if len(shown) <= 200 else f"{shown[:120]}…{shown[-79:]}"


def read_uploads(files: Iterable[tuple[str | None, BinaryIO]], limits: Limits) -> Iterator[Upload]:
    """Read the files of a request one by one; a zip stands for its members.

    Parameters
    ----------
    files : iterable of (name, file)
    limits : Limits

    Yields
    ------
    Upload
        In order. What cannot be read has its reason and no content; hidden files of a zip are left out.

    Raises
    ------
    RefusedError
        When there are more posters or bytes than one request may bring.
    """
    count, left = 0, limits.unpacked_bytes
    for name, file in files:
        for upload in _of_file(label(name), file, limits, limits.files - count):
            count += 1
            left -= len(upload.content)
            if count > limits.files:
                raise RefusedError(413, f"expected at most {limits.files} posters in one request")
            if left < 0:
                raise RefusedError(
                    413, f"expected at most {limits.unpacked_bytes // 2**20} MiB of posters in one request"
                )
            yield upload


def _of_file(name: str, file: BinaryIO, limits: Limits, most: int) -> Iterator[Upload]:
    start = file.read(4)
    file.seek(0)
    if start.startswith(b"PK\x03\x04") or (start.startswith(b"PK") and name.lower().endswith(".zip")):
        yield from unpack(name, file, limits, most)
        return
    content = file.read(limits.file_bytes + 1)
    yield Upload(name, b"", "too large") if len(content) > limits.file_bytes else Upload(name, content)


def unpack(name: str, file: BinaryIO, limits: Limits, most: int) -> Iterator[Upload]:
    """The members of a zip one by one, each read no further than it may be.

    Parameters
    ----------
    name : str
    file : binary file
    limits : Limits
    most : int
        Posters that may still come.

    Yields
    ------
    Upload

    Raises
    ------
    RefusedError
        For more members than `most`: such a zip is refused whole.

    Examples
    --------
    >>> made = io.BytesIO()
    >>> with zipfile.ZipFile(made, "w") as archive:
    ...     archive.writestr("../../etc/passwd", "x")
    >>> [(part.name, part.status) for part in unpack("a.zip", made, Limits(), 10)]
    [('a.zip: ../../etc/passwd', 'its name in the zip leads outside')]
    """
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as fault:
        yield Upload(name, b"", f"a zip that cannot be opened ({label(str(fault))})")
        return
    members = [member for member in archive.infolist() if not member.is_dir() and not _hidden(member.filename)]
    if len(members) > most:
        raise RefusedError(413, f"{name}: expected at most {most} posters in one request, the zip holds {len(members)}")
    if not members:
        yield Upload(name, b"", "a zip without files")
    for member in members:
        yield _member(archive, member, name, limits)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, limits: Limits) -> Upload:
    shown = label(f"{name}: {member.filename}")
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or path.parts[0][1:2] == ":":
        return Upload(shown, b"", "its name in the zip leads outside")
    mode = member.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return Upload(shown, b"", "a link or device in a zip")
    if member.flag_bits & _ENCRYPTED:
        return Upload(shown, b"", "locked by a password")
    if member.compress_type not in _PACKED:
        return Upload(shown, b"", "packed in a way that is not read")
    if member.file_size > limits.file_bytes:
        return Upload(shown, b"", "too large")
    # What the zip's index says of sizes may be a lie, so reading stops by what was read.
    content = bytearray()
    try:
        with archive.open(member) as stream:
            while part := stream.read(_STEP):
                content += part
                if len(content) > limits.file_bytes:
                    return Upload(shown, b"", "too large")
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError):
        return Upload(shown, b"", "damaged in its zip")
    if bytes(content[:6]).startswith(_NESTED):
        return Upload(shown, b"", "an archive inside a zip, which is not opened")
    return Upload(shown, bytes(content))


def _hidden(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return not parts or any(part == "__MACOSX" or (part.startswith(".") and part not in (".", "..")) for part in parts)


def checked(upload: Upload, limits: Limits) -> Upload:
    """Look at a poster's first bytes and header; the model never decodes what is too large or would take too long.

    Returns
    -------
    Upload
        Without its content where it is refused, with the reason.
    """
    if upload.status != "ok":
        return upload
    status = header_status(upload.content, max_pixels=limits.pixels)
    return upload if status == "ok" else Upload(upload.name, b"", status)


def small_jpeg(source: object, box: tuple[int, int], limits: Limits) -> tuple[bytes | None, str]:
    """A poster as a JPEG that fits into a box of pixels, by the safe reader; the status says why there is none."""
    poster = read_poster(
        source,  # pyright: ignore[reportArgumentType]
        draft=box,
        max_bytes=limits.file_bytes,
        max_pixels=limits.pixels,
        max_seconds=limits.decode_seconds,
    )
    if poster.image is None:
        return None, poster.status
    small = poster.image.convert("RGB")
    small.thumbnail(box)
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=80)
    return buffer.getvalue(), "ok"
