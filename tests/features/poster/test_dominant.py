"""The dominant colour and palette against ColorThief itself."""

import io

import numpy as np
import pytest
from colorthief import MMCQ, ColorThief
from PIL import Image, ImageDraw

from genrelab.features.poster.dominant import dominant_colour, dominant_palette, median_cut
from genrelab.features.poster.read import read_poster

# ColorThief calls what Pillow is going to remove; only the oracle does.
pytestmark = pytest.mark.filterwarnings("ignore:Image.Image.getdata is deprecated:DeprecationWarning")


def noise(seed, width=120, height=180, spread=256, base=(0, 0, 0)):
    values = np.random.default_rng(seed).integers(0, spread, (height, width, 3)) + np.array(base)
    return Image.fromarray(values.astype(np.uint8))


def drawn(seed, mode="RGB", size=(120, 180)):
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", size, tuple(rng.integers(0, 256, 3).tolist()))
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        left, top = rng.integers(0, size[0]), rng.integers(0, size[1])
        colour = tuple(rng.integers(0, 256, 3).tolist())
        draw.ellipse((left, top, left + 90, top + 90), fill=colour)
    return image.convert(mode)


def saved(image, kind, **options):
    sink = io.BytesIO()
    image.save(sink, kind, **options)
    return sink.getvalue()


def with_alpha():
    image = drawn(3).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return image


def gradient():
    across = np.linspace(0, 255, 150)[None, :].repeat(220, axis=0)
    down = np.linspace(0, 255, 220)[:, None].repeat(150, axis=1)
    return Image.fromarray(np.stack([across, down, 255 - across], axis=2).astype(np.uint8))


POSTERS = {
    "noise jpeg": saved(noise(0), "JPEG"),
    "narrow noise": saved(noise(1, spread=6, base=(100, 120, 90)), "PNG"),
    "flat": saved(Image.new("RGB", (60, 90), (17, 200, 33)), "PNG"),
    "two colours": saved(Image.new("RGB", (60, 90), "navy").crop((-20, 0, 60, 90)), "PNG"),
    "black": saved(Image.new("RGB", (60, 90)), "JPEG"),
    "gradient": saved(gradient(), "JPEG", quality=95),
    "mostly white": saved(Image.new("RGB", (60, 90), "white").crop((0, 0, 90, 120)), "PNG"),
    "grey mode": saved(drawn(5, "L"), "JPEG"),
    "cmyk": saved(drawn(6, "CMYK"), "JPEG"),
    "palette": saved(drawn(7).quantize(32), "PNG"),
    "palette with transparency": saved(drawn(8).quantize(16), "PNG", transparency=3),
    "alpha": saved(with_alpha(), "PNG"),
    "grey and alpha": saved(with_alpha().convert("LA"), "PNG"),
    "transparent colour": saved(drawn(9), "PNG", transparency=(0, 0, 0)),
    "gif": saved(drawn(10), "GIF"),
    "webp": saved(drawn(11), "WEBP"),
    "bmp": saved(drawn(12), "BMP"),
    "tiff": saved(drawn(13), "TIFF"),
    "one bit": saved(drawn(14, "1"), "PNG"),
    "one pixel": saved(Image.new("RGB", (1, 1), (1, 2, 3)), "PNG"),
    "odd width": saved(drawn(15, size=(97, 131)), "JPEG"),
    "turned by exif": saved(
        drawn(16), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    ),
    "4:4:4": saved(drawn(17), "JPEG", subsampling=0),
    "progressive": saved(drawn(18), "JPEG", progressive=True),
} | {f"drawn {seed}": saved(drawn(seed), "JPEG", quality=80) for seed in range(20, 32)}


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("name", POSTERS)
def test_every_channel_equals_colorthief(name, compiled):
    poster = read_poster(POSTERS[name])
    assert poster.ok
    thief = ColorThief(io.BytesIO(POSTERS[name]))
    assert dominant_colour(poster.stored) == thief.get_color()
    for count, quality in ((5, 10), (10, 10), (7, 3)):
        found = dominant_palette(poster.stored, count, quality=quality, compiled=compiled)
        assert found == thief.get_palette(count, quality)


def test_a_few_pixels_equal_colorthief():
    """Tiny pictures meet every odd corner: empty boxes, single pixels, ties."""
    rng = np.random.default_rng(0)
    for _ in range(80):
        spread = int(rng.choice([8, 40, 40, 256]))
        kinds = rng.integers(0, spread, (int(rng.choice([1, 2, 3, 6, 40])), 3)) + rng.integers(0, 257 - spread, 3)
        values = kinds[rng.integers(0, len(kinds), int(rng.choice([1, 2, 3, 8, 100])))].astype(np.uint8)
        count = int(rng.choice([2, 3, 5, 10, 17]))
        valid = [tuple(pixel) for pixel in values.tolist() if min(pixel) <= 250]
        expected = MMCQ.quantize(valid, count).palette if valid else []
        assert dominant_palette(Image.fromarray(values[None]), count, quality=1) == expected


def test_nothing_to_count_gives_no_colour():
    white = Image.new("RGB", (30, 30), (255, 251, 252))
    clear = Image.new("RGBA", (30, 30), (200, 0, 0, 124))
    assert dominant_colour(white) is None
    assert dominant_palette(clear) == []
    with pytest.raises(Exception, match="Empty pixels"):
        ColorThief(io.BytesIO(saved(white, "PNG"))).get_color()
    assert dominant_colour(Image.new("RGB", (30, 30), (255, 250, 255))) == (252, 252, 252)


def test_wrong_parameters_are_refused():
    image = Image.new("RGB", (3, 3))
    with pytest.raises(ValueError, match="quality of at least 1, found 0"):
        dominant_colour(image, quality=0)
    with pytest.raises(ValueError, match="2 to 256 colours, found 1"):
        median_cut(np.ones(32768, dtype=int), 1)
    with pytest.raises(ValueError, match="mode RGB or RGBA, found L"):
        dominant_colour(image.convert("L"))


@pytest.mark.real_data
@pytest.mark.slow
def test_real_posters_equal_colorthief(real_data):
    paths = sorted((real_data / "posters").iterdir())
    for path in paths[:: max(1, len(paths) // 300)]:
        stored, expected = read_poster(path).stored, ColorThief(str(path)).get_palette(5)
        assert dominant_palette(stored) == expected, path.name
        assert dominant_palette(stored, compiled=True) == expected, path.name
