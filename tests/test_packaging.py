"""setup.cfg lists every package, and the version has a place in the changelog."""

import ast
import configparser

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
