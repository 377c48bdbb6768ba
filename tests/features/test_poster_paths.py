from pathlib import Path

import pandas as pd
import pytest

from genrelab.features.bounded import Refused
from genrelab.features.poster_paths import resolve_posters


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "films" / "posters").mkdir(parents=True)
    for place in ("films/a.jpg", "films/posters/b.jpg", "outside.jpg", "films2.jpg"):
        (tmp_path / place).write_bytes(b"x")
    return tmp_path / "films"


def test_paths_start_at_the_folder_wherever_the_process_stands(folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    assert resolve_posters(["a.jpg", "posters/b.jpg", "posters/../a.jpg"], folder) == [
        folder / "a.jpg",
        folder / "posters" / "b.jpg",
        folder / "posters" / ".." / "a.jpg",
    ]


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_no_name_is_no_path(folder, missing):
    assert resolve_posters([missing], folder) == [None]


@pytest.mark.parametrize("name", ["../outside.jpg", "posters/../../outside.jpg", "../films2.jpg", "/etc/hostname"])
def test_a_path_that_leaves_the_folder_is_refused_unless_allowed(folder, name):
    (refused,) = resolve_posters([name], folder)
    assert isinstance(refused, Refused) and refused.path == name
    assert resolve_posters([name], folder, allow_outside=True) == [folder / name]


def test_links_out_of_the_folder_are_refused(folder):
    (folder / "link.jpg").symlink_to(folder.parent / "outside.jpg")
    (folder / "up").symlink_to(folder.parent)
    (folder / "within").symlink_to(folder / "posters")
    out, up, within = resolve_posters(["link.jpg", "up/outside.jpg", "within/b.jpg"], folder)
    assert isinstance(out, Refused) and isinstance(up, Refused)
    assert within == folder / "within" / "b.jpg"


def test_a_file_that_is_not_there_is_left_to_the_reader(folder):
    assert resolve_posters(["gone.jpg", "bad\0name.jpg"], folder) == [
        folder / "gone.jpg",
        Path(folder, "bad\0name.jpg"),
    ]
