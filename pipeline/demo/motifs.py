"""Objects that stand for a genre on the demo's posters, as data: a skull is five shapes on one line."""

import math

from PIL import ImageDraw

from .looks import Colour

__all__ = ["MOTIFS", "draw_motif"]

# Shapes in a square from -1 to 1, y pointing down, separated by semicolons:
#   o x y radius [flatness]   disc            b left top right bottom   box
#   p x y x y ...             polygon         l width x y x y ...       line
#   s x y outer inner tips    star            a capital letter draws in the second colour
MOTIFS: dict[str, str] = {
    "ball": "o 0 0 .9; S 0 0 .32 .27 5; S -.6 -.4 .2 .16 5; S .6 -.4 .2 .16 5; S 0 .65 .2 .16 5",
    "balloons": "l .02 -.5 -.4 0 .95 .5 -.35; o -.5 -.4 .32 1.2; o .5 -.35 .32 1.2; O 0 -.65 .32 1.2",
    "blast": "s 0 0 1 .5 13; S 0 0 .6 .3 11",
    "bust": "o 0 -.32 .4 1.2; b -.16 0 .16 .4; p -.95 1 -.8 .5 -.2 .28 .2 .28 .8 .5 .95 1; P -.2 .3 .2 .3 0 .72",
    "cactus": "l .25 0 1 0 -.9; l .18 0 .3 -.5 .3 -.5 -.3; l .18 0 .1 .5 .1 .5 -.5",
    "castle": "b -.7 .1 .7 1; b -.8 -.3 -.46 1; b .5 -.3 .84 1; b -.18 -.6 .16 1; P -.86 -.3 -.63 -.7 -.4 -.3",
    "cottage": "B -.65 -.05 .65 .9; p -.9 0 0 -.8 .9 0; b -.15 .35 .15 .9",
    "creature": "o 0 .15 .75 1.05; p -.6 -.3 -.55 -.95 -.15 -.5; p .6 -.3 .55 -.95 .15 -.5; O -.27 0 .2; O .27 0 .2",
    "crown": "p -.8 .6 -.9 -.5 -.4 0 0 -.75 .4 0 .9 -.5 .8 .6; O -.4 .35 .1; O 0 .35 .1; O .4 .35 .1",
    "disc": "o 0 0 .95; O 0 0 .8; o 0 0 .77; O 0 0 .3; o 0 0 .06",
    "eye": "p -1 0 -.5 -.45 0 -.56 .5 -.45 1 0 .5 .45 0 .56 -.5 .45; O 0 0 .42; o 0 0 .18",
    "frame": "b -.85 -.7 .85 .7; B -.72 -.57 .72 .57; p -.72 .57 -.2 -.1 .15 .3 .35 .1 .72 .57",
    "globe": "o 0 0 .9; L .04 -.85 0 .85 0; L .04 -.7 -.45 .7 -.45; L .04 0 -.9 0 .9",
    "gun": "p -.9 -.4 .9 -.4 .9 -.15 -.1 -.15 -.25 .1 -.4 .1 -.55 .75 -.95 .75 -.75 0 -.95 -.2; B -.6 -.33 .6 -.28",
    "hat": "o 0 .3 .98 .22; p -.5 .25 -.42 -.45 0 -.42 .42 -.45 .5 .25; B -.49 .05 .49 .2",
    "heart": "o -.42 -.28 .46; o .42 -.28 .46; p -.83 -.08 .83 -.08 0 .92; O -.5 -.4 .13",
    "helmet": "p -.75 .15 -.65 -.4 -.3 -.72 .3 -.72 .65 -.4 .75 .15; b -.92 .1 .92 .26",
    "house": "p -.7 1 -.7 -.1 -.4 -.6 -.1 -.1 .1 -.5 .4 -1 .7 -.5 .7 1; B -.48 .1 -.32 .36; B .32 -.3 .48 -.04",
    "keyhole": "O 0 0 .95; o 0 -.25 .35; p -.14 -.1 .14 -.1 .32 .7 -.32 .7",
    "magnifier": "l .2 .2 .2 .9 .9; o -.2 -.2 .68; O -.2 -.2 .52",
    "mountains": "p -1 .8 -.3 -.7 .35 .8; p -.2 .8 .45 -.3 1 .8; P -.3 -.7 -.5 -.28 -.1 -.28; O .65 -.65 .22",
    "note": "o -.5 .6 .28 .8; o .5 .4 .28 .8; l .1 -.27 .6 -.27 -.7 .73 -.9 .73 .4",
    "planet": "o 0 0 .6; L .09 -1 .28 -.5 .22 .5 -.12 1 -.34; O .75 -.75 .12",
    "quill": "p -.6 .7 -.3 -.2 .7 -.9 .35 .1 -.3 .5; L .05 -.85 .95 .55 -.75",
    "ring": "o 0 .25 .6; O 0 .25 .46; p -.3 -.7 .3 -.7 .42 -.5 0 -.2 -.42 -.5",
    "rocket": "p 0 -1 .28 -.5 .28 .45 -.28 .45 -.28 -.5; P -.28 .1 -.6 .6 -.28 .45; P .28 .1 .6 .6 .28 .45",
    "ship": "p -.9 .4 .9 .4 .6 .85 -.6 .85; l .06 0 .4 0 -.9; P .06 -.85 .8 .2 .06 .25; P -.06 -.7 -.7 .2 -.06 .25",
    "skull": "o 0 -.2 .75; b -.42 .2 .42 .85; O -.3 -.12 .21; O .3 -.12 .21; P 0 .12 -.1 .35 .1 .35",
    "skyline": "b -1 .1 -.7 1; b -.65 -.5 -.35 1; b -.25 -.1 .05 1; b .05 -.85 .35 1; b .4 -.3 .7 1; B .12 -.7 .2 -.6",
    "smile": "o 0 0 .9; O -.32 -.25 .11 1.6; O .32 -.25 .11 1.6; L .12 -.5 .2 -.3 .5 0 .6 .3 .5 .5 .2",
    "star": "s 0 0 .9 .36 5; S 0 0 .4 .16 5",
    "sun": "s 0 0 1 .62 14; O 0 0 .55",
    "sword": "p -.1 .4 -.1 -.8 0 -1 .1 -.8 .1 .4; B -.42 .4 .42 .5; B -.07 .5 .07 .95",
    "tank": "p -.9 .25 -.7 0 .7 0 .9 .25 .7 .6 -.7 .6; p -.4 0 -.3 -.35 .25 -.35 .35 0; l .09 .2 -.2 1 -.3",
    "temple": "p -.95 -.35 0 -.9 .95 -.35; b -.75 -.28 -.5 .7; b -.1 -.28 .1 .7; b .5 -.28 .75 .7; b -.95 .7 .95 .9",
    "tree": "l .16 0 1 0 0; l .06 0 .35 -.6 -.5; l .06 0 .2 -.2 -.9; l .06 0 .2 .5 -.7; l .05 0 .3 .75 -.3",
    "trophy": "p -.5 -.85 .5 -.85 .35 .1 .1 .3 -.1 .3 -.35 .1; b -.08 .3 .08 .65; B -.42 .65 .42 .9",
}


def draw_motif(
    draw: ImageDraw.ImageDraw,
    name: str,
    x: float,
    y: float,
    size: float,
    ink: Colour,
    second: Colour,
    turn: float = 0.0,
) -> None:
    """Draw one motif.

    Parameters
    ----------
    draw : ImageDraw
    name : str
        A key of `MOTIFS`.
    x, y : float
        Its centre, in pixels.
    size : float
        Half the side of its square, in pixels.
    ink, second : tuple of int
        Its two colours.
    turn : float
        Rotation in radians, clockwise.

    Examples
    --------
    >>> from PIL import Image
    >>> picture = Image.new("RGB", (40, 40))
    >>> draw_motif(ImageDraw.Draw(picture), "keyhole", 20, 20, 15, (255, 0, 0), (0, 0, 255))
    >>> picture.getpixel((20, 16)), picture.getpixel((8, 20))
    ((255, 0, 0), (0, 0, 255))
    """
    for shape in MOTIFS[name].split(";"):
        kind, *words = shape.split()
        numbers, fill = [float(word) for word in words], second if kind.isupper() else ink
        width = numbers.pop(0) if kind in "lL" else 0.0
        points = [_at(point, x, y, size, turn) for point in _outline(kind.lower(), numbers)]
        if width:
            draw.line(points, fill=fill, width=max(1, round(width * size)), joint="curve")
        else:
            draw.polygon(points, fill=fill)


def _outline(kind: str, n: list[float]) -> list[tuple[float, float]]:
    if kind == "b":
        return [(n[0], n[1]), (n[2], n[1]), (n[2], n[3]), (n[0], n[3])]
    if kind == "o":
        flat = n[3] if len(n) > 3 else 1.0
        angles = [2 * math.pi * step / 36 for step in range(36)]
        return [(n[0] + n[2] * math.cos(a), n[1] + n[2] * flat * math.sin(a)) for a in angles]
    if kind == "s":
        turns = [(n[2 + step % 2], math.pi * (step / n[4] - 0.5)) for step in range(2 * int(n[4]))]
        return [(n[0] + radius * math.cos(a), n[1] + radius * math.sin(a)) for radius, a in turns]
    return list(zip(n[::2], n[1::2], strict=True))


def _at(point: tuple[float, float], x: float, y: float, size: float, turn: float) -> tuple[float, float]:
    cos, sin = math.cos(turn), math.sin(turn)
    return x + size * (point[0] * cos - point[1] * sin), y + size * (point[0] * sin + point[1] * cos)
