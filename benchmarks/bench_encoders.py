"""How much of an encoder's own speed the passes over texts and posters keep.

    python benchmarks/bench_encoders.py --catalog PATH --encoders WHERE [--titles 300]

For every encoder of WHERE, in rounds, one after the other: its network alone on batches that are ready, and the whole
pass (masking, tokens, batches of one length; or reading, decoding, resizing). Texts and posters a second, the medians
of the rounds, are printed and written to artifacts/bench/encoders.json.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from genrelab.features.frozen.embeddings import decode_poster, embed
from genrelab.features.frozen.encoders import PictureEncoder, TextEncoder
from genrelab.features.frozen.hub import available_encoders
from genrelab.features.frozen.onnx import load_pictures, open_network, pooled
from genrelab.features.text.parts import PARTS
from genrelab.features.text.sentences import batches, sentence_texts, sentences
from genrelab.pipeline.catalog.table import load_catalog

GOAL = 0.90
BATCH = 32


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def texts(encoder: TextEncoder, titles, rounds: int) -> dict:
    """Distinct texts a second, of the network alone and of the whole pass."""
    distinct = {text for part in PARTS for text in sentence_texts(titles, part) if text}
    network = open_network(encoder)
    ready = [(feeds, mask) for _, feeds, mask in batches(sorted(distinct), encoder, BATCH)]

    def alone() -> None:
        for feeds, mask in ready:
            pooled(network.run({name: feeds[name] for name in network.inputs}), mask, encoder)

    times = [(seconds(alone), seconds(lambda: sentences(titles, encoder, batch_size=BATCH))) for _ in range(rounds)]
    return row(encoder.name, "texts", len(distinct), times)


def pictures(encoder: PictureEncoder, paths: list[Path], rounds: int) -> dict:
    """Posters a second, of the network alone and of the whole pass."""
    network = load_pictures(encoder)
    decoded = [
        image
        for path in paths
        if (image := decode_poster(path, encoder.input_size, False, encoder.resize)[1]) is not None
    ]
    ready = [np.stack(decoded[start : start + BATCH]) for start in range(0, len(decoded), BATCH)]

    def alone() -> None:
        for batch in ready:
            network.start(batch, BATCH)()

    times = [(seconds(alone), seconds(lambda: embed(paths, encoder, batch_size=BATCH))) for _ in range(rounds)]
    return row(encoder.name, "posters", len(decoded), times)


def row(name: str, unit: str, count: int, times: list[tuple[float, float]]) -> dict:
    """The figures of one encoder."""
    alone, whole = (median(values) for values in zip(*times, strict=True))
    facts = {"name": name, "unit": unit, "count": count, "alone": count / alone, "pass": count / whole}
    facts["share"] = facts["pass"] / facts["alone"]
    speeds = f"network alone {facts['alone']:.1f}/s, pass {facts['pass']:.1f}/s, {facts['share']:.0%}"
    print(f"{name}: {count} {unit}, {speeds}")
    return facts


def main() -> int:
    """Measure every encoder at hand."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("artifacts/bench/encoders.json"))
    parser.add_argument("--catalog", type=Path)
    parser.add_argument("--encoders", default=os.environ.get("GENRELAB_ENCODERS", ""))
    parser.add_argument("--titles", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    place = os.pathsep.join(filter(None, ["random", arguments.encoders]))
    encoders = available_encoders(place)
    rows = []
    if arguments.catalog is None or not encoders:
        print("skipped: name a catalogue with --catalog and encoders with --encoders or $GENRELAB_ENCODERS")
    else:
        catalog = load_catalog(arguments.catalog)
        catalog = catalog.take(np.linspace(0, len(catalog) - 1, min(arguments.titles, len(catalog))).astype(int))
        paths = [path for path in catalog.poster_paths() if isinstance(path, Path) and path.exists()]
        for encoder in encoders:
            if isinstance(encoder, TextEncoder):
                rows.append(texts(encoder, catalog.titles, arguments.rounds))
            elif isinstance(encoder, PictureEncoder):
                rows.append(pictures(encoder, paths, arguments.rounds))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps({"rows": rows, "goal": GOAL}, indent=1))
    return 2 if any(one["share"] < GOAL for one in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
