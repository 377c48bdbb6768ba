"""The wheel in an environment of its own: built, installed, and used from there, without the checkout."""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from genrelab.pipeline.cli import COMMANDS

pytestmark = pytest.mark.long
SOURCES = ("genrelab", "features", "models", "reports", "pipeline")
FILES = ("setup.cfg", "pyproject.toml", "README.md", "LICENSE")


def run(*words, **options):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    told = subprocess.run([*map(str, words)], capture_output=True, text=True, check=False, env=clean, **options)
    assert told.returncode == 0, f"{words}\n{told.stdout[-2000:]}\n{told.stderr[-4000:]}"
    return told.stdout


@pytest.fixture(scope="module")
def wheel(repository, tmp_path_factory) -> Path:
    """Built from a copy, so that the checkout is left as it is."""
    place = tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        shutil.copytree(repository / name, place / "tree" / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(repository / name, place / "tree" / name)
    built = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", place / "dist", place / "tree"],
        capture_output=True,
        text=True,
        check=False,
    )
    if "Could not find a version that satisfies the requirement setuptools" in built.stderr:
        pytest.skip("building a wheel fetches setuptools, and no package index answers")
    assert built.returncode == 0, built.stderr
    return next((place / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The folder of programs of an environment that has the wheel, and borrows the dependencies of this one."""
    place = tmp_path_factory.mktemp("environment") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", place)
    python = place / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", wheel)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    # A line in a .pth file adds a folder; the .pth files in that folder, an editable install's, are not read.
    borrowed = [path for path in sys.path if Path(path).name == "site-packages"]
    (site / "borrowed.pth").write_text("\n".join(borrowed) + "\n", "utf-8")
    return place / "bin"


def test_the_wheel_holds_every_file_that_the_code_reads(repository, wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    for folder in SOURCES:
        for path in (repository / folder).rglob("*"):
            if path.is_file() and path.suffix not in (".pyc", ".md") and "__pycache__" not in path.parts:
                inside = path.relative_to(repository).as_posix()
                assert (inside if folder == "genrelab" else f"genrelab/{inside}") in held, inside


def test_it_runs_from_the_wheel_and_every_command_has_help(installed, tmp_path):
    where = run(installed / "python", "-c", "import genrelab; print(genrelab.__file__)", cwd=tmp_path)
    assert Path(where).is_relative_to(installed.parent)
    listed = run(installed / "genrelab", "--help", cwd=tmp_path)
    for word in COMMANDS:
        assert re.search(rf"^ +{word}\s", listed, re.MULTILINE)
        assert run(installed / "genrelab", word, "--help", cwd=tmp_path).startswith(f"usage: genrelab {word}")


def test_demo_export_and_serve_from_the_wheel(installed, tmp_path):
    pytest.importorskip("fastapi", reason="genrelab serve needs fastapi: pip install 'genrelab[serve]'")
    genrelab = installed / "genrelab"
    run(genrelab, "demo", "--titles", "160", "--jobs", "2", "--quiet", cwd=tmp_path)
    assert (tmp_path / "artifacts" / "runs" / "demo" / "report" / "report.html").exists()
    words = ["artifacts/runs/demo", "--model", "glm", "--feature-set", "table", "--balance", "none"]
    run(genrelab, "export", *words, "--out", "model.joblib", cwd=tmp_path)
    with subprocess.Popen(
        [str(genrelab), "serve", "model.joblib", "--port", "0"], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stderr is not None
            told = next(line for line in server.stderr if "genrelab is at" in line)
            link = re.findall(r"http://127\.0\.0\.1:\d+/", told)[0]
            ask = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            assert b"<title>" in ask.open(link, timeout=60).read()
            assert json.load(ask.open(f"{link}api/model", timeout=60))["labels"]
        finally:
            server.terminate()
            server.wait(30)
