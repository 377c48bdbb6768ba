"""How the posters of a genre and of a decade look in the demo: colours, motifs, layouts, lettering, print."""

from dataclasses import dataclass

__all__ = ["DECADES", "LOOKS", "Colour", "DecadeLook", "Look"]

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Look:
    """What posters of one genre tend to.

    Parameters
    ----------
    palettes : tuple of str
        Four colours in hex each: background, second background, motif, lettering.
    motifs, layouts, letterings : tuple of str
        Keys of `motifs.MOTIFS`, `posters.LAYOUTS` and `posters.LETTERINGS`.
    """

    palettes: tuple[str, ...]
    motifs: tuple[str, ...]
    layouts: tuple[str, ...]
    letterings: tuple[str, ...]


@dataclass(frozen=True)
class DecadeLook:
    """What posters of one decade tend to.

    Parameters
    ----------
    tint : str
        Colour that old print or a fashionable grade pulls the picture to.
    tint_share, border : float
        How far it is pulled, and the chance of a paper margin, 0 to 1.
    grain : float
        Deviation of the noise, in 0 to 255.
    grounds, letterings : tuple of str
        Keys of `posters.GROUNDS` and `posters.LETTERINGS`.
    """

    tint: str
    tint_share: float
    grain: float
    border: float
    grounds: tuple[str, ...]
    letterings: tuple[str, ...]


def _look(palettes: str, rest: str) -> Look:
    return Look(tuple(palettes.split(", ")), *(tuple(words.split()) for words in rest.split(" / ")))


LOOKS: dict[str, Look] = {
    "Drama": _look(
        "3b3a36 6f6a5e c9b79c f2ead9, 24323f 5c6f7b d8d2c4 ffffff, 8a7f70 c9bfae 3a332b 1d1a16",
        "bust tree / portrait centre horizon / spaced thin",
    ),
    "Comedy": _look(
        "ffffff fff3c4 e8412b d62718, ffd42e ffb300 2a2a2a d7263d, 8fd3f4 f7f9fb ff6b35 e63946",
        "smile balloons / portrait grid / slanted heavy",
    ),
    "Action": _look(
        "14110f d35400 f39c12 ffffff, 0b132b 1c2541 ff6b1a f5f5f5, 3a0d0a c0392b ffc857 ffffff",
        "blast gun / diagonal centre horizon / slanted heavy",
    ),
    "Romance": _look(
        "fbe3e8 f4b6c2 c2185b 8e1b3f, fff1e6 f8c9a8 b5485d 7a2e3a, f7d9e3 b8c9ea d6336c ffffff",
        "heart ring / portrait centre / thin slanted",
    ),
    "Crime": _look(
        "101418 2f3640 b71c1c e8e8e8, 1c1c1c 4a4a4a d4a017 f1f1f1, 0f1a20 37474f cfd8dc c62828",
        "gun skyline / diagonal centre portrait / condensed heavy",
    ),
    "Thriller": _look(
        "0d1b1e 1f4e5f 9ad1d4 e8f1f2, 121212 37261f e0e0e0 ff3b30, 0a0f1f 26304d b0bec5 ffffff",
        "eye keyhole / centre portrait / condensed",
    ),
    "Adventure": _look(
        "1b4965 62b6cb f4a259 fff3b0, 5b3a1a d9a441 2d6a4f fff4d6, 2a6f97 a9d6e5 bc6c25 ffffff",
        "mountains ship sword / horizon centre / heavy",
    ),
    "Horror": _look(
        "050505 1a0505 b00020 d90429, 0a0a0a 16211c a3b18a e5383b, 1c0b0b 4a0e0e e8e4d9 ff1e1e",
        "skull house / centre horizon / condensed",
    ),
    "Documentary": _look(
        "f5f5f0 dcdcd2 33691e 212121, ffffff e0e0e0 1565c0 111111, e8e2d0 bfae8a 4e342e 1b1b1b",
        "globe frame / grid centre / thin condensed",
    ),
    "Mystery": _look(
        "14162b 3b3a5a c8b6e2 efe6ff, 1b262c 355070 b8c0c8 f0e9d2, 20182a 4b3b54 d4af37 f4ecd8",
        "magnifier keyhole / centre grid / spaced condensed",
    ),
    "Fantasy": _look(
        "2b1055 7597de ffd166 fff6d6, 1a3a3a 5b8e7d f2cc8f fdf0d5, 3c1642 9d4edd c8f4f9 ffffff",
        "castle star / centre horizon / heavy spaced",
    ),
    "Family": _look(
        "87ceeb d9f2ff ffca3a d7263d, 9be564 e9ffd2 ff924c 1d4e89, fff6b7 ffc6ff 4cc9f0 6a4c93",
        "cottage sun balloons / portrait horizon centre / slanted heavy",
    ),
    "Science Fiction": _look(
        "020617 0b3b5e 38e1ff d7f9ff, 0a0a23 3f0d6b 9bf6ff ffffff, 07131a 12494f e0fbfc 7df9ff",
        "rocket planet / centre / spaced",
    ),
    "Biography": _look(
        "5a4632 a58a6a efe3cc fffaf0, 2f3e46 84a98c e9edc9 ffffff, c9ada7 f2e9e4 4a4e69 22223b",
        "bust quill / portrait grid / spaced thin",
    ),
    "Music": _look(
        "1a0933 ff2e93 ffe14d ffffff, 111111 7b2cbf 00f5d4 fee440, 2d0a31 f15bb5 fefae0 ffffff",
        "note disc / diagonal centre grid / heavy spaced",
    ),
    "Animation": _look(
        "00b4d8 90e0ef ff9e00 ffffff, 7bdff2 f7d6e0 ef476f 073b4c, 06d6a0 caffbf ff5d8f ffffff",
        "creature star / portrait grid horizon / slanted heavy",
    ),
    "Sport": _look(
        "14532d 4ade80 ffffff fef08a, 0c2d57 fc6736 efecec ffffff, 7f1d1d fca5a5 ffffff ffffff",
        "ball trophy / diagonal centre / slanted heavy",
    ),
    "History": _look(
        "6b4f2a c8a165 3a2412 fff1d0, 7a5c3a e6cfa3 5c1a1b 3b1f12, 4b3621 a67b5b f5deb3 ffe8b0",
        "temple crown / grid horizon centre / spaced heavy",
    ),
    "War": _look(
        "2f3321 6b6f4a c9c19f e9e4c9, 3b3a30 8b7d5b 1c1b16 f0ead6, 2b2d2f 72675a d9c7a0 e0d8c0",
        "helmet tank blast / horizon centre / condensed heavy",
    ),
    "Western": _look(
        "b5541c f0b45b 3b1d0a fff0c9, c97b3d f6d7a7 5a2d0c 3b1d0a, 8c3b1a e9a15b 2b1408 ffe3b0",
        "cactus hat / horizon centre / heavy",
    ),
}

DECADES: dict[int, DecadeLook] = {
    1960: DecadeLook("d9a066", 0.18, 9, 0.55, ("flat",), ("slanted", "heavy")),
    1970: DecadeLook("a9743f", 0.26, 13, 0.65, ("painted", "flat"), ("heavy",)),
    1980: DecadeLook("2b1a5a", 0.14, 8, 0.25, ("airbrush", "painted"), ("heavy", "slanted", "spaced")),
    1990: DecadeLook("1f2a44", 0.16, 5, 0.1, ("spotlight", "airbrush"), ("condensed", "spaced", "heavy")),
    2000: DecadeLook("2f5d62", 0.15, 3, 0.05, ("gradient", "spotlight"), ("thin", "condensed", "spaced")),
    2010: DecadeLook("145374", 0.18, 2, 0.03, ("gradient", "spotlight"), ("spaced", "thin", "condensed")),
    2020: DecadeLook("7d3cff", 0.1, 1, 0.06, ("gradient",), ("heavy", "spaced")),
}
