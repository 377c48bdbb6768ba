"""The feature table from posters to scores: genrelab's runner, plain scikit-learn, and PyCaret.

The plain way is what one would write in a notebook: ColorThief on every poster, then for every model, balancing and
fold a pipeline that encodes the training rows again and fits, spread over the cores by joblib. Rows, folds, learners
and seeds are the same, so every fold's accuracy must be equal. PyCaret pins an old stack; an environment of its own is
made for it (`--pycaret`) with the newest Python it takes that is on this machine, and where that cannot be done a
sentence says why. It gets the same rows and folds, encoded beforehand; its learners have its own settings (and
boosting is scikit-learn's), so only the time is compared.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
from colorthief import ColorThief

from genrelab.features.families import build_frames, join_frames
from genrelab.features.poster.colour import brightness
from genrelab.features.store import FeatureStore
from genrelab.models.encode.encoder import categorical_columns, make_encoder
from genrelab.models.recipes import RECIPES
from genrelab.pipeline.catalog.table import Catalog, load_catalog
from genrelab.pipeline.demo.generate import generate_demo
from genrelab.pipeline.experiments.dataset import Dataset, prepare
from genrelab.pipeline.experiments.fit.setting import fold_seed
from genrelab.pipeline.experiments.plan import Cell, Experiment, load_experiment
from genrelab.pipeline.experiments.runner import compare

EXPERIMENT = """
title = "The feature table, as a benchmark"
[target]
name = "custom"
[split]
folds = 5
[feature_sets]
table = ["metadata", "brightness", "keywords"]
[[grid]]
models = ["glm", "rf", "gbm", "svm_rbf", "svm_linear"]
balance = ["none", "log"]
"""
PYCARET_PYTHONS = ((3, 11), (3, 10), (3, 9))  # what PyCaret 3.3 runs on, newest first
PYCARET_PACKAGES = ("pycaret >=3.3", "six")  # it imports six without asking for it
PYCARET = """
import json, sys, time
import pandas as pd
from pycaret.classification import ClassificationExperiment
from sklearn.model_selection import PredefinedSplit
data = pd.read_csv(sys.argv[1])
folds = PredefinedSplit(data.pop("fold"))
models = ["lr", "rf", "gbc", "rbfsvm", "svm"]
started = time.perf_counter()
bench = ClassificationExperiment()
# All rows are cross-validated: the hold-out that it insists on is a copy of some.
bench.setup(data, target="label", test_data=data.head(50), data_split_shuffle=False, index=False, fold_strategy=folds,
            preprocess=False, session_id=0, verbose=False, n_jobs=int(sys.argv[2]), html=False)
bench.compare_models(include=models, verbose=False, errors="raise")
seconds = time.perf_counter() - started
scores = bench.pull()["Accuracy"].to_dict()
print("RESULT " + json.dumps({"seconds": seconds, "cells": len(models), "accuracy": scores}))
"""


def colorthief_frame(catalog: Catalog) -> pd.DataFrame:
    """Brightness columns as a notebook makes them: one poster after the other."""
    rows = []
    for path in catalog.poster_paths():
        try:
            rows.append(ColorThief(str(path)).get_color(quality=10))
        except Exception:  # whatever ColorThief meets in a broken file
            rows.append((np.nan,) * 3)
    return brightness(np.array(rows, dtype=np.float32)[:, np.newaxis])  # palettes of one colour


def plain_cell(cell: Cell, data: Dataset, X: pd.DataFrame, split: int, seed: int, specs: tuple[str, ...]) -> float:
    """Accuracy of one model on one fold, encoded for itself."""
    train, test = data.splits[split].train, data.splits[split].test
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        encoder = make_encoder(specs, list(X.columns))
        encoded = encoder.fit_transform(X.iloc[train])
        model = RECIPES[cell.model].build(
            "single",
            cell.balance,
            seed=fold_seed(seed, train),
            n_jobs=1,
            categorical=categorical_columns(encoder),
        )
        model.fit(encoded, data.target.y[train])
        probabilities = model.predict_proba(encoder.transform(X.iloc[test]))
    return float((np.asarray(model.classes_)[probabilities.argmax(axis=1)] == data.target.y[test]).mean())


def plain(experiment: Experiment, catalog: Catalog, data: Dataset, jobs: int) -> tuple[pd.Series, float]:
    """Accuracy of every cell and fold, and the seconds it took."""
    started = time.perf_counter()
    specs = experiment.feature_sets["table"]
    frames = build_frames(data.catalog.titles, data.catalog.poster_paths(), ["metadata", "keywords"])
    frames["brightness"] = colorthief_frame(data.catalog)
    X = join_frames(frames, specs)
    keys = [(cell, fold) for cell in experiment.cells for fold in range(len(data.splits))]
    with joblib.parallel_config("loky", n_jobs=jobs, inner_max_num_threads=1):
        scores = list(
            joblib.Parallel()(
                joblib.delayed(plain_cell)(cell, data, X, fold, experiment.seed, specs) for cell, fold in keys
            )
        )
    index = pd.MultiIndex.from_tuples([(cell.name, cell.balance, fold) for cell, fold in keys])
    return pd.Series(scores, index=index), time.perf_counter() - started


def old_python() -> str | None:
    """A Python that PyCaret runs on: this one, one on the path, or one that uv keeps."""
    if sys.version_info[:2] in PYCARET_PYTHONS:
        return sys.executable
    uv = shutil.which("uv")
    for major, minor in PYCARET_PYTHONS:
        if found := shutil.which(f"python{major}.{minor}"):
            return found
        if uv:
            asked = [uv, "python", "find", "--no-python-downloads", f"{major}.{minor}"]
            told = subprocess.run(asked, capture_output=True, text=True, check=False)
            if told.returncode == 0:
                return told.stdout.strip()
    return None


def pycaret_python(place: Path) -> tuple[str | None, str]:
    """The interpreter of PyCaret's environment, made if it is not there; None and the reason if it cannot be."""
    python = place.absolute() / "bin" / "python"
    works = [str(python), "-c", "import pycaret.classification"]
    if python.exists() and _quietly(works) is None:
        return str(python), ""
    base = old_python()
    if base is None:
        wanted = " or ".join(f"{major}.{minor}" for major, minor in PYCARET_PYTHONS)
        return None, f"it needs Python {wanted}; this is {sys.version.split()[0]} and no other was found"
    for step in (
        [base, "-m", "venv", "--clear", str(place)],
        [str(python), "-m", "pip", "install", "--quiet", "--no-compile", *PYCARET_PACKAGES],
        works,
    ):
        if fault := _quietly(step):
            return None, f"its environment could not be made with {base}: {fault}"
    return str(python), ""


def _quietly(command: list[str]) -> str | None:
    """Run a command; the last line of its complaint if it failed."""
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = told.stderr.strip().splitlines() or [f"exit status {told.returncode}"]
    return lines[-1] if told.returncode else None


def pycaret(place: Path, X: pd.DataFrame, labels: np.ndarray, folds: np.ndarray, jobs: int) -> dict | str:
    """Seconds of PyCaret's compare_models on the same folds in an environment of its own, or why it was skipped."""
    python, reason = pycaret_python(place)
    if python is None:
        return f"skipped: {reason}"
    with tempfile.TemporaryDirectory() as folder:
        # As text: a file of the newest pyarrow is nothing that its old pandas could read.
        X.assign(label=labels, fold=folds).to_csv(Path(folder) / "table.csv", index=False)
        told = subprocess.run(
            [python, "-W", "ignore", "-c", PYCARET, "table.csv", str(jobs)],
            capture_output=True,
            text=True,
            check=False,
            cwd=folder,
        )
    lines = [line for line in told.stdout.splitlines() if line.startswith("RESULT ")]
    return json.loads(lines[-1][7:]) if lines else f"skipped: it failed with {told.stderr.strip().splitlines()[-1:]}"


def main() -> int:
    """Compare the answers, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--catalog", type=Path, help="a catalogue with posters; by default the demo's is made")
    parser.add_argument("--titles", type=int, default=1000, help="how many (default 1000)")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--pycaret", type=Path, default=Path("artifacts/bench/pycaret-env"), metavar="DIR")
    parser.add_argument("--no-pycaret", action="store_true", help="leave PyCaret out")
    parser.add_argument("--out", type=Path, default=Path("artifacts/bench/compare.json"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        path = options.catalog or generate_demo(folder / "demo", n_titles=options.titles, seed=0)
        (folder / "table.toml").write_text(EXPERIMENT, "utf-8")
        experiment, catalog = load_experiment(str(folder / "table.toml")), load_catalog(path)
        if options.titles < len(catalog):
            catalog = catalog.take(np.arange(options.titles))
        started = time.perf_counter()
        store = FeatureStore(folder / "features")
        run = compare(experiment, catalog, folder / "run", features=store, jobs=options.jobs)
        ours = time.perf_counter() - started
        results = run.results
        data = prepare(experiment, catalog, store=store)
        accuracy = results[(results["metric"] == "accuracy") & ~results["model"].str.startswith("trivial:")]
        accuracy = accuracy.set_index(["model", "balance", "fold"])["value"]
        peer, seconds = plain(experiment, catalog, data, options.jobs)
        gap = float((accuracy.reindex(peer.index) - peer).abs().max())
        if not gap < 1e-12:
            print(f"the accuracies differ by {gap}", file=sys.stderr)
            return 1
        found: dict | str = "not asked for"
        if not options.no_pycaret:
            encoder = make_encoder(experiment.feature_sets["table"], list(_table(data, experiment).columns))
            X = encoder.set_output(transform="pandas").fit_transform(_table(data, experiment))
            options.pycaret.parent.mkdir(parents=True, exist_ok=True)
            folds = np.empty(len(X), dtype=int)
            for split in data.splits:
                folds[split.test] = split.fold
            found = pycaret(options.pycaret, X, data.target.y, folds, options.jobs)  # pyright: ignore[reportArgumentType]
    cells = len(peer)
    print(f"{len(data.catalog)} titles, {len(experiment.cells)} cells × 5 folds, {options.jobs} workers")
    print(f"every accuracy is equal (largest difference {gap:.1e})\n")
    print(f"{'':<28}{'seconds':>10}{'s per cell and fold':>22}")
    print(f"{'genrelab':<28}{ours:>10.1f}{ours / cells:>22.3f}")
    print(f"{'plain scikit-learn':<28}{seconds:>10.1f}{seconds / cells:>22.3f}")
    if isinstance(found, dict):
        print(
            f"{'PyCaret (other settings)':<28}{found['seconds']:>10.1f}{found['seconds'] / (5 * found['cells']):>22.3f}"
        )
        print("its accuracy: " + ", ".join(f"{name} {value:.3f}" for name, value in found["accuracy"].items()))
    else:
        print(f"PyCaret: {found}")
    print(f"\nplain scikit-learn takes {seconds / ours:.2f} times as long")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    facts = {"titles": len(data.catalog), "cells": cells, "genrelab": ours, "plain": seconds, "pycaret": found}
    options.out.write_text(json.dumps(facts, indent=1))
    return 0


def _table(data: Dataset, experiment: Experiment) -> pd.DataFrame:
    return join_frames(data.frames, experiment.feature_sets["table"])


if __name__ == "__main__":
    sys.exit(main())
