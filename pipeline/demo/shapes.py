"""Simple drawn shapes for the demo's posters, each in a square from -1 to 1."""

import math
from collections.abc import Callable, Sequence

from PIL import ImageDraw

__all__ = ["SHAPES", "Pen", "bust"]

Colour = tuple[int, int, int]
Points = Sequence[tuple[float, float]]


class Pen:
    """Draws in unit coordinates: x to the right and y down from -1 to 1, around a centre.

    Parameters
    ----------
    draw : ImageDraw
    x, y : float
        The centre in pixels.
    size : float
        Half the side of the square, in pixels.
    turn : float
        Rotation in radians.
    """

    def __init__(self, draw: ImageDraw.ImageDraw, x: float, y: float, size: float, turn: float = 0.0):
        self.draw, self.x, self.y, self.size = draw, x, y, size
        self.cos, self.sin = math.cos(turn), math.sin(turn)

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Pixels of a point."""
        return (
            self.x + self.size * (x * self.cos - y * self.sin),
            self.y + self.size * (x * self.sin + y * self.cos),
        )

    def area(self, points: Points, fill: Colour) -> None:
        """A filled polygon."""
        self.draw.polygon([self.at(*point) for point in points], fill=fill)

    def line(self, points: Points, width: float, fill: Colour) -> None:
        """A line through points."""
        thick = max(1, round(width * self.size))
        self.draw.line([self.at(*point) for point in points], fill=fill, width=thick, joint="curve")

    def disc(self, x: float, y: float, radius: float, fill: Colour, flat: float = 1.0) -> None:
        """A filled ellipse, `flat` times as high as wide."""
        steps = [2 * math.pi * step / 36 for step in range(36)]
        self.area([(x + radius * math.cos(a), y + radius * flat * math.sin(a)) for a in steps], fill)

    def box(self, left: float, top: float, right: float, bottom: float, fill: Colour) -> None:
        """A filled rectangle."""
        self.area([(left, top), (right, top), (right, bottom), (left, bottom)], fill)

    def star(self, x: float, y: float, outer: float, inner: float, tips: int, fill: Colour) -> None:
        """A star with so many tips."""
        angles = [math.pi * step / tips - math.pi / 2 for step in range(2 * tips)]
        radii = [outer if step % 2 == 0 else inner for step in range(2 * tips)]
        self.area([(x + r * math.cos(a), y + r * math.sin(a)) for a, r in zip(angles, radii, strict=True)], fill)

    def arc(self, x: float, y: float, radius: float, start: float, end: float, width: float, fill: Colour) -> None:
        """A part of a circle's line, from one angle to another in degrees, clockwise from the right."""
        steps = [math.radians(start + (end - start) * step / 24) for step in range(25)]
        self.line([(x + radius * math.cos(a), y + radius * math.sin(a)) for a in steps], width, fill)


def bust(p: Pen, a: Colour, b: Colour) -> None:
    """Head and shoulders."""
    p.disc(0, -0.32, 0.4, a, 1.2)
    p.box(-0.16, 0.0, 0.16, 0.4, a)
    p.area([(-0.95, 1.0), (-0.8, 0.5), (-0.2, 0.28), (0.2, 0.28), (0.8, 0.5), (0.95, 1.0)], a)
    p.area([(-0.2, 0.3), (0.2, 0.3), (0, 0.72)], b)


def _profile(p: Pen, a: Colour, b: Colour) -> None:
    p.area(
        [(-0.6, 1), (-0.5, 0.5), (-0.7, 0), (-0.6, -0.6), (-0.1, -0.95), (0.4, -0.7), (0.45, -0.3), (0.68, 0.05),
         (0.5, 0.12), (0.55, 0.3), (0.45, 0.38), (0.45, 0.55), (0.1, 0.6), (0.25, 1)], a)  # fmt: skip
    p.disc(0.28, -0.22, 0.06, b)


def _pair(p: Pen, a: Colour, b: Colour) -> None:
    bust(Pen(p.draw, *p.at(-0.42, 0.1), p.size * 0.72), a, b)
    bust(Pen(p.draw, *p.at(0.42, 0.18), p.size * 0.66), b, a)


def _tree(p: Pen, a: Colour, b: Colour) -> None:
    p.line([(0, 1), (0, 0)], 0.16, a)
    for x, y in ((-0.6, -0.5), (-0.3, -0.8), (0.1, -0.9), (0.5, -0.7), (0.75, -0.3)):
        p.line([(0, 0.35), (x * 0.5, -0.1), (x, y)], 0.06, a)
        p.line([(x * 0.5, -0.1), (x * 0.4, y)], 0.04, a)


def _window(p: Pen, a: Colour, b: Colour) -> None:
    p.box(-0.6, -0.9, 0.6, 0.9, a)
    for x, y in ((-0.52, -0.82), (0.04, -0.82), (-0.52, 0.04), (0.04, 0.04)):
        p.box(x, y, x + 0.48, y + 0.78, b)


def _road(p: Pen, a: Colour, b: Colour) -> None:
    p.area([(-1, 1), (-0.05, -0.5), (0.05, -0.5), (1, 1)], a)
    for y in (-0.2, 0.2, 0.65):
        p.box(-0.03 - 0.03 * y, y, 0.03 + 0.03 * y, y + 0.2, b)


def _smile(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(0, 0, 0.9, a)
    p.disc(-0.32, -0.25, 0.11, b, 1.6)
    p.disc(0.32, -0.25, 0.11, b, 1.6)
    p.arc(0, 0.05, 0.55, 10, 170, 0.12, b)


def _bubble(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(0, -0.15, 0.9, a, 0.7)
    p.area([(-0.4, 0.3), (0.0, 0.4), (-0.55, 0.9)], a)
    for x in (-0.4, 0, 0.4):
        p.disc(x, -0.15, 0.1, b)


def _balloons(p: Pen, a: Colour, b: Colour) -> None:
    for x, y, colour in ((-0.5, -0.4, a), (0.5, -0.35, a), (0, -0.65, b)):
        p.line([(x, y), (0, 0.95)], 0.02, a)
        p.disc(x, y, 0.32, colour, 1.2)


def _blast(p: Pen, a: Colour, b: Colour) -> None:
    p.star(0, 0, 1.0, 0.5, 13, a)
    p.star(0, 0, 0.6, 0.3, 11, b)


def _gun(p: Pen, a: Colour, b: Colour) -> None:
    p.area([(-0.9, -0.4), (0.9, -0.4), (0.9, -0.15), (-0.1, -0.15), (-0.25, 0.1), (-0.4, 0.1), (-0.55, 0.75),
            (-0.95, 0.75), (-0.75, 0.0), (-0.95, -0.2)], a)  # fmt: skip
    p.arc(-0.25, 0.0, 0.18, -20, 150, 0.06, a)
    p.box(-0.6, -0.33, 0.6, -0.28, b)


def _runner(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(0.25, -0.78, 0.17, a)
    for points in ([(0.15, -0.55), (-0.05, 0.1)], [(-0.05, 0.1), (0.4, 0.3), (0.3, 0.85)],
                   [(-0.05, 0.1), (-0.25, 0.55), (-0.75, 0.6)], [(0.12, -0.5), (0.5, -0.2), (0.75, -0.4)],
                   [(0.12, -0.5), (-0.35, -0.4), (-0.45, -0.05)]):  # fmt: skip
        p.line(points, 0.17, a)


def _fist(p: Pen, a: Colour, b: Colour) -> None:
    p.box(-0.35, 0.2, 0.3, 1, a)
    for x in (-0.52, -0.24, 0.04, 0.32):
        p.box(x, -0.55, x + 0.25, 0.3, a)
    p.box(-0.6, -0.1, 0.25, 0.12, b)


def _heart(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(-0.42, -0.28, 0.46, a)
    p.disc(0.42, -0.28, 0.46, a)
    p.area([(-0.83, -0.08), (0.83, -0.08), (0, 0.92)], a)
    p.disc(-0.5, -0.4, 0.13, b)


def _rose(p: Pen, a: Colour, b: Colour) -> None:
    p.line([(0, 0), (0.05, 1)], 0.07, b)
    p.area([(0.03, 0.5), (0.4, 0.3), (0.35, 0.55)], b)
    for radius, colour in ((0.5, a), (0.36, b), (0.3, a), (0.17, b), (0.12, a)):
        p.star(0, -0.4, radius, radius * 0.85, 7, colour)


def _ring(p: Pen, a: Colour, b: Colour) -> None:
    p.arc(0, 0.25, 0.55, 0, 360, 0.14, a)
    p.area([(-0.3, -0.7), (0.3, -0.7), (0.42, -0.5), (0, -0.2), (-0.42, -0.5)], b)


SHAPES: dict[str, Callable[[Pen, Colour, Colour], None]] = {
    "balloons": _balloons,
    "blast": _blast,
    "bubble": _bubble,
    "bust": bust,
    "fist": _fist,
    "gun": _gun,
    "heart": _heart,
    "pair": _pair,
    "profile": _profile,
    "ring": _ring,
    "road": _road,
    "rose": _rose,
    "runner": _runner,
    "smile": _smile,
    "tree": _tree,
    "window": _window,
}
