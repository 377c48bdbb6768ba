"""Model files as each released version wrote them, made again by that version's own code, with its own answers.

python tests/museum/museum.py            # fill artifacts/museum: every release, and this checkout as `current`
python tests/museum/museum.py 0.1        # one of them

A folder of the museum holds the synthetic catalogue, the run, and for each model the joblib, its manifest, the forms
that the version could write, and `NAME.csv`: what the version itself answered for the catalogue's titles. Nothing of
it is shipped: a release is read from the history of git, installed into a folder of its own, and run with the packages
of today. `RELEASES` has a record for each; `CONTRIBUTING.md` says how a release adds its own.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
CACHE = REPOSITORY / "artifacts" / "museum"
CURRENT = "current"
MODELS = ("glm", "rf", "gbm", "svm_linear", "knn", "ovr_svm", "mlp", "stack")
EXPERIMENT = f"""
title = "A model of every kind"
question = "Does a later version read it?"
seed = 1
[target]
name = "multilabel"
min_support = 15
[split]
folds = 2
[thresholds]
inner_folds = 2
[feature_sets]
all = ["metadata", "keywords:tfidf", "overview", "palette", "brightness"]
[[grid]]
models = {list(MODELS)}
""".replace("'", '"')


RUN_COMMANDS = """
import json, sys
from genrelab.pipeline.cli import main
for words in json.loads(sys.argv[1]):
    if main(words):
        sys.exit(f"genrelab {' '.join(words)}")
"""


class CannotBeMadeError(Exception):
    """Why a release cannot be made on this machine."""


@dataclass(frozen=True)
class Release:
    """A version that people may have models of.

    Parameters
    ----------
    commit : str
        The last commit of that version; empty for this checkout.
    reads : bool
        Whether this checkout is to load its models with equal answers; otherwise it is to refuse them.
    packages : tuple of str
        What it needs that today's environment lacks, dependencies included, since none is resolved.
    forms : tuple of str
        What its `genrelab convert` writes.
    """

    commit: str
    reads: bool
    packages: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()


RELEASES = {
    "0.1": Release(
        "7c88b136b505b4b7f87e2ff50083f99eac1b0569",
        reads=False,
        packages=("pandera", "typeguard", "typing_inspect", "mypy_extensions", "pydantic", "pydantic_core")
        + ("annotated_types", "typing_inspection"),
    ),
    CURRENT: Release("", reads=True, forms=("skops", "onnx")),
}


def make(name: str, museum: Path = CACHE) -> Path:
    """The folder of one release, made if it is not there; the current checkout's is always made anew.

    Raises
    ------
    CannotBeMadeError
        When the history, a package or a package index is missing.
    """
    release, target = RELEASES[name], museum / name
    if target.exists() and name != CURRENT:
        return target
    with tempfile.TemporaryDirectory() as place:
        folder, site = Path(place) / "made", None
        folder.mkdir()
        if release.commit:
            site = _installed(release, Path(place))
        _write_models(folder, release, site)
        museum.mkdir(parents=True, exist_ok=True)
        if target.exists():
            shutil.rmtree(target)
        shutil.move(folder, target)
    return target


def _installed(release: Release, place: Path) -> Path:
    """The release's package, from the history of git, in a folder of its own."""
    source, site = place / "source", place / "site"
    source.mkdir()
    packed = place / "source.tar"
    git = ["git", "-c", "safe.directory=*", "-C", REPOSITORY, "archive", "--output", packed, release.commit]
    _run(git, f"commit {release.commit[:10]} is not in this checkout's history")
    shutil.unpack_archive(packed, source)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    _run([*pip, "--target", site, source], "its package cannot be built (setuptools, or a package index, is missing)")
    if release.packages:
        _run([*pip, "--target", site, *release.packages], f"{release.packages[0]} cannot be installed")
    return site


def _write_models(folder: Path, release: Release, site: Path | None) -> None:
    """A catalogue, a run of every recipe on it, its models, their forms and their answers, all by one process."""
    (folder / "museum.toml").write_text(EXPERIMENT, "utf-8")
    here = ["--catalog", "catalog/catalog.parquet", "--jobs", "1"]
    kept = ["--features", "features"]
    commands = [
        ["demo", "--only-catalog", "--titles", "160", "--seed", "5", "--out", "catalog"],
        ["compare", "museum.toml", *here, *kept, "--out", "run"],
    ]
    for name in MODELS:
        model = f"{name}.joblib"
        commands += [
            ["export", "run", "--experiment", "museum.toml", *here, *kept, "--model", name, "--out", model],
            ["predict", model, *here, "--format", "csv", "--out", f"{name}.csv"],
            *(["convert", model, "--to", form] for form in release.forms),
        ]
    paths = {"PYTHONPATH": str(site)} if site else {}
    environment = os.environ | paths | {"PYTHONSAFEPATH": "1", "OMP_NUM_THREADS": "1"}
    told = "its commands fail with today's packages"
    _run([sys.executable, "-c", RUN_COMMANDS, json.dumps(commands)], told, folder, environment)


def _run(words: list, fault: str, folder: Path | None = None, environment: dict[str, str] | None = None) -> None:
    done = subprocess.run([*map(str, words)], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotBeMadeError(f"{fault}: {done.stderr.strip()[-600:]}")


def main(names: list[str]) -> int:
    """Make what is asked for, and say where it is."""
    failed = 0
    for name in names or list(RELEASES):
        try:
            sys.stdout.write(f"{name}: {make(name)}\n")
        except CannotBeMadeError as fault:
            failed = 1
            sys.stdout.write(f"{name}: not made, {fault}\n")
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
