"""The rest of the demo's motifs, and all of them by name."""

from collections.abc import Callable

from .emblems import EMBLEMS
from .shapes import Colour, Pen

__all__ = ["MOTIFS"]


def _star(p: Pen, a: Colour, b: Colour) -> None:
    p.star(0, 0, 0.9, 0.36, 5, a)
    p.star(0, 0, 0.4, 0.16, 5, b)


def _paw(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(0, 0.35, 0.46, a, 0.85)
    for x, y in ((-0.6, -0.1), (-0.22, -0.5), (0.22, -0.5), (0.6, -0.1)):
        p.disc(x, y, 0.19, a, 1.3)


def _cottage(p: Pen, a: Colour, b: Colour) -> None:
    p.box(-0.65, -0.05, 0.65, 0.9, b)
    p.area([(-0.9, 0), (0, -0.8), (0.9, 0)], a)
    p.box(-0.15, 0.35, 0.15, 0.9, a)


def _sun(p: Pen, a: Colour, b: Colour) -> None:
    p.star(0, 0, 1.0, 0.62, 14, a)
    p.disc(0, 0, 0.55, b)


def _rocket(p: Pen, a: Colour, b: Colour) -> None:
    p.area([(0, -1), (0.28, -0.5), (0.28, 0.45), (-0.28, 0.45), (-0.28, -0.5)], a)
    p.area([(-0.28, 0.1), (-0.6, 0.6), (-0.28, 0.45)], b)
    p.area([(0.28, 0.1), (0.6, 0.6), (0.28, 0.45)], b)
    p.area([(-0.18, 0.45), (0, 1), (0.18, 0.45)], b)
    p.disc(0, -0.3, 0.13, b)


def _planet(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(0, 0, 0.6, a)
    p.line([(-1, 0.28), (-0.5, 0.22), (0.5, -0.12), (1, -0.34)], 0.09, b)
    p.disc(0.75, -0.75, 0.12, b)


def _saucer(p: Pen, a: Colour, b: Colour) -> None:
    p.area([(-0.3, 0.05), (0.3, 0.05), (0.7, 1), (-0.7, 1)], b)
    p.disc(0, -0.25, 0.42, b)
    p.disc(0, -0.05, 0.95, a, 0.28)


def _robot(p: Pen, a: Colour, b: Colour) -> None:
    p.box(-0.4, -0.8, 0.4, -0.2, a)
    p.box(-0.6, -0.1, 0.6, 0.7, a)
    p.box(-0.85, -0.05, -0.68, 0.5, a)
    p.box(0.68, -0.05, 0.85, 0.5, a)
    p.disc(-0.18, -0.52, 0.1, b)
    p.disc(0.18, -0.52, 0.1, b)
    p.box(-0.3, 0.15, 0.3, 0.3, b)
    p.line([(0, -0.8), (0, -1)], 0.06, a)


def _quill(p: Pen, a: Colour, b: Colour) -> None:
    p.area([(-0.6, 0.7), (-0.3, -0.2), (0.7, -0.9), (0.35, 0.1), (-0.3, 0.5)], a)
    p.line([(-0.85, 0.95), (0.55, -0.75)], 0.05, b)


def _note(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(-0.5, 0.6, 0.28, a, 0.8)
    p.disc(0.5, 0.4, 0.28, a, 0.8)
    p.line([(-0.27, 0.6), (-0.27, -0.7), (0.73, -0.9), (0.73, 0.4)], 0.1, a)
    p.area([(-0.27, -0.75), (0.73, -0.95), (0.73, -0.65), (-0.27, -0.45)], a)


def _guitar(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(-0.35, 0.5, 0.45, a)
    p.disc(-0.05, 0.15, 0.32, a)
    p.line([(-0.2, 0.3), (0.8, -0.8)], 0.12, a)
    p.disc(-0.22, 0.36, 0.14, b)


def _disc(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(0, 0, 0.95, a)
    for radius in (0.8, 0.65, 0.5):
        p.arc(0, 0, radius, 0, 360, 0.02, b)
    p.disc(0, 0, 0.3, b)
    p.disc(0, 0, 0.06, a)


def _microphone(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(0, -0.5, 0.35, a)
    p.area([(-0.22, -0.2), (0.22, -0.2), (0.1, 0.9), (-0.1, 0.9)], a)
    p.box(-0.35, -0.5, 0.35, -0.43, b)


def _creature(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(0, 0.15, 0.75, a, 1.05)
    p.area([(-0.6, -0.3), (-0.55, -0.95), (-0.15, -0.5)], a)
    p.area([(0.6, -0.3), (0.55, -0.95), (0.15, -0.5)], a)
    white = (255, 255, 255)
    for x in (-0.27, 0.27):
        p.disc(x, -0.05, 0.24, white)
        p.disc(x + 0.05, 0.0, 0.11, (20, 20, 30))
    p.arc(0, 0.35, 0.3, 10, 170, 0.08, b)


def _ball(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(0, 0, 0.9, a)
    p.star(0, 0, 0.32, 0.27, 5, b)
    for x, y in ((-0.62, -0.42), (0.62, -0.42), (-0.45, 0.62), (0.45, 0.62)):
        p.star(x, y, 0.2, 0.16, 5, b)
        p.line([(x, y), (x * 0.35, y * 0.35)], 0.04, b)


def _trophy(p: Pen, a: Colour, b: Colour) -> None:
    p.area([(-0.5, -0.85), (0.5, -0.85), (0.35, 0.1), (0.1, 0.3), (-0.1, 0.3), (-0.35, 0.1)], a)
    p.arc(-0.5, -0.5, 0.28, 90, 270, 0.09, a)
    p.arc(0.5, -0.5, 0.28, -90, 90, 0.09, a)
    p.box(-0.08, 0.3, 0.08, 0.65, a)
    p.box(-0.42, 0.65, 0.42, 0.9, b)


def _lanes(p: Pen, a: Colour, b: Colour) -> None:
    for step in range(-4, 5):
        p.line([(step * 0.05, -0.9), (step * 0.28, 1)], 0.05, a if step % 2 else b)


def _temple(p: Pen, a: Colour, b: Colour) -> None:
    p.area([(-0.95, -0.35), (0, -0.9), (0.95, -0.35)], a)
    for x in (-0.75, -0.3, 0.15, 0.58):
        p.box(x, -0.28, x + 0.2, 0.7, a)
    p.box(-0.95, 0.72, 0.95, 0.92, a)


def _crown(p: Pen, a: Colour, b: Colour) -> None:
    p.area([(-0.8, 0.6), (-0.9, -0.5), (-0.4, 0), (0, -0.75), (0.4, 0), (0.9, -0.5), (0.8, 0.6)], a)
    for x, y in ((-0.4, 0.35), (0, 0.35), (0.4, 0.35)):
        p.disc(x, y, 0.1, b)


def _helmet(p: Pen, a: Colour, b: Colour) -> None:
    p.area([(-0.75, 0.15), (-0.65, -0.4), (-0.3, -0.72), (0.3, -0.72), (0.65, -0.4), (0.75, 0.15)], a)
    p.box(-0.92, 0.1, 0.92, 0.26, a)
    p.arc(0, 0.2, 0.55, 20, 160, 0.06, b)


def _tank(p: Pen, a: Colour, b: Colour) -> None:
    p.area([(-0.9, 0.25), (-0.7, 0.0), (0.7, 0.0), (0.9, 0.25), (0.7, 0.6), (-0.7, 0.6)], a)
    p.area([(-0.4, 0), (-0.3, -0.35), (0.25, -0.35), (0.35, 0)], a)
    p.line([(0.2, -0.2), (1, -0.3)], 0.09, a)
    for x in (-0.6, -0.2, 0.2, 0.6):
        p.disc(x, 0.38, 0.15, b)


def _wire(p: Pen, a: Colour, b: Colour) -> None:
    for y in (-0.5, 0.0, 0.5):
        p.line([(-1, y), (1, y + 0.08)], 0.04, a)
        for x in (-0.7, -0.25, 0.2, 0.65):
            p.line([(x - 0.08, y - 0.12), (x + 0.08, y + 0.16)], 0.04, a)
            p.line([(x + 0.08, y - 0.12), (x - 0.08, y + 0.16)], 0.04, a)


def _cactus(p: Pen, a: Colour, b: Colour) -> None:
    p.disc(0.45, -0.4, 0.45, b)
    p.line([(-0.1, 1), (-0.1, -0.8)], 0.28, a)
    p.line([(-0.1, 0.4), (-0.6, 0.35), (-0.6, -0.2)], 0.2, a)
    p.line([(-0.1, 0.2), (0.4, 0.15), (0.4, -0.4)], 0.2, a)


def _badge(p: Pen, a: Colour, b: Colour) -> None:
    p.star(0, 0, 0.95, 0.5, 6, a)
    p.disc(0, 0, 0.42, b)
    p.star(0, 0, 0.34, 0.14, 5, a)


MOTIFS: dict[str, Callable[[Pen, Colour, Colour], None]] = EMBLEMS | {
    "badge": _badge,
    "ball": _ball,
    "cactus": _cactus,
    "cottage": _cottage,
    "creature": _creature,
    "crown": _crown,
    "disc": _disc,
    "guitar": _guitar,
    "helmet": _helmet,
    "lanes": _lanes,
    "microphone": _microphone,
    "note": _note,
    "paw": _paw,
    "planet": _planet,
    "quill": _quill,
    "robot": _robot,
    "rocket": _rocket,
    "saucer": _saucer,
    "star": _star,
    "sun": _sun,
    "tank": _tank,
    "temple": _temple,
    "trophy": _trophy,
    "wire": _wire,
}
