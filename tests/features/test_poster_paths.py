"""Poster paths stay in their catalogue's folder."""

from pathlib import Path

from genrelab.features.bounded import Refused
from genrelab.features.poster_paths import resolve_posters


def test_what_leaves_the_folder_is_refused(tmp_path):
    root, other = tmp_path / "catalogue", tmp_path / "catalogue-other"
    for folder in (root / "posters", other):
        folder.mkdir(parents=True)
        (folder / "a.jpg").touch()
    (root / "link.jpg").symlink_to(other / "a.jpg")
    (root / "inside.jpg").symlink_to(root / "posters" / "a.jpg")
    (root / "folder").symlink_to(other)
    names = ["posters/a.jpg", "posters/../posters/a.jpg", str(root / "posters/a.jpg"), "inside.jpg", "none.jpg", None]
    out = ["../catalogue-other/a.jpg", "/etc/passwd", "link.jpg", "folder/a.jpg", "posters/../../x.jpg"]
    found = resolve_posters([*names, *out], root)
    assert found[:5] == [root / name for name in names[:5]] and found[5] is None
    assert all(isinstance(path, Refused) and not path.exists() for path in found[6:])
    assert all(isinstance(path, Path) for path in resolve_posters(out, root, allow_outside=True))


def test_a_root_that_is_a_link_is_no_way_out(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert resolve_posters(["a.jpg"], tmp_path / "link") == [tmp_path / "link" / "a.jpg"]
