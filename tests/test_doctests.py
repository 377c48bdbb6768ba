"""Every example in a public docstring runs; modules are imported by their installed names."""

import doctest
import importlib
import pkgutil

import pytest

PACKAGES = [importlib.import_module(f"genrelab.{name}") for name in ("features", "models", "pipeline", "reports")]
MODULES = sorted(
    info.name
    for package in PACKAGES
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not info.name.endswith("__main__")
)
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    outcome = doctest.testmod(importlib.import_module(name), optionflags=FLAGS)
    assert outcome.failed == 0


def test_most_modules_have_an_example():
    with_example = sum(
        any(test.examples for test in doctest.DocTestFinder().find(importlib.import_module(name))) for name in MODULES
    )
    assert with_example > len(MODULES) / 2
