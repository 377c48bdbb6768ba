"""Files are whole or absent, with the permissions of any new file."""

import json
import os
import stat
from pathlib import Path

import numpy as np
import pytest

from genrelab.features.files import replacing, write_json, write_text


def test_replaces_and_leaves_nothing_behind(tmp_path: Path):
    path = write_text(tmp_path / "deep" / "note.txt", "one\n")
    write_text(path, "två\n")
    assert path.read_bytes() == "två\n".encode()
    assert [p.name for p in path.parent.iterdir()] == ["note.txt"]


def test_a_failed_write_keeps_the_old_file(tmp_path: Path):
    path = write_text(tmp_path / "note.txt", "old")
    with pytest.raises(UnicodeEncodeError):
        write_text(path, "\ud800")
    with pytest.raises(ZeroDivisionError), replacing(path) as temporary:
        temporary.write_text("half")
        raise ZeroDivisionError
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o027])
def test_a_new_file_has_the_permissions_that_the_umask_leaves(tmp_path: Path, mask: int):
    before = os.umask(mask)
    try:
        path = write_text(tmp_path / "note.txt", "mine")
        (tmp_path / "plain.txt").write_text("as any other")
    finally:
        os.umask(before)
    mode = stat.S_IMODE(path.stat().st_mode)
    assert mode == 0o666 & ~mask == stat.S_IMODE((tmp_path / "plain.txt").stat().st_mode)


def test_the_file_and_its_folder_are_flushed_around_the_rename(tmp_path: Path, monkeypatch):
    path, seen = tmp_path / "note.txt", []
    flush = os.fsync

    def watched(handle: int) -> None:
        seen.append((stat.S_ISDIR(os.fstat(handle).st_mode), path.exists()))
        flush(handle)

    monkeypatch.setattr(os, "fsync", watched)
    write_text(path, "here to stay")
    assert seen == [(False, False), (True, True)]


def test_a_very_long_name_can_be_written(tmp_path: Path):
    assert write_text(tmp_path / ("x" * 250 + ".txt"), "long").read_text() == "long"


def test_json_of_numpy_numbers_paths_sets_and_tuples(tmp_path: Path):
    content = {"n": np.int64(3), "x": np.float32(0.5), "p": Path("a/b"), "t": ("a",), "s": {1}, "array": np.arange(2)}
    path = write_json(tmp_path / "a.json", content)
    assert json.loads(path.read_text()) == {"n": 3, "x": 0.5, "p": "a/b", "t": ["a"], "s": [1], "array": [0, 1]}
    with pytest.raises(TypeError, match="cannot write object as JSON"):
        write_json(path, {"o": object()})
    assert json.loads(path.read_text())["n"] == 3
