"""The page's server: the time from a dropped poster to its genres, and many posters beside the folder's speed.

A model on poster colour (no network) and one on a frozen network are exported from a small run, of the demo or of a
catalogue. The server runs in a process of its own and is asked as the page asks it: pieces of posters, a few on their
way at a time, answers as events. Beside it: the same posters as a folder, by what `genrelab predict FOLDER` calls, in
a warm process without a server. The two take turns. The answers of both are compared first.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pandas as pd
from bench_predict import models
from serve_attacks.server import Server

from genrelab.models.file import load_model
from genrelab.models.genre_model import GenreModel
from genrelab.pipeline.handover.predict import poster_pieces, predict_pieces

GOAL_SECONDS, GOAL_SHARE, GOAL_MISSED = 0.5, 0.8, 2
SIZES, OPEN = (1, 8, 32, 64), 3  # as posters.js has them


def send(client: httpx.Client, posters: list[Path]) -> str:
    """Send posters as one job; its id."""
    files = [("files", (poster.name, poster.read_bytes())) for poster in posters]
    return client.post("/api/jobs", files=files).raise_for_status().json()["job"]


def answers(client: httpx.Client, job: str, posters: list[Path]) -> Iterator[dict[str, Any]]:
    """The answers of a job as they come."""
    event = ""
    with client.stream("GET", f"/api/jobs/{job}/events") as answer:
        for line in answer.iter_lines():
            event = line.removeprefix("event: ") if line.startswith("event: ") else event
            if line.startswith("data: ") and event == "answer":
                row = json.loads(line.removeprefix("data: "))
                yield row | {"file": posters[row["row"]].name}
            elif event == "end":
                return


def pieces(posters: list[Path]) -> Iterator[list[Path]]:
    """Pieces as the page makes them: the first is one poster."""
    place, number = 0, 0
    while place < len(posters):
        size = SIZES[min(number, len(SIZES) - 1)]
        yield posters[place : place + size]
        place, number = place + size, number + 1


def through_page(server: Server, posters: list[Path]) -> tuple[dict[str, dict[str, Any]], float, float]:
    """Answers by file name, seconds in all, and seconds to the first."""
    rows, first, free, listeners = {}, [], threading.Semaphore(OPEN), []

    def listen(job: str, piece: list[Path]) -> None:
        with server.client() as client:
            for row in answers(client, job, piece):
                first.append(time.perf_counter())
                rows[row["file"]] = row
        free.release()

    began = time.perf_counter()
    with server.client() as client:
        for piece in pieces(posters):
            free.acquire()
            listeners.append(threading.Thread(target=listen, args=(send(client, piece), piece)))
            listeners[-1].start()
    for listener in listeners:
        listener.join()
    return rows, time.perf_counter() - began, first[0] - began


def as_folder(model: GenreModel, folder: Path) -> tuple[pd.DataFrame, float]:
    """The folder's answers, and seconds."""
    began = time.perf_counter()
    table = pd.concat(predict_pieces(model, "file", poster_pieces([folder])[1]), ignore_index=True)
    return table, time.perf_counter() - began


def one_by_one(server: Server, posters: list[Path]) -> list[float]:
    """Seconds from the drop of one poster to its answer, warm, for each."""
    taken = []
    with server.client() as client:
        for poster in posters:
            began = time.perf_counter()
            next(answers(client, send(client, [poster]), [poster]))
            taken.append(time.perf_counter() - began)
    return taken[1:]


def difference(model: GenreModel, page: dict[str, dict[str, Any]], folder: pd.DataFrame) -> float:
    """The largest difference of a score; infinite where a poster has an answer on one side only."""
    labels, worst = list(model.labels), 0.0
    for record in folder.to_dict("records"):
        other = page.get(Path(str(record["file"])).name)
        if other is None or (other["status"] == "no answer") != (record["status"] == "no answer"):
            return float("inf")
        if record["status"] != "no answer":
            worst = max(worst, max(abs(other[label] - record[label]) for label in labels))
    return worst


def measure(name: str, file: Path, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Everything about one model."""
    model, posters = load_model(file), sorted(folder.iterdir())
    server = Server([str(file)], folder.parent).ready()
    try:
        table, _ = as_folder(model, folder)
        gap = difference(model, through_page(server, posters)[0], table)
        single = one_by_one(server, posters[: options.single + 1])
        rounds = [(through_page(server, posters)[1:], as_folder(model, folder)[1]) for _ in range(options.rounds)]
        memory = server.memory()
    finally:
        server.stop()
    page = statistics.median(seconds for (seconds, _), _ in rounds)
    alone = statistics.median(seconds for _, seconds in rounds)
    return {
        "name": name,
        "posters": len(posters),
        "one, s": statistics.median(single),
        "one, 95th percentile, s": float(np.quantile(single, 0.95)),
        "first of all, s": statistics.median(first for (_, first), _ in rounds),
        "page, posters/s": len(posters) / page,
        "folder, posters/s": len(posters) / alone,
        "share": statistics.median(alone / seconds for (seconds, _), alone in rounds),
        "peak, MiB": memory / 2**20,
        "difference": gap,
    }


def main() -> int:
    """Compare the answers, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--titles", type=int, default=500, help="posters, and titles of the run (default 500)")
    parser.add_argument("--catalog", type=Path, help="take its titles and posters (default: the demo's)")
    parser.add_argument("--weights", default="random", help="random, imagenet or the path of a weights.json")
    parser.add_argument("--store", help="folder of poster features (default: a temporary one)")
    parser.add_argument("--single", type=int, default=40, help="posters dropped alone (default 40)")
    parser.add_argument("--rounds", type=int, default=5, help="default 5")
    parser.add_argument("--out", type=Path, default=Path("artifacts/bench/serve.json"))
    options = parser.parse_args()
    options.catalog = options.catalog and options.catalog.resolve()
    options.weights = str(Path(options.weights).resolve()) if Path(options.weights).is_file() else options.weights
    rows = []
    with tempfile.TemporaryDirectory() as place:
        exported, posters = models(Path(place), options)
        folder = Path(place) / "posters"
        folder.mkdir()
        for number, poster in enumerate(posters):
            shutil.copy(poster, folder / f"{number:04d}{poster.suffix}")
        for name, file in exported.items():
            rows.append(measure(name, file, folder, options))
    for key in rows[0]:
        values = "".join(f"{row[key]:>12}" if isinstance(row[key], str) else f"{row[key]:>12.3g}" for row in rows)
        print(f"{key:<28}{values}")
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({"cores": os.cpu_count(), "rows": rows}, indent=1))
    if max(row["difference"] for row in rows) > 2e-5:
        print("the answers differ", file=sys.stderr)
        return 1
    network = next(row for row in rows if row["name"] == "network")
    return 0 if network["one, s"] <= GOAL_SECONDS and network["share"] >= GOAL_SHARE else GOAL_MISSED


if __name__ == "__main__":
    sys.exit(main())
