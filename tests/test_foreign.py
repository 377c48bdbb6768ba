"""Another package adds a model, feature families and a source, and they go the whole way."""

import importlib
import json
import logging
import os
import subprocess
import sys

import pandas as pd
import pytest

from genrelab.features.families import FAMILIES, build_frames
from genrelab.features.plugins import Registry
from genrelab.models.recipes import RECIPES, Recipe

EXPERIMENT = """
title = "Foreign"
[target]
name = "multilabel"
min_support = 15
[split]
folds = 2
[thresholds]
inner_folds = 2
[feature_sets]
length = ["title_length:letters", "redness"]
by_reference = ["foreign_films.features:LENGTH", "metadata"]
[[grid]]
feature_sets = ["length"]
models = ["naive_bayes"]
[[grid]]
feature_sets = ["by_reference"]
models = ["foreign_films.models:NAIVE_BAYES", "stack"]
"""


@pytest.fixture(scope="module")
def foreign(repository):
    """The environment of a process in which the package is installed."""
    return os.environ | {"PYTHONPATH": str(repository / "tests" / "foreign")}


def run(foreign, folder, *words):
    told = subprocess.run(
        [sys.executable, "-m", "genrelab.pipeline", *map(str, words)],
        capture_output=True,
        text=True,
        env=foreign,
        cwd=folder,
    )
    assert "Traceback" not in told.stderr, told.stderr
    return told


def test_the_whole_way(foreign, demo_catalog, tmp_path):
    (tmp_path / "e.toml").write_text(EXPERIMENT, "utf-8")
    compared = run(foreign, tmp_path, "compare", "e.toml", "--catalog", demo_catalog, "--out", "run", "--jobs", "1")
    assert compared.returncode == 0, compared.stderr
    results = pd.read_parquet(tmp_path / "run" / "results.parquet")
    assert {"naive_bayes", "foreign_films.models:NAIVE_BAYES", "stack"} <= set(results["model"])
    words = json.loads((tmp_path / "run" / "run.json").read_text("utf-8"))["words"]
    assert words["models"]["naive_bayes"] == {
        "table": "naive Bayes",
        "sentence": "Gaussian naive Bayes from another package",
    }
    assert words["features"]["title_length"]["sentence"] == "how long a title is"
    assert r"naive\_bayes" in (tmp_path / "run" / "report" / "report.md").read_text("utf-8")
    exported = run(
        foreign, tmp_path, "export", "run", "--catalog", demo_catalog, "--out", "model.joblib", "--model", "naive_bayes"
    )
    assert exported.returncode == 0, exported.stderr
    predicted = run(
        foreign, tmp_path, "predict", "model.joblib", "--catalog", demo_catalog, "--out", "said.csv", "--jobs", "1"
    )
    assert predicted.returncode == 0, predicted.stderr
    table = pd.read_csv(tmp_path / "said.csv")
    assert len(table) == len(pd.read_parquet(demo_catalog))
    assert table["Drama"].notna().any()


def test_they_are_listed_and_a_broken_one_is_a_sentence(foreign, tmp_path):
    said = run(foreign, tmp_path, "compare", "--help")
    assert "naive_bayes          Gaussian naive Bayes from another package" in said.stdout
    assert "title_length         how long a title is" in said.stdout
    assert said.stderr.count("\n") == 1
    assert said.stderr.startswith("model of foreign-films 1.0 was left out: ModuleNotFoundError")
    fetched = run(foreign, tmp_path, "fetch", "foreign", "--count", "4", "--out", "f.parquet")
    assert fetched.returncode == 0, fetched.stderr
    assert len(pd.read_parquet(tmp_path / "f.parquet")) == 4
    (tmp_path / "e.toml").write_text(EXPERIMENT.replace('["naive_bayes"]', '["naive_bay"]'), "utf-8")
    refused = run(foreign, tmp_path, "compare", "e.toml", "--out", "run")
    assert refused.returncode == 2
    assert "got 'naive_bay'; did you mean 'naive_bayes'?" in refused.stderr


def test_a_reference_that_is_no_record_is_refused():
    with pytest.raises(ValueError, match="'os.path:join': expected a Recipe, got function"):
        RECIPES.find("os.path:join")
    with pytest.raises(ValueError, match="'no.such:thing': expected an object that can be imported"):
        RECIPES.find("no.such:thing")
    with pytest.raises(ValueError, match="'math.x:y': expected an object"):
        build_frames(pd.DataFrame({"title": ["a"]}), [None], ["math.x:y"])


def test_every_reference_of_ours_can_be_imported():
    for family in FAMILIES.values():
        assert callable(family.function)
    for recipe in RECIPES.values():
        for reference in filter(None, (recipe.learner, recipe.native, recipe.whole)):
            module, _, name = reference.partition(":")
            assert callable(getattr(importlib.import_module(module, "genrelab.models"), name))


def test_a_name_that_is_taken_is_left_out(monkeypatch, repository, caplog):
    monkeypatch.syspath_prepend(str(repository / "tests" / "foreign"))
    taken = Recipe("naive_bayes", "x", "x", "x:y")
    with caplog.at_level(logging.WARNING, "genrelab"):
        registry = Registry("model", "genrelab.models", Recipe, [taken], None)
        assert list(registry) == ["naive_bayes"] and registry["naive_bayes"] is taken
    assert "'naive_bayes' is the name of another model" in caplog.text
