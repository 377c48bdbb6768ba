"""Posters made small and put inside the page."""

import base64
import io
import warnings
from pathlib import Path

from PIL import Image, ImageOps

_PIXELS = 50_000_000  # larger files are not opened
_BYTES = 30_000_000


def thumbnail(path: Path, width: int = 132, height: int = 198) -> str | None:
    """Make a small JPEG of a poster as a data URI.

    Parameters
    ----------
    path : Path
    width, height : int, pixels
        The box to fit into; the proportions stay.

    Returns
    -------
    str or None
        `data:image/jpeg;base64,…`; None where the file is missing, unreadable or too large.

    Examples
    --------
    >>> thumbnail(Path("no-such-poster.jpg")) is None
    True
    """
    try:
        if not path.is_file() or path.stat().st_size > _BYTES:
            return None
        with warnings.catch_warnings():
            # Pillow warns of odd metadata and of huge pictures; a report is no place to pass that on.
            warnings.simplefilter("ignore")
            with Image.open(path) as image:
                if image.width * image.height > _PIXELS:
                    return None
                image.draft("RGB", (2 * width, 2 * height))
                small = ImageOps.exif_transpose(image)
                small.thumbnail((width, height))
                buffer = io.BytesIO()
                small.convert("RGB").save(buffer, "JPEG", quality=78)
    except Exception:
        # Pillow's readers raise a dozen kinds for broken files; each of them means: no picture.
        return None
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
