"""What docs/adding-a-model.md and docs/adding-a-feature.md show works as they show it."""

import re
import sys

import pytest

from genrelab.pipeline.experiments.plan import load_experiment
from genrelab.pipeline.experiments.runner import compare

EXPERIMENT = """
title = "Docs"
[target]
name = "multilabel"
min_support = 15
[split]
folds = 2
[thresholds]
inner_folds = 2
{sets}
[[grid]]
{models}
"""


def blocks(page, kind):
    return re.findall(rf"```{kind}\n(.*?)```", page.read_text("utf-8"), flags=re.DOTALL)


@pytest.fixture
def package(repository, tmp_path, monkeypatch):
    """The pages' files, saved under the names they say, in a package `my_films`."""
    folder = tmp_path / "my_films"
    folder.mkdir()
    (folder / "__init__.py").write_text("", "utf-8")
    for page in ("adding-a-model.md", "adding-a-feature.md"):
        page = repository / "docs" / page
        names = re.findall(r"Save this as `(\w+\.py)`", page.read_text("utf-8"))
        sources = blocks(page, "python")
        assert len(names) == len(sources)
        for name, source in zip(names, sources, strict=True):
            (folder / name).write_text(source, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield folder
    for name in [name for name in sys.modules if name.split(".")[0] == "my_films"]:
        del sys.modules[name]


def test_the_pages_run(package, repository, demo_catalog, tmp_path):
    models = blocks(repository / "docs" / "adding-a-model.md", "toml")[0]
    sets = blocks(repository / "docs" / "adding-a-feature.md", "toml")[0]
    path = tmp_path / "docs.toml"
    path.write_text(EXPERIMENT.format(sets=sets, models=models), "utf-8")
    experiment = load_experiment(str(path))
    assert [cell.model for cell in experiment.cells] == ["my_films.centroids:CENTROIDS"]
    run = compare(experiment, demo_catalog, tmp_path / "run", features=tmp_path / "store", jobs=1)
    assert not len(run.failures)
    assert any((tmp_path / "store").glob("redness-*"))
    assert run.info["words"]["features"]["my_films.redness:FAMILY"]["sentence"] == "how red a poster is"


def test_the_words_of_the_pages_are_those_of_the_records(repository):
    from genrelab.features import Family
    from genrelab.models import Recipe

    page = (repository / "docs" / "adding-a-model.md").read_text("utf-8")
    for field in re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE):
        assert field in Recipe.__dataclass_fields__
    assert {"encoder", "block", "needs", "reads", "options"} <= set(Family.__dataclass_fields__)
