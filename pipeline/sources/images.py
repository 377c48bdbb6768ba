"""What an image is, for every command: told by first bytes, never by name; what is skipped has a reason."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ...features.poster.read import sniff_format

ENDINGS = frozenset(
    ".jpg .jpeg .jpe .jfif .png .gif .webp .bmp .tif .tiff .avif .heic .heif .jp2 .jxl .svg .eps .psd".split()
)
_SYSTEM = frozenset(("thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "@eadir"))
_OTHER_PICTURES = {
    b"ftypavif": "AVIF",
    b"ftypavis": "AVIF",
    b"ftypheic": "HEIC",
    b"ftypheix": "HEIC",
    b"ftypmif1": "HEIF",
}
HIDDEN = "hidden or a system's own file"


@dataclass(frozen=True)
class FoundImages:
    """The images under a folder, and every file that is none.

    Parameters
    ----------
    paths : list of Path
        The images, in a fixed order.
    skipped : list of (Path, str)
        Every other file with the reason why it was skipped, in the same order. A folder that is skipped whole
        (`__MACOSX`, `.git`) is one entry.

    Examples
    --------
    >>> found = FoundImages([Path("a.jpg")], [(Path("b.jpg"), "empty"), (Path("notes.txt"), "no image")])
    >>> found.faults(), found.counts()
    ([(PosixPath('b.jpg'), 'empty')], {'no image': 1})
    """

    paths: list[Path] = field(default_factory=list)
    skipped: list[tuple[Path, str]] = field(default_factory=list)

    def faults(self) -> list[tuple[Path, str]]:
        """Return the skipped files that a user would take for an image: those named like one and not hidden."""
        return [(path, why) for path, why in self.skipped if why != HIDDEN and path.suffix.lower() in ENDINGS]

    def counts(self) -> dict[str, int]:
        """Return how many files were skipped for each reason, beside those of `faults`."""
        named = set(self.faults())
        return dict(Counter(why for path, why in self.skipped if (path, why) not in named))

    def lines(self, most: int = 10) -> list[str]:
        """Return a warning of one line a file named like an image that was skipped, at most `most` of them."""
        faults = self.faults()
        lines = [f"skipped {printable(path)}: {why}" for path, why in faults[:most]]
        more = [f"skipped {len(faults) - most:,} more files named like images"] if len(faults) > most else []
        return lines + more


def find_images(root: Path) -> FoundImages:
    """Return the images under a folder and its folders, whatever their names end in.

    Hidden files (`.x`, AppleDouble's `._x.jpg`), `__MACOSX` and what systems leave in folders (`Thumbs.db`) are
    skipped; links to folders are not followed.

    Parameters
    ----------
    root : Path
        The folder.

    Returns
    -------
    FoundImages

    Raises
    ------
    FileNotFoundError
        If there is no such folder.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "scan").write_bytes(b"\\xff\\xd8\\xff\\xe0" + bytes(20))
    >>> _ = (folder / "page.jpg").write_text("<html>")
    >>> found = find_images(folder)
    >>> [path.name for path in found.paths], [(path.name, why) for path, why in found.skipped]
    (['scan'], [('page.jpg', 'no image: its first bytes are those of no format that can be read')])
    """
    if not root.is_dir():
        kind = "found no such folder"
        if root.exists():
            kind = f"found a file; for a table alone: genrelab fetch table {printable(root)} --out CATALOG.parquet"
        raise FileNotFoundError(f"{printable(root)}: expected a folder of images, {kind}")
    found = FoundImages()
    for path in _walk(root, found.skipped):
        why = why_no_image(path)
        if why is None:
            found.paths.append(path)
        else:
            found.skipped.append((path, why))
    return found


def why_no_image(path: Path) -> str | None:
    """Return why a file is no image that can be read, None where it is one; the file is opened, never decoded.

    Parameters
    ----------
    path : Path
        Any path; a folder, a pipe, a device or a missing file is answered with a reason, too.

    Examples
    --------
    >>> why_no_image(Path("/no/such/file.jpg"))
    'no such file'
    """
    if _is_hidden(path.name):
        return HIDDEN
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            return "a folder"
        if not stat.S_ISREG(about.st_mode):
            return "no regular file"
        if about.st_size == 0:
            return "empty"
        with path.open("rb") as file:
            start = file.read(16)
    except FileNotFoundError:
        return "a link to nothing" if path.is_symlink() else "no such file"
    except OSError as fault:
        return f"cannot be opened: {fault.strerror}"
    if sniff_format(start) is not None:
        return None
    other = _OTHER_PICTURES.get(start[4:12])
    if other is not None:
        return f"{other}, a format that cannot be read; save it as JPEG or PNG"
    if path.suffix.lower() in ENDINGS:
        return "no image: its first bytes are those of no format that can be read"
    return "no image"


def printable(text: str | os.PathLike[str]) -> str:
    r"""Return a path or text that a terminal and a file can take: what is not printable or not UTF-8 is escaped.

    Examples
    --------
    >>> printable("Am\udce9lie\x1b[2J.jpg"), printable("Amélie.jpg")
    ('Am\\xe9lie\\x1b[2J.jpg', 'Amélie.jpg')
    """
    return "".join(_escape(letter) for letter in os.fspath(text))


def is_utf8(path: str | os.PathLike[str]) -> bool:
    r"""Return whether a file name can be written as UTF-8 text; old disks hold names that cannot.

    Examples
    --------
    >>> is_utf8("Amélie.jpg"), is_utf8("Am\udce9lie.jpg")
    (True, False)
    """
    return not any("\ud800" <= letter <= "\udfff" for letter in os.fspath(path))


def relative_to(path: Path | None, base: Path) -> str | None:
    """Return a path as the catalogue writes it: relative to its own folder, with forward slashes.

    Examples
    --------
    >>> relative_to(Path("/films/posters/heat.jpg"), Path("/films/catalogue"))
    '../posters/heat.jpg'
    """
    return None if path is None else Path(os.path.relpath(path.absolute(), base.absolute())).as_posix()


def _walk(root: Path, skipped: list[tuple[Path, str]]) -> Iterator[Path]:
    """Yield the files of a folder, then those of its folders; folders that are not entered go to `skipped`."""
    try:
        with os.scandir(root) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError as fault:
        skipped.append((root, f"cannot be opened: {fault.strerror}"))
        return
    yield from (Path(entry.path) for entry in listed if not entry.is_dir())
    for path in _folders(listed, skipped):
        yield from _walk(path, skipped)


def _folders(entries: Iterable[os.DirEntry[str]], skipped: list[tuple[Path, str]]) -> Iterator[Path]:
    for entry in entries:
        if not entry.is_dir():
            continue
        path = Path(entry.path)
        if _is_hidden(entry.name):
            skipped.append((path, HIDDEN))
        elif entry.is_symlink():
            skipped.append((path, "a link to a folder, not followed"))
        else:
            if path.suffix.lower() in ENDINGS:
                skipped.append((path, "a folder named like an image"))
            yield path


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name.lower() in _SYSTEM or name == "__MACOSX"


def _escape(letter: str) -> str:
    if "\udc80" <= letter <= "\udcff":  # a byte that was no UTF-8, as Python keeps it
        return f"\\x{ord(letter) - 0xDC00:02x}"
    return letter if letter.isprintable() else letter.encode("unicode_escape", "backslashreplace").decode("ascii")
