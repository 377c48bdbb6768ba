"""Files are whole or absent."""

from pathlib import Path

import pytest

from genrelab.reports.files import write_whole


def test_replaces_and_leaves_nothing_behind(tmp_path: Path):
    path = write_whole(tmp_path / "deep" / "note.txt", "one\n")
    write_whole(path, "två\n")
    assert path.read_bytes() == "två\n".encode()
    assert [p.name for p in path.parent.iterdir()] == ["note.txt"]


def test_a_failed_write_keeps_the_old_file(tmp_path: Path):
    path = write_whole(tmp_path / "note.txt", "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "\ud800")
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1
