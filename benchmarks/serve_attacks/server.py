"""The server in a process of its own, what is sent to it, and what an attack and its outcome are."""

import contextlib
import io
import itertools
import os
import random
import re
import socket
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np
from PIL import Image

MOST_MEMORY = 2 * 2**30  # bytes of the server, whatever comes
ALIVE_SECONDS = 5.0  # in which it must say after every attack that it lives
HANG_SECONDS = 200.0
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}
FORM = "Content-Type: multipart/form-data; boundary=x"
Answer = Callable[[], str]
_NUMBERS = itertools.count()


class Server:
    """`genrelab serve` in a process of its own, on a free port of loopback.

    Parameters
    ----------
    words : list of str
        Model and options.
    folder : Path
        Where it works; its temporary files go into `tmp` there.
    """

    def __init__(self, words: Sequence[str], folder: Path):
        self.words, self.folder = list(words), folder
        (folder / "tmp").mkdir(exist_ok=True)
        self._file = folder / f"said-{next(_NUMBERS)}.txt"
        self._said = self._file.open("w", errors="replace")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "genrelab.pipeline", "serve", *words, "--port", "0"],
            cwd=folder,
            env=os.environ | {"TMPDIR": str(folder / "tmp")},
            stdout=self._said,
            stderr=subprocess.STDOUT,
        )
        until = time.monotonic() + 120
        while (found := re.search(r"http://127\.0\.0\.1:(\d+)/", self.said())) is None:
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the server did not start: {self.said()}")
            time.sleep(0.05)
        self.port = int(found[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._heard = len(self.said())

    def new_words(self) -> str:
        """What it printed since it was last asked; a server that is attacked says nothing."""
        words = self.said(self._heard)
        self._heard += len(words)
        return words

    def said(self, start: int = 0) -> str:
        """What it printed."""
        return self._file.read_text("utf-8", errors="replace")[start:]

    def client(self, **options: Any) -> httpx.Client:
        """A client that asks this server and no proxy."""
        return httpx.Client(base_url=self.url, timeout=HANG_SECONDS, trust_env=False, **options)

    def alive(self) -> float:
        """Seconds to an answer about its health; infinite where none came."""
        began = time.monotonic()
        with contextlib.suppress(httpx.HTTPError), self.client() as client:
            if client.get("/api/health", timeout=ALIVE_SECONDS).status_code == 200:
                return time.monotonic() - began
        return float("inf")

    def ready(self) -> "Server":
        """Wait until the model is warm and the catalogue has been looked at."""
        with self.client() as client:
            while True:
                health = client.get("/api/health").json()
                if health["warm"] and (health["vectors"] is None or health["vectors"]["ready"]):
                    return self
                time.sleep(0.1)

    def memory(self) -> int:
        """The most bytes it has held so far."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024

    def raw(self, content: bytes, wait: float = 30.0, end: bool = False) -> str:
        """Send bytes as they are; the status of the answer, `closed` without one, or `hangs`."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as line:
            with contextlib.suppress(ConnectionError):  # refused before all was sent: the answer is there
                line.sendall(content)
                if end:
                    line.shutdown(socket.SHUT_WR)
            return _status(line)

    def forget_memory(self) -> None:
        """Let what it holds now be the most it has held."""
        with contextlib.suppress(OSError):
            Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def stop(self, kill: bool = False) -> None:
        """End it: politely, or as the operating system would when memory runs out."""
        (self.process.kill if kill else self.process.terminate)()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._said.close()


def _status(line: socket.socket) -> str:
    try:
        words = line.recv(4096).split(b" ", 2)
    except TimeoutError:
        return "hangs"
    except ConnectionError:
        return "closed"
    return words[1].decode() if len(words) > 1 else "closed"


class Attack(NamedTuple):
    """Something that is tried; each try gives a word, and every word must be among the good ones."""

    name: str
    good: set[str]
    tries: list[Answer]
    at_once: int = 1


@dataclass
class Row:
    """What came of an attack."""

    attack: str
    tries: int
    expected: str
    seen: Counter[str]
    worst: float
    memory: int = 0
    faults: list[str] = field(default_factory=list)


def carry_out(server: Server, attack: Attack) -> Row:
    """Try everything, then look whether the server lives and what it took."""

    def timed(one: Answer) -> tuple[str, float]:
        began = time.monotonic()
        try:
            return one(), time.monotonic() - began
        except httpx.TimeoutException:
            return "hangs", time.monotonic() - began
        except (httpx.HTTPError, OSError) as fault:
            return f"no answer ({type(fault).__name__})", time.monotonic() - began

    server.forget_memory()
    with ThreadPoolExecutor(attack.at_once) as pool:
        found = list(pool.map(timed, attack.tries))
    seen = Counter(word for word, _ in found)
    row = Row(attack.name, len(found), " or ".join(sorted(attack.good)), seen, max(s for _, s in found))
    row.faults = [f"{word}, {count} times" for word, count in seen.items() if word not in attack.good]
    return judged(server, row)


def judged(server: Server, row: Row) -> Row:
    """The row with what the server is like after it."""
    if server.process.poll() is not None:
        row.faults.append(f"the server ended with {server.process.returncode}")
        return row
    if (seconds := server.alive()) > ALIVE_SECONDS:
        row.faults.append(f"afterwards no sign of life within {seconds:.0f} s")
    row.memory = server.memory()
    if row.memory > MOST_MEMORY:
        row.faults.append(f"the server held {row.memory / 2**20:,.0f} MiB")
    if said := server.new_words():
        row.faults.append(f"it said: {said[-300:]}")
    return row


def head(first: str, *lines: str) -> bytes:
    """The head of a request to this machine, such as `POST /api/jobs` and `Content-Length: 5`."""
    return "\r\n".join([f"{first} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode()


def told(answer: httpx.Response) -> str:
    """The status, and whether a refusal came with its sentence."""
    if answer.status_code < 400:
        return str(answer.status_code)
    try:
        sentence = answer.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return f"{answer.status_code} without a sentence"
    return str(answer.status_code) if isinstance(sentence, str) and sentence else f"{answer.status_code} without one"


def form(parts: Sequence[tuple[str, bytes]], end: bool = True) -> bytes:
    """A multipart body with boundary `x`; names go in as they are."""
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="'
        + name.encode("utf-8", "surrogateescape")
        + b'"\r\n\r\n'
        + content
        + b"\r\n"
        for name, content in parts
    )
    return body + (b"--x--\r\n" if end else b"")


def predict(server: Server, parts: Sequence[tuple[str, bytes]], **options: Any) -> str:
    """Drop posters: `answered`, the reasons of those that were not, or the status of a refusal."""
    with server.client() as client:
        answer = client.post("/api/predict", content=form(parts), headers=MULTIPART, **options)
    if answer.status_code != 200:
        return told(answer)
    rows = answer.json()["rows"]
    if len(rows) == 1 and rows[0]["status"] != "no answer" and rows[0]["reason"] is None:
        return "answered"
    return "; ".join(sorted({str(row["reason"]).removeprefix("poster ") for row in rows}))


def picture(seed: int = 0, size: tuple[int, int] = (120, 180), kind: str = "JPEG") -> bytes:
    """A sound picture."""
    values, sink = np.random.default_rng(seed).integers(0, 255, (6, 4, 3), dtype=np.uint8), io.BytesIO()
    Image.fromarray(values).resize(size).save(sink, kind)
    return sink.getvalue()


def zipped(members: Sequence[tuple[zipfile.ZipInfo | str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members, with names that no tool would write."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content, compress_type=method)
    return sink.getvalue()


def torn(content: bytes, rng: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        data[rng.randrange(4, len(data))] = rng.randrange(256)
    return bytes(data[: rng.randint(20, len(data))] if rng.random() < 0.3 else data)
