"""The stack beside AutoGluon's documented multi-label way, on the same titles, features and grouped folds.

    python benchmarks/bench_autogluon.py [--catalog PATH] [--features metadata keywords:tfidf overview] [--folds 1]

AutoGluon predicts several columns by one `TabularPredictor` a label, each of which reads the labels before it ("Multi-
Label Prediction" in its documentation). It gets the feature columns as they are, texts included, and `--seconds` a
label. An environment of its own is made for it (`--environment`); where that cannot be done a sentence says so. Score,
time and the size on disk of both go to artifacts/bench/autogluon.json. The goal is a macro F1 that is not below its.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import joblib
import numpy as np
import pandas as pd

from genrelab.features.families import join_frames
from genrelab.features.frozen.hub import join_weights
from genrelab.features.store import FeatureStore
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.demo.generate import generate_demo
from genrelab.pipeline.experiments.dataset import Dataset, prepare
from genrelab.pipeline.experiments.fit.cell import fit_cell, predict
from genrelab.pipeline.experiments.fit.encoding import encode
from genrelab.pipeline.experiments.folds.splits import Split
from genrelab.pipeline.experiments.plan import load_experiment
from genrelab.pipeline.experiments.record import make_setting
from genrelab.reports.runs.metrics import multilabel_metrics

PACKAGES = ("autogluon.tabular[lightgbm,xgboost]",)
FEATURES = ["metadata", "provenance", "keywords:tfidf", "overview", "people"]
SHOWN = {"f1_macro": "macro F1", "f1_micro": "micro F1", "average_precision_macro": "macro AP"}
EXPERIMENT = """
title = "A stack beside AutoGluon"
allow = ["after_release"]
[target]
name = "multilabel"
min_support = 30
[split]
folds = 5
[thresholds]
inner_folds = 5
[feature_sets]
table = [{features}]
[[grid]]
models = ["stack"]
"""
# Runs in AutoGluon's environment. Every predictor reads the labels before its own: true ones in training, predicted
# ones in prediction, as MultilabelPredictor of the documentation does by default.
PEER = """
import json, sys, time
from pathlib import Path
import numpy as np, pandas as pd
from autogluon.tabular import TabularPredictor

labels, seconds, cores, preset = json.loads(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
train, test = pd.read_parquet("train.parquet"), pd.read_parquet("test.parquet")
columns = [name for name in train if name not in labels]
known, scores, said, started = test[columns].copy(), [], [], time.perf_counter()
predictors = []
for place, label in enumerate(labels):
    made = TabularPredictor(label, problem_type="binary", eval_metric="f1", path=f"models/{place}", verbosity=0)
    rows = train[[*columns, *labels[: place + 1]]]
    predictors.append(made.fit(rows, presets=preset, time_limit=seconds, num_cpus=cores))
fitted = time.perf_counter()
for label, made in zip(labels, predictors):
    scores.append(made.predict_proba(known)[1].to_numpy())
    known[label] = made.predict(known).to_numpy()
    said.append(known[label].to_numpy())
done = time.perf_counter()
np.savez("answers.npz", scores=np.column_stack(scores), said=np.column_stack(said))
size = sum(path.stat().st_size for path in Path("models").rglob("*") if path.is_file())
print("RESULT " + json.dumps({"fit": fitted - started, "predict": done - fitted, "bytes": size}))
"""


def quietly(command: list[str]) -> str | None:
    """Run a command; the last line of its complaint if it failed."""
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = told.stderr.strip().splitlines() or [f"exit status {told.returncode}"]
    return lines[-1] if told.returncode else None


def peer_python(place: Path) -> tuple[str | None, str]:
    """The interpreter of AutoGluon's environment, made if it is not there; None and the reason if it cannot be."""
    python = place.absolute() / "bin" / "python"
    works = [str(python), "-c", "from autogluon.tabular import TabularPredictor"]
    if python.exists() and quietly(works) is None:
        return str(python), ""
    place.parent.mkdir(parents=True, exist_ok=True)
    for step in (
        [sys.executable, "-m", "venv", "--clear", str(place)],
        [str(python), "-m", "pip", "install", "--quiet", "--no-compile", *PACKAGES],
        works,
    ):
        if fault := quietly(step):
            return None, f"its environment could not be made with {sys.executable}: {fault}"
    return str(python), ""


def ours(data: Dataset, X: pd.DataFrame, split: Split, weights: str, jobs: int) -> dict:
    """Score, seconds and size of the stack on one fold, thresholds included."""
    (cell,), setting = data.experiment.cells, make_setting(data, weights)
    started = time.perf_counter()
    encoded = encode(cell, setting, X, split.train, [split.test])
    model = fit_cell(cell, setting, encoded, data.target.y, data.groups, threads=jobs)
    fitted = time.perf_counter()
    scores, said = predict(model, encoded.tests[0], setting)
    seconds = {"fit": fitted - started, "predict": time.perf_counter() - fitted}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.joblib"
        joblib.dump((encoded.encoder, model), file, compress=3)
        size = file.stat().st_size
    return score(data, split, scores, said) | seconds | {"bytes": size}


def theirs(python: str, data: Dataset, X: pd.DataFrame, split: Split, options: argparse.Namespace) -> dict | str:
    """The same of AutoGluon, or why there is nothing."""
    names = list(data.target.labels)
    with tempfile.TemporaryDirectory() as folder:
        for name, rows in (("train", split.train), ("test", split.test)):
            truth = pd.DataFrame(data.target.y[rows], columns=names) if name == "train" else None
            table = X.iloc[rows].reset_index(drop=True)
            (table if truth is None else pd.concat([table, truth], axis=1)).to_parquet(Path(folder) / f"{name}.parquet")
        words = [json.dumps(names), str(options.seconds), str(options.jobs), options.preset]
        told = subprocess.run(
            [python, "-W", "ignore", "-c", PEER, *words], capture_output=True, text=True, check=False, cwd=folder
        )
        lines = [line for line in told.stdout.splitlines() if line.startswith("RESULT ")]
        if not lines:
            return f"it failed with {told.stderr.strip().splitlines()[-1:]}"
        with np.load(Path(folder) / "answers.npz") as answers:
            scored = score(data, split, answers["scores"], answers["said"].astype(np.uint8))
    return scored | json.loads(lines[-1][7:])


def score(data: Dataset, split: Split, scores: np.ndarray, said: np.ndarray) -> dict:
    """The shown metrics of one fold."""
    rows = multilabel_metrics(data.target.y[split.test], scores, said, data.target.labels)
    return {name: value for name, label, value in rows if label is None and name in SHOWN}


def mean(folds: list[dict]) -> dict:
    """Every figure, mean over folds."""
    return {name: float(np.mean([one[name] for one in folds])) for name in folds[0]}


def main() -> int:
    """Measure both fold by fold, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--catalog", type=Path, help="by default the demo's is made")
    parser.add_argument("--weights", default="random")
    parser.add_argument("--encoders", action="append", default=[])
    parser.add_argument("--store", type=Path, help="a feature store, where features ask for networks")
    parser.add_argument("--features", nargs="+", default=FEATURES)
    parser.add_argument("--titles", type=int, help="a sample of so many")
    parser.add_argument("--folds", type=int, default=1, help="how many of the five are measured (default 1)")
    parser.add_argument("--seconds", type=float, default=25.0, help="AutoGluon's limit for one label")
    parser.add_argument("--preset", default="medium_quality")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--no-autogluon", action="store_true", help="leave AutoGluon out")
    parser.add_argument("--environment", type=Path, default=Path("artifacts/bench/autogluon-env"), metavar="DIR")
    parser.add_argument("--out", type=Path, default=Path("artifacts/bench/autogluon.json"))
    options = parser.parse_args()
    python, reason = (None, "not asked for") if options.no_autogluon else peer_python(options.environment)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        file = folder / "table.toml"
        file.write_text(EXPERIMENT.format(features=", ".join(f'"{name}"' for name in options.features)), "utf-8")
        catalog = load_catalog(
            options.catalog or generate_demo(folder / "demo", n_titles=options.titles or 600, seed=0)
        )
        weights = join_weights(options.weights, options.encoders) or options.weights
        store = None if options.store is None else FeatureStore(options.store)
        data = prepare(
            load_experiment(str(file)), catalog, store=store, weights=weights, limit=options.titles, n_jobs=options.jobs
        )
    X = join_frames(data.frames, data.experiment.feature_sets["table"])
    splits = data.splits[: options.folds]
    about = {
        "titles": len(data.catalog),
        "columns": X.shape[1],
        "labels": len(data.target.labels),
        "folds": len(splits),
    }
    print(", ".join(f"{count} {name}" for name, count in about.items()), flush=True)
    results: dict[str, dict | str] = {
        "genrelab": mean([ours(data, X, split, weights, options.jobs) for split in splits])
    }
    if python is None:
        results["autogluon"] = f"skipped: {reason}"
    else:
        found = []
        for split in splits:
            one = theirs(python, data, X, split, options)
            if isinstance(one, str):
                results["autogluon"] = f"skipped: {one}"
                break
            found.append(one)
        else:
            results["autogluon"] = mean(found)
    heads = [*SHOWN.values(), "fit, s", "predict, s", "MB"]
    print(f"{'':<12}" + "".join(f"{head:>12}" for head in heads))
    for name, facts in results.items():
        if isinstance(facts, str):
            print(f"{name:<12}{facts}")
            continue
        figures = [f"{facts[metric]:.3f}" for metric in SHOWN]
        figures += [f"{facts['fit']:.1f}", f"{facts['predict']:.1f}", f"{facts['bytes'] / 1e6:.1f}"]
        print(f"{name:<12}" + "".join(f"{figure:>12}" for figure in figures))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(about | {"features": options.features} | results, indent=1))
    us, them = results["genrelab"], results["autogluon"]
    assert isinstance(us, dict)
    return 2 if isinstance(them, dict) and us["f1_macro"] < them["f1_macro"] else 0


if __name__ == "__main__":
    sys.exit(main())
