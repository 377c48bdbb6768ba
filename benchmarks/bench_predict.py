"""From one poster to its genres: cold start, warm latency, and throughput over a folder.

A model on poster colour (no network) and one on a frozen network are exported from a small run, of the demo or of a
catalogue. The cold
start is a new process, `genrelab predict MODEL POSTER`; its peer is the least any such command could take: a new
process that imports scikit-learn and unpickles the same file with joblib. The answers of the three ways (command,
warm call, folder) are compared first.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from genrelab.models.file import load_model
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.cli import main as genrelab
from genrelab.pipeline.demo.generate import generate_demo
from genrelab.pipeline.handover.predict import poster_pieces, predict_pieces

EXPERIMENT = """
title = "Benchmark models"
[target]
name = "multilabel"
min_support = 20
[split]
folds = 2
[thresholds]
inner_folds = 2
[feature_sets]
colour = ["brightness", "palette"]
network = ["embedding:mobilenet_v2"]
[[grid]]
models = ["glm"]
"""


def seconds(work: Callable[[], object], rounds: int) -> float:
    """Median seconds of `work`."""
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def models(folder: Path, options: argparse.Namespace) -> tuple[dict[str, Path], list[Path]]:
    """Export one model of each feature set; the posters to predict."""
    catalog = options.catalog or generate_demo(folder / "demo", n_titles=options.titles, seed=0)
    (folder / "bench.toml").write_text(EXPERIMENT, "utf-8")
    shared = ["--catalog", str(catalog), "--weights", options.weights]
    shared += ["--features", options.store or str(folder / "features")]
    run = folder / "run"
    few = ["--limit", str(options.titles), "--no-report"]
    if genrelab(["compare", str(folder / "bench.toml"), *few, "--out", str(run), *shared]):
        raise RuntimeError("the run behind the models failed")
    exported = {}
    for name in ("colour", "network"):
        exported[name] = folder / f"{name}.joblib"
        words = ["export", str(run), "--feature-set", name, "--experiment", str(folder / "bench.toml")]
        if genrelab([*words, "--out", str(exported[name]), *shared]):
            raise RuntimeError(f"the export of {name} failed")
    readable = [path for path in load_catalog(catalog).poster_paths() if isinstance(path, Path) and path.exists()]
    return exported, readable[:: max(1, len(readable) // options.titles)][: options.titles]


def predictions(model_file: Path, posters: list[Path]) -> pd.DataFrame:
    """Predict in this process."""
    return pd.concat(predict_pieces(load_model(model_file), "file", poster_pieces(posters)[1]), ignore_index=True)


def command(model_file: Path, poster: Path, folder: Path) -> pd.DataFrame:
    """Predict one poster in a new process."""
    out = folder / "one.csv"
    words = [sys.executable, "-m", "genrelab.pipeline", "predict", str(model_file), str(poster)]
    subprocess.run([*words, "--format", "csv", "--out", str(out)], check=True, capture_output=True, cwd=folder)
    return pd.read_csv(out)


def main() -> int:
    """Compare the answers, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--titles", type=int, default=300, help="of the run behind the models (default 300)")
    parser.add_argument("--catalog", type=Path, help="take its titles and posters (default: the demo's)")
    parser.add_argument("--weights", default="random", help="random, imagenet or the path of a weights.json")
    parser.add_argument("--store", help="folder of poster features (default: a temporary one)")
    parser.add_argument("--rounds", type=int, default=5, help="default 5")
    parser.add_argument("--out", type=Path, default=Path("artifacts/bench/predict.json"))
    options = parser.parse_args()
    # One of the commands runs in another folder.
    options.catalog = options.catalog and options.catalog.resolve()
    options.weights = str(Path(options.weights).resolve()) if Path(options.weights).is_file() else options.weights
    facts: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        exported, posters = models(folder, options)
        for name, file in exported.items():
            folder_way = predictions(file, posters)
            row = next(i for i in range(len(posters)) if folder_way["status"][i] == "ok")
            one = posters[row]
            labels = list(load_model(file).labels)
            warm, cold = predictions(file, [one]), command(file, one, folder)
            for other in (warm, cold):
                gap = np.abs(other[labels].to_numpy(float) - folder_way.loc[[row], labels].to_numpy(float)).max()
                if gap > 2e-5:
                    print(f"{name}: probabilities differ by {gap:.2e}", file=sys.stderr)
                    return 1
            bare = [sys.executable, "-c", f"import sklearn, joblib; joblib.load({str(file)!r})"]
            loaded = load_model(file)
            facts[name] = {
                "cold start, s": seconds(lambda file=file, one=one: command(file, one, folder), options.rounds),
                "import and unpickle only, s": seconds(
                    lambda bare=bare: subprocess.run(bare, check=True, cwd=folder), options.rounds
                ),
                "warm, one poster, ms": 1000
                * seconds(
                    lambda loaded=loaded, one=one: list(predict_pieces(loaded, "file", poster_pieces([one])[1])),
                    options.rounds * 4,
                ),
                "folder, posters/s": len(posters)
                / seconds(lambda loaded=loaded: list(predict_pieces(loaded, "file", poster_pieces(posters)[1])), 3),
                "posters in the folder": len(posters),
            }
    print(f"{'':<32}" + "".join(f"{name:>12}" for name in facts))
    for line in facts["colour"]:
        print(f"{line:<32}" + "".join(f"{values[line]:>12.3g}" for values in facts.values()))
    for name, values in facts.items():
        ratio = values["cold start, s"] / values["import and unpickle only, s"]
        print(f"{name}: the cold start takes {ratio:.2f} times the bare import and unpickling")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({"cores": os.cpu_count(), **facts}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
