"""Posters of the demo: drawn, and telling of genre and decade as much and as little as real ones."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from PIL import Image, ImageColor, ImageDraw, ImageFont

from .looks import DECADES, LOOKS, Colour, DecadeLook, Look
from .motifs import draw_motif

__all__ = ["GROUNDS", "LAYOUTS", "LETTERINGS", "render_poster"]

MARK = "A SYNTHETIC POSTER"
# How often a choice follows one of the title's genres; else it follows any genre. Real posters say less than
# their makers wish.
PALETTE_TELLS, MOTIF_TELLS, LAYOUT_TELLS, LETTERING_TELLS = 0.78, 0.75, 0.7, 0.6
_OVERSAMPLING = 2
_FONT_SIZE = 44

# Share of the second colour at x, y from 0 to 1.
GROUNDS: dict[str, Callable[[np.ndarray, np.ndarray, np.random.Generator], np.ndarray]] = {
    "flat": lambda x, y, rng: 0 * x,
    "painted": lambda x, y, rng: 0.5 * y + 0.3 * np.sin(rng.uniform(3, 14) * x + rng.uniform(3, 14) * y) + 0.2,
    "airbrush": lambda x, y, rng: 1 - 2.4 * np.abs(y - rng.uniform(0.45, 0.75)),
    "spotlight": lambda x, y, rng: 1.1 - 2.2 * np.hypot(x - rng.uniform(0.35, 0.65), y - rng.uniform(0.25, 0.55)),
    "gradient": lambda x, y, rng: y,
}


class Cast:
    """What a layout draws with: a canvas, two motifs, four colours, chance.

    Parameters
    ----------
    canvas : PIL.Image.Image
        Drawn into.
    motifs : sequence of str
    colours : sequence of four colours
        Background, second background, motif, lettering.
    rng : Generator
    """

    def __init__(self, canvas: Image.Image, motifs: Sequence[str], colours: Sequence[Colour], rng: np.random.Generator):
        self.draw, (self.width, self.height) = ImageDraw.Draw(canvas), canvas.size
        self.motifs, self.rng = motifs, rng
        self.back, self.second, self.ink, _ = colours

    def motif(self, x: float, y: float, size: float, number: int = 0) -> None:
        """Draw a motif; x, y and size are shares of the canvas' width and height, and of its width."""
        # The second colour is inside a motif, unless the motif would vanish in it.
        far = sum(abs(a - b) for a, b in zip(self.ink, self.second, strict=True))
        place = x * self.width, y * self.height, size * self.width
        name = self.motifs[number % len(self.motifs)]
        inner = self.second if far > 120 else self.back
        draw_motif(self.draw, name, *place, self.ink, inner, float(self.rng.normal(0, 0.06)))

    def person(self, x: float, y: float, size: float) -> None:
        """Draw head and shoulders, the skin of any shade."""
        skin = _mix((225, 175, 140), (90, 56, 40), float(self.rng.random()))
        draw_motif(self.draw, "bust", x * self.width, y * self.height, size * self.width, skin, self.ink)

    def area(self, fill: Colour, *shares: tuple[float, float]) -> None:
        """Draw a polygon whose corners are shares of width and height."""
        self.draw.polygon([(x * self.width, y * self.height) for x, y in shares], fill=fill)


def _centre(cast: Cast) -> None:
    cast.motif(cast.rng.uniform(0.35, 0.65), cast.rng.uniform(0.34, 0.48), cast.rng.uniform(0.14, 0.4))


def _horizon(cast: Cast) -> None:
    line, size = cast.rng.uniform(0.6, 0.72), cast.rng.uniform(0.2, 0.32)
    cast.area(_mix(cast.ink, cast.back, 0.55), (0, line), (1, line), (1, 1), (0, 1))
    cast.motif(cast.rng.uniform(0.3, 0.7), line - 0.62 * size, size)
    if cast.rng.random() < 0.4:
        cast.motif(cast.rng.uniform(0.1, 0.9), 0.2, 0.09, 1)


def _portrait(cast: Cast) -> None:
    people = int(cast.rng.integers(1, 5))
    for number in range(people):
        cast.person((number + 0.5) / people, cast.rng.uniform(0.36, 0.46), 0.46 / people**0.6)
    cast.motif(cast.rng.uniform(0.2, 0.8), 0.62, cast.rng.uniform(0.12, 0.18))


def _grid(cast: Cast) -> None:
    columns = int(cast.rng.integers(1, 4))
    for number in range(2 * columns):
        row, column = divmod(number, columns)
        left, top, wide, tall = column / columns, 0.08 + 0.29 * row, 1 / columns, 0.28
        fill = cast.second if (row + column) % 2 else cast.ink if columns == 1 else cast.back
        cast.area(fill, (left, top), (left + wide, top), (left + wide, top + tall), (left, top + tall))
        cast.motif(left + wide / 2, top + tall / 2, 0.12, number)


def _diagonal(cast: Cast) -> None:
    rise, middle = cast.rng.uniform(0.15, 0.3), cast.rng.uniform(0.35, 0.5)
    cast.area(cast.ink, (0, middle + rise), (1, middle - rise), (1, middle), (0, middle + 2 * rise))
    cast.person(0.35, 0.3, 0.27)
    cast.motif(0.68, 0.5, 0.22)


LAYOUTS: dict[str, Callable[[Cast], None]] = {
    "centre": _centre,
    "diagonal": _diagonal,
    "grid": _grid,
    "horizon": _horizon,
    "portrait": _portrait,
}
# How the letters are set: as capitals, weight of their strokes, width and slant of the line.
LETTERINGS: dict[str, tuple[Callable[[str], str], int, float, float]] = {
    "condensed": (str.upper, 1, 0.5, 0.0),
    "heavy": (str.upper, 3, 1.0, 0.0),
    "slanted": (str.upper, 3, 1.0, 0.3),
    "spaced": (lambda text: " ".join(text.upper()), 0, 1.0, 0.0),
    "thin": (str.title, 0, 1.0, 0.0),
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
    palette = str(rng.choice(_look(genres, PALETTE_TELLS, rng).palettes)).split()
    shift = rng.normal(0, 11, 3) + rng.normal(0, 10)
    colours = [_colour(np.add(ImageColor.getrgb(f"#{code}")[:3], shift)) for code in palette]
    motifs = rng.permutation(_look(genres, MOTIF_TELLS, rng).motifs)[:2].tolist()
    layout = str(rng.choice(_look(genres, LAYOUT_TELLS, rng).layouts))
    letterings = _look(genres, LETTERING_TELLS, rng).letterings
    lettering = str(rng.choice(letterings if rng.random() < 0.6 else decade.letterings))

    picture = _ground(str(rng.choice(decade.grounds)), size, colours[0], colours[1], rng)
    canvas = Image.new("RGBA", (size[0] * _OVERSAMPLING, size[1] * _OVERSAMPLING))
    LAYOUTS[layout](Cast(canvas, motifs, colours, rng))
    drawn = canvas.reduce(_OVERSAMPLING)
    picture.paste(drawn, (0, 0), drawn)
    picture = _printed(picture, decade, rng)

    top = 0.04 if layout == "horizon" and rng.random() < 0.5 else 0.705
    letters = _readable(colours[3], picture, top)
    name = title.removeprefix("Synthetic ").split(":")[0]
    _write(picture, "SYNTHETIC", "condensed", top - 0.035 if top > 0.5 else 0.015, 0.025, letters)
    lines = _lines(name)
    for number, line in enumerate(lines):
        _write(picture, line, lettering, top + 0.2 * number / len(lines), 0.19 / len(lines), letters)
    _write(picture, f"{MARK}  {year}", "condensed", 0.935, 0.025, _readable(colours[3], picture, 0.9))
    return picture


def _look(genres: Sequence[str], tells: float, rng: np.random.Generator) -> Look:
    # The first genre counts twice.
    return LOOKS[str(rng.choice([genres[0], *genres] if rng.random() < tells else list(LOOKS)))]


def _colour(values: np.ndarray) -> Colour:
    red, green, blue = (int(value) for value in np.clip(values, 0, 255))
    return red, green, blue


def _mix(first: Colour, second: Colour, share: float) -> Colour:
    return _colour(np.rint(np.add(np.multiply(first, 1 - share), np.multiply(second, share))))


def _ground(kind: str, size: tuple[int, int], first: Colour, second: Colour, rng: np.random.Generator) -> Image.Image:
    y, x = np.mgrid[0 : 1 : size[1] * 1j, 0 : 1 : size[0] * 1j]
    share = np.clip(GROUNDS[kind](x, y, rng), 0, 1)[..., None]
    return Image.fromarray((np.array(first) * (1 - share) + np.array(second) * share).astype(np.uint8))


def _printed(picture: Image.Image, decade: DecadeLook, rng: np.random.Generator) -> Image.Image:
    """The picture as its decade prints it: tinted, with grain, perhaps on paper with a margin."""
    toned = Image.blend(picture, Image.new("RGB", picture.size, f"#{decade.tint}"), decade.tint_share)
    noise = rng.normal(0, decade.grain, (picture.height // 2 + 1, picture.width // 2 + 1, 1))
    noise = noise.repeat(2, axis=0).repeat(2, axis=1)[: picture.height, : picture.width]
    grained = Image.fromarray(np.clip(np.asarray(toned) + noise, 0, 255).astype(np.uint8))
    if rng.random() >= decade.border:
        return grained
    edge = int(rng.integers(6, 14))
    paper = Image.new("RGB", picture.size, (246, 241, 228))
    paper.paste(grained.resize((picture.width - 2 * edge, picture.height - 2 * edge)), (edge, edge))
    return paper


def _readable(colour: Colour, picture: Image.Image, top: float) -> Colour:
    weights = (0.2126, 0.7152, 0.0722)
    behind = np.asarray(picture)[int(picture.height * top) : int(picture.height * (top + 0.1))]
    luma = float((behind.mean(axis=(0, 1)) * weights).sum())
    if abs(float(np.dot(colour, weights)) - luma) > 70:
        return colour
    return _mix(colour, (255, 255, 255) if luma < 128 else (0, 0, 0), 0.85)


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(_FONT_SIZE)


def _write(picture: Image.Image, text: str, lettering: str, top: float, height: float, colour: Colour) -> None:
    """Write one line as large as it fits between two shares of the poster's height."""
    setting, stroke, width, slant = LETTERINGS[lettering]
    text = setting(text)
    left, upper, right, lower = (int(edge) for edge in _font().getbbox(text, stroke_width=stroke))
    mask = Image.new("L", (right - left + int(slant * (lower - upper)), lower - upper))
    ImageDraw.Draw(mask).text((-left, -upper), text, fill=255, font=_font(), stroke_width=stroke)
    if slant:
        mask = mask.transform(mask.size, Image.Transform.AFFINE, (1, slant, -slant * mask.height, 0, 1, 0))
    scale = min(0.88 * picture.width / (mask.width * width), height * picture.height / mask.height)
    size = max(1, int(mask.width * width * scale)), max(1, int(mask.height * scale))
    place = ((picture.width - size[0]) // 2, int(top * picture.height))
    picture.paste(colour, place, mask.resize(size, Image.Resampling.BILINEAR))


def _lines(text: str) -> list[str]:
    count = 1 if len(text) <= 9 else 2 if len(text) <= 20 else 3
    lines: list[str] = []
    for word in text.split():
        if lines and (len(lines) == count or len(lines[-1]) + len(word) < len(text) / count):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
