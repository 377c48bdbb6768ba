"""The one safe way from a poster's bytes to an RGB picture.

The first bytes decide the format, never the file's name; only the decoders listed here can run, and the size
in the header is checked before a pixel is decoded. Whatever a file holds, the answer is a `Poster` with a
status: a run over many posters finishes, and its table says what was wrong with which. What is no regular
file is never read, a file is never read further than `MAX_BYTES`, and a decode ends after `MAX_SECONDS`.
"""

import hashlib
import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from ..bounded import MAX_BYTES, PIXELS_AT_ONCE, Refused, pixels_at_once, read_file

__all__ = [
    "MAX_BYTES",
    "MAX_PIXELS",
    "MAX_SECONDS",
    "Poster",
    "Source",
    "header_status",
    "read_poster",
    "reading",
    "sniff_format",
]

MAX_PIXELS = PIXELS_AT_ONCE  # width x height of one picture
MAX_SECONDS = 20.0  # of processor time for one decode; the largest sound picture takes about two

Source = str | os.PathLike[str] | bytes | Refused | None

_USUAL_PASSES = 12  # over the pixels of a progressive JPEG
_HEADER_SECONDS = 0.02  # of processor time; a sound header takes less than one thousandth
_SCAN_BYTES = 4096  # of a progressive JPEG between two looks at the clock: some dozen passes over its pixels at most
_ORIENTATION = 0x0112  # the EXIF tag
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TRANSPARENT_MODES = {"RGBA", "LA", "PA", "RGBa", "La"}
# Opened by their own class and not by Image.open, which would warn about sizes that are refused below anyway.
_DECODERS: dict[str, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "jpeg": JpegImagePlugin.JpegImageFile,
    "png": PngImagePlugin.PngImageFile,
    "gif": GifImagePlugin.GifImageFile,
    "webp": WebPImagePlugin.WebPImageFile,
    "bmp": BmpImagePlugin.BmpImageFile,
    "tiff": TiffImagePlugin.TiffImageFile,
}


@dataclass(frozen=True, slots=True)
class Poster:
    """One poster as read, or the reason why it could not be.

    Attributes
    ----------
    status : str
        `ok`, or one of `missing`, `outside the catalogue's folder`, `not a file`, `unreadable`, `empty`,
        `too large`, `too many pixels`, `unknown format`, `truncated`, `broken`, `too slow`.
    sha256 : str or None
        Of the file's bytes, in hex; None where they could not be read.
    image : PIL.Image.Image or None
        Mode RGB, upright, transparency laid on white; None unless the status is `ok`.
    stored : PIL.Image.Image or None
        Mode RGB or RGBA, rows as the file stores them (before the EXIF turn): what ColorThief looks at.
    width, height : int
        Pixels of the upright poster at its full size, also when it was decoded smaller; 0 unless `ok`.
    format : str or None
        `jpeg`, `png`, `gif`, `webp`, `bmp` or `tiff`.
    """

    status: str
    sha256: str | None = None
    image: Image.Image | None = None
    stored: Image.Image | None = None
    width: int = 0
    height: int = 0
    format: str | None = None

    @property
    def ok(self) -> bool:
        """Whether there is a picture."""
        return self.status == "ok"

    def array(self) -> np.ndarray:
        """The picture as uint8 values of shape (height, width, 3) of `image`."""
        if self.image is None:
            raise ValueError(f"expected a poster that could be read, found status {self.status!r}")
        return np.asarray(self.image)


def read_poster(
    source: Source,
    *,
    draft: tuple[int, int] | None = None,
    max_bytes: int = MAX_BYTES,
    max_pixels: int = MAX_PIXELS,
    max_seconds: float = MAX_SECONDS,
    sha256: str | None = None,
) -> Poster:
    """Read one poster; never raises for what a file holds.

    Parameters
    ----------
    source : path, bytes, Refused or None
        A file, or the bytes of one. None is a title without a poster: status `missing`.
    draft : (int, int), optional
        Width and height in pixels that are enough. A JPEG is then decoded at 1/2, 1/4 or 1/8 of its size,
        the smallest that has at least this many in both directions; other formats ignore it.
    max_bytes : int
        Larger files are not read (status `too large`).
    max_pixels : int
        Larger pictures, by their header, are not decoded (status `too many pixels`).
    max_seconds : float
        Processor time after which a decode is given up (status `too slow`): a JPEG of some kilobytes can hold
        thousands of passes over its pixels.
    sha256 : str, optional
        That of the bytes in `source`, where it is known already; ignored for a path.

    Returns
    -------
    Poster

    Examples
    --------
    >>> poster = read_poster(b"not a picture")
    >>> poster.status, poster.image, poster.sha256[:8]
    ('unknown format', None, 'bf891ea4')
    >>> read_poster(None).status
    'missing'
    """
    with reading(
        source, draft=draft, max_bytes=max_bytes, max_pixels=max_pixels, max_seconds=max_seconds, sha256=sha256
    ) as poster:
        return poster


@contextmanager
def reading(
    source: Source,
    *,
    draft: tuple[int, int] | None = None,
    max_bytes: int = MAX_BYTES,
    max_pixels: int = MAX_PIXELS,
    max_seconds: float = MAX_SECONDS,
    sha256: str | None = None,
) -> Iterator[Poster]:
    """Read one poster and work on it, with its pixels counted among those in memory until the block ends.

    All threads together hold `PIXELS_AT_ONCE` pixels at most, so one picture of the largest size is worked on at
    a time, and hundreds of usual ones. Blocks must not be nested.

    Parameters
    ----------
    source, draft, max_bytes, max_pixels, max_seconds, sha256
        As in `read_poster`.

    Yields
    ------
    Poster
    """
    content, status = _content(source, max_bytes)
    if content is None:
        yield Poster(status)
        return
    if sha256 is None or not isinstance(source, bytes):
        sha256 = hashlib.sha256(content).hexdigest()
    if not content:
        yield Poster("empty", sha256)
        return
    kind = sniff_format(content)
    if kind is None:
        yield Poster("unknown format", sha256)
        return
    opened = _open(kind, content, draft, max_pixels, max_seconds)
    if isinstance(opened, str):
        yield Poster(opened, sha256, format=kind)
        return
    with pixels_at_once(opened.picture.width * opened.picture.height):
        yield _decode(opened, kind, sha256)


def header_status(content: bytes, *, max_pixels: int = MAX_PIXELS) -> str:
    """What can be said of a picture without decoding it, in a fraction of a millisecond.

    Parameters
    ----------
    content : bytes
    max_pixels : int
        As in `read_poster`.

    Returns
    -------
    str
        A status of `Poster`. `ok` is no promise that the pixels are sound. `too slow` is a header that does not end,
        or a JPEG whose passes go over more pixels than the usual dozen over a picture of the largest size.

    Examples
    --------
    >>> header_status(b""), header_status(b"not a picture"), header_status(bytes.fromhex("ffd8ffe00010"))
    ('empty', 'unknown format', 'truncated')
    """
    kind = sniff_format(content)
    if kind is None:
        return "unknown format" if content else "empty"
    opened = _open(kind, content, None, max_pixels, _HEADER_SECONDS)
    if isinstance(opened, str):
        return opened
    passes = content.count(b"\xff\xda") if kind == "jpeg" else 1  # the mark cannot occur within a pass
    return "too slow" if passes * opened.width * opened.height > _USUAL_PASSES * max_pixels else "ok"


@dataclass(frozen=True, slots=True)
class _Opened:
    """A picture whose header was read: the size that it has in full, and the EXIF turn of a JPEG."""

    picture: ImageFile.ImageFile
    width: int
    height: int
    turn: Image.Transpose | None


def _open(
    kind: str, content: bytes, draft: tuple[int, int] | None, max_pixels: int, max_seconds: float
) -> _Opened | str:
    try:
        picture = _DECODERS[kind](_Timed(content, max_seconds))
        width, height = picture.size
        if width * height > max_pixels:
            return "too many pixels"
        turn = _turn(picture) if kind == "jpeg" else None
        if draft is not None and kind == "jpeg":
            picture.draft(None, (draft[1], draft[0]) if _swaps(turn) else draft)
        if kind == "jpeg" and picture.info.get("progressive"):
            picture.decodermaxblock = _SCAN_BYTES
        return _Opened(picture, width, height, turn)
    except Exception as error:  # decoders raise almost anything on damaged files
        return _reason(error)


def _decode(opened: _Opened, kind: str, sha256: str) -> Poster:
    picture, turn = opened.picture, opened.turn
    try:
        picture.load()
        turn = turn if kind == "jpeg" else _turn(picture)
        stored = _to_colour(picture)
        upright = stored if turn is None else stored.transpose(turn)
        image = _to_rgb(upright)
    except Exception as error:
        return Poster(_reason(error), sha256, format=kind)
    width, height = (opened.height, opened.width) if _swaps(turn) else (opened.width, opened.height)
    return Poster("ok", sha256, image, stored, width, height, kind)


class _Timed(io.BytesIO):
    """Bytes that a decoder may read until its thread has used up its seconds."""

    def __init__(self, content: bytes, seconds: float):
        super().__init__(content)
        self._until = time.thread_time() + seconds

    def read(self, size: int | None = -1, /) -> bytes:
        if time.thread_time() > self._until:
            raise TimeoutError("the decode took too long")
        return super().read(size)


def sniff_format(content: bytes) -> str | None:
    """Name the format of a picture by its first bytes.

    Parameters
    ----------
    content : bytes
        At least the first 16 of the file.

    Returns
    -------
    str or None
        `jpeg`, `png`, `gif`, `webp`, `bmp`, `tiff`; None for everything else.

    Examples
    --------
    >>> sniff_format(bytes.fromhex("ffd8ffe000104a464946")), sniff_format(b"<html>")
    ('jpeg', None)
    """
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(b"BM"):
        return "bmp"
    if content.startswith((b"II*\0", b"MM\0*")):
        return "tiff"
    return None


def _content(source: Source, max_bytes: int) -> tuple[bytes | None, str]:
    if source is None:
        return None, "missing"
    if isinstance(source, Refused):
        return None, source.reason
    if isinstance(source, (bytes, bytearray, memoryview)):
        return (bytes(source), "ok") if len(source) <= max_bytes else (None, "too large")
    return read_file(source, max_bytes)


def _turn(picture: ImageFile.ImageFile) -> Image.Transpose | None:
    """What EXIF says must be done to see the picture upright; a broken EXIF block says nothing."""
    if "exif" not in picture.info and "Raw profile type exif" not in picture.info:
        return None  # TIFF has neither: Pillow turns it while loading
    try:
        return _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
    except Exception:
        return None


def _swaps(turn: Image.Transpose | None) -> bool:
    return turn is not None and turn in (_TURNS[5], _TURNS[6], _TURNS[7], _TURNS[8])


def _to_colour(picture: Image.Image) -> Image.Image:
    """Convert any mode to RGB, or to RGBA where pixels may be transparent."""
    if picture.mode == "RGB" and "transparency" not in picture.info:
        return picture
    if picture.mode.startswith("I"):  # 16 bits a pixel; Pillow would clip them to white
        values = np.clip(np.asarray(picture).astype(np.int64), 0, 65535) // 257
        return Image.fromarray(values.astype(np.uint8)).convert("RGB")
    transparent = picture.mode in _TRANSPARENT_MODES or "transparency" in picture.info
    return picture.convert("RGBA" if transparent else "RGB")


def _to_rgb(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    on_white = Image.new("RGB", picture.size, "white")
    on_white.paste(picture, mask=picture.getchannel("A"))
    return on_white


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "too slow"
    words = str(error).lower()
    return "truncated" if isinstance(error, EOFError) or "truncated" in words else "broken"
