"""The reader: every format and mode, and everything that can be wrong with a file."""

import hashlib
import io

import numpy as np
import pytest
from PIL import Image

from genrelab.features.poster.read import read_poster, sniff_format

COLOUR = (180, 60, 30)


def saved(image, kind, **options):
    sink = io.BytesIO()
    image.save(sink, kind, **options)
    return sink.getvalue()


def quarter(size=(40, 60)):
    """Red in the upper left quarter, blue elsewhere: shows how a picture is turned."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    return image


def oriented(tag):
    exif = Image.Exif()
    exif[0x0112] = tag
    return exif


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"])
def test_format_comes_from_the_content(kind, tmp_path):
    path = tmp_path / "poster.jpg"
    path.write_bytes(saved(Image.new("RGB", (20, 30), COLOUR), kind))
    poster = read_poster(path)
    assert (poster.status, poster.format) == ("ok", kind.lower())
    assert (poster.width, poster.height) == (20, 30)
    assert poster.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert poster.array().shape == (30, 20, 3)
    assert np.abs(poster.array().astype(int) - COLOUR).max() <= 12


@pytest.mark.parametrize(
    ("mode", "kind"), [("CMYK", "JPEG"), ("L", "JPEG"), ("P", "PNG"), ("1", "PNG"), ("RGBA", "PNG")]
)
def test_every_mode_becomes_rgb(mode, kind):
    source = Image.new("RGB", (20, 30), "white" if mode == "1" else COLOUR)
    poster = read_poster(saved(source.quantize() if mode == "P" else source.convert(mode), kind))
    assert poster.image.mode == "RGB"
    expected = np.asarray(source.convert("L").convert("RGB") if mode == "L" else source).astype(int)
    assert np.abs(poster.array() - expected).max() <= 12


def test_transparency_is_laid_on_white():
    image = Image.new("RGBA", (20, 30), (0, 0, 0, 0))
    poster = read_poster(saved(image, "PNG"))
    assert poster.image.getpixel((3, 3)) == (255, 255, 255)
    assert poster.stored.mode == "RGBA"


def test_sixteen_bits_are_scaled_not_clipped():
    values = np.full((30, 20), 257 * 100, dtype=np.uint16)
    for kind in ("PNG", "TIFF"):
        assert read_poster(saved(Image.fromarray(values), kind)).image.getpixel((0, 0)) == (100, 100, 100)


@pytest.mark.parametrize("tag", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_exif_orientation(tag, kind):
    upright = quarter()
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = upright if tag == 1 else upright.transpose(Image.Transpose(undo[tag]))
    options = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {"lossless": True} if kind == "WEBP" else {}
    poster = read_poster(saved(stored, kind, exif=oriented(tag), **options))
    assert (poster.width, poster.height) == (40, 60)
    assert np.abs(poster.array().astype(int) - np.asarray(upright)).mean() < 6
    assert poster.stored.size == stored.size


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")  # Pillow's, about the file
def test_broken_exif_is_no_exif():
    content = saved(quarter(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert read_poster(content).status == "ok"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"])
def test_a_cut_off_file_is_a_status(kind):
    noise = np.random.default_rng(0).integers(0, 256, (90, 60, 3), dtype=np.uint8)
    content = saved(Image.fromarray(noise), kind)
    for length in (len(content) // 2, 40):
        poster = read_poster(content[:length])
        assert poster.status in {"truncated", "broken"}, (length, poster.status)
        assert poster.image is None
        assert poster.sha256 == hashlib.sha256(content[:length]).hexdigest()
    if kind == "JPEG":
        assert read_poster(content[: len(content) // 2]).status == "truncated"


def test_random_damage_never_raises():
    rng = np.random.default_rng(1)
    for kind in ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF"):
        content = bytearray(saved(quarter(), kind))
        for _ in range(25):
            damaged = bytearray(content)
            for place in rng.integers(4, len(damaged), 6):
                damaged[place] = rng.integers(0, 256)
            assert read_poster(bytes(damaged)).status in {
                "ok",
                "truncated",
                "broken",
                "too many pixels",
                "unknown format",
            }


def test_what_is_not_there_or_not_a_picture(tmp_path):
    empty = tmp_path / "empty.jpg"
    empty.touch()
    assert read_poster(None).status == "missing"
    assert read_poster(tmp_path / "none.jpg").status == "missing"
    assert read_poster(tmp_path).status == "not a file"
    assert read_poster("a\0b").status == "missing"
    assert read_poster(empty).status == "empty"
    assert read_poster(b"<html>404</html>").status == "unknown format"
    assert read_poster(b"%!PS-Adobe-3.0 EPSF-3.0").status == "unknown format"
    with pytest.raises(ValueError, match="found status 'missing'"):
        read_poster(None).array()


def test_limits_come_before_decoding(tmp_path):
    content = saved(Image.new("L", (12000, 9000)), "PNG")  # 108 megapixels in a small file
    assert read_poster(content).status == "too many pixels"
    path = tmp_path / "long.jpg"
    path.write_bytes(b"\xff\xd8\xff" + bytes(1000))
    assert read_poster(path, max_bytes=1000).status == "too large"
    assert read_poster(path, max_bytes=1000).sha256 is None


def test_draft_decodes_smaller_and_says_the_full_size():
    content = saved(quarter((800, 1200)), "JPEG", exif=oriented(6))
    poster = read_poster(content, draft=(224, 224))
    assert (poster.width, poster.height) == (1200, 800)
    assert poster.image.size == (600, 400)
    assert read_poster(content).image.size == (1200, 800)
    assert read_poster(saved(quarter((800, 1200)), "PNG"), draft=(9, 9)).image.size == (800, 1200)


def test_sniff_format_needs_the_whole_signature():
    assert sniff_format(b"RIFF....WAVE") is None
    assert sniff_format(b"") is None
