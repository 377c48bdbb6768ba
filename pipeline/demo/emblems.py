"""Objects that stand for a genre in the demo: skull, rocket, cactus, crown, ..."""

from collections.abc import Callable

from .shapes import SHAPES, Colour, Pen

__all__ = ["EMBLEMS"]


def _skyline(p: Pen, a: Colour, b: Colour) -> None:
    for x, top in ((-1, 0.1), (-0.65, -0.5), (-0.25, -0.1), (0.05, -0.85), (0.4, -0.3), (0.7, 0.0)):
        p.box(x, top, x + 0.3, 1, a)
        for step in range(4):
            p.box(x + 0.08, top + 0.12 + step * 0.2, x + 0.14, top + 0.2 + step * 0.2, b)


def _bars(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(0, 0, 0.45, b, 1.3)
    for x in (-0.8, -0.4, 0, 0.4, 0.8):
        p.box(x - 0.06, -1, x + 0.06, 1, a)


def _hat(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(0, 0.3, 0.98, a, 0.22)
    p.area([(-0.5, 0.25), (-0.42, -0.45), (-0.15, -0.55), (0, -0.42), (0.15, -0.55), (0.42, -0.45), (0.5, 0.25)], a)
    p.box(-0.49, 0.05, 0.49, 0.2, b)


def _eye(p: Pen, a: Colour, b: Colour) -> None:
    p.area([(-1, 0), (-0.5, -0.45), (0, -0.56), (0.5, -0.45), (1, 0), (0.5, 0.45), (0, 0.56), (-0.5, 0.45)], a)
    p.disc(0, 0, 0.42, b)
    p.disc(0, 0, 0.18, a)


def _keyhole(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(0, 0, 0.95, b)
    p.disc(0, -0.25, 0.35, a)
    p.area([(-0.14, -0.1), (0.14, -0.1), (0.32, 0.7), (-0.32, 0.7)], a)


def _stairs(p: Pen, a: Colour, b: Colour) -> None:
    for step in range(8):
        p.box(-1 + step * 0.25, 0.9 - step * 0.24, -0.75 + step * 0.25, 1, a if step % 2 else b)


def _mountains(p: Pen, a: Colour, b: Colour) -> None:
    p.area([(-1, 0.8), (-0.3, -0.7), (0.35, 0.8)], a)
    p.area([(-0.2, 0.8), (0.45, -0.3), (1, 0.8)], a)
    p.area([(-0.3, -0.7), (-0.5, -0.28), (-0.3, -0.4), (-0.1, -0.28)], b)
    p.disc(0.65, -0.65, 0.22, b)


def _ship(p: Pen, a: Colour, b: Colour) -> None:
    p.area([(-0.9, 0.4), (0.9, 0.4), (0.6, 0.85), (-0.6, 0.85)], a)
    p.line([(0, 0.4), (0, -0.9)], 0.06, a)
    p.area([(0.06, -0.85), (0.8, 0.2), (0.06, 0.25)], b)
    p.area([(-0.06, -0.7), (-0.7, 0.2), (-0.06, 0.25)], b)


def _compass(p: Pen, a: Colour, b: Colour) -> None:
    p.arc(0, 0, 0.85, 0, 360, 0.1, a)
    p.star(0, 0, 0.8, 0.2, 4, a)
    p.star(0, 0, 0.4, 0.12, 4, b)


def _sword(p: Pen, a: Colour, b: Colour) -> None:
    p.area([(-0.1, 0.4), (-0.1, -0.8), (0, -1), (0.1, -0.8), (0.1, 0.4)], a)
    p.box(-0.42, 0.4, 0.42, 0.5, b)
    p.box(-0.07, 0.5, 0.07, 0.95, b)


def _skull(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(0, -0.2, 0.75, a)
    p.box(-0.42, 0.2, 0.42, 0.85, a)
    p.disc(-0.3, -0.12, 0.21, b)
    p.disc(0.3, -0.12, 0.21, b)
    p.area([(0, 0.12), (-0.1, 0.35), (0.1, 0.35)], b)
    for x in (-0.21, 0, 0.21):
        p.line([(x, 0.55), (x, 0.85)], 0.05, b)


def _house(p: Pen, a: Colour, b: Colour) -> None:
    p.area([(-0.7, 1), (-0.7, -0.1), (-0.4, -0.6), (-0.1, -0.1), (0.1, -0.1), (0.1, -0.5), (0.4, -1), (0.7, -0.5),
            (0.7, 1)], a)  # fmt: skip
    for x, y in ((-0.48, 0.1), (0.32, -0.3), (0.32, 0.3)):
        p.box(x, y, x + 0.16, y + 0.26, b)


def _moon(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(0, 0, 0.85, a)
    for x, y, r in ((-0.3, -0.2, 0.16), (0.25, 0.3, 0.22), (0.35, -0.35, 0.1)):
        p.disc(x, y, r, tuple((3 * m + n) // 4 for m, n in zip(a, b, strict=True)))
    p.line([(-1, 0.6), (-0.3, 0.45), (0.2, 0.75)], 0.07, b)


def _knife(p: Pen, a: Colour, b: Colour) -> None:
    p.area([(-0.12, 0.35), (-0.12, -0.9), (0.22, -0.4), (0.22, 0.35)], a)
    p.box(-0.15, 0.35, 0.25, 0.95, b)


def _globe(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(0, 0, 0.9, a)
    for y in (-0.45, 0, 0.45):
        p.line([(-0.85 + abs(y) * 0.25, y), (0.85 - abs(y) * 0.25, y)], 0.04, b)
    for flat in (0.35, 0.8):
        p.arc(-0.9 * (1 - flat), 0, 0.9, -70, 70, 0.04, b)
        p.arc(0.9 * (1 - flat), 0, 0.9, 110, 250, 0.04, b)


def _frame(p: Pen, a: Colour, b: Colour) -> None:
    p.box(-0.85, -0.7, 0.85, 0.7, a)
    p.box(-0.72, -0.57, 0.72, 0.57, b)
    p.area([(-0.72, 0.57), (-0.2, -0.1), (0.15, 0.3), (0.35, 0.1), (0.72, 0.57)], a)


def _camera(p: Pen, a: Colour, b: Colour) -> None:
    p.box(-0.75, -0.1, 0.4, 0.65, a)
    p.area([(0.4, 0.15), (0.9, -0.1), (0.9, 0.65), (0.4, 0.4)], a)
    p.disc(-0.45, -0.4, 0.32, a)
    p.disc(0.12, -0.4, 0.32, a)
    p.disc(-0.45, -0.4, 0.1, b)
    p.disc(0.12, -0.4, 0.1, b)


def _magnifier(p: Pen, a: Colour, b: Colour) -> None:
    p.line([(0.2, 0.2), (0.9, 0.9)], 0.2, a)
    p.disc(-0.2, -0.2, 0.68, a)
    p.disc(-0.2, -0.2, 0.52, b)


def _question(p: Pen, a: Colour, b: Colour) -> None:
    p.arc(0, -0.4, 0.42, 180, 430, 0.22, a)
    p.line([(0.12, -0.02), (0, 0.15), (0, 0.42)], 0.22, a)
    p.disc(0, 0.75, 0.15, a)


def _castle(p: Pen, a: Colour, b: Colour) -> None:
    p.box(-0.7, 0.1, 0.7, 1, a)
    for x, top in ((-0.8, -0.3), (0.5, -0.3), (-0.18, -0.6)):
        p.box(x, top, x + 0.34, 1, a)
        p.area([(x - 0.06, top), (x + 0.17, top - 0.4), (x + 0.4, top)], b)
    p.disc(0, 0.75, 0.16, b)


def _dragon(p: Pen, a: Colour, b: Colour) -> None:
    p.area([(-0.1, 0.1), (-0.95, -0.6), (-0.8, 0.1), (-0.55, 0.0), (-0.4, 0.3)], a)
    p.area([(0.1, 0.1), (0.95, -0.6), (0.8, 0.1), (0.55, 0.0), (0.4, 0.3)], a)
    p.line([(-0.3, 0.9), (0.15, 0.6), (-0.1, 0.2), (0.05, -0.4)], 0.2, a)
    p.area([(-0.12, -0.3), (0.0, -0.75), (0.42, -0.45), (0.15, -0.25)], a)
    p.disc(0.1, -0.5, 0.05, b)


EMBLEMS: dict[str, Callable[[Pen, Colour, Colour], None]] = SHAPES | {
    "bars": _bars,
    "camera": _camera,
    "castle": _castle,
    "compass": _compass,
    "dragon": _dragon,
    "eye": _eye,
    "frame": _frame,
    "globe": _globe,
    "hat": _hat,
    "house": _house,
    "keyhole": _keyhole,
    "knife": _knife,
    "magnifier": _magnifier,
    "moon": _moon,
    "mountains": _mountains,
    "question": _question,
    "ship": _ship,
    "skull": _skull,
    "skyline": _skyline,
    "stairs": _stairs,
    "sword": _sword,
}
