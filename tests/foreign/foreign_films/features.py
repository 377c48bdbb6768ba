"""Feature families of another package: of titles, and of posters."""

import pandas as pd

from genrelab.features import Family, Option, each_poster


def title_length(titles: pd.DataFrame, *, letters: bool = False) -> pd.DataFrame:
    """Words of the title, or its letters."""
    text = titles["title"].astype("string")
    length = text.str.len() if letters else text.str.count(r"\S+")
    return pd.DataFrame({"title_length_count": length.astype("Float64").to_numpy("float32", na_value=float("nan"))})


def red_share(image) -> list[float]:
    """How much of a poster's light is red."""
    red, green, blue = (sum(v * n for v, n in enumerate(band.histogram())) for band in image.split())
    return [red / max(1, red + green + blue)]


FAMILIES = [
    Family(
        "title_length",
        "how long a title is",
        needs="title",
        compute=title_length,
        reads=("title",),
        options={"letters": Option("letters in place of words", {"letters": True})},
    ),
    Family(
        "redness",
        "how red a poster is",
        needs="poster",
        compute=each_poster(red_share, ["redness_share"], "redness;v1"),
        block="colours",
    ),
]
LENGTH = FAMILIES[0]
