"""setup.cfg lists every package, and the version has a place in the changelog."""

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


def test_init_files_hold_no_code_of_their_own(repository):
    for folder in FOLDERS:
        for file in (repository / folder).rglob("__init__.py"):
            lines = [line for line in file.read_text("utf-8").splitlines() if line.strip()]
            assert all(line.startswith(('"""', "from ", "__all__", " ", ")", "]")) for line in lines), file
