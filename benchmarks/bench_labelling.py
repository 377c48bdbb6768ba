"""What labelling from the page's queue brings beside labelling at random.

    python benchmarks/bench_labelling.py --catalog CATALOG.parquet --store FEATURES --weights WEIGHTS.json
        [--features embedding:mobilenet_v2] [--model ovr_svm] [--seeds 10] [--start 400] [--budget 200]

A seed parts the titles, whole groups at a time, into a fifth that tests and is never asked about, and a pool. A model
learns from `--start` titles of the pool, drawn at random. Then a person (here: the catalogue) labels `--budget` more,
once those that the page's queue of unlabelled titles puts first, once drawn at random. Both models are fitted as a run
fits them and scored on the same test titles. Differences are of pairs with the same seed. Exit status 0 whichever is
better: this is a measurement, not a goal. The table goes to artifacts/bench/labelling.json.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
from scipy.sparse import issparse
from scipy.stats import t
from sklearn.metrics import average_precision_score, f1_score

from genrelab.features.families import join_frames
from genrelab.features.frozen.hub import at_hand, join_weights
from genrelab.features.store import FeatureStore
from genrelab.pipeline.catalog.table import load_catalog
from genrelab.pipeline.experiments.dataset import Dataset, prepare
from genrelab.pipeline.experiments.fit.cell import fit_cell, predict
from genrelab.pipeline.experiments.fit.encoding import encode
from genrelab.pipeline.experiments.plan import load_experiment
from genrelab.pipeline.experiments.record import make_setting
from genrelab.pipeline.serve.wall.queue import CANDIDATES, spread

TEST_SHARE = 0.2
EXPERIMENT = """
title = "Labelling"
question = "What does a queue of titles teach beside titles at random?"
seed = 0
[target]
name = "multilabel"
source = "{source}"
min_support = 60
[split]
folds = 2
[thresholds]
inner_folds = 3
[feature_sets]
features = {specs}
[[grid]]
feature_sets = ["features"]
models = ["{model}"]
balance = ["balanced"]
"""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--catalog", type=Path)
    parser.add_argument("--store", type=Path, default=Path("artifacts/features"))
    parser.add_argument("--weights", default="imagenet")
    parser.add_argument("--encoders", action="append", default=[])
    parser.add_argument("--features", default="embedding:mobilenet_v2", help="specs, separated by commas")
    parser.add_argument("--model", default="ovr_svm")
    parser.add_argument("--source", default="imdb")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--start", type=int, default=400)
    parser.add_argument("--budget", type=int, default=200)
    parser.add_argument("--out", type=Path, default=Path("artifacts/bench/labelling.json"))
    return parser.parse_args()


def dataset(args: argparse.Namespace) -> Dataset:
    """Labels, features and groups of the catalogue, as a run would have them."""
    args.out.parent.mkdir(parents=True, exist_ok=True)
    toml = args.out.with_suffix(".toml")
    specs = json.dumps([spec.strip() for spec in args.features.split(",")])
    toml.write_text(EXPERIMENT.format(source=args.source, specs=specs, model=args.model), "utf-8")
    experiment = load_experiment(str(toml), at_hand(args.weights))
    return prepare(experiment, load_catalog(args.catalog), store=FeatureStore(args.store), weights=args.weights)


def measure(data: Dataset, args: argparse.Namespace, seed: int) -> dict[str, dict[str, float]]:
    """Scores of the model at the start, after the queue's titles, and after as many at random."""
    rng = np.random.default_rng(seed)
    cell, setting = data.experiment.cells[0], make_setting(data, args.weights)
    X = join_frames(data.frames, data.experiment.feature_sets["features"])
    groups = rng.permutation(np.unique(data.groups))
    tested = np.isin(data.groups, groups[: round(TEST_SHARE * len(groups))])
    test, pool = np.flatnonzero(tested), rng.permutation(np.flatnonzero(~tested))
    start, rest = np.sort(pool[: args.start]), pool[args.start :]

    def fit(rows: np.ndarray, asked: np.ndarray | None = None) -> tuple[dict[str, float], np.ndarray, np.ndarray]:
        encoded = encode(cell, setting, X, rows, [test, *([] if asked is None else [asked])])
        model = fit_cell(cell, setting, encoded, data.target.y, data.groups, threads=1)
        scores, predicted = predict(model, encoded.tests[0], setting)
        truth = data.target.y[test]
        found = {
            "macro F1": float(f1_score(truth, predicted, average="macro", zero_division=0)),  # pyright: ignore[reportArgumentType]
            "micro F1": float(f1_score(truth, predicted, average="micro", zero_division=0)),  # pyright: ignore[reportArgumentType]
            "mean average precision": float(average_precision_score(truth, scores, average="macro")),
        }
        if asked is None:
            return found, np.empty(0), np.empty(0)
        rows_asked = encoded.tests[1]
        vectors = rows_asked.toarray() if issparse(rows_asked) else np.asarray(rows_asked)
        return found, predict(model, rows_asked, setting)[0], vectors

    candidates = rest[:CANDIDATES]  # as the page does: the pool is in random order
    first, scores, vectors = fit(start, candidates)
    queued = candidates[spread(scores, vectors, args.budget)]
    drawn = rng.permutation(rest)[: args.budget]
    return {
        "start": first,
        "queue": fit(np.sort(np.concatenate([start, queued])))[0],
        "random": fit(np.sort(np.concatenate([start, drawn])))[0],
    }


def main() -> int:
    args = arguments()
    if args.catalog is None or not args.catalog.exists():
        print("skipped: needs a labelled catalogue (--catalog); synthetic titles would measure their generator")
        args.out.parent.mkdir(parents=True, exist_ok=True)
        args.out.write_text(json.dumps({"skipped": "needs a labelled catalogue"}), "utf-8")
        return 0
    args.weights = join_weights(args.weights, args.encoders)
    data = dataset(args)
    print(f"{len(data.catalog)} titles, {len(data.target.labels)} genres, {args.features}, {args.model}, balanced")
    found = []
    for seed in range(args.seeds):
        began = time.perf_counter()
        found.append(measure(data, args, seed))
        line = ", ".join(f"{name} {scores['macro F1']:.4f}" for name, scores in found[-1].items())
        print(f"seed {seed}: macro F1 {line} ({time.perf_counter() - began:.1f} s)", flush=True)
    table = {}
    print(f"\n{'':24}{'start':>8}{'random':>8}{'queue':>8}   queue - random (95 % interval), pairs won")
    for metric in found[0]["start"]:
        values = {name: np.array([scores[name][metric] for scores in found]) for name in found[0]}
        gain = values["queue"] - values["random"]
        half = float(t.ppf(0.975, len(gain) - 1) * gain.std(ddof=1) / np.sqrt(len(gain))) if len(gain) > 1 else np.nan
        table[metric] = {name: column.tolist() for name, column in values.items()}
        print(
            f"{metric:24}"
            + "".join(f"{values[name].mean():8.4f}" for name in ("start", "random", "queue"))
            + f"   {gain.mean():+.4f} ({gain.mean() - half:+.4f} to {gain.mean() + half:+.4f}), "
            + f"{int((gain > 0).sum())} of {len(gain)}"
        )
    settings = {key: str(value) for key, value in vars(args).items()}
    args.out.write_text(json.dumps({"settings": settings, "seeds": table}, indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
