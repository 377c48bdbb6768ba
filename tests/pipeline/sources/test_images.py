import os
from pathlib import Path

import pytest
from PIL import Image

from genrelab.pipeline.sources.images import HIDDEN, find_images, is_utf8, printable, why_no_image


@pytest.fixture
def picture(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("picture") / "a.png"
    Image.new("RGB", (8, 12), "red").save(path)
    return path.read_bytes()


def test_first_bytes_decide_and_every_other_file_has_a_reason(tmp_path, picture):
    for name in (
        "a.jpg",
        "b.jfif",
        "no ending",
        "deep/er/c.txt",
        ".hidden.jpg",
        "._a.jpg",
        "__MACOSX/a.jpg",
        "x.jpg/in.jpg",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(picture)
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "page.jpg").write_text("<html>no such poster</html>")
    (tmp_path / "films.csv").write_text("a,b")
    (tmp_path / "Thumbs.db").write_bytes(b"x")
    (tmp_path / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(40))
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.jpg")
    found = find_images(tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in found.paths] == [
        "a.jpg", "b.jfif", "no ending", "deep/er/c.txt", "x.jpg/in.jpg"
    ]  # fmt: skip
    why = {path.relative_to(tmp_path).as_posix(): reason for path, reason in found.skipped}
    assert why["empty.jpg"] == "empty"
    assert why["page.jpg"].startswith("no image")
    assert why["phone.heic"].startswith("HEIC")
    assert why["gone.jpg"] == "a link to nothing"
    assert why["pipe.jpg"] == "no regular file"
    assert why["x.jpg"] == "a folder named like an image"
    assert {name for name, reason in why.items() if reason == HIDDEN} == {
        ".hidden.jpg", "._a.jpg", "__MACOSX", "Thumbs.db"
    }  # fmt: skip
    assert {path.name for path, _ in found.faults()} == {
        "empty.jpg",
        "page.jpg",
        "phone.heic",
        "gone.jpg",
        "pipe.jpg",
        "x.jpg",
    }
    assert sum(found.counts().values()) + len(found.faults()) == len(found.skipped) == 11
    assert len(found.lines(most=2)) == 3 and "4 more" in found.lines(most=2)[2]


def test_names_that_are_not_utf8_are_found_and_printed_escaped(tmp_path, picture):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/Am\xe9lie.jpg")).write_bytes(picture)
    (path,) = find_images(tmp_path).paths
    assert not is_utf8(path)
    assert printable(path.name) == "Am\\xe9lie.jpg"
    assert printable("a\x1b[31m\n\u202e") == "a\\x1b[31m\\n\\u202e"


def test_a_file_instead_of_a_folder_is_told(tmp_path, picture):
    (tmp_path / "a.jpg").write_bytes(picture)
    with pytest.raises(FileNotFoundError, match=r"a\.jpg: expected a folder of images, found a file"):
        find_images(tmp_path / "a.jpg")
    assert why_no_image(tmp_path / "a.jpg") is None
    assert why_no_image(tmp_path) == "a folder"
