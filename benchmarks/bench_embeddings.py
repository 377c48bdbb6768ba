"""How much of the network's own speed the embedding pass keeps: decoding must not make the network wait.

    python benchmarks/bench_embeddings.py [--catalog PATH] [--weights random|imagenet|PATH] [--networks NAME ...]
    python benchmarks/bench_embeddings.py --engines [...]   Keras and ONNX Runtime, in float32, bfloat16 and 8 bits

In rounds, one after the other: the network on ready arrays, decoding alone, the whole pass from files. Answers
are compared first; the medians of the rounds are printed and written to artifacts/bench/embeddings.json.
"""

import argparse
import importlib.util
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from genrelab.features.frozen.backbones import available_backbones, resolve_backbone
from genrelab.features.frozen.embeddings import decode_poster, embed
from genrelab.features.frozen.keras import has_card
from genrelab.features.frozen.network import load_network
from genrelab.features.frozen.weights import locate
from genrelab.pipeline.catalog.table import load_catalog

GOAL = 0.90
BATCH = 32


def posters(number: int, catalog: Path | None, folder: Path) -> list[Path]:
    """Posters of a catalogue, spread over it, or pictures of their size with as many bytes."""
    if catalog:
        found = [path for path in load_catalog(catalog).poster_paths() if isinstance(path, Path) and path.exists()]
        return found[:: max(1, len(found) // number)][:number]
    random = np.random.default_rng(0)
    paths = [folder / f"{index}.jpg" for index in range(number)]
    for path in paths:
        coarse = Image.fromarray(random.integers(0, 256, (55, 38, 3), dtype=np.uint8))
        coarse.resize((300, 440), Image.Resampling.BICUBIC).save(path, quality=88)
    return paths


def rate(number: int, work: Callable[[], object]) -> float:
    """Posters a second."""
    start = time.perf_counter()
    work()
    return number / (time.perf_counter() - start)


def measure(name: str, weights: str, paths: list[Path], rounds: int) -> dict[str, float | str]:
    """Rates of one network, in posters a second; the pass as it is by itself from 1,500 posters on."""
    compiled = importlib.util.find_spec("numba") is not None
    backbone = locate(resolve_backbone(name, weights))
    network = load_network(backbone)
    pictures = [decode_poster(path, backbone.input_size)[1] for path in paths]
    arrays = np.stack([picture for picture in pictures if picture is not None])

    def on_arrays() -> np.ndarray:
        starts = range(0, len(arrays), BATCH)
        return np.concatenate([network.start(arrays[first : first + BATCH], BATCH)() for first in starts])

    def decoding(workers: int) -> None:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(lambda path: decode_poster(path, backbone.input_size, compiled), paths))

    def whole() -> np.ndarray:
        return embed(paths, backbone, batch_size=BATCH, compiled=compiled).to_numpy()

    expected, found = on_arrays(), whole()
    if np.abs(found - expected).max() > 1e-5 * np.abs(expected).max():
        sys.exit(f"{backbone.label}: the pass and the network on ready arrays give different rows")
    number, cores = len(paths), os.cpu_count() or 1
    taken = [
        (
            rate(number, on_arrays),
            rate(number, whole),
            rate(number, lambda: decoding(1)),
            rate(number, lambda: decoding(cores)),
        )
        for _ in range(rounds)
    ]
    alone, together, one, all_cores = np.median(taken, axis=0)
    share = float(np.median([row[1] / row[0] for row in taken]))
    return {
        "name": name,
        "network": backbone.label,
        "network_per_second": alone,
        "pass_per_second": together,
        "decode_per_second_one_thread": one,
        "decode_per_second_all_cores": all_cores,
        "share": share,
        "bound": 1 / (1 + alone / all_cores) if not has_card() else min(1.0, all_cores / alone),
    }


def measure_engines(name: str, weights: str, paths: list[Path], rounds: int, folder: Path) -> list[dict]:
    """The network alone, by engine and precision: posters a second, and how far its values are from Keras's float32.

    Posters per processor second and core are beside the wall's, since a busy machine slows the wall only.
    """
    import onnxruntime

    from genrelab.features.frozen.eight_bits.keras_graph import write_graph
    from genrelab.features.frozen.eight_bits.quantise import quantise
    from genrelab.features.frozen.encoders import read_encoders
    from genrelab.features.frozen.onnx import load_pictures

    backbone, cores = locate(resolve_backbone(name, weights)), os.cpu_count() or 1
    pictures = [decode_poster(path, backbone.input_size)[1] for path in paths]
    arrays = np.stack([picture for picture in pictures if picture is not None])
    network = load_network(backbone, "float32")
    graph = folder / f"{name}.onnx"
    write_graph(next(layer for layer in network.model.layers if hasattr(layer, "layers")), backbone, graph)
    session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
    eight = load_pictures(read_encoders(quantise(backbone, arrays[:128], folder / name))[0])
    engines = {
        "Keras, float32": lambda batch: network.start(batch, BATCH)(),
        "Keras, bfloat16": lambda batch: load_network(backbone, "bfloat16").start(batch, BATCH)(),
        "ONNX Runtime, float32": lambda batch: session.run(None, {"pictures": batch.astype(np.float32)})[0],
        "ONNX Runtime, int8": lambda batch: eight.start(batch, BATCH)(),
    }
    rows, whole = [], np.empty(0)
    for engine, run in engines.items():
        run(arrays[:BATCH])
        taken = []
        for _ in range(rounds):
            processor = time.process_time()
            parts: list[np.ndarray] = []
            wall = rate(
                len(arrays),
                lambda parts=parts, run=run: parts.extend(
                    run(arrays[first : first + BATCH]) for first in range(0, len(arrays), BATCH)
                ),
            )
            taken.append((wall, cores * len(arrays) / (time.process_time() - processor)))
        values = np.concatenate(parts)
        whole = values if not len(whole) else whole
        error = float(np.linalg.norm(values - whole) / np.linalg.norm(whole))
        wall, processor = np.median(taken, axis=0)
        rows.append({"network": name, "engine": engine, "per_second": wall, "per_processor_second": processor})
        rows[-1]["relative_error"] = error
        print(
            f"{name:24}{engine:24}{wall:10.1f}{processor:10.1f}{error:12.1e}  load {os.getloadavg()[0]:.1f}", flush=True
        )
    return rows


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posters", type=int, default=320, help="how many (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="median of so many (default: %(default)s)")
    parser.add_argument("--networks", nargs="+", help="names (default: all)")
    parser.add_argument("--catalog", type=Path, help="take its posters (default: pictures of their size are made)")
    parser.add_argument("--weights", default="random", help="random, imagenet or the path of a weights.json")
    parser.add_argument(
        "--engines", action="store_true", help="compare engines and precisions of the network alone, without a card"
    )
    parser.add_argument("--out", type=Path, default=Path("artifacts/bench/embeddings.json"))
    options = parser.parse_args()
    names = options.networks or [backbone.name for backbone in available_backbones(options.weights)]
    if options.engines:
        print(f"{os.cpu_count()} cores; posters a second, by the wall and by processor time on all cores; error")
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            paths = posters(options.posters, options.catalog, folder)
            rows = [
                row for name in names for row in measure_engines(name, options.weights, paths, options.rounds, folder)
            ]
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(json.dumps({"cores": os.cpu_count(), "posters": len(paths), "rows": rows}, indent=1))
        return 0
    print(f"{os.cpu_count()} cores; posters a second; batches of {BATCH}")
    heads = ("network alone", "whole pass", "share", "bound", "decode, 1 thread", "decode, all cores")
    print(f"{'network':44}" + "".join(f"{head:>19}" for head in heads))
    results = []
    with tempfile.TemporaryDirectory() as folder:
        paths = posters(options.posters, options.catalog, Path(folder))
        for name in names:
            row = measure(name, options.weights, paths, options.rounds)
            results.append(row)
            print(
                f"{row['network']!s:44}{row['network_per_second']:19.1f}{row['pass_per_second']:19.1f}"
                f"{row['share']:19.1%}{row['bound']:19.1%}{row['decode_per_second_one_thread']:19.0f}"
                f"{row['decode_per_second_all_cores']:19.0f}",
                flush=True,
            )
    slow = [str(row["network"]) for row in results if row["share"] < GOAL]
    print(f"goal: {GOAL:.0%} of the network alone; " + (f"below it: {'; '.join(slow)}" if slow else "reached by all"))
    path = options.out
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cores": os.cpu_count(), "posters": len(paths), "rows": results}, indent=1))
    return 2 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
