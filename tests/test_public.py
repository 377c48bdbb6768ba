"""The public face: what the rooms list is there, and importing it loads nothing heavy."""

import ast
import importlib
import subprocess
import sys

import pytest

ROOMS = (
    "genrelab",
    "genrelab.features",
    "genrelab.features.frozen",
    "genrelab.features.poster",
    "genrelab.models",
    "genrelab.models.balance",
    "genrelab.models.encode",
    "genrelab.models.explain",
    "genrelab.models.kernel",
    "genrelab.models.multilabel",
    "genrelab.models.networks",
    "genrelab.models.stack",
)


def stub(name, repository):
    folder = repository / ("genrelab" if name == "genrelab" else name.removeprefix("genrelab.").replace(".", "/"))
    return ast.parse((folder / "__init__.pyi").read_text("utf-8"))


@pytest.mark.parametrize("name", ROOMS)
def test_every_listed_name_is_what_its_file_defines(name, repository):
    room = importlib.import_module(name)
    listed = [(node.module, alias.name) for node in stub(name, repository).body for alias in node.names]
    assert listed and sorted(room.__all__) == sorted(name for _, name in listed)
    for module, item in listed:
        assert getattr(room, item) is getattr(importlib.import_module(f"{name}.{module}"), item)
        assert (getattr(room, item).__doc__ or "").strip(), f"{name}.{item} is public and has no docstring"


def test_every_stub_is_tested(repository):
    found = [
        path
        for folder in ("genrelab", "features", "models", "reports", "pipeline")
        for path in (repository / folder).rglob("__init__.pyi")
    ]
    assert len(found) == len(ROOMS)


def test_importing_genrelab_loads_no_heavy_package():
    code = (
        "import genrelab, sys; dir(genrelab); print(sorted({'pandas', 'numpy', 'sklearn', 'scipy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
