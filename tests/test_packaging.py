"""setup.cfg lists every package, every dependency is used and free to use, and the changelog knows the version."""

import ast
import configparser
import re
import runpy
from importlib.metadata import packages_distributions

import pytest

FOLDERS = ("features", "models", "reports", "pipeline")


def configuration(repository):
    parser = configparser.ConfigParser()
    parser.read(repository / "setup.cfg", "utf-8")
    return parser


def test_every_folder_with_code_is_a_listed_package(repository):
    listed = configuration(repository)["options"]["packages"].split()
    there = [
        "genrelab." + ".".join(file.parent.relative_to(repository).parts)
        for folder in FOLDERS
        for file in (repository / folder).rglob("__init__.py")
    ]
    assert sorted(listed) == sorted(["genrelab", *there])
    for folder in FOLDERS:
        for file in (repository / folder).rglob("*.py"):
            assert (file.parent / "__init__.py").exists(), f"{file.parent} has code and no __init__.py"


def test_the_changelog_tells_of_this_version(repository):
    version = configuration(repository)["metadata"]["version"]
    assert f"## {version}" in (repository / "CHANGELOG.md").read_text("utf-8")


# What an __init__.py may hold beside its docstring: the names of its .pyi, loaded when they are asked for.
LAZY = """
import lazy_loader
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
"""


def test_init_files_hold_no_code_of_their_own(repository):
    lazy = ast.dump(ast.parse(LAZY))
    for folder in ("genrelab", *FOLDERS):
        for file in (repository / folder).rglob("__init__.py"):
            tree = ast.parse(file.read_text("utf-8"))
            tree.body = [node for node in tree.body if not isinstance(node, ast.Expr)]
            assert not tree.body or ast.dump(tree) == lazy, file
            assert file.with_suffix(".pyi").exists() == bool(tree.body), file


@pytest.fixture(scope="module")
def licences(repository):
    return runpy.run_path(str(repository / "docs" / "licences.py"))


def test_every_licence_is_a_known_one_and_is_listed(repository, licences):
    page = (repository / "docs" / "licences.md").read_text("utf-8")
    for name, stated, extra in licences["table"]():
        assert not stated.startswith("?"), f"{name} ({extra}): a person must read its licence: {stated}"
    for extra in (None, *licences["extras"]()):
        for one in licences["requirements"](extra):
            assert re.search(rf"^\| {re.sub('[-_.]', '[-_.]', one.name)} \|", page, re.MULTILINE | re.IGNORECASE), (
                one.name
            )


@pytest.mark.parametrize("stated", ["GNU General Public License v3", "LGPL-2.1-or-later", "AGPL-3.0-only"])
def test_a_copyleft_licence_is_not_a_known_one(licences, monkeypatch, stated):
    class About:
        metadata = type("Metadata", (dict,), {"get_all": lambda self, name, other: []})({"License-Expression": stated})

    monkeypatch.setitem(licences["licence"].__globals__, "distribution", lambda name: About)
    assert licences["licence"]("any").startswith("?")


def test_every_dependency_is_called(repository, licences):
    imported = set()
    for folder in FOLDERS:
        for file in (repository / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
                imported |= {name.partition(".")[0] for name in names}
    # What stands behind a name that is imported: Keras runs on TensorFlow, and pandas writes parquet by pyarrow.
    imported |= {"tensorflow"} if "keras" in imported else set()
    modules: dict[str, set[str]] = {}
    for module, names in packages_distributions().items():
        for name in names:
            modules.setdefault(name.lower().replace("_", "-"), set()).add(module)
    for extra in (None, *(name for name in licences["extras"]() if name != "dev")):
        for one in licences["requirements"](extra):
            own = modules.get(one.name.lower().replace("_", "-"), set()) | one.extras  # dask[distributed]
            if not own - one.extras:
                continue  # an extra that is not installed here
            assert own & imported, f"{one.name} ({extra or 'core'}) is asked for in setup.cfg and imported nowhere"
