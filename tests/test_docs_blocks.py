"""Every code block of every page: commands are parsed by the real parser, Python is run, how-tos are run in order."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib

import numpy as np
import pandas as pd
import pytest

from genrelab.pipeline.cli import main, whole_parser
from genrelab.pipeline.experiments.plan import load_experiment

ROOT_PAGES = ("README.md", "CONTRIBUTING.md")
HOW_TO = ("dealer", "catalogue-team", "researcher")
# What a block may be. `text` is output or a drawing; `py` is Python that needs a package of somebody else.
LANGUAGES = {"sh", "python", "py", "toml", "json", "text", "powershell"}
# Python of pages that is run by the tests of what they are about.
RUN_ELSEWHERE = {
    "README.md": "test_readme.py",
    "docs/adding-a-feature.md": "test_docs_adding.py",
    "docs/adding-a-model.md": "test_docs_adding.py",
    "docs/adding-a-report-section.md": "reports/pages/sections/test_adding.py",
    "docs/adding-a-source.md": "pipeline/sources/test_docs.py",
    "docs/estimators.md": "models/test_contract.py",
}


def pages(repository):
    return [repository / name for name in ROOT_PAGES] + sorted((repository / "docs").rglob("*.md"))


def blocks(page):
    return re.findall(r"^```(\w*)\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def name_of(page, repository):
    return page.relative_to(repository).as_posix()


def test_every_block_says_what_it_is(repository):
    for page in pages(repository):
        for language, block in blocks(page):
            assert language in LANGUAGES, f"{page.name}: {language!r}\n{block}"


def test_every_command_of_every_page_is_one(repository, capsys):
    parser, seen = whole_parser(), 0
    for page in pages(repository):
        for line in [line for language, block in blocks(page) if language == "sh" for line in block.splitlines()]:
            words = shlex.split(line, comments=True)
            if words and words[0] in ("genrelab", ".venv/bin/genrelab"):
                words = words[1 : words.index(">")] if ">" in words else words[1:]
                try:
                    parser.parse_args(words)
                except SystemExit as ended:
                    assert ended.code == 0, f"{page.name}: {line}\n{capsys.readouterr().err}"
                seen += 1
    assert seen > 40


def test_every_experiment_of_every_page_is_one(repository, tmp_path):
    seen = 0
    for page in pages(repository):
        for block in [block for language, block in blocks(page) if language == "toml"]:
            content = tomllib.loads(block)
            if "title" in content:
                path = tmp_path / "mine.toml"
                path.write_text(block, "utf-8")
                assert load_experiment(str(path), ["resnet50", "sentences:minilm"]).cells
                seen += 1
    assert seen >= 2


def test_python_is_run_here_or_where_it_is_said(repository):
    for page in pages(repository):
        if any(language == "python" for language, _ in blocks(page)):
            name = name_of(page, repository)
            here = name.startswith(("docs/methods/", "docs/how-to/")) or name == "docs/forms.md"  # below
            assert here or (repository / "tests" / RUN_ELSEWHERE[name]).exists(), name


@pytest.mark.parametrize("page", ["splits", "conformal", "kernel"])
def test_a_method_pages_python_runs(repository, page):
    for language, block in blocks(repository / "docs" / "methods" / f"{page}.md"):
        if language == "python":
            exec(compile(block, f"{page}.md", "exec"), {})


def test_the_python_of_the_page_about_forms_runs(repository, hand_models, demo_catalog, tmp_path, monkeypatch):
    for name in ("onnx", "onnxruntime"):
        pytest.importorskip(name, reason="models as ONNX need genrelab[onnx]")
    for ending in (".joblib", ".json"):
        shutil.copy(hand_models["metadata"].with_suffix(ending), tmp_path / f"model{ending}")
    (tmp_path / "my").symlink_to(demo_catalog.parent)
    monkeypatch.chdir(tmp_path)
    scope: dict = {}
    assert main(["convert", "model.joblib", "--to", "onnx"]) == 0
    for code in [block for language, block in blocks(repository / "docs" / "forms.md") if language == "python"]:
        exec(code, scope)
    written = pd.read_csv("table.csv", dtype=str)
    assert written.pop("imdb_id").tolist() == scope["catalog"].titles["imdb_id"].tolist()
    numbers = written.to_numpy().astype(np.float64)  # to the last bit, as they were written
    np.testing.assert_array_equal(numbers, np.hstack(list(scope["inputs"].values())))
    features = scope["model"].features(scope["catalog"].titles, scope["catalog"].poster_paths())
    np.testing.assert_allclose(scope["probabilities"], scope["model"].scores(features), atol=1e-6)


@pytest.fixture(scope="module")
def workplace(demo_catalog, tmp_path_factory):
    """A folder with somebody's posters and a table about them."""
    place = tmp_path_factory.mktemp("how-to")
    (place / "my-posters").mkdir()
    titles = pd.read_parquet(demo_catalog).dropna(subset=["poster", "genres_imdb"]).head(50)
    rows = []
    for row in titles.itertuples():
        poster = demo_catalog.parent / str(row.poster)
        if poster.exists():
            (place / "my-posters" / f"{row.imdb_id}.jpg").write_bytes(poster.read_bytes())
            words = {"year": row.year, "keywords": "|".join(row.keywords) if row.keywords is not None else ""}
            genres = "|".join(map(str, row.genres_imdb))
            rows.append({"poster": f"{row.imdb_id}.jpg", "Film": row.title, "Genre": genres} | words)
    pd.DataFrame(rows).to_csv(place / "my.csv", index=False)
    return place


def run(words, place):
    ran = subprocess.run(words, cwd=place, capture_output=True, text=True, check=False)
    allowed = (0, 1) if "audit" in words else (0,)
    assert ran.returncode in allowed, f"{words}\n{ran.stdout[-2000:]}\n{ran.stderr[-3000:]}"
    return ran.stdout


@pytest.mark.long
def test_the_how_tos_run_in_order(repository, workplace):
    """One reader after the other, in one folder: what a page has made, the next may use."""
    code = "import sys; from genrelab.pipeline.cli import main; sys.exit(main(sys.argv[1:]))"
    done = set()
    for reader in HOW_TO:
        for language, block in blocks(repository / "docs" / "how-to" / f"{reader}.md"):
            if language == "toml":
                (workplace / "colours.toml").write_text(block, "utf-8")
            elif language == "python":
                assert run([sys.executable, "-P", "-c", block], workplace)
            for line in block.splitlines() if language == "sh" else ():
                words = shlex.split(line, comments=True)
                if words[1] == "serve" or line in done:  # the page is opened by its own tests
                    continue
                done.add(line)
                target = words.pop() if ">" in words else None
                words = [word for word in words if word != ">"]
                again = ["--overwrite"] if words[1] in ("export", "predict", "convert") else []
                said = run([sys.executable, "-P", "-c", code, *words[1:], *again], workplace)
                if target:
                    (workplace / target).write_text(said, "utf-8")
    assert len(pd.read_csv(workplace / "genres.csv")) == len(list((workplace / "my-posters").iterdir()))
    audit = [block for language, block in blocks(repository / "docs" / "methods" / "audit.md") if language == "python"]
    assert "row overlap" in run([sys.executable, "-P", "-c", audit[0]], workplace)
