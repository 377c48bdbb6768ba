"""Run every benchmark, one after the other, and end with a summary.

    python -m benchmarks.run                                      all of them, on generated data
    python -m benchmarks.run predict posters                      only these
    python -m benchmarks.run --catalog C.parquet --weights W.json --store DIR --embedding resnet50
                                                                  all of them, on real data where they can
    python -m benchmarks.run --quick                              all of them, small: to see that they run

Each prints its own table and writes JSON under artifacts/bench (artifacts/bench/quick with --quick). The exit status
is the number of benchmarks that failed or whose answers differed; a goal that is missed is reported, not a failure.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent
OUT = Path("artifacts/bench")
GOAL_MISSED = 2  # exit status


class Benchmark(NamedTuple):
    """The options of real data it knows, those that make it small, and the figures for the summary."""

    real: tuple[str, ...]
    quick: str
    headline: Callable[[Any], str]


def _ovr_svm(facts: Any) -> str:
    rows = [row for row in facts["rows"] if row["n"] == 3500] or facts["rows"][-1:]
    return "; ".join(
        f"{row['data']} n = {row['n']}: fit {row['fit_ratio']:.0f}×, score {row['score_ratio']:.0f}× scikit-learn"
        for row in rows
    )


def _search(facts: Any) -> str:
    return "; ".join(f"{row['data']} n = {row['n']}: {row['ratio']:.0f}× GridSearchCV" for row in facts["rows"])


def _posters(facts: Any) -> str:
    ratios, beside = facts["ratios"], "times the studies' way, processor"
    return (
        f"{ratios['of the bound, processor']:.0%} of decoding alone (wall {ratios['of the bound, wall']:.0%}), "
        f"{ratios[beside]:.0f}× the studies' way"
    )


def _embeddings(facts: Any) -> str:
    return "of the network alone: " + ", ".join(f"{row['name']} {row['share']:.0%}" for row in facts["rows"])


def _encoders(facts: Any) -> str:
    rows = [f"{row['name']} {row['share']:.0%} of {row['alone']:.0f} {row['unit']}/s" for row in facts["rows"]]
    return "of the network alone: " + (", ".join(rows) or "no encoder at hand")


def _compare(facts: Any) -> str:
    other = facts["pycaret"]
    theirs = f"PyCaret {other['seconds'] / facts['genrelab']:.1f}×" if isinstance(other, dict) else f"PyCaret {other}"
    return f"plain scikit-learn takes {facts['plain'] / facts['genrelab']:.1f}× as long; {theirs}"


def _autogluon(facts: Any) -> str:
    us, them = facts["genrelab"], facts["autogluon"]
    theirs = them if isinstance(them, str) else f"AutoGluon {them['f1_macro']:.3f} in {them['fit']:.0f} s"
    return f"macro F1 {us['f1_macro']:.3f} in {us['fit']:.0f} s; {theirs}"


def _labelling(facts: Any) -> str:
    if "skipped" in facts:
        return f"skipped: {facts['skipped']}"
    scores = facts["seeds"]["macro F1"]
    start, queue, drawn = (sum(scores[name]) / len(scores[name]) for name in ("start", "queue", "random"))
    return f"macro F1 {start:.3f} at the start, {queue:.3f} with the queue's titles, {drawn:.3f} with as many at random"


def _scale(facts: Any) -> str:
    largest = max(row["titles"] for row in facts["rows"])
    rows = [row for row in facts["rows"] if row["titles"] == largest]
    told = ", ".join(f"{row['stage']} {row['wall']:.0f} s {row['peak'] / 1e6:,.0f} MB" for row in rows)
    return f"{largest:,} titles: {told}"


def _predict(facts: Any) -> str:
    return "; ".join(
        f"{name}: cold {facts[name]['cold start, s']:.1f} s, warm {facts[name]['warm, one poster, ms']:.0f} ms, "
        f"folder {facts[name]['folder, posters/s']:.0f}/s"
        for name in ("colour", "network")
    )


def _serve(facts: Any) -> str:
    return "; ".join(
        f"{row['name']}: one poster {1000 * row['one, s']:.0f} ms, {row['page, posters/s']:.0f}/s, "
        f"{row['share']:.0%} of the folder's speed"
        for row in facts["rows"]
    )


def _training(facts: Any) -> str:
    rows = ", ".join(f"{row['name']} {row['of_bound']:.0%}" for row in facts["rows"])
    memory = facts["memory"]
    return f"of the bound: {rows}; {memory['few_mib']:.0f} to {memory['many_mib']:.0f} MiB from few to many posters"


def _forms(facts: Any) -> str:
    worst = {form: max(row["difference"] for row in facts["rows"] if row["form"] == form) for form in ("skops", "onnx")}
    return f"largest difference from the joblib: skops {worst['skops']:.0e}, ONNX {worst['onnx']:.0e}"


def _imdb(facts: Any) -> str:
    return f"{facts['rows']:,} rows: {facts['seconds']:.0f} s, {facts['peak_bytes'] / 1e6:.0f} MB"


KERNEL = ("catalog", "weights", "store", "embedding")
BENCHMARKS = {
    "ovr_svm": Benchmark(KERNEL, "--rows 300 600 --peer-labels 2 --rounds 1 --no-intelex --components 50", _ovr_svm),
    "search": Benchmark(KERNEL, "--rows 300 --peer-labels 2", _search),
    "posters": Benchmark(("catalog",), "--posters 60 --peer-posters 5 --rounds 1", _posters),
    "embeddings": Benchmark(("catalog", "weights"), "--posters 64 --rounds 1 --networks mobilenet_v2", _embeddings),
    "encoders": Benchmark(("catalog",), "--titles 40 --rounds 1", _encoders),
    "compare": Benchmark(("catalog",), "--titles 250 --no-pycaret", _compare),
    "autogluon": Benchmark(("catalog", "weights", "store"), "--titles 200 --no-autogluon", _autogluon),
    "labelling": Benchmark(("catalog", "weights", "store"), "--seeds 2 --start 100 --budget 50", _labelling),
    "scale": Benchmark((), "--sizes 300 600 --no-peer", _scale),
    "predict": Benchmark(("catalog", "weights", "store"), "--titles 150 --rounds 1", _predict),
    "serve": Benchmark(("catalog", "weights", "store"), "--titles 150 --rounds 1 --single 3", _serve),
    "training": Benchmark(("catalog",), "--posters 96 --networks mini_vgg", _training),
    "forms": Benchmark(("catalog",), "--titles 150 --rounds 3 --recipes glm gbm", _forms),
    "imdb": Benchmark((), "--rows 200000", _imdb),
}


def command(name: str, options: argparse.Namespace, out: Path) -> list[str]:
    """The command line of one benchmark: of the options of real data, those that it knows."""
    words = [sys.executable, str(FOLDER / f"bench_{name}.py"), "--out", str(out)]
    for option in BENCHMARKS[name].real:
        if (value := getattr(options, option)) is not None:
            words += [f"--{option}", value]
    return words + (BENCHMARKS[name].quick.split() if options.quick else [])


def summary_line(name: str, status: int, seconds: float, out: Path) -> str:
    """One line: what became of a benchmark, how long it took, and its figures."""
    words = {0: "equal", GOAL_MISSED: "goal missed"}.get(status, "FAILED")
    figures = ""
    if words != "FAILED":
        try:
            figures = BENCHMARKS[name].headline(json.loads(out.read_text("utf-8")))
        except (OSError, KeyError, IndexError, ValueError) as fault:
            figures = f"no figures: {fault}"
    return f"{name:<12}{words:<13}{seconds:>7.0f} s  {figures}"


def main(arguments: list[str] | None = None) -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument("--catalog", help="a catalogue with posters to measure on")
    parser.add_argument("--weights", help="of the frozen networks: imagenet, random, or the path of a weights.json")
    parser.add_argument("--store", help="folder of poster features, so that embeddings need not be computed")
    parser.add_argument("--embedding", help="which embedding the kernel benchmarks take")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that everything runs")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"expected some of {', '.join(BENCHMARKS)}, found {', '.join(sorted(unknown))}")
    folder = OUT / "quick" if options.quick else OUT
    folder.mkdir(parents=True, exist_ok=True)
    lines, failed, missed = [], [], []
    for name in options.names or BENCHMARKS:
        print(f"\n== {name}", flush=True)
        out = folder / f"{name}.json"
        out.unlink(missing_ok=True)
        started = time.perf_counter()
        status = subprocess.run(command(name, options, out), check=False).returncode
        lines.append(summary_line(name, status, time.perf_counter() - started, out))
        (missed if status == GOAL_MISSED else failed if status else []).append(name)
    print("\n== summary", *lines, sep="\n")
    if missed and not options.quick:
        print(f"goal missed by: {', '.join(missed)}")
    print(f"failed: {', '.join(failed)}" if failed else "all ran, all answers are equal")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
