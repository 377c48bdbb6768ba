"""Each extra by itself: what it promises works while the packages of every other extra are missing."""

import configparser
import subprocess
import sys
from functools import cache
from importlib.metadata import distribution, packages_distributions

import pandas as pd
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# What is asked in an interpreter that cannot import the other extras' packages; `MODEL`, `BOOK` and `FREE` are paths.
PROMISES = {
    None: "assert main(['predict', MODEL, '--catalog', CATALOG, '--out', FREE + '.csv']) == 0",
    "embeddings": "from genrelab.features.frozen.keras import load_keras; load_keras().ops.zeros(1)",
    "onnx": "assert main(['convert', MODEL, '--to', 'onnx', '--out', FREE + '.onnx']) == 0",
    "skops": "assert main(['convert', MODEL, '--to', 'skops', '--out', FREE + '.skops']) == 0",
    "fast": "from genrelab.features.compiled import *; import numba",
    "tables": "assert main(['fetch', 'folder', POSTERS, '--csv', BOOK, '--out', FREE + '.parquet']) == 0",
    "sources": "from genrelab.pipeline.sources.http import *; import httpx, aiolimiter, tenacity, h2",
    "serve": "from genrelab.pipeline.serve.app import create_app; import multipart, uvicorn, openpyxl",
    "completion": "assert main(['completion', 'bash']) == 0",
    "mlflow": "from genrelab.pipeline.handover.tracking.server import client_of; client_of('http://127.0.0.1:5000')",
    "cluster": "from genrelab.pipeline.cluster.connect import use_cluster; import distributed",
}


def extras(repository) -> dict[str | None, list[Requirement]]:
    parser = configparser.ConfigParser()
    parser.read(repository / "setup.cfg", "utf-8")
    found: dict[str | None, list[Requirement]] = {}
    for name, text in [(None, parser["options"]["install_requires"]), *parser["options.extras_require"].items()]:
        lines = [line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
        found[name] = [Requirement(line) for line in lines]
    return found


@cache
def provided() -> dict[str, set[str]]:
    """Packages by the modules that they bring; it takes seconds to read."""
    return {module: {canonicalize_name(name) for name in names} for module, names in packages_distributions().items()}


def modules(requirements) -> set[str]:
    asked = {canonicalize_name(one.name) for one in requirements} | {
        name for one in requirements for name in one.extras
    }
    return {module for module, names in provided().items() if asked & names}


def brought_by(requirements) -> list[Requirement]:
    """What requirements bring with them, such as the web server that MLflow's client asks for."""
    waiting, found = list(requirements), {}
    while waiting:
        one = waiting.pop()
        for line in distribution(one.name).requires or ():
            brought = Requirement(line)
            needed = brought.marker is None or any(
                brought.marker.evaluate({"extra": name}) for name in ("", *one.extras)
            )
            if needed and brought.name not in found:
                found[brought.name] = brought
                waiting.append(brought)
    return list(found.values())


def test_every_extra_has_its_promise(repository):
    assert set(PROMISES) | {"gpu", "dev"} == set(extras(repository))  # gpu is embeddings, with another build


@pytest.mark.slow
@pytest.mark.parametrize("extra", PROMISES, ids=str)
def test_an_extra_needs_no_other(repository, extra, hand_models, demo_catalog, tmp_path):
    listed = extras(repository)
    own = modules(listed[None]) | (modules(listed[extra]) if extra else set())
    if extra and len(own) == len(modules(listed[None])):
        pytest.skip(f"genrelab[{extra}] is not installed")
    own |= modules(brought_by(listed[extra])) if extra else set()
    others = {
        module for name, asked in listed.items() if name not in (None, extra, "gpu", "dev") for module in modules(asked)
    } - own
    pytest.importorskip("openpyxl", reason="the workbook of this test is written by openpyxl")
    pd.DataFrame({"title": ["A film"], "poster": ["a.jpg"]}).to_excel(tmp_path / "book.xlsx", index=False)
    posters = tmp_path / "posters"
    posters.mkdir()
    first = next((demo_catalog.parent / "posters").rglob("*.jpg"))
    (posters / "a.jpg").write_bytes(first.read_bytes())
    paths = {
        "MODEL": hand_models["metadata"],
        "CATALOG": demo_catalog,
        "BOOK": tmp_path / "book.xlsx",
        "POSTERS": posters,
        "FREE": tmp_path / "free",
    }
    code = (
        "import sys\n"
        "class No:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.partition('.')[0] in {sorted(others)!r}:\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, No())\n"
        "from genrelab.pipeline.cli import main\n"
        + "".join(f"{name} = {str(path)!r}\n" for name, path in paths.items())
        + PROMISES[extra]
    )
    ran = subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr[-3000:]
