"""The notebooks run from the first cell to the last, and what they show is small and theirs."""

import os
import sys
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="notebooks are read by nbformat, which comes with genrelab[dev]")
NOTEBOOKS = ("compare_on_the_demo", "kernel_svm_on_any_data", "your_own_posters")


def notebook(repository, name):
    return nbformat.read(repository / "docs" / "notebooks" / f"{name}.ipynb", as_version=4)


def code(book):
    return [cell for cell in book.cells if cell.cell_type == "code"]


def test_every_notebook_is_tested(repository):
    assert sorted(path.stem for path in (repository / "docs" / "notebooks").iterdir()) == sorted(NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_outputs_are_kept_small_and_whole(repository, name):
    path = repository / "docs" / "notebooks" / f"{name}.ipynb"
    assert path.stat().st_size < 50_000
    book = notebook(repository, name)
    nbformat.validate(book)
    for number, cell in enumerate(code(book), 1):
        assert cell.execution_count == number, "a cell was run out of order: run the whole notebook again"
        assert not any(output.output_type == "error" for output in cell.outputs)
    assert "/work" not in path.read_text("utf-8") and str(Path.home()) not in path.read_text("utf-8")


@pytest.mark.long
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Jupyter's own packages
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs(repository, name, tmp_path, monkeypatch):
    nbclient = pytest.importorskip("nbclient", reason="notebooks are run by nbclient, which comes with genrelab[dev]")
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    book = notebook(repository, name)
    shown = [len(cell.outputs) for cell in code(book)]
    nbclient.NotebookClient(book, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert [len(cell.outputs) for cell in code(book)] == shown
