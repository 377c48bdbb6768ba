"""A catalogue's posters may lie elsewhere only where its builder said so, on the machine where that was said."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from genrelab.features.bounded import Refused
from genrelab.pipeline.catalog.folders import named_folders, remember_folders
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.cli import main


@pytest.fixture
def scans(tmp_path, monkeypatch):
    monkeypatch.setenv("GENRELAB_CONFIG", str(tmp_path / "settings"))
    (tmp_path / "scans").mkdir()
    for number, name in enumerate(("Heat (1995).jpg", "Speed (1994).jpg")):
        Image.new("RGB", (40, 60), (90 * number, 80, 60)).save(tmp_path / "scans" / name)
    return tmp_path / "scans"


def test_the_folder_named_to_fetch_is_read_here_and_nowhere_else(scans, tmp_path, monkeypatch):
    out = tmp_path / "my" / "catalog.parquet"
    assert main(["fetch", "folder", str(scans), "--out", str(out), "--quiet"]) == 0
    assert named_folders(out) == (scans,)
    catalog = load_catalog(out)
    paths = [path.resolve() for path in catalog.poster_paths() if isinstance(path, Path)]
    assert sorted(paths) == [scans / "Heat (1995).jpg", scans / "Speed (1994).jpg"]
    assert catalog.take(np.array([1])).poster_paths() == catalog.poster_paths()[1:]
    monkeypatch.setenv("GENRELAB_CONFIG", str(tmp_path / "somebody else"))
    assert all(isinstance(path, Refused) for path in load_catalog(out).poster_paths())
    assert all(isinstance(path, Path) for path in load_catalog(out, allow_outside=True).poster_paths())


def test_folders_inside_need_no_permission_and_a_new_catalogue_forgets_the_old_ones(scans, tmp_path):
    out = tmp_path / "my" / "catalog.parquet"
    assert remember_folders(out, [scans, tmp_path / "my" / "posters"]) and named_folders(out) == (scans,)
    assert remember_folders(out, [tmp_path / "my"]) and named_folders(out) == ()


@pytest.mark.parametrize("content", ["", "[]", '{"/x": 5}', "{"])
def test_damaged_settings_permit_nothing(tmp_path, monkeypatch, content):
    monkeypatch.setenv("GENRELAB_CONFIG", str(tmp_path))
    (tmp_path / "poster-folders.json").write_text(content, "utf-8")
    assert named_folders("/x") == ()
