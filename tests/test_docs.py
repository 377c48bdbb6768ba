"""The pages of docs/ are true: every key of an experiment, every module, every example."""

import pkgutil
import re
import runpy
import subprocess
import sys

import pytest

import genrelab as gl
from genrelab.features.families import FAMILIES
from genrelab.models.answers import OK, PARTLY, UNANSWERED
from genrelab.models.manifest import _COMPARED
from genrelab.pipeline.experiments import schema
from genrelab.pipeline.experiments.plan import load_experiment

SECTIONS = {
    "Top level": schema.TOP,
    "`[target]`": schema.TARGET,
    "`[titles]`": schema.TITLES,
    "`[split]`": schema.SPLIT,
    "`[thresholds]`": schema.THRESHOLDS,
    "`[[grid]]`": schema.GRID,
    "`[scale.NAME]`": schema.SCALE,
}
EXAMPLES = ("compare_in_python", "kernel_svm_on_your_data", "predict_posters")


FOLDERS = ("benchmarks", "docs", "features", "genrelab", "models", "pipeline", "reports", "tests")
# Files that a page has its reader write.
WRITTEN_BY_THE_READER = {
    "docs/adding-a-feature.md": {"redness.py", "title_words.py"},
    "docs/adding-a-model.md": {"centroids.py", "my_films/centroids.py"},
    "docs/adding-a-report-section.md": {
        "reports/pages/sections/speed.py",
        "tests/reports/pages/sections/test_speed.py",
    },
}


@pytest.fixture(scope="module")
def page(repository) -> str:
    return (repository / "docs" / "experiment-toml.md").read_text("utf-8")


@pytest.mark.parametrize("heading", SECTIONS)
def test_the_page_names_every_key_of_an_experiment(page, heading):
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(SECTIONS[heading])


def test_the_page_names_every_word_that_a_key_may_hold(page):
    for heading, keys in SECTIONS.items():
        section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
        for name, key in keys.items():
            line = next(line for line in section.splitlines() if line.startswith(f"| `{name}` |"))
            assert all(f"`{word}`" in line for word in key.known if word in schema.ALLOWED or heading != "Top level")


def test_the_page_names_every_family_of_features(page):
    section = page.split("\n## `[feature_sets]`\n")[1].split("\n## ")[0]
    named = {name.partition(":")[0] for name in re.findall(r"`([\w:]+)`", section)}
    ours = {name for name, family in FAMILIES.items() if family.function.__module__.startswith("genrelab.")}
    assert "people" in ours and ours - {"posters"} <= named  # `posters` are facts for audits


def test_the_page_about_forms_names_every_package_whose_version_counts(repository):
    text = (repository / "docs" / "forms.md").read_text("utf-8").split("## On another machine")[1].split("\n## ")[0]
    minor, major = text.split("the same major one of")
    for name, parts in _COMPARED.items():
        assert name in (minor if parts == 2 else major), name


def test_the_page_about_commands_names_every_status_of_an_answer(repository):
    text = (repository / "docs" / "commands.md").read_text("utf-8").split("## What `predict` answers")[1]
    assert all(f"`{status}`" in text.split("\n## ")[0] for status in (OK, PARTLY, UNANSWERED))


def test_the_pages_experiment_is_one(page, tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(re.findall(r"```toml\n(.*?)```", page, re.DOTALL)[0], "utf-8")
    assert [cell.name for cell in load_experiment(str(path)).cells] == ["glm", "rf"] * 2


def test_the_architecture_names_every_module(repository):
    write = runpy.run_path(str(repository / "docs" / "modules.py"))
    text = (repository / "docs" / "architecture.md").read_text("utf-8")
    assert text == write["with_modules"](text), "docs/architecture.md is behind the code: run make docs"


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_run(repository, demo_catalog, tmp_path, name):
    script = repository / "docs" / "examples" / f"{name}.py"
    ran = subprocess.run(
        [sys.executable, str(script), str(demo_catalog)], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()


def test_every_example_is_run(repository):
    by_the_tests_of_forms = {"predict_with_onnx", "predict_posters_with_onnx"}
    there = {path.stem for path in (repository / "docs" / "examples").glob("*.py")}
    assert there == {*EXAMPLES, *by_the_tests_of_forms}


def pages(repository):
    """README, CONTRIBUTING and every page of docs/ by its name, as text."""
    found = [repository / "README.md", repository / "CONTRIBUTING.md", *sorted((repository / "docs").rglob("*.md"))]
    return {path.relative_to(repository).as_posix(): path.read_text("utf-8") for path in found}


def test_every_path_that_a_page_names_is_there(repository):
    there = {f"/{path.relative_to(repository).as_posix()}" for path in repository.glob("*")}
    for folder in FOLDERS:
        there |= {f"/{path.relative_to(repository).as_posix()}" for path in (repository / folder).rglob("*")}
    named, missing = 0, []
    for name, text in pages(repository).items():
        for path in sorted(set(re.findall(r"`([\w./-]+)`", text))):
            # Of ours: what begins with a folder of ours, and Python files; a page may leave the first folders out.
            if not (path.startswith(tuple(f"{folder}/" for folder in FOLDERS)) or path.endswith(".py")):
                continue
            named += 1
            if path not in WRITTEN_BY_THE_READER.get(name, ()) and not any(
                known.endswith(f"/{path.rstrip('/')}") for known in there
            ):
                missing.append(f"{name}: {path}")
    assert missing == [] and named > 300


def test_every_file_that_a_page_links_to_is_there(repository):
    for name, text in pages(repository).items():
        for target in re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", text):
            assert ((repository / name).parent / target).exists(), f"{name} links to {target}"


def test_every_name_of_ours_that_a_page_says_in_python_is_one(repository):
    for name, text in pages(repository).items():
        spans = re.findall(r"`([^`\n]+)`", text) + re.findall(r"^```py.*?^```", text, re.DOTALL | re.MULTILINE)
        for public in {word for span in spans for word in re.findall(r"\bgl\.(\w+)", span)}:
            assert hasattr(gl, public), f"{name}: gl.{public}"
        for dotted in {word for span in spans for word in re.findall(r"\bgenrelab(?:\.[A-Za-z_]\w*)+", span)}:
            if dotted != "genrelab.sources":  # a group of entry points, and no module
                assert pkgutil.resolve_name(dotted) is not None, f"{name}: {dotted}"
