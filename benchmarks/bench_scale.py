"""Every command by number of titles: time, processor time, peak memory of all its processes, and how they grow.

    python benchmarks/bench_scale.py [--sizes 10000 100000] [--memory 8GB] [--skip-compare] [--no-peer]

The titles are the demo's, without posters, made on the spot. Every stage is the command a user gives, in processes of
its own. Memory is what the budget counts: anonymous and shared pages of the whole process tree (proportional shares,
from /proc), looked at four times a second. `compare` runs seven cells on three folds: metadata by boosted trees and by
the generalised linear model, keywords and plots by the linear model, all three by a linear support vector machine, the
shared-kernel machine, and a stack. Beside it a plain scikit-learn script measures two of these cells on as many folds.

A stage's bound is linear growth: an exponent of at most 1.1 between the two largest sizes; the shared-kernel machine
is exact up to 20,000 training rows and Nyström above. Peak memory of `compare` must stay below `--memory` and 6 %. The
exit status is 2 where a bound is missed. The table goes to artifacts/bench/scale.json.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

GOAL, MISSED = 1.1, 2
MADE = 100_000  # titles that are made; more are drawn from them
EXPERIMENT = """
title = "Seven cells"
question = "How do they grow?"
seed = 0
[target]
name = "multilabel"
source = "imdb"
[split]
folds = 3
[thresholds]
inner_folds = 3
[feature_sets]
metadata = ["metadata"]
keywords = ["keywords:tfidf"]
overview = ["overview"]
all = ["metadata", "keywords:tfidf", "overview"]
[[grid]]
feature_sets = ["metadata"]
models = ["gbm", "glm"]
[[grid]]
feature_sets = ["keywords", "overview"]
models = ["glm"]
[[grid]]
feature_sets = ["all"]
models = ["svm_linear", "stack"]
[[grid]]
feature_sets = ["metadata"]
models = ["ovr_svm"]
"""
PEER = """
import sys, time
import numpy as np, pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import MultiLabelBinarizer

titles = pd.read_parquet(sys.argv[1])
titles = titles[titles["genres_imdb"].notna()].reset_index(drop=True)
Y = MultiLabelBinarizer().fit_transform(titles["genres_imdb"])
numbers = titles.select_dtypes("number").astype(float)
words = titles["keywords"].map(lambda names: " ".join(names) if names is not None else "")
for train, test in KFold(3, shuffle=True, random_state=0).split(Y):
    boosted = OneVsRestClassifier(HistGradientBoostingClassifier()).fit(numbers.iloc[train], Y[train])
    boosted.predict_proba(numbers.iloc[test])
    bag = TfidfVectorizer().fit(words.iloc[train])
    linear = OneVsRestClassifier(LogisticRegression(max_iter=1000)).fit(bag.transform(words.iloc[train]), Y[train])
    linear.predict_proba(bag.transform(words.iloc[test]))
"""


@dataclass
class Cost:
    """What one command took."""

    wall: float
    processor: float
    peak: int
    status: int
    said: str


def tree(root: int) -> list[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError, ValueError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, todo = [], [root]
    while todo:
        found.append(todo.pop())
        todo += children.get(found[-1], [])
    return found


def held(pid: int) -> int:
    """Bytes of anonymous and shared memory of a process, shared pages by its share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    parts = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
    return 1024 * (parts.get("Pss_Anon", 0) + parts.get("Pss_Shmem", 0))


def measured(words: list[str], folder: Path) -> Cost:
    """Run a command and watch its memory."""
    began, before = time.perf_counter(), os.times()
    with (folder / "said.txt").open("w+") as said:
        process = subprocess.Popen(words, cwd=folder, stdout=said, stderr=subprocess.STDOUT)
        peak, done = 0, threading.Event()

        def watch() -> None:
            nonlocal peak
            while not done.wait(0.25):
                peak = max(peak, sum(map(held, tree(process.pid))))

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        status = process.wait()
        done.set()
        watcher.join()
        said.seek(0)
        text = said.read()
    after = os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(time.perf_counter() - began, processor, peak, status, text)


def make_catalog(folder: Path, titles: int) -> Path:
    """The demo's titles without posters; past `MADE`, they are drawn from so many, by other ids and names."""
    from genrelab.pipeline.catalog.table import save_pieces
    from genrelab.pipeline.demo.titles import make_titles

    path = folder / "catalog.parquet"
    if not path.exists():
        rng = np.random.default_rng(0)
        frame = make_titles(min(titles, MADE), rng)[0].drop(columns="poster", errors="ignore")

        def drawn():
            for first in range(0, titles, MADE):
                rows = rng.integers(0, len(frame), min(MADE, titles - first))
                piece = frame.iloc[rows].reset_index(drop=True)
                numbers = range(first + 1, first + 1 + len(piece))
                yield piece.assign(
                    imdb_id=[f"tt{number:08d}" for number in numbers],
                    title=[f"{title} {number}" for title, number in zip(piece["title"], numbers, strict=True)],
                )

        save_pieces([frame] if titles <= MADE else drawn(), path)
    return path


def stages(args: argparse.Namespace, catalog: Path, folder: Path) -> dict[str, list[str]]:
    """The commands of one size, in order."""
    genrelab = [
        sys.executable,
        "-c",
        "import sys; from genrelab.pipeline.cli import main; sys.exit(main(sys.argv[1:]))",
    ]
    toml = folder / "seven.toml"
    toml.write_text(EXPERIMENT, "utf-8")
    run, model = folder / "run", folder / "model.joblib"
    of = ["--catalog", str(catalog), "--features", str(folder / "store")]
    found = {
        "catalog check": [*genrelab, "catalog", "check", str(catalog)],
        "features": [*genrelab, "features", *of, "metadata", "keywords:tfidf", "overview"],
    }
    if not args.skip_compare:
        found |= {
            "compare": [
                *genrelab,
                "compare",
                str(toml),
                *of,
                "--out",
                str(run),
                "--memory",
                args.memory,
                "--no-report",
            ],
            "report": [*genrelab, "report", str(run)],
            "export": [
                *genrelab,
                "export",
                str(run),
                *of,
                "--model",
                "glm",
                "--feature-set",
                "keywords",
                "--out",
                str(model),
            ],
            "predict": [
                *genrelab,
                "predict",
                str(model),
                "--catalog",
                str(catalog),
                "--out",
                str(folder / "genres.csv"),
            ],
        }
        if not args.no_peer:
            found["plain scikit-learn, two cells"] = [sys.executable, "-c", PEER, str(catalog)]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--memory", default="8GB")
    parser.add_argument("--skip-compare", action="store_true", help="only what needs no fit")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--keep", type=Path, help="folder to work in and to keep")
    parser.add_argument("--out", type=Path, default=Path("artifacts/bench/scale.json"))
    args = parser.parse_args()
    from genrelab.pipeline.experiments.memory.workers import parse_size

    limit, rows, missed = parse_size(args.memory), [], []
    with tempfile.TemporaryDirectory() as temporary:
        place = args.keep or Path(temporary)
        for titles in args.sizes:
            folder = place / str(titles)
            folder.mkdir(parents=True, exist_ok=True)
            catalog = make_catalog(folder, titles).resolve()
            print(f"\n{titles:,} titles, load {os.getloadavg()[0]:.1f}", flush=True)
            for name, words in stages(args, catalog, folder.resolve()).items():
                cost = measured(words, folder)
                rows.append({"titles": titles, "stage": name, "wall": cost.wall, "processor": cost.processor})
                rows[-1] |= {"peak": cost.peak, "status": cost.status}
                line = f"  {name:32}{cost.wall:9.1f} s {cost.processor:9.1f} s processor {cost.peak / 1e6:9,.0f} MB"
                print(line + ("" if cost.status == 0 else f"  status {cost.status}"), flush=True)
                if cost.status:
                    print("    " + "\n    ".join(cost.said.splitlines()[-4:]))
                    missed.append(f"{name} at {titles:,} titles ended with status {cost.status}")
                if name == "compare" and cost.peak > 1.06 * limit:
                    missed.append(f"compare at {titles:,} titles held {cost.peak / 1e9:.1f} GB")
    if len(args.sizes) > 1:
        print("\ngrowth of processor time and of memory, exponent between the two largest sizes")
        small, large = sorted(args.sizes)[-2:]
        for name in dict.fromkeys(row["stage"] for row in rows):
            pair = [next(row for row in rows if row["stage"] == name and row["titles"] == n) for n in (small, large)]
            time_growth, memory_growth = (
                float(np.log(pair[1][key] / max(pair[0][key], 1e-9)) / np.log(large / small))
                for key in ("processor", "peak")
            )
            print(f"  {name:32}{time_growth:6.2f}{memory_growth:6.2f}")
            if time_growth > GOAL:
                missed.append(f"{name} grows with exponent {time_growth:.2f}")
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps({"rows": rows, "missed": missed, "memory": args.memory}, indent=1), "utf-8")
    for sentence in missed:
        print(f"missed: {sentence}")
    return MISSED if missed else 0


if __name__ == "__main__":
    sys.exit(main())
