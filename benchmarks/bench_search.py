"""`SharedKernelSearchCV` against scikit-learn's GridSearchCV of OneVsRestClassifier(SVC): 4 C × 4 gamma × 5 folds.

    python benchmarks/bench_search.py [--rows 3500] [--peer-labels 3] [--catalog PATH --store PATH …]

First a small search is run in full by both, and every fold score and the choice must be equal. Then ours runs in full
at size; scikit-learn would take hours, so it is timed on one fold of four candidates (each C and each gamma once) and
`--peer-labels` labels, its per-label F1 and average precision are compared with ours to the last bit, and its time is
scaled to all candidates, folds and labels. The table goes to artifacts/bench/search.json.
"""

import json
import os
import sys
import time
import warnings
from functools import partial
from pathlib import Path

import numpy as np
from sklearn.metrics import average_precision_score, f1_score
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import SVC

sys.path.insert(0, str(Path(__file__).parent))
from bench_ovr_svm import arguments, random_data, real_data, spread

from genrelab.models.kernel.search import SharedKernelSearchCV
from genrelab.models.kernel.svc import SharedKernelSVC

GOAL = 150
COSTS = [0.1, 1.0, 10.0, 100.0]


def label_scores(model, X: np.ndarray, Y: np.ndarray, *, labels: np.ndarray) -> dict[str, float]:
    """Macro F1, and F1 and average precision of some labels."""
    decisions = model.decision_function(X)
    scores = {"macro": f1_score(Y, decisions > 0, average="macro", zero_division=0)}  # pyright: ignore[reportArgumentType]
    for k in labels:
        scores[f"f1_{k}"] = f1_score(Y[:, k], decisions[:, k] > 0, zero_division=0)  # pyright: ignore[reportArgumentType]
        scores[f"ap_{k}"] = average_precision_score(Y[:, k], decisions[:, k])
    return scores


def small_search_is_equal(jobs: int) -> bool:
    """Run both in full on few rows, labels and columns."""
    X, Y = random_data(300, 50, 4)
    grid = {"C": COSTS, "gamma": [0.003, 0.01, 0.03, "scale"], "class_weight": [None, "balanced"]}
    cv = KFold(5, shuffle=True, random_state=0)
    ours = SharedKernelSearchCV(SharedKernelSVC(), grid, scoring="f1_macro", cv=cv, n_jobs=jobs).fit(X, Y)
    named = {f"estimator__{name}": values for name, values in grid.items()}
    peer = GridSearchCV(OneVsRestClassifier(SVC()), named, scoring="f1_macro", cv=cv).fit(X, Y)

    def table(search) -> dict[str, list[float]]:
        results = search.cv_results_
        return {
            str(sorted((name.removeprefix("estimator__"), str(value)) for name, value in params.items())): [
                float(results[f"split{fold}_test_score"][k]) for fold in range(5)
            ]
            for k, params in enumerate(results["params"])
        }

    chosen = {name.removeprefix("estimator__"): value for name, value in peer.best_params_.items()}
    return table(ours) == table(peer) and chosen == ours.best_params_


def measure(kind: str, X: np.ndarray, Y: np.ndarray, args) -> dict:
    """Time ours in full and the peer in part, and compare."""
    scale = 1 / (X.shape[1] * X.var())
    gammas = [scale / 4, scale / 2, scale, scale * 2]
    cv = KFold(5, shuffle=True, random_state=0)
    labels = spread(Y, args.peer_labels)
    search = SharedKernelSearchCV(
        SharedKernelSVC(n_jobs=args.jobs),
        {"C": COSTS, "gamma": gammas},
        scoring=partial(label_scores, labels=labels),
        refit="macro",
        cv=cv,
        n_jobs=args.jobs,
    )
    start = time.perf_counter()
    search.fit(X, Y)
    ours = time.perf_counter() - start - search.refit_time_

    train, test = next(cv.split(X))
    peer = equal = 0.0
    compared = 0
    for C, gamma in zip(COSTS, gammas, strict=True):
        start = time.perf_counter()
        model = OneVsRestClassifier(SVC(C=C, gamma=gamma)).fit(X[train], Y[train][:, labels])
        expected = label_scores(model, X[test], Y[test][:, labels], labels=np.arange(len(labels)))
        peer += time.perf_counter() - start
        index = search.cv_results_["params"].index({"C": C, "gamma": gamma})
        for k, label in enumerate(labels):
            for name in ("f1", "ap"):
                found = search.cv_results_[f"split0_test_{name}_{label}"][index]
                equal += found == expected[f"{name}_{k}"]
                compared += 1
    fits = len(COSTS) * len(gammas) * 5
    whole = peer / len(COSTS) * fits * Y.shape[1] / len(labels)
    return {
        "data": kind,
        "n": len(X),
        "d": X.shape[1],
        "labels": Y.shape[1],
        "seconds": ours,
        "refit_seconds": search.refit_time_,
        "sklearn_seconds_measured": peer,
        "sklearn_seconds_scaled": whole,
        "ratio": whole / ours,
        "scores_compared": compared,
        "scores_equal": int(equal),
        "best": {name: float(value) for name, value in search.best_params_.items()},
        "best_macro_f1": search.best_score_,
    }


def main() -> int:
    """Measure, print, write; 1 if answers differ, 2 if the goal is missed."""
    parser = arguments()
    parser.description = __doc__
    parser.set_defaults(peer_labels=3)
    parser.add_argument("--rows", type=int, default=3500)
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    equal = small_search_is_equal(args.jobs)
    print(f"small search, 32 candidates × 5 folds in full: {'equal' if equal else 'DIFFERENT'}")
    data = {} if args.only_real else {"random": random_data(args.rows, 2048, 19)}
    if args.catalog:
        X, Y = real_data(args.catalog, args.store, args.weights, args.embedding)
        data[args.embedding] = X[: args.rows], Y[: args.rows]
    rows = []
    print("data            n  ours[s]  sklearn[s], scaled  ratio  equal scores")
    for kind, (X, Y) in data.items():
        row = measure(kind, X, Y, args)
        rows.append(row)
        print(
            f"{kind[:12]:12} {row['n']:5d} {row['seconds']:8.1f} {row['sklearn_seconds_scaled']:19.0f} "
            f"{row['ratio']:5.0f}×  {row['scores_equal']} of {row['scores_compared']}",
            flush=True,
        )
    path = args.out or Path("artifacts/bench/search.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cores": os.cpu_count(), "small_equal": equal, "rows": rows}, indent=1))
    print(f"written: {path}")
    if not equal or any(row["scores_equal"] < row["scores_compared"] for row in rows):
        return 1
    return 2 if any(row["ratio"] < GOAL for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
