"""Thumbnails of good, odd and broken files."""

import base64
import io
from pathlib import Path

import pytest
from PIL import Image

from genrelab.reports.pages.figures import thumbnails
from genrelab.reports.pages.figures.thumbnails import thumbnail


def _opened(uri: str | None) -> Image.Image:
    assert uri is not None and uri.startswith("data:image/jpeg;base64,")
    return Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2])))


@pytest.mark.parametrize(("mode", "suffix"), [("RGB", "jpg"), ("CMYK", "jpg"), ("P", "png"), ("RGBA", "png")])
def test_fits_the_box_and_keeps_proportions(tmp_path: Path, mode: str, suffix: str):
    path = tmp_path / f"poster.{suffix}"
    Image.new(mode, (600, 900)).save(path)
    assert _opened(thumbnail(path)).size == (132, 198)


def test_exif_turn(tmp_path: Path):
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (900, 600)).save(path, exif=exif)
    assert _opened(thumbnail(path)).size == (132, 198)


def test_broken_files_have_no_picture(tmp_path: Path):
    good = tmp_path / "good.jpg"
    Image.effect_noise((400, 600), 50).save(good)
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(good.read_bytes()[:2000])
    text = tmp_path / "text.jpg"
    text.write_text("<svg onload=alert(1)>")
    assert [thumbnail(path) for path in (cut, text, tmp_path, tmp_path / "none.jpg")] == [None] * 4


def test_huge_pictures_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "poster.png"
    Image.new("RGB", (60, 90)).save(path)
    monkeypatch.setattr(thumbnails, "_PIXELS", 1000)
    assert thumbnail(path) is None
