"""Damaged, strange and foreign run folders: continued, repaired by the same command, or refused in one sentence."""

import json
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from genrelab.pipeline.cli import main
from genrelab.pipeline.experiments.runner import RunError, compare
from genrelab.reports.runs.read import RunFolderError, read_run


@pytest.fixture
def run(small_run, tmp_path) -> Path:
    """A copy of a finished run to damage."""
    shutil.copytree(small_run, tmp_path / "small")
    return tmp_path / "small"


@pytest.fixture
def again(run, demo_catalog, small_experiment):
    """The same command once more."""

    def again(**settings):
        return compare(str(small_experiment), demo_catalog, run, features=None, jobs=1, **settings)

    return again


def content(run: Path) -> tuple[pd.DataFrame, bytes]:
    results = pd.read_parquet(run / "results.parquet").drop(columns=["fit_seconds", "predict_seconds"])
    return results, (run / "predictions.parquet").read_bytes()


def assert_same(one: Path, other: Path) -> None:
    mine, theirs = content(one), content(other)
    pd.testing.assert_frame_equal(mine[0], theirs[0], check_exact=True)
    assert mine[1] == theirs[1]


def half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        raw[archive.getinfo("scores.npy").header_offset + 60] ^= 0xFF
    path.write_bytes(raw)


def pickled(path: Path) -> None:
    with path.open("wb") as file:
        np.savez(file, record=np.array([{"a": 1}], dtype=object))


@pytest.mark.parametrize(
    "damage",
    [lambda path: path.write_bytes(b""), half, flip, pickled, lambda path: path.write_bytes(b"no archive at all")],
    ids=["empty", "half", "one byte", "pickled junk", "junk"],
)
def test_a_damaged_cell_is_named_and_computed_again(run, again, small_run, damage, caplog):
    (path,) = (run / "cells").glob("r0f0.metadata-rf*")
    others = {other: other.stat().st_mtime_ns for other in (run / "cells").iterdir() if other != path}
    damage(path)
    again()
    assert path.name in caplog.text and "metadata · rf(n_estimators=20), fold 0 is computed again" in caplog.text
    assert "allow_pickle=True" not in caplog.text
    assert {other: other.stat().st_mtime_ns for other in others} == others
    assert_same(run, small_run)


@pytest.mark.parametrize(
    "identity", [None, "", "{", "[]", '{"no": 1}'], ids=["absent", "empty", "half", "list", "other"]
)
def test_a_lost_identity_is_written_again_from_what_the_cells_say(run, again, small_run, identity, caplog):
    before = {path: path.stat().st_mtime_ns for path in (run / "cells").iterdir()}
    (run / "identity.json").unlink()
    if identity is not None:
        (run / "identity.json").write_text(identity)
    again()
    assert "it is written again" in caplog.text
    assert {path: path.stat().st_mtime_ns for path in (run / "cells").iterdir()} == before
    assert_same(run, small_run)
    assert json.loads((run / "identity.json").read_text())["format"] == 2


def test_cells_of_another_run_without_identity_are_kept_until_fresh(run, again, small_run):
    (run / "identity.json").write_text("")
    with pytest.raises(
        RunError, match=r"holds cells of another run, such as .*\.npz, and no identity\.json; .*--fresh"
    ):
        again(limit=140)
    again(limit=140, fresh=True)
    assert json.loads((run / "identity.json").read_text())["limit"] == 140


def test_hidden_files_are_no_run(small_experiment, demo_catalog, tmp_path, small_run):
    out = tmp_path / "out"
    out.mkdir()
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", ".hidden"):
        (out / name).write_bytes(b"\0")
    run = compare(str(small_experiment), demo_catalog, out, features=None, jobs=1)
    assert_same(run.path, small_run)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    for fresh in (False, True):
        with pytest.raises(RunError, match=r"is not empty and holds no run \(notes\.txt\)"):
            compare(str(small_experiment), demo_catalog, tmp_path / "mine", features=None, jobs=1, fresh=fresh)
    assert (tmp_path / "mine" / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "name", ["results.parquet", "predictions.parquet", "titles.parquet", "run.json", "conformal.parquet"]
)
def test_a_report_names_the_damaged_file_and_compare_rebuilds_it(run, again, small_run, name, capsys):
    half(run / name)
    assert main(["report", str(run)]) == 2
    said = capsys.readouterr().err
    assert f"{run / name}" in said and "run the same `genrelab compare` again" in said
    assert said.count("\n") == 1
    again()
    assert_same(run, small_run)
    if name.endswith("parquet"):
        pd.testing.assert_frame_equal(pd.read_parquet(run / name), pd.read_parquet(small_run / name), check_exact=False)
    assert read_run(run).info["labels"] == read_run(small_run).info["labels"]


def test_a_run_of_the_first_version_is_read_but_not_continued(run, again):
    """Its run.json says nothing of format, cells and setting, and keeps the audit; its cells know no fingerprint."""
    info = json.loads((run / "run.json").read_text())
    for key in ("format", "cells", "setting", "counts", "seconds"):
        info.pop(key)
    audit = [{"check": "row overlap", "status": "passed", "evidence": ""}]
    info["versions"]["genrelab"] = "0.1.0"
    (run / "run.json").write_text(json.dumps(info | {"audit": audit}))
    (run / "identity.json").write_text(json.dumps({"fingerprint": "0" * 64, "versions": {"genrelab": "0.1.0"}}))
    (run / "experiment.toml").unlink()
    assert [check.name for check in read_run(run).checks()] == ["row overlap"]
    with pytest.raises(RunError, match=r"a run of genrelab 0\.1\.0, which this version cannot continue; .*--fresh"):
        again()
    assert main(["report", str(run), "--no-thumbnails"]) == 0


def test_a_run_of_a_later_version_is_refused(run):
    info = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps(info | {"format": 3}))
    with pytest.raises(RunFolderError, match="expected a run of format 2 or less, found 3; update genrelab"):
        read_run(run)
