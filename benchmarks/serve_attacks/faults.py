"""Faults: slow clients, a server that is killed, two servers on one file, a port that is taken."""

import contextlib
import random
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
import pandas as pd

from .server import ALIVE_SECONDS, FORM, Attack, Row, Server, carry_out, head, judged, told


def slow(server: Server, most: float = 150.0) -> Row:
    """Clients that send a byte a second, whose headers never end, or that never read; others are served meanwhile."""
    began, lines, ended = time.monotonic(), [], []
    starts = [head("POST /api/jobs", FORM, "Content-Length: 100000") + b"--x\r\n"] * 80
    starts += [head("GET /").removesuffix(b"\r\n") + b"X-A: "] * 250 + [b""] * 100
    starts += [head("GET /static/poster.js") * 200] * 20
    with contextlib.ExitStack() as stack:
        for start in starts:
            with contextlib.suppress(OSError):
                line = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=5))
                line.sendall(start)
                line.settimeout(0)
                lines.append(line)
        seen, worst = Counter[str](), 0.0
        while lines and time.monotonic() - began < most:
            time.sleep(1)
            seconds = server.alive()
            worst = max(worst, seconds)
            seen["others served" if seconds < ALIVE_SECONDS else "others wait"] += 1
            for line in list(lines):
                with contextlib.suppress(BlockingIOError):
                    try:
                        line.send(b"a")
                        if line in lines[-20:] or line.recv(4096):
                            continue  # a reader that does not read is told by its closed line only
                    except (ConnectionError, BrokenPipeError):
                        pass
                    lines.remove(line)
                    ended.append(time.monotonic() - began)
    row = Row("450 slow clients", len(starts), "ended, others served", seen, worst)
    row.seen[f"ended, the last after {max(ended, default=0):.0f} s"] = len(ended)
    row.faults = [f"{len(lines)} are there after {most:.0f} s"] if lines else []
    row.faults += ["others were not served meanwhile"] if seen["others wait"] else []
    return judged(server, row)


def labels(folder: Path, words: list[str], catalog: Path, kills: int, seed: int) -> Row:
    """Kill the server while labels are written; what was acknowledged must be in the file, and the file sound."""
    rng, acknowledged, answers, file = random.Random(seed), [], Counter[str](), catalog / "labels.sqlite"
    ids, worst, stop = _ids(catalog), 0.0, threading.Event()

    def write(url: str, number: int) -> None:
        with httpx.Client(base_url=url, timeout=20, trust_env=False) as client:
            for turn in range(1_000_000):
                if stop.is_set():
                    return
                try:
                    answer = client.post(
                        "/api/labels",
                        json={"imdb_id": ids[turn % len(ids)], "genres": [f"Genre {number} {turn}"], "queue": "attack"},
                    )
                except httpx.HTTPError:
                    return
                answers[str(answer.status_code)] += 1
                if answer.status_code == 200:
                    acknowledged.append(answer.json()["id"])

    for _ in range(kills):
        began = time.monotonic()
        server = Server(words, folder)
        worst = max(worst, time.monotonic() - began)
        writers = [threading.Thread(target=write, args=(server.url, number), daemon=True) for number in range(4)]
        for writer in writers:
            writer.start()
        time.sleep(rng.uniform(0.2, 2.0))
        server.stop(kill=True)
        for writer in writers:
            writer.join(30)
    row = Row(f"{kills} kills while labels are written", len(acknowledged), "200", answers, worst)
    row.faults = _faults_of(file, acknowledged) + ([f"answers {dict(answers)}"] if set(answers) - {"200"} else [])
    left = Server(words, folder)
    folders = list((folder / "tmp").glob("genrelab-serve-*"))
    if len(folders) > 1:
        row.faults.append(f"{len(folders) - 1} folders of posters left by killed servers")
    left.stop()
    return row


def two_servers(folder: Path, words: list[str], catalog: Path, count: int = 40) -> Row:
    """Two servers write one file of labels, which neither has made yet, and take back."""
    for old in catalog.glob("labels.sqlite*"):
        old.unlink()
    servers = [Server([*words, "--who", name], folder) for name in ("one", "other")]
    ids, acknowledged, undone = _ids(catalog), [], []

    def write(turn: int) -> str:
        with servers[turn % 2].client() as client:
            answer = client.post(
                "/api/labels", json={"imdb_id": ids[turn % len(ids)], "genres": [f"Genre {turn}"], "queue": "attack"}
            )
            if answer.status_code == 200:
                acknowledged.append(answer.json()["id"])
            if turn % 10 == 0 and answer.status_code == 200:
                undone.append(client.delete("/api/labels/last").json()["undone"]["id"])
        return told(answer)

    row = carry_out(
        servers[0],
        Attack("two servers on one file of labels", {"200"}, [lambda t=t: write(t) for t in range(2 * count)], 16),
    )
    row.faults += _faults_of(catalog / "labels.sqlite", acknowledged)
    if len(set(undone)) != len(undone):
        row.faults.append("one decision was taken back twice")
    for server in servers:
        server.stop()
    return row


def _ids(catalog: Path) -> list[str]:
    return pd.read_parquet(catalog / "catalog.parquet", columns=["imdb_id"])["imdb_id"].tolist()


def _faults_of(file: Path, acknowledged: list[int]) -> list[str]:
    with contextlib.closing(sqlite3.connect(file)) as base:
        sound = base.execute("PRAGMA integrity_check").fetchone()[0]
        kept = {row[0] for row in base.execute("SELECT id FROM decisions")}
    faults = [] if sound == "ok" else [f"the file of labels is damaged: {sound}"]
    lost = set(acknowledged) - kept
    faults += [f"{len(lost)} acknowledged labels lost"] if lost else []
    return faults + (["two labels got one number"] if len(set(acknowledged)) != len(acknowledged) else [])


def port_taken(server: Server) -> Row:
    """A second server on the same port ends at once, with a sentence."""
    began = time.monotonic()
    words = [sys.executable, "-m", "genrelab.pipeline", "serve", *server.words, "--port", str(server.port)]
    made = subprocess.run(words, cwd=server.folder, capture_output=True, text=True, timeout=120, check=False)
    row = Row(
        "a port that is taken",
        1,
        "a sentence and a status",
        Counter([f"status {made.returncode}"]),
        time.monotonic() - began,
    )
    if made.returncode == 0 or "Traceback" in made.stderr or f"port {server.port}" not in made.stderr:
        row.faults.append(f"it said: {made.stderr[-300:]}")
    return judged(server, row)
