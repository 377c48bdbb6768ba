"""Fit and score of `SharedKernelSVC` against scikit-learn's one-vs-rest SVC and scikit-learn-intelex.

    python benchmarks/bench_ovr_svm.py [--rows 1000 2000 3500 5000] [--peer-labels 4] [--no-intelex]
                                       [--catalog PATH --store PATH --weights PATH --embedding NAME]

Answers are compared first. scikit-learn's time is additive over labels: it is measured on `--peer-labels` of the
labels, evenly spread over their sizes, and scaled to all (0 measures all of them). scikit-learn-intelex fits all
labels in an environment of its own under artifacts/bench-env, which the script builds if it can. Random rows are as
network features are: 2,048 non-negative columns with a low-dimensional signal. Real rows need a catalogue with
posters; their embeddings come from the store, or are computed. The table goes to artifacts/bench/ovr_svm.json.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sklearn.metrics import f1_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from genrelab.models.kernel.nystroem import NystroemSVC
from genrelab.models.kernel.storage import plan_memory
from genrelab.models.kernel.svc import SharedKernelSVC

GOAL = {"fit": 45, "score": 100}
GOAL_ROWS = 3500
NEW_ROWS = 1000
ENVIRONMENT = Path("artifacts/bench-env")
INTELEX = """
import json, sys, time
import numpy as np
from sklearnex import patch_sklearn
patch_sklearn(verbose=False)
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import SVC
data = np.load(sys.argv[1])
OneVsRestClassifier(SVC()).fit(data["X"][:200], data["Y"][:200, :2])
start = time.perf_counter()
model = OneVsRestClassifier(SVC()).fit(data["X"], data["Y"])
fit = time.perf_counter() - start
start = time.perf_counter()
scores = model.decision_function(data["new"])
print(json.dumps({"fit": fit, "score": time.perf_counter() - start}))
np.save(sys.argv[2], scores)
"""


def random_data(n: int, d: int, labels: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows and an indicator target whose labels hold about 30 % down to 2 % of them."""
    rng = np.random.default_rng(0)
    latent = rng.normal(size=(n, 32))
    X = np.maximum(latent @ rng.normal(size=(32, d)) * 0.3 + rng.normal(size=(n, d)), 0)
    signal = latent[:, :labels] + rng.normal(size=(n, labels))
    least = np.diag(np.quantile(signal, np.linspace(0.7, 0.98, labels), axis=0))
    return X, (signal > least).astype(np.uint8)


def real_data(catalog: str, store: str | None, weights: str, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Standardised embeddings and genres of the titles whose posters can be read."""
    from genrelab.features.families import build_frames
    from genrelab.features.store import FeatureStore
    from genrelab.pipeline.catalog.table import load_catalog, poster_paths
    from genrelab.pipeline.catalog.targets import make_target

    titles, root = (loaded := load_catalog(catalog)).titles, loaded.root
    spec = f"embedding:{name}"
    frames = build_frames(
        titles, poster_paths(titles, root), [spec], store=FeatureStore(store) if store else None, weights=weights
    )
    target = make_target(titles, "multilabel")
    X = frames[spec].to_numpy()[target.rows]
    known = np.isfinite(X).all(axis=1)
    order = np.random.default_rng(0).permutation(int(known.sum()))
    return StandardScaler().fit_transform(X[known].astype(np.float64))[order], np.asarray(target.y)[known][order]


def seconds(work: Callable[[], object], rounds: int = 1) -> float:
    """The median time of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def intelex_python(given: str | None) -> str | None:
    """The interpreter that has scikit-learn-intelex, or None with a message."""
    python = Path(given) if given else ENVIRONMENT / "bin" / "python"
    try:
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=True, capture_output=True)
            install = [python, "-m", "pip", "install", "--quiet", "scikit-learn-intelex", "scikit-learn"]
            subprocess.run(install, check=True, capture_output=True)
        subprocess.run([python, "-c", "import sklearnex"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"scikit-learn-intelex is left out: no environment for it ({error})")
        return None
    return str(python)


def intelex(python: str, X: np.ndarray, Y: np.ndarray, new: np.ndarray) -> tuple[dict[str, float], np.ndarray] | None:
    """Times and decision values of scikit-learn-intelex on all labels."""
    with TemporaryDirectory() as folder:
        paths = [str(Path(folder) / name) for name in ("data.npz", "scores.npy")]
        np.savez(paths[0], X=X, Y=Y.astype(np.int64), new=new)
        done = subprocess.run([python, "-c", INTELEX, *paths], capture_output=True, text=True)
        if done.returncode:
            print(f"scikit-learn-intelex is left out: it failed with {done.stderr.strip().splitlines()[-1:]}")
            return None
        return json.loads(done.stdout.strip().splitlines()[-1]), np.load(paths[1])


def spread(Y: np.ndarray, number: int) -> np.ndarray:
    """Labels evenly spread over the sizes, all if the number is 0."""
    order = np.argsort(Y.sum(axis=0), kind="stable")
    return order if number == 0 else order[np.linspace(0, len(order) - 1, min(number, len(order))).round().astype(int)]


def measure(kind: str, X: np.ndarray, Y: np.ndarray, n: int, args: argparse.Namespace, python: str | None) -> dict:
    """One row of the table, answers compared."""
    held_out = slice(len(X) - NEW_ROWS, len(X))
    new, truth, X, Y = X[held_out], Y[held_out], X[:n], Y[:n]
    row: dict = {"data": kind, "n": n, "d": X.shape[1], "labels": Y.shape[1]}
    ours = SharedKernelSVC(n_jobs=args.jobs)
    single = SharedKernelSVC(precision="float32", n_jobs=args.jobs)
    row["fit"] = seconds(lambda: ours.fit(X, Y), args.rounds)
    row["score"] = seconds(lambda: ours.decision_function(new), args.rounds)
    one_core = SharedKernelSVC(n_jobs=1)
    row["fit_1"] = seconds(lambda: one_core.fit(X, Y))
    X32, new32 = X.astype(np.float32), new.astype(np.float32)
    row["fit_float32"] = seconds(lambda: single.fit(X32, Y), args.rounds)
    scores = ours.decision_function(new)
    row["float32_difference"] = float(np.abs(single.decision_function(new32) - scores).max())

    labels = spread(Y, args.peer_labels)
    scale = Y.shape[1] / len(labels)
    for jobs in args.peer_jobs:
        peer = OneVsRestClassifier(SVC(), n_jobs=jobs)
        row[f"sklearn_fit_{jobs}"] = scale * seconds(lambda peer=peer: peer.fit(X, Y[:, labels]))
        row[f"sklearn_score_{jobs}"] = scale * seconds(lambda peer=peer: peer.decision_function(new))
    expected = peer.decision_function(new)
    row["relative_difference"] = float(np.abs(scores[:, labels] - expected).max() / np.abs(expected).max())
    row["equal"] = row["relative_difference"] < 1e-10 and bool(((scores[:, labels] > 0) == (expected > 0)).all())
    row["fit_ratio"] = row[f"sklearn_fit_{args.peer_jobs[0]}"] / row["fit"]
    row["score_ratio"] = row[f"sklearn_score_{args.peer_jobs[0]}"] / row["score"]
    found = intelex(python, X, Y, new) if python else None
    if found:
        row |= {f"intelex_{name}": value for name, value in found[0].items()}
        row["intelex_difference"] = float(np.abs(found[1] - scores).max())
    tracemalloc.start()
    ours.fit(X, Y)
    row["peak_bytes"] = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    row["gram_bytes"] = plan_memory(n).n_bytes
    row["macro_f1"] = float(f1_score(truth, scores > 0, average="macro", zero_division=0))  # pyright: ignore[reportArgumentType]
    if args.components and n == max(args.rows):
        for name, weight in (("plain", None), ("balanced", "balanced")):
            exact = SharedKernelSVC(class_weight=weight, n_jobs=args.jobs).fit(X, Y).predict(new)
            best = f1_score(truth, exact, average="macro", zero_division=0)  # pyright: ignore[reportArgumentType]
            for k in args.components:
                near = NystroemSVC(k, class_weight=weight, n_jobs=args.jobs)
                row[f"nystroem_{name}_{k}_seconds"] = seconds(lambda near=near: near.fit(X, Y))
                lost = best - f1_score(truth, near.predict(new), average="macro", zero_division=0)  # pyright: ignore[reportArgumentType]
                row[f"nystroem_{name}_{k}_lost_macro_f1"] = float(lost)
    return row


def arguments() -> argparse.ArgumentParser:
    """Options that both kernel benchmarks know."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="threads of ours (default: all)")
    parser.add_argument("--peer-labels", type=int, default=4, help="labels timed for scikit-learn; 0 is all")
    parser.add_argument("--catalog", help="catalogue with posters: adds real embeddings")
    parser.add_argument("--store", help="folder of the feature store")
    parser.add_argument("--weights", default="imagenet", help="as in genrelab features")
    parser.add_argument("--embedding", default="resnet50")
    parser.add_argument("--only-real", action="store_true", help="leave out random rows")
    parser.add_argument("--out", type=Path, help="the JSON (default: in artifacts/bench)")
    return parser


def main() -> int:
    """Measure, print, write; 1 if answers differ, 2 if a goal is missed."""
    parser = arguments()
    parser.add_argument("--rows", type=int, nargs="+", default=[1000, 2000, 3500, 5000])
    parser.add_argument("--rounds", type=int, default=3, help="median of so many for ours")
    parser.add_argument("--peer-jobs", type=int, nargs="+", default=[1], help="n_jobs of scikit-learn")
    parser.add_argument("--components", type=int, nargs="*", default=[250, 500, 1000], help="of Nyström")
    parser.add_argument("--no-intelex", action="store_true")
    parser.add_argument("--intelex-python", help="interpreter that has scikit-learn-intelex")
    args = parser.parse_args()
    warnings.simplefilter("ignore")  # labels without rows in small subsets
    python = None if args.no_intelex else intelex_python(args.intelex_python)
    start = time.perf_counter()
    SharedKernelSVC().fit(*random_data(100, 8, 2))
    compiled = time.perf_counter() - start
    print(f"loading (or, once, compiling) the solver: {compiled:.1f} s, not part of the times below")
    data = {} if args.only_real else {"random": random_data(max(args.rows) + NEW_ROWS, 2048, 19)}
    if args.catalog:
        data[args.embedding] = real_data(args.catalog, args.store, args.weights, args.embedding)
    rows = []
    print(
        "data             n  fit[s]  1 core  float32 | sklearn[s]  ratio | intelex  ratio || score[s]  sklearn  ratio"
    )
    for kind, (X, Y) in data.items():
        for n in args.rows:
            if n + NEW_ROWS > len(X):
                n = len(X) - NEW_ROWS
            if any(row["n"] == n and row["data"] == kind for row in rows):
                continue
            row = measure(kind, X, Y, n, args, python)
            rows.append(row)
            other = (
                f"{row['intelex_fit']:7.1f} {row['intelex_fit'] / row['fit']:5.0f}×" if "intelex_fit" in row else "-"
            )
            print(
                f"{kind[:12]:12} {n:5d} {row['fit']:7.2f} {row['fit_1']:7.2f} {row['fit_float32']:8.2f} | "
                f"{row[f'sklearn_fit_{args.peer_jobs[0]}']:10.1f} {row['fit_ratio']:5.0f}× | {other:>14} || "
                f"{row['score']:8.3f} {row[f'sklearn_score_{args.peer_jobs[0]}']:8.1f} {row['score_ratio']:5.0f}× "
                f"{'' if row['equal'] else 'DIFFERENT'} ({row['relative_difference']:.0e})",
                flush=True,
            )
    path = args.out or Path("artifacts/bench/ovr_svm.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cores": os.cpu_count(), "compile_seconds": compiled, "rows": rows}, indent=1))
    print(f"written: {path}")
    if not all(row["equal"] for row in rows):
        return 1
    at_goal = [row for row in rows if row["n"] == GOAL_ROWS]
    return 2 if any(row[f"{part}_ratio"] < least for row in at_goal for part, least in GOAL.items()) else 0


if __name__ == "__main__":
    sys.exit(main())
