"""Small pictures of posters, made through the one safe reader."""

import io

from ...features.poster.read import read_poster


def thumbnail(path: str, width: int = 132, height: int = 198) -> bytes | None:
    """A poster as a small JPEG.

    The first bytes of the file decide its format, never its name: a file that is no picture of a known kind is not
    opened by any decoder.

    Parameters
    ----------
    path : str
        Of the file.
    width, height : int, pixels
        The box to fit into; the proportions stay.

    Returns
    -------
    bytes or None
        None where the file is missing, unreadable or too large.

    Examples
    --------
    >>> thumbnail("no-such-poster.jpg") is None
    True
    """
    poster = read_poster(path, draft=(2 * width, 2 * height))
    if poster.image is None:
        return None
    small = poster.image.copy()
    small.thumbnail((width, height))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=78)
    return buffer.getvalue()
