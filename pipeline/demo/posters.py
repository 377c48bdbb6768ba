"""Posters of the demo: drawn, and telling of genre and decade as much and as little as real ones."""

from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageColor, ImageDraw

from .grounds import age, ground
from .icons import MOTIFS
from .lettering import draw_title, small_print
from .looks import DECADES, LOOKS, Look
from .shapes import Colour, Pen, bust

__all__ = ["LAYOUTS", "render_poster"]

MARK = "A SYNTHETIC POSTER"
# How often a choice follows one of the title's genres; else it follows any genre. Real posters say less than
# their makers wish.
PALETTE_TELLS, MOTIF_TELLS, LAYOUT_TELLS, LETTERING_TELLS = 0.78, 0.75, 0.7, 0.6
_OVERSAMPLING = 2

Draw = Callable[[ImageDraw.ImageDraw, int, int, "Cast"], None]


class Cast:
    """What a layout may draw with: colours, motifs, chance."""

    def __init__(self, motifs: Sequence[str], colours: Sequence[Colour], rng: np.random.Generator):
        self.motifs = list(motifs)
        self.back, self.second, self.ink, self.letters = colours
        self.rng = rng

    def motif(self, draw: ImageDraw.ImageDraw, x: float, y: float, size: float, number: int = 0) -> None:
        """Draw a motif of the cast."""
        turn = float(self.rng.normal(0, 0.06))
        MOTIFS[self.motifs[number % len(self.motifs)]](Pen(draw, x, y, size, turn), self.ink, self.inner())

    def person(self, draw: ImageDraw.ImageDraw, x: float, y: float, size: float, depth: float) -> None:
        """Draw head and shoulders in a shade between ink and background."""
        skin = _mix((225, 175, 140), (90, 56, 40), float(self.rng.random()))
        hair = _mix(_mix((30, 22, 18), (170, 120, 70), float(self.rng.random()) ** 2), self.second, depth)
        pen = Pen(draw, x, y, size)
        style = self.rng.integers(3)
        if style == 2:
            pen.box(-0.5, -0.4, 0.5, 0.34, hair)
        if style > 0:
            pen.disc(0, -0.42, 0.5, hair, 1.0)
        bust(pen, _mix(skin, self.second, depth), _mix(self.ink, self.back, depth))
        if style > 0:
            pen.area([(-0.42, -0.4), (-0.3, -0.8), (0.1, -0.92), (0.4, -0.7), (0.42, -0.4), (0.15, -0.62)], hair)

    def inner(self) -> Colour:
        """The colour inside a motif: the second one, unless the motif would vanish in it."""
        far = sum(abs(a - b) for a, b in zip(self.ink, self.second, strict=True))
        return self.second if far > 120 else self.back


def _mix(first: Colour, second: Colour, share: float) -> Colour:
    return tuple(round(a + (b - a) * share) for a, b in zip(first, second, strict=True))


def _centre(draw: ImageDraw.ImageDraw, w: int, h: int, cast: Cast) -> None:
    cast.motif(draw, w * 0.5, h * 0.4, w * cast.rng.uniform(0.3, 0.4))


def _minimal(draw: ImageDraw.ImageDraw, w: int, h: int, cast: Cast) -> None:
    cast.motif(draw, w * cast.rng.uniform(0.3, 0.7), h * cast.rng.uniform(0.35, 0.55), w * cast.rng.uniform(0.1, 0.17))


def _horizon(draw: ImageDraw.ImageDraw, w: int, h: int, cast: Cast) -> None:
    line = h * cast.rng.uniform(0.6, 0.72)
    draw.rectangle((0, line, w, h), fill=_mix(cast.ink, cast.back, 0.55))
    size = w * cast.rng.uniform(0.2, 0.32)
    cast.motif(draw, w * cast.rng.uniform(0.3, 0.7), line - size * 0.9, size)
    if cast.rng.random() < 0.4:
        cast.motif(draw, w * cast.rng.uniform(0.1, 0.9), h * 0.2, w * 0.09, 1)


def _portrait(draw: ImageDraw.ImageDraw, w: int, h: int, cast: Cast) -> None:
    people = int(cast.rng.integers(1, 3))
    for number in range(people):
        x = w * (0.5 if people == 1 else 0.32 + 0.36 * number)
        cast.person(draw, x, h * (0.36 + 0.08 * number), w * (0.46 if people == 1 else 0.34), 0.1 + 0.15 * number)
    cast.motif(draw, w * cast.rng.uniform(0.2, 0.8), h * 0.66, w * cast.rng.uniform(0.1, 0.15))


def _crowd(draw: ImageDraw.ImageDraw, w: int, h: int, cast: Cast) -> None:
    people = int(cast.rng.integers(3, 6))
    for number in range(people):
        x, y = w * (0.14 + 0.72 * number / (people - 1)), h * cast.rng.uniform(0.42, 0.5)
        if cast.rng.random() < 0.5:
            cast.motif(draw, x, y, w * 0.17, number)
        else:
            cast.person(draw, x, y, w * 0.2, 0.1)


def _grid(draw: ImageDraw.ImageDraw, w: int, h: int, cast: Cast) -> None:
    columns = int(cast.rng.integers(2, 4))
    wide, tall = w / columns, min(w / columns, h * 0.29)
    for row in range(2):
        for column in range(columns):
            left, top = column * wide, h * 0.08 + row * tall
            x, y, size = left + wide / 2, top + tall / 2, tall * 0.32
            odd = (row + column) % 2
            fill = cast.second if odd else cast.back
            draw.rectangle((left + 4, top + 4, left + wide - 4, top + tall - 4), fill=fill)
            if odd and cast.rng.random() < 0.5:
                cast.person(draw, x, y, size, 0.1)
            else:
                cast.motif(draw, x, y, size, row + column)


def _diagonal(draw: ImageDraw.ImageDraw, w: int, h: int, cast: Cast) -> None:
    rise = h * cast.rng.uniform(0.15, 0.3)
    middle = h * cast.rng.uniform(0.35, 0.5)
    draw.polygon([(0, middle + rise), (w, middle - rise), (w, middle), (0, middle + 2 * rise)], fill=cast.ink)
    cast.person(draw, w * 0.35, h * 0.3, w * 0.27, 0.15)
    cast.motif(draw, w * 0.68, h * 0.5, w * 0.22)


def _hero(draw: ImageDraw.ImageDraw, w: int, h: int, cast: Cast) -> None:
    cast.motif(draw, w * 0.5, h * 0.28, w * cast.rng.uniform(0.24, 0.34))
    cast.person(draw, w * 0.5, h * 0.56, w * 0.26, 0.0)
    for side in (0.16, 0.84):
        if cast.rng.random() < 0.5:
            cast.person(draw, w * side, h * 0.58, w * 0.17, 0.35)


def _framed(draw: ImageDraw.ImageDraw, w: int, h: int, cast: Cast) -> None:
    draw.rectangle((w * 0.1, h * 0.1, w * 0.9, h * 0.66), fill=cast.ink)
    draw.rectangle((w * 0.12, h * 0.115, w * 0.88, h * 0.645), fill=cast.inner())
    if cast.rng.random() < 0.5:
        cast.person(draw, w * 0.5, h * 0.42, w * 0.3, 0.1)
    cast.motif(draw, w * cast.rng.uniform(0.35, 0.65), h * 0.4, w * cast.rng.uniform(0.14, 0.24))


LAYOUTS: dict[str, Draw] = {
    "centre": _centre,
    "crowd": _crowd,
    "diagonal": _diagonal,
    "framed": _framed,
    "grid": _grid,
    "hero": _hero,
    "horizon": _horizon,
    "minimal": _minimal,
    "portrait": _portrait,
}


def render_poster(title: str, genres: Sequence[str], year: int, rng: np.random.Generator) -> Image.Image:
    """Draw one poster.

    Parameters
    ----------
    title : str
        Written on it, "Synthetic" in small above the rest.
    genres : sequence of str
        Canonical names of `LOOKS`, most telling first.
    year : int
        1960 to 2029; decides about paper, grain, tint, backgrounds.
    rng : Generator
        The same state gives the same pixels.

    Returns
    -------
    PIL.Image.Image, RGB
        About 300 pixels wide and 440 high.

    Examples
    --------
    >>> poster = render_poster("Synthetic Dust", ["Western"], 1964, np.random.default_rng(0))
    >>> poster.mode, poster.width
    ('RGB', 300)
    """
    decade = DECADES[year // 10 * 10]
    size = (300, int(rng.choice([400, 432, 440, 444, 450])))
    colours = _colours(_look(genres, PALETTE_TELLS, rng), rng)
    motifs = rng.permutation(_look(genres, MOTIF_TELLS, rng).motifs)[:2].tolist()
    layout = str(rng.choice(_look(genres, LAYOUT_TELLS, rng).layouts))
    own = _look(genres, LETTERING_TELLS, rng).letterings
    lettering = str(rng.choice(own if rng.random() < 0.6 else decade.letterings))

    picture = ground(str(rng.choice(decade.ground)), size, colours[0], colours[1], rng)
    large = Image.new("RGBA", (size[0] * _OVERSAMPLING, size[1] * _OVERSAMPLING))
    LAYOUTS[layout](ImageDraw.Draw(large), *large.size, Cast(motifs, colours, rng))
    drawn = large.reduce(_OVERSAMPLING)
    picture.paste(drawn, (0, 0), drawn)
    picture = age(picture, ImageColor.getrgb(f"#{decade.tint}"), decade.tint_share, decade.grain, rng)

    top = 0.04 if layout == "horizon" and rng.random() < 0.5 else 0.705
    letters = _readable(colours[3], picture, top)
    name = title.removeprefix("Synthetic ").split(":")[0]
    small_print(picture, ["SYNTHETIC"], top - 0.035 if top > 0.5 else 0.015, letters)
    draw_title(picture, name, lettering, top, 0.2, letters, colours[0], rng)
    small_print(picture, [MARK, f"DRAWN FOR A DEMO  {year}"], 0.925, _readable(colours[3], picture, 0.9))
    return _bordered(picture, rng) if rng.random() < decade.border else picture


def _look(genres: Sequence[str], tells: float, rng: np.random.Generator) -> Look:
    if rng.random() < tells:
        # The first genre counts twice.
        return LOOKS[str(rng.choice([genres[0], *genres]))]
    return LOOKS[str(rng.choice(list(LOOKS)))]


def _colours(look: Look, rng: np.random.Generator) -> list[Colour]:
    palette = [ImageColor.getrgb(f"#{code}") for code in str(rng.choice(look.palettes)).split()]
    shift = rng.normal(0, 11, 3) + rng.normal(0, 10)
    return [tuple(int(v) for v in np.clip(np.add(colour, shift), 0, 255)) for colour in palette]


def _readable(colour: Colour, picture: Image.Image, top: float) -> Colour:
    behind = picture.crop((0, int(picture.height * top), picture.width, int(picture.height * (top + 0.1))))
    luma = behind.convert("L").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    own = 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]
    if abs(own - luma) > 70:
        return colour
    return _mix(colour, (255, 255, 255) if luma < 128 else (0, 0, 0), 0.85)


def _bordered(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    edge = int(rng.integers(6, 14))
    paper = Image.new("RGB", picture.size, (246, 241, 228))
    inner = picture.resize((picture.width - 2 * edge, picture.height - 2 * edge), Image.Resampling.BILINEAR)
    paper.paste(inner, (edge, edge))
    return paper
