"""Titles on the demo's posters: the one font inside Pillow, drawn in a dozen manners."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

__all__ = ["LETTERINGS", "draw_title", "small_print"]

Colour = tuple[int, int, int]
_SIZE = 44


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.load_default(size)


def _plain(text: str, stroke: int = 0, size: int = _SIZE) -> Image.Image:
    # Bold letters are drawn one by one: the font's own spacing would let their strokes run together.
    font = _font(size)
    step = 1.6 * stroke
    left, top, right, bottom = font.getbbox(text, stroke_width=stroke)
    mask = Image.new("L", (int(right - left + step * len(text)) + 4, int(bottom - top) + 4))
    draw = ImageDraw.Draw(mask)
    if not stroke:
        draw.text((2 - left, 2 - top), text, fill=255, font=font)
        return mask
    x = 2 - left
    for letter in text:
        draw.text((x, 2 - top), letter, fill=255, font=font, stroke_width=stroke)
        x += font.getlength(letter) + step
    return mask


def _letters(text: str, place: Callable[[float], tuple[float, float]]) -> Image.Image:
    # One letter after another; `place` gives, for a position from -1 to 1, how far down and how much turned.
    font = _font(_SIZE)
    widths = [font.getlength(letter) + 3 for letter in text]
    mask = Image.new("L", (int(sum(widths)) + 2 * _SIZE, 3 * _SIZE))
    left = float(_SIZE)
    for letter, width in zip(text, widths, strict=True):
        down, turn = place(2 * (left + width / 2) / mask.width - 1)
        tile = Image.new("L", (2 * _SIZE, 2 * _SIZE))
        ImageDraw.Draw(tile).text((_SIZE // 2, _SIZE // 2), letter, fill=255, font=font, stroke_width=2)
        tile = tile.rotate(turn, Image.Resampling.BILINEAR, center=(_SIZE, _SIZE))
        corner = (int(left - _SIZE / 2), int(down))
        mask.paste(
            ImageChops.lighter(tile, mask.crop((*corner, corner[0] + tile.width, corner[1] + tile.height))), corner
        )
        left += width
    return mask.crop(mask.getbbox())


def _slanted(text: str, rng: np.random.Generator) -> Image.Image:
    mask = _plain(text, 3)
    lean = int(mask.height * 0.3)
    wide = Image.new("L", (mask.width + lean, mask.height))
    wide.paste(mask, (lean, 0))
    return wide.transform(wide.size, Image.Transform.AFFINE, (1, 0.3, 0, 0, 1, 0), Image.Resampling.BILINEAR)


def _bouncy(text: str, rng: np.random.Generator) -> Image.Image:
    return _letters(text.title(), lambda x: (_SIZE / 2 + rng.uniform(-7, 7), rng.uniform(-11, 11)))


def _arched(text: str, rng: np.random.Generator) -> Image.Image:
    return _letters(text, lambda x: (_SIZE * (0.2 + 0.5 * x * x), -16 * x))


def _distressed(text: str, rng: np.random.Generator) -> Image.Image:
    mask = _plain(text, 2)
    holes = Image.fromarray((rng.random((mask.height // 2 + 1, mask.width // 2 + 1)) > 0.24).astype(np.uint8) * 255)
    return ImageChops.multiply(mask, holes.resize(mask.size, Image.Resampling.BILINEAR))


def _dripping(text: str, rng: np.random.Generator) -> Image.Image:
    mask = _plain(text, 2)
    drips = Image.new("L", (mask.width, mask.height + _SIZE // 2))
    drips.paste(mask, (0, 0))
    draw = ImageDraw.Draw(drips)
    lowest = np.asarray(mask)[-8:-3].min(axis=0)
    for column in rng.permutation(np.flatnonzero(lowest > 200))[:7]:
        end = mask.height + int(rng.integers(2, _SIZE // 2))
        draw.line([(int(column), mask.height - 6), (int(column), end)], fill=255, width=3)
    return drips


def _condensed(text: str, rng: np.random.Generator) -> Image.Image:
    mask = _plain(text, 1)
    return mask.resize((max(1, mask.width * 6 // 10), mask.height * 14 // 10), Image.Resampling.BILINEAR)


def _slab(text: str, rng: np.random.Generator) -> Image.Image:
    mask = _plain(text, 3)
    slab = Image.new("L", (mask.width + 8, mask.height + 18))
    slab.paste(mask, (4, 9))
    draw = ImageDraw.Draw(slab)
    draw.rectangle((0, 0, slab.width, 3), fill=255)
    draw.rectangle((0, slab.height - 4, slab.width, slab.height), fill=255)
    return slab


LETTERINGS: dict[str, Callable[[str, np.random.Generator], Image.Image]] = {
    "arched": _arched,
    "bouncy": _bouncy,
    "condensed": _condensed,
    "distressed": _distressed,
    "dripping": _dripping,
    "glowing": lambda text, rng: _plain(text, 1),
    "heavy": lambda text, rng: _plain(text, 3),
    "outlined": lambda text, rng: _plain(text, 2),
    "slab": _slab,
    "slanted": _slanted,
    "spaced": lambda text, rng: _plain(" ".join(text)),
    "thin": lambda text, rng: _plain(text.title()),
}


def draw_title(
    image: Image.Image,
    text: str,
    lettering: str,
    top: float,
    height: float,
    colour: Colour,
    accent: Colour,
    rng: np.random.Generator,
) -> None:
    """Write a title across a poster, as large as it fits.

    Parameters
    ----------
    image : PIL.Image.Image, RGB
        Drawn into.
    text : str
        One to six words; they are put on up to three lines.
    lettering : str
        A key of `LETTERINGS`.
    top, height : float
        Where, as shares of the poster's height.
    colour, accent : tuple of int
        Of the letters, and of their glow, outline or shadow.
    rng : Generator

    Examples
    --------
    >>> poster = Image.new("RGB", (300, 440))
    >>> draw_title(poster, "A RED MOON", "heavy", 0.7, 0.2, (255, 0, 0), (0, 0, 0), np.random.default_rng(0))
    >>> poster.getpixel((0, 0)), (255, 0, 0) in [pixel for _, pixel in poster.getcolors(9999)]
    ((0, 0, 0), True)
    """
    lines = _lines(text.upper())
    room = (int(image.width * 0.88), int(image.height * height / len(lines)))
    bottom = int(image.height * top)
    for line in lines:
        mask = LETTERINGS[lettering](line, rng)
        scale = min(room[0] / mask.width, 0.94 * room[1] / mask.height)
        mask = mask.resize(
            (max(1, int(mask.width * scale)), max(1, int(mask.height * scale))), Image.Resampling.BILINEAR
        )
        place = ((image.width - mask.width) // 2, bottom + (room[1] - mask.height) // 2)
        if lettering in ("glowing", "outlined"):
            _halo(image, mask, place, accent, blur=lettering == "glowing")
        else:
            image.paste(accent, (place[0] + 2, place[1] + 2), mask.point(lambda value: value * 4 // 10))
        image.paste(colour, place, mask)
        bottom += room[1]


def _halo(image: Image.Image, mask: Image.Image, place: tuple[int, int], colour: Colour, *, blur: bool) -> None:
    edge = 8
    wide = Image.new("L", (mask.width + 2 * edge, mask.height + 2 * edge))
    wide.paste(mask, (edge, edge))
    wide = wide.filter(ImageFilter.MaxFilter(5))
    if blur:
        wide = wide.filter(ImageFilter.BoxBlur(4))
    image.paste(colour, (place[0] - edge, place[1] - edge), wide)


def _lines(text: str) -> list[str]:
    words = text.split()
    count = 1 if len(text) <= 9 else 2 if len(text) <= 20 else 3
    lines: list[str] = []
    for word in words:
        if lines and (len(lines) == count or len(lines[-1]) + len(word) < len(text) / count):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def small_print(image: Image.Image, lines: list[str], top: float, colour: Colour) -> None:
    """Write narrow small lines in the middle, as the billing block of a poster.

    Examples
    --------
    >>> poster = Image.new("L", (300, 440))
    >>> small_print(poster, ["A SYNTHETIC POSTER"], 0.9, 255)
    >>> poster.getbbox()[1] >= 0.88 * 440
    True
    """
    y = int(image.height * top)
    for line in lines:
        mask = _plain(line, size=16)
        width = min(int(mask.width * 0.5), int(image.width * 0.9))
        mask = mask.resize((max(1, width), 11), Image.Resampling.BILINEAR)
        image.paste(colour, ((image.width - mask.width) // 2, y), mask)
        y += 12
