"""Posters per second: colour, brightness, pixels and hash, against the studies' way and against decoding alone.

    python benchmarks/bench_posters.py [--catalog PATH] [--posters N] [--jobs N] [--rounds N]

The studies' way opens each poster with ColorThief for its colour, again with Pillow for its pixels, and again
for a hash. The bound is `Image.open(path).load()`, a full-size decode to RGB, by as many threads as the pass has.
The pass is measured with its inner loops compiled by numba (what it does by itself from 1,500 posters on; loading
numba, half a second, is not counted) and with numpy's. Answers are compared first, of both: colours must be equal
in every channel, pixels and hashes within the tolerance that `shrink` states; otherwise the exit status is 1. The
rounds alternate between the ways; medians are printed and written to artifacts/bench/posters.json. Processor time
is given beside wall time, because it does not see other load.
"""

import argparse
import importlib.util
import json
import os
import platform
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from PIL import Image, ImageDraw
from scipy.fft import dctn

from genrelab.features.poster.colour import luma
from genrelab.features.poster.fingerprint import hamming_distance, perceptual_hash
from genrelab.features.poster.single_pass import poster_features

GOAL = 0.60  # of the decode-only bound
PIXEL_TOLERANCE = 4.0  # mean difference from the exact area average, of 255
HASH_TOLERANCE = 6  # mean number of bits from the hash of the exact area average, of 64
# The ways of the pass; the first is held against the goal.
OURS = {"genrelab, numba": True} if importlib.util.find_spec("numba") else {}
OURS |= {"genrelab, numpy": False}
FAMILIES = ("posters", "brightness", "pixels")


def rendered(number: int, folder: Path) -> list[Path]:
    """Posters of a common size with shapes, a gradient and grain, about 35 kB each."""
    paths = []
    for index in range(number):
        rng = np.random.default_rng(index)
        shade = np.linspace(0, 1, 444)[:, None, None] * rng.integers(0, 200, 3) + rng.normal(0, 9, (444, 300, 1))
        image = Image.fromarray(np.clip(shade + rng.integers(0, 60, 3), 0, 255).astype(np.uint8))
        draw = ImageDraw.Draw(image)
        for _ in range(14):
            left, top, reach = (int(rng.integers(*span)) for span in ((-50, 300), (-50, 444), (20, 160)))
            draw.ellipse((left, top, left + reach, top + reach), fill=tuple(rng.integers(0, 256, 3).tolist()))
        paths.append(folder / f"{index}.jpg")
        image.save(paths[-1], quality=85)
    return paths


def from_catalogue(catalogue: Path, number: int) -> list[Path]:
    """The first posters of a catalogue, spread over it."""
    names = pd.read_parquet(catalogue, columns=["poster"])["poster"].dropna()
    return [catalogue.parent / name for name in names.iloc[:: max(1, len(names) // number)].head(number)]


def studies_way(path: Path) -> tuple[tuple[int, int, int], float, np.ndarray, str]:
    """Colour, luma, pixels and hash, each from a decode of its own."""
    from colorthief import ColorThief

    colour: Any = ColorThief(str(path)).get_color()
    pixels = np.asarray(Image.open(path).convert("RGB").resize((128, 192)))
    waves = np.asarray(dctn(np.asarray(Image.open(path).convert("L").resize((32, 32)), dtype=float)))[:8, :8]
    bits = np.packbits(waves > np.median(waves)).tobytes().hex()
    return colour, float(luma(*colour)), pixels, bits


def decode(path: Path) -> None:
    """What no way can do without."""
    with Image.open(path) as image:
        image.load()


def differences(paths: list[Path], frames: dict[str, pd.DataFrame]) -> dict[str, float]:
    """How far our answers are from the studies' (colour, luma) and from the exact area average."""
    brightness, pixels = frames["brightness"], frames["pixels"].to_numpy()
    colours, lumas, values, bits = 0, 0.0, [], []
    for row, path in enumerate(paths):
        colour, light, _, _ = studies_way(path)
        ours = tuple(brightness.loc[row, [f"brightness_{name}" for name in ("red", "green", "blue")]])
        colours += ours != colour
        lumas = max(lumas, abs(brightness["brightness_luma"].iloc[row] - light))
        area = np.asarray(Image.open(path).convert("RGB").resize((128, 192), Image.Resampling.BOX))
        values.append(np.abs(pixels[row].astype(int) - area.reshape(-1)).mean())
        known = perceptual_hash(area[None])[0]
        bits.append(hamming_distance(known, frames["posters"]["posters_phash"].iloc[row]))
    return {
        "colours that differ": colours,
        "luma, largest difference": lumas,
        "pixels, mean difference of 255": float(np.mean(values)),
        "hash, mean bits of 64": float(np.mean(bits)),
    }


def timed(number: int, work: Callable[[], object]) -> tuple[float, float]:
    """Posters a second by the clock, and processor microseconds a poster."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return number / (time.perf_counter() - wall), (time.process_time() - processor) / number * 1e6


def measure(paths: list[Path], few: list[Path], jobs: int, rounds: int) -> dict[str, dict[str, float]]:
    """Medians of alternating rounds."""

    def run(compiled: bool) -> Callable[[], object]:
        return lambda: poster_features(paths, FAMILIES, n_jobs=jobs, compiled=compiled)

    ways: dict[str, tuple[int, Callable[[], object]]] = {
        "ColorThief + Pillow": (len(few), lambda: [studies_way(path) for path in few]),
        **{name: (len(paths), run(compiled)) for name, compiled in OURS.items()},
        "decode only": (
            len(paths),
            lambda: Parallel(n_jobs=jobs, prefer="threads")(delayed(decode)(p) for p in paths),
        ),
    }
    results: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            results[name].append(timed(*way))
    medians = {name: np.median(values, axis=0) for name, values in results.items()}
    return {name: {"posters_per_second": float(v[0]), "processor_us": float(v[1])} for name, v in medians.items()}


def main(arguments: list[str] | None = None) -> int:
    """Compare the answers, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--catalog", type=Path, help="a catalogue with posters; by default posters are rendered")
    parser.add_argument("--posters", type=int, default=600, help="how many (default 600)")
    parser.add_argument("--peer-posters", type=int, default=30, help="how many the studies' way gets (default 30)")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="threads of the pass")
    parser.add_argument("--rounds", type=int, default=3, help="default 3")
    parser.add_argument("--out", type=Path, default=Path("artifacts/bench/posters.json"))
    options = parser.parse_args(arguments)
    warnings.filterwarnings("ignore", "Image.Image.getdata is deprecated")  # ColorThief's
    with tempfile.TemporaryDirectory() as folder:
        if options.catalog:
            paths = from_catalogue(options.catalog, options.posters)
        else:
            paths = rendered(options.posters, Path(folder))
        few = paths[:: max(1, len(paths) // options.peer_posters)][: options.peer_posters]
        frames = [poster_features(few, FAMILIES, n_jobs=options.jobs, compiled=each) for each in OURS.values()]
        gaps = differences(few, frames[0])
        equal = (
            all(frames[0][family].equals(frames[-1][family]) for family in FAMILIES)
            and not gaps["colours that differ"]
            and gaps["luma, largest difference"] < 1e-4
            and gaps["pixels, mean difference of 255"] <= PIXEL_TOLERANCE
            and gaps["hash, mean bits of 64"] <= HASH_TOLERANCE
        )
        for name, gap in gaps.items():
            print(f"{name:<32}{gap:10.3g}")
        if not equal:
            print("the answers differ", file=sys.stderr)
            return 1
        results = measure(paths, few, options.jobs, options.rounds)
    bound, ours, peer = (results[name] for name in ("decode only", next(iter(OURS)), "ColorThief + Pillow"))
    print(f"\n{'':<22}{'posters/s':>12}{'processor us':>14}")
    for name, values in results.items():
        print(f"{name:<22}{values['posters_per_second']:>12.0f}{values['processor_us']:>14.0f}")
    ratios = {
        "of the bound, wall": ours["posters_per_second"] / bound["posters_per_second"],
        "of the bound, processor": bound["processor_us"] / ours["processor_us"],
        "times the studies' way, wall": ours["posters_per_second"] / peer["posters_per_second"],
        "times the studies' way, processor": peer["processor_us"] / ours["processor_us"],
    }
    for name, ratio in ratios.items():
        print(f"{name:<34}{ratio:>8.2f}")
    print(f"goal: {GOAL:.0%} of the bound; {next(iter(OURS))}; {len(paths)} posters, {options.jobs} threads")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    facts = {"posters": len(paths), "jobs": options.jobs, "cores": os.cpu_count(), "python": platform.python_version()}
    options.out.write_text(json.dumps({**facts, "differences": gaps, "results": results, "ratios": ratios}, indent=1))
    return 0 if ratios["of the bound, processor"] >= GOAL else 2


if __name__ == "__main__":
    sys.exit(main())
