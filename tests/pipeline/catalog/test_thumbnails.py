"""Thumbnails of good, odd and hostile files."""

import io
import os
import stat
from pathlib import Path

import pytest
from PIL import Image

from genrelab.pipeline.catalog.thumbnails import thumbnail


def opened(content: bytes | None) -> Image.Image:
    assert content is not None
    return Image.open(io.BytesIO(content))


@pytest.mark.parametrize(("mode", "suffix"), [("RGB", "jpg"), ("CMYK", "jpg"), ("P", "png"), ("RGBA", "png")])
def test_fits_the_box_and_keeps_proportions(tmp_path: Path, mode: str, suffix: str):
    path = tmp_path / f"poster.{suffix}"
    Image.new(mode, (600, 900)).save(path)
    small = opened(thumbnail(str(path)))
    assert small.size == (132, 198) and small.format == "JPEG"


def test_exif_turn(tmp_path: Path):
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (900, 600)).save(path, exif=exif)
    assert opened(thumbnail(str(path))).size == (132, 198)


def test_broken_files_have_no_picture(tmp_path: Path):
    good = tmp_path / "good.jpg"
    Image.effect_noise((400, 600), 50).save(good)
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(good.read_bytes()[:2000])
    text = tmp_path / "text.jpg"
    text.write_text("<svg onload=alert(1)>")
    assert [thumbnail(str(path)) for path in (cut, text, tmp_path, tmp_path / "none.jpg")] == [None] * 4


def test_a_postscript_file_named_jpg_never_reaches_ghostscript(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A program called `gs` that leaves a mark stands first on the path: Pillow would call it for such a file."""
    tools, mark = tmp_path / "bin", tmp_path / "was-called"
    tools.mkdir()
    program = tools / "gs"
    program.write_text(f"#!/bin/sh\ntouch '{mark}'\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    poster = tmp_path / "poster.jpg"
    poster.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 60 90\n%%EndComments\nshowpage\n%%EOF\n")
    assert thumbnail(str(poster)) is None
    assert not mark.exists()
