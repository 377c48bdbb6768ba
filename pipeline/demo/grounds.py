"""What lies behind everything on the demo's posters: paper, paint, airbrush, light."""

import numpy as np
from PIL import Image, ImageDraw

__all__ = ["age", "ground"]

Colour = tuple[int, int, int]


def _blend(first: Colour, second: Colour, share: np.ndarray) -> np.ndarray:
    share = np.clip(share, 0, 1)[..., None].astype(np.float32)
    return np.float32(first) * (1 - share) + np.float32(second) * share


def ground(kind: str, size: tuple[int, int], first: Colour, second: Colour, rng: np.random.Generator) -> Image.Image:
    """A background in two colours.

    Parameters
    ----------
    kind : {"flat", "cut paper", "painted", "airbrush", "spotlight", "gradient", "duotone"}
    size : tuple of int
        Width and height in pixels.
    first, second : tuple of int
        Colours.
    rng : Generator

    Returns
    -------
    PIL.Image.Image, RGB

    Raises
    ------
    ValueError
        For an unknown kind.

    Examples
    --------
    >>> ground("gradient", (3, 5), (0, 0, 0), (200, 200, 200), np.random.default_rng(0)).getpixel((1, 4))
    (200, 200, 200)
    """
    width, height = size
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    if kind == "flat":
        return Image.new("RGB", size, first)
    if kind == "cut paper":
        image = Image.new("RGB", size, first)
        draw = ImageDraw.Draw(image)
        for _ in range(int(rng.integers(2, 5))):
            edge = rng.uniform(0, 1, 4)
            points = [(edge[0] * width, 0), (edge[1] * width, 0), (edge[2] * width, height), (edge[3] * width, height)]
            if rng.random() < 0.5:
                points = [
                    (0, edge[0] * height),
                    (width, edge[1] * height),
                    (width, edge[2] * height),
                    (0, edge[3] * height),
                ]
            draw.polygon(points, fill=second)
        return image
    if kind == "painted":
        waves = sum(np.sin(rng.uniform(3, 14) * x + rng.uniform(3, 14) * y + rng.uniform(0, 6)) for _ in range(4))
        share = 0.5 * y + 0.14 * waves + 0.2
    elif kind == "airbrush":
        share = np.abs(y - rng.uniform(0.45, 0.75)) * -2.4 + 1
    elif kind == "spotlight":
        share = 1.1 - 2.2 * np.hypot(x - rng.uniform(0.35, 0.65), 0.9 * (y - rng.uniform(0.25, 0.55)))
    elif kind == "gradient":
        share = y
    elif kind == "duotone":
        share = 0.5 * x + y * 0.8 - 0.15
    else:
        raise ValueError(f"background: expected a known kind, found {kind!r}")
    return Image.fromarray(_blend(first, second, share).astype(np.uint8))


def age(image: Image.Image, tint: Colour, share: float, grain: float, rng: np.random.Generator) -> Image.Image:
    """Pull a picture towards a tint and put grain on it.

    Parameters
    ----------
    image : PIL.Image.Image, RGB
    tint : tuple of int
    share : float
        0 (as it is) to 1 (only the tint).
    grain : float
        Deviation of the noise, 0 to 255; the same in the three channels.
    rng : Generator

    Returns
    -------
    PIL.Image.Image, RGB

    Examples
    --------
    >>> age(Image.new("RGB", (2, 2), (0, 0, 0)), (100, 50, 0), 0.5, 0.0, np.random.default_rng(0)).getpixel((0, 0))
    (50, 25, 0)
    """
    toned = Image.blend(image, Image.new("RGB", image.size, tint), share)
    if grain <= 0:
        return toned
    pixels = np.asarray(toned).astype(np.int16)
    noise = rng.normal(0, grain, (image.height // 2 + 1, image.width // 2 + 1)).astype(np.int16)
    noise = noise.repeat(2, axis=0).repeat(2, axis=1)[: image.height, : image.width]
    return Image.fromarray(np.clip(pixels + noise[..., None], 0, 255).astype(np.uint8))
