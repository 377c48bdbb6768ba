"""Posters that came in a request: files and zips, read within limits; a name is a label and never a path."""

import io
import stat
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import BinaryIO

from ...features.poster.read import read_poster, sniff_format
from .safety import Limits, RefusedError

THUMBNAIL = (264, 396)
_STEP = 2**18
_NESTED = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!", b"BZh", b"\xfd7zXZ")
_ENCRYPTED = 1


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
    thumbnail : bytes or None
        A small JPEG.
    """

    name: str
    content: bytes = field(repr=False)
    status: str = "ok"
    thumbnail: bytes | None = field(default=None, repr=False)


def label(name: str | None) -> str:
    r"""A file name as text that a page, a table and a terminal can show: no control characters, no end.

    Examples
    --------
    >>> label("..\\..\\a\x1b.jpg"), label(None), len(label("x" * 999))
    ('..\\..\\a�.jpg', 'poster', 200)
    """
    shown = "".join(letter if letter.isprintable() else "\ufffd" for letter in (name or "poster"))
    return shown if len(shown) <= 200 else f"{shown[:120]}…{shown[-79:]}"


def read_uploads(files: Iterable[tuple[str | None, BinaryIO]], limits: Limits) -> list[Upload]:
    """Read the files of a request; a zip stands for its members.

    Parameters
    ----------
    files : iterable of (name, file)
    limits : Limits

    Returns
    -------
    list of Upload
        In order. What cannot be read has its reason and no content; hidden files of a zip are left out.

    Raises
    ------
    RefusedError
        When there are more posters or bytes than one request may bring.
    """
    uploads: list[Upload] = []
    left = limits.unpacked_bytes
    for name, file in files:
        shown = label(name)
        start = file.read(4)
        file.seek(0)
        if start.startswith(b"PK\x03\x04") or (start.startswith(b"PK") and shown.lower().endswith(".zip")):
            parts = unpack(shown, file, limits, limits.files - len(uploads), left)
        else:
            content = file.read(limits.file_bytes + 1)
            large = len(content) > limits.file_bytes
            parts = [Upload(shown, b"", "too large") if large else Upload(shown, content)]
        uploads += parts
        left -= sum(len(part.content) for part in parts)
        if len(uploads) > limits.files:
            raise RefusedError(413, f"expected at most {limits.files} posters in one request")
        if left < 0:
            raise RefusedError(413, f"expected at most {limits.unpacked_bytes // 2**20} MiB of posters in one request")
    return uploads


def unpack(name: str, file: BinaryIO, limits: Limits, most: int, left: int) -> list[Upload]:
    """The members of a zip, each read no further than it may be.

    Parameters
    ----------
    name : str
    file : binary file
    limits : Limits
    most : int
        Posters that may still come.
    left : int
        Bytes that may still come.

    Returns
    -------
    list of Upload

    Raises
    ------
    RefusedError
        For more members than `most`, or more bytes than `left`: a zip of that kind is refused whole.

    Examples
    --------
    >>> made = io.BytesIO()
    >>> with zipfile.ZipFile(made, "w") as archive:
    ...     archive.writestr("../../etc/passwd", "x")
    >>> [(part.name, part.status) for part in unpack("a.zip", made, Limits(), 10, 1000)]
    [('a.zip: ../../etc/passwd', 'its name in the zip leads outside')]
    """
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as fault:
        return [Upload(name, b"", f"a zip that cannot be opened ({label(str(fault))})")]
    members = [member for member in archive.infolist() if not member.is_dir() and not _hidden(member.filename)]
    if len(members) > most:
        raise RefusedError(413, f"{name}: expected at most {most} posters in one request, the zip holds {len(members)}")
    uploads = []
    for member in members:
        upload = _member(archive, member, name, limits)
        left -= len(upload.content)
        if left < 0:
            raise RefusedError(413, f"{name}: its posters are larger than one request may bring")
        uploads.append(upload)
    return uploads or [Upload(name, b"", "a zip without files")]


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, limits: Limits) -> Upload:
    shown = label(f"{name}: {member.filename}")
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or (len(path.parts[0]) == 2 and path.parts[0].endswith(":")):
        return Upload(shown, b"", "its name in the zip leads outside")
    mode = member.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return Upload(shown, b"", "a link or device in a zip")
    if member.flag_bits & _ENCRYPTED:
        return Upload(shown, b"", "locked by a password")
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
    """Decode a poster small, within pixels and seconds; the model never sees what this cannot read.

    Returns
    -------
    Upload
        With a thumbnail, or with the reason why there is none.
    """
    if upload.status != "ok":
        return upload
    if not upload.content:
        return Upload(upload.name, b"", "empty")
    if sniff_format(upload.content) is None:
        return Upload(upload.name, b"", "unknown format")
    picture, status = small_jpeg(upload.content, THUMBNAIL, limits)
    return Upload(upload.name, upload.content if picture else b"", status, picture)


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
