"""The dirt of real poster collections, put into the demo on purpose."""

import io
from collections.abc import Sequence

import numpy as np
from PIL import Image, PngImagePlugin

__all__ = ["DIRT", "encode_poster", "plan_dirt"]

CLEAN = "clean"
# Kind -> share of the titles. Every kind occurs from 60 titles on.
DIRT: dict[str, float] = {
    "twin": 0.006,  # the poster of another title, byte for byte
    "recoded twin": 0.006,  # the same picture in another file
    "grey": 0.015,
    "cmyk": 0.006,
    "png named jpg": 0.006,
    "truncated": 0.006,
    "absent file": 0.006,  # the catalogue names a file that is not there
    "no poster": 0.01,
}
_NOTE = "Synthetic poster drawn by genrelab; no real title is meant."


def plan_dirt(count: int, rng: np.random.Generator) -> list[str]:
    """Which title gets which kind of dirt.

    Parameters
    ----------
    count : int
        Number of titles. Below 60 the rare kinds are left out.
    rng : Generator

    Returns
    -------
    list of `count` str
        A key of `DIRT`, or `clean`.

    Examples
    --------
    >>> plan = plan_dirt(1000, np.random.default_rng(0))
    >>> plan.count("grey"), plan.count("cmyk"), plan.count("clean")
    (15, 6, 939)
    """
    plan = [CLEAN] * count
    order = rng.permutation(count).tolist()
    for kind, share in DIRT.items():
        for _ in range(max(int(count >= 60), round(count * share))):
            plan[order.pop()] = kind
    return plan


def encode_poster(image: Image.Image, dirt: str) -> bytes:
    """The bytes of a poster's file, with its dirt.

    Parameters
    ----------
    image : PIL.Image.Image, RGB
    dirt : str
        A key of `DIRT` or `clean`; kinds that are no matter of the file's bytes count as clean.

    Returns
    -------
    bytes
        The same for the same pixels.

    Examples
    --------
    >>> encode_poster(Image.new("RGB", (2, 3)), "png named jpg")[:4]
    b'\\x89PNG'
    """
    buffer = io.BytesIO()
    if dirt == "png named jpg":
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", _NOTE)
        image.save(buffer, "PNG", pnginfo=info)
        return buffer.getvalue()
    if dirt == "grey":
        image = image.convert("L")
    elif dirt == "cmyk":
        image = image.convert("CMYK")
    image.save(buffer, "JPEG", quality=55 if dirt == "recoded twin" else 86, comment=_NOTE.encode())
    data = buffer.getvalue()
    return data[: len(data) * 3 // 10] if dirt == "truncated" else data


def twin_of(number: int, plan: Sequence[str], rng: np.random.Generator) -> int | None:
    """The title whose poster a twin shows: a clean one, or None where there is none.

    Examples
    --------
    >>> twin_of(0, ["twin", "grey", "clean"], np.random.default_rng(0))
    2
    """
    clean = [other for other, kind in enumerate(plan) if kind == CLEAN and other != number]
    return int(rng.choice(clean)) if clean else None
