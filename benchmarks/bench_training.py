"""Does reading posters keep a training waiting, and does its memory grow with their number?

    python benchmarks/bench_training.py [--catalog PATH] [--networks mini_vgg poster_cnn] [--posters 1000]

For each network: posters a second of one training epoch on arrays in memory, of decoding alone, and of the epoch
streamed from disk, each in a process of its own; the streamed arrays are compared with the arrays in memory first. On
shared cores the bound of the streamed epoch is 1 / (1 / network + 1 / decoding). Then the peak memory of a training on
500 posters and on all. The peer is Keras's own `image_dataset_from_directory`, which feeds the same network; it
resizes without the filter, so its pictures differ and only its speed is compared.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from genrelab.features.frozen.embeddings import decode_poster
from genrelab.features.frozen.keras import load_keras
from genrelab.models.networks.inputs.stream import stream_posters
from genrelab.models.networks.registry import NETWORKS
from genrelab.pipeline.catalog.table import load_catalog

BATCH = 32
LABELS = 8


def demo_posters(number: int, folder: Path) -> list[Path]:
    """Pictures of a poster's size with about as many bytes."""
    from PIL import Image

    random = np.random.default_rng(0)
    paths = [folder / f"{index:05d}.jpg" for index in range(number)]
    for path in paths:
        coarse = Image.fromarray(random.integers(0, 256, (55, 38, 3), dtype=np.uint8))
        coarse.resize((300, 440), Image.Resampling.BICUBIC).save(path, quality=88)
    return paths


def trainer(name: str):
    """The compiled network of a name, and its input size."""
    keras, network = load_keras(), NETWORKS[name]
    height, width = network.size or (224, 224)
    model = network.build((height, width, 3), LABELS, "sigmoid", **network.options)
    model.compile(keras.optimizers.Adam(1e-4), loss="binary_crossentropy")
    return model, (height, width)


def epoch(mode: str, name: str, paths: list[Path], workers: int) -> dict[str, float]:
    """One epoch in one way, after a batch that compiles the graph: posters a second and peak memory."""
    model, size = trainer(name)
    targets = np.zeros((BATCH, LABELS), np.float32)
    pictures = [decode_poster(path, size)[1] for path in paths[: 4 * BATCH]]
    ready = np.stack([picture for picture in pictures if picture is not None])
    model.train_on_batch(ready[:BATCH], targets)
    if mode == "stream":
        streamed = np.concatenate([images for _, images in stream_posters(paths[: 4 * BATCH], size, BATCH)])
        if not np.array_equal(streamed, ready):
            sys.exit(f"{name}: streamed posters differ from those decoded one by one")
    number = len(paths) // BATCH * BATCH
    if mode == "keras":  # the peer's own reader: the same pictures, read by TensorFlow
        with tempfile.TemporaryDirectory() as place:
            for path in paths[:number]:
                (Path(place) / path.name).symlink_to(path.resolve())
            batches = (
                load_keras()
                .utils.image_dataset_from_directory(
                    place, labels=None, image_size=size, batch_size=BATCH, shuffle=False, verbose=False
                )
                .prefetch(3)
            )
            started = time.perf_counter()
            for images in batches:
                model.train_on_batch(np.asarray(images, dtype=np.uint8), targets)
            seconds = time.perf_counter() - started
    else:
        started = time.perf_counter()
        if mode == "network":
            for start in range(0, number, BATCH):
                place = start % len(ready)
                model.train_on_batch(ready[place : place + BATCH], targets)
        elif mode == "decode":
            for _ in stream_posters(paths[:number], size, BATCH, workers=workers):
                pass
        else:
            for _, images in stream_posters(paths[:number], size, BATCH, workers=workers):
                model.train_on_batch(images, targets)
        seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"posters_per_second": number / seconds, "peak_mib": peak}


def apart(mode: str, name: str, paths: list[Path], workers: int) -> dict[str, float]:
    """`epoch` in a process of its own."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump([str(path) for path in paths], file)
        file.flush()
        words = [sys.executable, __file__, "--child", mode, name, file.name, str(workers)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr.strip().splitlines()[-1])
    return json.loads(done.stdout.splitlines()[-1])


def main() -> int:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--catalog", type=Path, help="a catalogue with posters; by default pictures are generated")
    parser.add_argument("--networks", nargs="+", default=["mini_vgg", "poster_cnn"], help="of those that read posters")
    parser.add_argument("--posters", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=Path("artifacts/bench/training.json"))
    parser.add_argument("--child", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        mode, name, file, workers = options.child
        print(json.dumps(epoch(mode, name, [Path(path) for path in json.loads(Path(file).read_text())], int(workers))))
        return 0
    with tempfile.TemporaryDirectory() as place:
        if options.catalog:
            known = [
                path
                for path in load_catalog(options.catalog).poster_paths()
                if isinstance(path, Path) and path.exists()
            ]
            paths = known[: options.posters]
        else:
            known = paths = demo_posters(options.posters, Path(place))
        rows = []
        print(f"posters a second, one epoch of {len(paths) // BATCH * BATCH} posters, batches of {BATCH}")
        print(f"{'':<14}{'network':>9}{'decoding':>10}{'bound':>8}{'streamed':>10}{'of bound':>10}{'Keras reader':>14}")
        for name in options.networks:
            speed = {
                mode: apart(mode, name, paths, options.workers)["posters_per_second"]
                for mode in ("network", "decode", "stream", "keras")
            }
            bound = 1 / (1 / speed["network"] + 1 / speed["decode"])
            rows.append({"name": name, **speed, "bound": bound, "of_bound": speed["stream"] / bound})
            print(
                f"{name:<14}{speed['network']:>9.0f}{speed['decode']:>10.0f}{bound:>8.0f}{speed['stream']:>10.0f}"
                f"{speed['stream'] / bound:>10.2f}{speed['keras']:>14.0f}",
                flush=True,
            )
        few, many = (apart("stream", options.networks[0], part, options.workers) for part in (known[:500], known))
    growth = {"few": min(500, len(known)), "many": len(known)}
    growth |= {"few_mib": few["peak_mib"], "many_mib": many["peak_mib"]}
    few_told, many_told = (f"{growth[f'{which}_mib']:.0f} MiB for {growth[which]}" for which in ("few", "many"))
    print(f"peak memory of a training: {few_told} posters, {many_told}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({"rows": rows, "memory": growth}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
