"""The one safe way from a poster's bytes to an RGB picture.

The first bytes decide the format, never the file's name; only the decoders listed here can run, and the size
in the header is checked before a pixel is decoded. Whatever a file holds, the answer is a `Poster` with a
status: a run over many posters finishes, and its table says what was wrong with which.
"""

import hashlib
import io
import os
from collections.abc import Callable
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

__all__ = ["MAX_BYTES", "MAX_PIXELS", "Poster", "read_poster", "sniff_format"]

MAX_BYTES = 64 * 2**20  # of one file
MAX_PIXELS = 64_000_000  # width x height of one picture

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
        `ok`, or one of `missing`, `empty`, `too large`, `too many pixels`, `unknown format`, `truncated`,
        `broken`.
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
    source: str | os.PathLike[str] | bytes | None,
    *,
    draft: tuple[int, int] | None = None,
    max_bytes: int = MAX_BYTES,
    max_pixels: int = MAX_PIXELS,
    sha256: str | None = None,
) -> Poster:
    """Read one poster; never raises for what a file holds.

    Parameters
    ----------
    source : path, bytes or None
        A file, or the bytes of one. None is a title without a poster: status `missing`.
    draft : (int, int), optional
        Width and height in pixels that are enough. A JPEG is then decoded at 1/2, 1/4 or 1/8 of its size,
        the smallest that has at least this many in both directions; other formats ignore it.
    max_bytes : int
        Larger files are not read (status `too large`).
    max_pixels : int
        Larger pictures, by their header, are not decoded (status `too many pixels`).
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
    content, status = _content(source, max_bytes)
    if content is None:
        return Poster(status)
    if sha256 is None or not isinstance(source, bytes):
        sha256 = hashlib.sha256(content).hexdigest()
    if not content:
        return Poster("empty", sha256)
    kind = sniff_format(content)
    if kind is None:
        return Poster("unknown format", sha256)
    try:
        picture = _DECODERS[kind](io.BytesIO(content))
        width, height = picture.size
        if width * height > max_pixels:
            return Poster("too many pixels", sha256, format=kind)
        turn = _turn(picture) if kind == "jpeg" else None
        if draft is not None and kind == "jpeg":
            picture.draft(None, draft[::-1] if _swaps(turn) else draft)
        picture.load()
        turn = turn if kind == "jpeg" else _turn(picture)
        stored = _to_colour(picture)
        upright = stored if turn is None else stored.transpose(turn)
    except Exception as error:  # decoders raise almost anything on damaged files
        return Poster(_reason(error), sha256, format=kind)
    if _swaps(turn):
        width, height = height, width
    return Poster("ok", sha256, _to_rgb(upright), stored, width, height, kind)


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


def _content(source: str | os.PathLike[str] | bytes | None, max_bytes: int) -> tuple[bytes | None, str]:
    if source is None:
        return None, "missing"
    if isinstance(source, (bytes, bytearray, memoryview)):
        return (bytes(source), "ok") if len(source) <= max_bytes else (None, "too large")
    try:
        with open(source, "rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            if size > max_bytes:
                return None, "too large"
            return file.readall(), "ok"
    except (OSError, ValueError):  # ValueError: a NUL in the path
        return None, "missing"


def _turn(picture: ImageFile.ImageFile) -> Image.Transpose | None:
    """What EXIF says must be done to see the picture upright; a broken EXIF block says nothing."""
    if "exif" not in picture.info and "Raw profile type exif" not in picture.info:
        return None  # TIFF has neither: Pillow turns it while loading
    try:
        return _TURNS.get(picture.getexif().get(_ORIENTATION))
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
    words = str(error).lower()
    return "truncated" if isinstance(error, EOFError) or "truncated" in words else "broken"
