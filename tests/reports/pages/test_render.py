"""The report as files."""

import hashlib
from pathlib import Path

import pytest

from genrelab.pipeline.catalog.thumbnails import thumbnail
from genrelab.reports.pages.render import leaderboard_text, write_report
from genrelab.reports.runs.read import RunFolderError, read_run


def _digest(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_run_same_bytes(make_run, tmp_path: Path):
    run = make_run(titles=60, repeats=1, posters=20, seed=17)
    page = write_report(run, tmp_path / "one", picture=thumbnail)
    write_report(str(run), str(tmp_path / "two"), picture=thumbnail)
    assert page == tmp_path / "one" / "report.html"
    files = _digest(tmp_path / "one")
    assert files == _digest(tmp_path / "two")
    assert {"report.html", "report.md", "tables/leaderboard.csv", "tables/error_map.csv"} <= set(files)
    assert "data:image/jpeg" in page.read_text("utf-8")


def test_stands_inside_the_run_by_default_forgets_old_tables_and_has_no_pictures_unasked(make_run):
    run = make_run("single", titles=30, repeats=1, seed=16, posters=30)
    old = run / "report" / "tables" / "audit.csv"
    old.parent.mkdir(parents=True)
    old.write_text("old")
    page = write_report(run, thumbnails=False, picture=thumbnail)
    assert page == run / "report" / "report.html" and not old.exists()
    text = page.read_text("utf-8")
    assert "data:image/jpeg" not in text and "Best and worst predicted" in text
    assert "copyright of their studios" not in text


def test_nothing_is_written_for_a_broken_run(tmp_path: Path):
    with pytest.raises(RunFolderError):
        write_report(tmp_path, tmp_path / "report")
    assert list(tmp_path.iterdir()) == []


def test_leaderboard_text(make_run):
    lines = leaderboard_text(read_run(make_run(titles=60, repeats=1)), most=3).splitlines()
    assert lines[0].split()[:3] == ["rank", "features", "model"]
    assert lines[1].split()[0] == "1" and "mobilenet_v2, random weights" in lines[1]
    assert sum("trivial:" in line for line in lines) >= 2
    before = 0
    for line in lines[1 : lines.index("")]:
        first = line.split()[0]
        if first.isdigit():
            assert int(first) == before + 1  # no rank is passed over in silence
            before = int(first)
        elif first == "…":
            before += int(line.split()[1])
    winner = next(word for word in lines[1].split() if word in ("rf", "glm"))
    assert lines[-3].startswith(f"Which features and model won? everything · {winner}.")
