"""Import does nothing, names go one way only, file by file and without circles, and a room stays a room."""

import ast
import graphlib
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("features", "models", "reports", "pipeline")
FILES = {
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."): path
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.py"))
}
ROOMS = sorted({path.parent for path in FILES.values()})

MAY_IMPORT = {
    "features": {"features"},
    "models": {"models", "features"},
    "reports": {"reports", "features"},  # of features, only files.py
    "pipeline": {"pipeline", "models", "features", "reports"},
}
# The one writer of files for the whole house; it imports nothing of ours.
FOR_ALL = "features.files"
# A command is a file of its own, however many there are.
ONE_FILE_EACH = {"pipeline/commands"}


def modules_named(node: ast.ImportFrom, file: Path) -> set[str]:
    """The modules of ours that one statement imports; a package is named by its `__init__`."""
    if node.level == 0:
        return set()
    folder = file.parents[node.level - 1].relative_to(ROOT).parts
    base = ".".join([*folder, *(node.module.split(".") if node.module else [])])
    if base in FILES:
        return {base}
    return {name if (name := f"{base}.{alias.name}") in FILES else f"{base}.__init__" for alias in node.names}


def imports(name: str) -> list[tuple[int, str]]:
    """Line and module of everything of ours that a file imports: inside functions and for the type checker, too."""
    tree = ast.parse(FILES[name].read_text("utf-8"))
    statements = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return [(node.lineno, to) for node in statements for to in modules_named(node, FILES[name])]


def loaded_after(code: str, folder: Path) -> set[str]:
    """The modules loaded after running code in a fresh process."""
    code = f"{code}\nimport sys; print('\\n'.join(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=folder)
    return set(ran.stdout.splitlines())


@pytest.mark.parametrize(
    "code",
    [
        "import genrelab.features",
        "import genrelab.features.frozen.embeddings, genrelab.features.families, genrelab.models.recipes",
        "from genrelab.pipeline.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass",
        "from genrelab.pipeline.cli import main\ntry: main(['predict', '--help'])\nexcept SystemExit: pass",
    ],
    ids=["features", "models", "help", "predict help"],
)
def test_heavy_packages_are_not_imported_before_they_are_needed(code, tmp_path):
    loaded = loaded_after(code, tmp_path)
    assert not {"tensorflow", "keras", "matplotlib", "torch"} & loaded
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", FILES)
def test_imports_run_one_way(name):
    allowed = MAY_IMPORT[name.split(".")[0]]
    wrong = [f"line {line}: {to}" for line, to in imports(name) if to.split(".")[0] not in allowed and to != FOR_ALL]
    assert not wrong, f"{name} imports against the plan: {wrong}"
    missing = [f"line {line}: {to}" for line, to in imports(name) if to not in FILES]
    assert not missing, f"{name} imports what is not there: {missing}"


@pytest.mark.parametrize("name", FILES)
def test_rooms_import_each_other_relatively(name):
    for node in ast.walk(ast.parse(FILES[name].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        else:
            named = [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []
        absolute = [one for one in named if one.split(".")[0] == "genrelab"]
        assert not absolute, f"{name} imports {absolute}: between rooms imports are relative"


def test_the_writer_of_files_imports_nothing_of_ours():
    assert imports(FOR_ALL) == []


def test_no_circle_between_files():
    graph = {
        name: {to for _, to in imports(name) if not to.endswith("__init__")}
        for name in FILES
        if not name.endswith("__init__")
    }
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail(f"these files import each other in a circle: {' → '.join(reversed(error.args[1]))}")


@pytest.mark.parametrize("room", [room.relative_to(ROOT).as_posix() for room in ROOMS])
def test_a_room_can_be_taken_in_at_a_glance(room):
    files = [path.stem for path in (ROOT / room).glob("*.py") if path.stem != "__init__"]
    rooms = [path for path in ROOMS if path.parent == ROOT / room]
    assert len(files) + len(rooms) >= 2, f"{room} holds {files}: too little for a folder"
    if room not in ONE_FILE_EACH:
        assert len(files) <= 12, f"{room} holds {len(files)} files, at most 12 are a room: {sorted(files)}"
    prefixes = Counter(stem.split("_")[0] for stem in files)
    families = {prefix: count for prefix, count in prefixes.items() if count > 2 and prefix}
    assert not families, f"{room} spreads one idea over files that share a prefix: {families}"
