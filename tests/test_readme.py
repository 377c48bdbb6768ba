"""The README is true: its commands run in order, its tree is the tree, its Python runs."""

import os
import re
import shutil
import subprocess

import pandas as pd
import pytest

STAMPS = (".demo", ".installed")


def blocks(repository, language):
    text = (repository / "README.md").read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def commands(repository):
    return [line for block in blocks(repository, "sh") for line in block.splitlines() if line]


def test_the_two_commands_come_first_and_ci_runs_the_second(repository):
    assert commands(repository)[:2] == ["make demo", "make test"]
    last = (repository / ".ci" / "run").read_text("utf-8").rstrip().splitlines()[-1]
    assert last.startswith("make ") and last.endswith(" check TEST=test-all")


def drawn_tree(repository):
    """Paths of the README's tree: a line indented by two blanks is inside the last one that is not."""
    paths, parent = [], ""
    for line in blocks(repository, "text")[0].splitlines():
        name = line.split()[0].rstrip("/")
        parent = parent if line.startswith("  ") else name
        paths.append(f"{parent}/{name}" if line.startswith("  ") else name)
    return paths


def test_the_drawn_tree_is_the_tree(repository):
    paths = drawn_tree(repository)
    assert [path for path in paths if not (repository / path).exists()] == []
    listed = subprocess.run(["git", "ls-files"], cwd=repository, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout, so what belongs to the tree is not known")
    folders = {
        "/".join(parts[:depth])
        for parts in (path.split("/")[:-1] for path in listed.stdout.splitlines())
        for depth in (1, 2)
        if len(parts) >= depth
    }
    # Rooms are drawn two levels deep; docs/architecture.md goes on.
    real = {path for path in folders if not path.startswith((".", "tests/"))}
    assert real == {path for path in paths if (repository / path).is_dir()}


def test_the_readme_stays_short(repository):
    assert len((repository / "README.md").read_text("utf-8").splitlines()) < 200


@pytest.fixture(scope="module")
def workplace(repository, demo_catalog, tmp_path_factory):
    """A folder that looks like a checkout with an environment, and holds somebody's posters."""
    if not (repository / ".venv" / "bin" / "genrelab").exists():
        pytest.skip("needs the environment that make setup makes")
    place = tmp_path_factory.mktemp("readme")
    for name in ("Makefile", "setup.cfg", "pyproject.toml"):
        (place / name).symlink_to(repository / name)
    # The same environment, marked as installed just now: what is tested is what the commands do in it.
    (place / ".venv").mkdir()
    for path in (repository / ".venv").iterdir():
        if path.name not in STAMPS:
            (place / ".venv" / path.name).symlink_to(path)
    for stamp in STAMPS:
        (place / ".venv" / stamp).touch()
    (place / "my-posters").mkdir()
    titles = pd.read_parquet(demo_catalog).dropna(subset=["poster", "genres_imdb"]).head(50)
    rows = []
    for row in titles.itertuples():
        poster = demo_catalog.parent / row.poster
        if poster.exists():
            shutil.copy(poster, place / "my-posters" / f"{row.imdb_id}.jpg")
            rows.append(
                {"poster": f"{row.imdb_id}.jpg", "Film": row.title, "Genre": "|".join(map(str, row.genres_imdb))}
            )
    pd.DataFrame(rows).to_csv(place / "my.csv", index=False)
    shutil.copytree(place / "my-posters", place / "new-posters")
    return place


@pytest.mark.slow
def test_every_command_runs_in_the_order_given(repository, workplace):
    ran = 0
    for command in commands(repository):
        if command == "make test":  # this very run
            continue
        environment = os.environ | ({"ARGS": "--titles 120"} if command == "make demo" else {})
        told = subprocess.run(
            command, shell=True, cwd=workplace, env=environment, capture_output=True, text=True, check=False
        )
        assert told.returncode in ((0, 1) if " audit " in command else (0,)), f"{command}\n{told.stdout}\n{told.stderr}"
        ran += 1
    assert ran >= 9
    assert (workplace / "artifacts" / "runs" / "demo" / "report" / "report.html").exists()
    predicted = pd.read_csv(workplace / "genres.csv")
    assert len(predicted) == len(list((workplace / "new-posters").iterdir()))
    python = [block for block in blocks(repository, "python") if "load_model" in block][0]
    subprocess.run([repository / ".venv" / "bin" / "python", "-c", python], cwd=workplace, check=True)


@pytest.mark.parametrize(
    "word",
    [
        *"setup demo test test-all test-minimum lint check coverage docs catalog features compare".split(),
        *"report export predict audit replicate bench clean".split(),
    ],
)
def test_make_knows_and_lists_its_words(repository, word):
    helped = subprocess.run(["make", "help"], cwd=repository, capture_output=True, text=True, check=True).stdout
    assert f"make {word} " in helped
    subprocess.run(["make", "--dry-run", word], cwd=repository, capture_output=True, check=True)
