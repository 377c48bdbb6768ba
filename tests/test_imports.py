"""Import does nothing: no TensorFlow, no plots, no folders; names go one way only."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

MAY_IMPORT = {
    "features": {"features"},
    "models": {"models", "features"},
    "reports": {"reports", "features"},  # of features, only files.py
    "pipeline": {"pipeline", "models", "features", "reports"},
}


def run(code: str, folder: Path) -> list[str]:
    """The modules loaded after running code in a fresh process."""
    told = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print('\\n'.join(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
    )
    return told.stdout.splitlines()


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
    loaded = run(code, tmp_path)
    assert not {"tensorflow", "keras", "matplotlib", "torch"} & set(loaded)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_imports_run_one_way(folder, repository):
    for file in sorted((repository / folder).rglob("*.py")):
        depth = len(file.relative_to(repository).parts) - 1
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level > depth:
                reached = {node.module.split(".")[0]} if node.module else {name.name for name in node.names}
                assert reached <= MAY_IMPORT[folder], f"{file}:{node.lineno} imports {reached}"
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            module = node.module or "" if isinstance(node, ast.ImportFrom) and node.level == 0 else ""
            assert not any(name.split(".")[0] == "genrelab" for name in [*names, module]), (
                f"{file}:{node.lineno}: between folders imports are relative"
            )
