"""Attack the page's server on loopback, as a hostile page, client, file or fault would.

    python -m benchmarks.attack_serve                        on a small model and catalogue that it makes
    python -m benchmarks.attack_serve --model model.joblib   on a model of yours (and --run, --catalog)
    python -m benchmarks.attack_serve --only zips labels     some of the attacks

The real server runs in a process of its own. The table says what was tried, how often, which answers were expected and
which were seen, the worst time to an answer, and the most memory the server held (the operating system's figure). After
every attack the server must answer within five seconds. The exit status is 1 when one attack fails.
"""

import argparse
import contextlib
import csv
import io
import json
import os
import random
import re
import socket
import sqlite3
import stat
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np
import pandas as pd
from PIL import Image

EXPERIMENT = """
title = "Attacked"
[target]
name = "multilabel"
min_support = 10
[split]
folds = 2
[thresholds]
inner_folds = 2
[feature_sets]
colour = ["brightness", "palette"]
[[grid]]
models = ["glm"]
"""
MOST_MEMORY = 2 * 2**30  # bytes of the server, whatever comes
ALIVE_SECONDS = 5.0  # in which it must say after every attack that it lives
HANG_SECONDS = 200.0
SCRIPT = "<script>document.title='owned'</script>"
FORMULA = '=HYPERLINK("http://evil.example","x")'
OUTSIDE = "its name in the zip leads outside"
Answer = Callable[[], str]


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
        self._said = (folder / "said.txt").open("a+", errors="replace")
        start = self._said.seek(0, os.SEEK_END)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "genrelab.pipeline", "serve", *words, "--port", "0"],
            cwd=folder,
            env=os.environ | {"TMPDIR": str(folder / "tmp")},
            stdout=self._said,
            stderr=subprocess.STDOUT,
        )
        until = time.monotonic() + 120
        while (found := re.search(r"http://127\.0\.0\.1:(\d+)/", self.said(start))) is None:
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the server did not start: {self.said(start)}")
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
        return (self.folder / "said.txt").read_text("utf-8", errors="replace")[start:]

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


MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}


def predict(server: Server, parts: Sequence[tuple[str, bytes]], **options: Any) -> str:
    """Drop posters: `answered`, the reasons of those that were not, or the status of a refusal."""
    with server.client() as client:
        answer = client.post("/api/predict", content=form(parts), headers=MULTIPART, **options)
    if answer.status_code != 200:
        return told(answer)
    rows = answer.json()["rows"]
    if len(rows) == 1 and rows[0]["status"] != "no answer" and rows[0]["reason"] is None:
        return "answered"
    return "; ".join(sorted({str(row["reason"]).removeprefix("poster: ") for row in rows}))


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


def _png(width: int, height: int, data: bytes, extra: bytes = b"") -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [header, *([extra] if extra else []), b"IDAT" + data, b"IEND"]
    made = [struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


# --- the attacks -----------------------------------------------------------------------------------------------------


def sizes(server: Server) -> Iterator[Attack]:
    """Too much of everything."""
    large = 300 * 2**20

    def posted(path: str, content: Any, headers: dict[str, str]) -> Answer:
        def ask() -> str:
            with server.client() as client:
                return told(client.post(path, content=content() if callable(content) else content, headers=headers))

        return ask

    def endless() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
        for _ in range(large // 2**18):
            yield bytes(2**18)

    head = f"POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: {large}\r\n\r\n".encode()
    digits = b"POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n"
    yield Attack("300 MiB announced", {"413"}, [lambda: server.raw(head)] * 4)
    yield Attack("a length of 5,000 digits", {"400", "413"}, [lambda: server.raw(digits)])
    yield Attack("300 MiB without a length", {"413"}, [posted("/api/jobs", endless, MULTIPART)] * 2)
    yield Attack(
        "a poster of 33 MiB", {"too large"}, [lambda: predict(server, [("a.jpg", b"\xff\xd8\xff" + bytes(33 * 2**20))])]
    )
    many = [(f"{number}.jpg", b"x") for number in range(1001)]
    yield Attack("1,001 posters", {"400", "413"}, [lambda: predict(server, many)])
    rows = b'{"format":"csv","rows":[' + b'{"file":"x"},' * (8 * 2**20) + b'{"file":"x"}]}'
    json_type = {"Content-Type": "application/json"}
    yield Attack("100 MiB of JSON, eight at once", {"413", "503"}, [posted("/api/table", rows, json_type)] * 8, 8)
    deep = b"[" * 200_000 + b"]" * 200_000
    yield Attack(
        "JSON 200,000 deep",
        {"400", "422"},
        [posted(p, deep, json_type) for p in ("/api/table", "/api/labels", "/api/titles")],
    )
    line = b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
    heads = b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: y\r\n" * 400_000 + b"\r\n"
    yield Attack(
        "an address of 200 kB, headers of 2 MB",
        {"400", "431", "closed"},
        [lambda: server.raw(line), lambda: server.raw(heads)],
    )
    bulk = form([(f"{number}.jpg", b"\xff\xd8\xff" + bytes(900_000)) for number in range(200)])
    yield Attack("180 MB of posters, 24 at once", {"202", "503"}, [posted("/api/jobs", bulk, MULTIPART)] * 24, 24)


def pictures(server: Server) -> Iterator[Attack]:
    """Pictures that are small as files and large in memory, or long to decode."""
    wide = _png(60_000, 60_000, zlib.compress(bytes(1000)))
    yield Attack("PNG of 3.6 gigapixels", {"too many pixels"}, [lambda: predict(server, [("a.png", wide)])] * 4)
    black = _png(7000, 5700, zlib.compress(bytes(5700 * (3 * 7000 + 1)), 9))
    yield Attack(
        "PNG of 40 megapixels, 16 at once", {"answered"}, [lambda: predict(server, [("a.png", black)])] * 16, 16
    )
    text = _png(10, 10, zlib.compress(bytes(10 * 31)), b"zTXta\0\0" + zlib.compress(bytes(200 * 2**20), 9))
    yield Attack(
        "PNG with 200 MiB of packed text", {"broken", "answered"}, [lambda: predict(server, [("a.png", text)])] * 4
    )
    tiff = (
        b"II*\0\x08\0\0\0"
        + struct.pack("<H", 3)
        + b"".join(
            struct.pack("<HHII", tag, 4, 1, value) for tag, value in ((256, 2**31 - 1), (257, 2**31 - 1), (262, 1))
        )
    )
    gif = b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0) + b";"
    jpeg = bytearray(picture())
    place = jpeg.find(b"\xff\xc0")
    jpeg[place + 5 : place + 9] = b"\xff\xff\xff\xff"
    lies = [tiff, gif, bytes(jpeg), b"BM" + bytes(16) + struct.pack("<ii", 2**31 - 1, 2**31 - 1) + bytes(28)]
    yield Attack(
        "TIFF, GIF, JPEG, BMP with sizes that lie",
        {"too many pixels", "broken", "truncated"},
        [lambda lie=lie: predict(server, [("a", lie)]) for lie in lies],
    )
    scans = _many_scans()
    yield Attack(
        "progressive JPEG of endless passes", {"too slow"}, [lambda: predict(server, [("a.jpg", scans)])] * 2, 2
    )
    others = (
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"%PDF-1.7",
        b"%!PS\n",
        b"\0" * 100,
    )
    yield Attack(
        "SVG, PDF, PostScript, zeros", {"unknown format"}, [lambda o=o: predict(server, [("a.jpg", o)]) for o in others]
    )


def _many_scans() -> bytes:
    """A progressive JPEG of 25 megapixels whose last pass comes again and again."""
    sink = io.BytesIO()
    Image.new("L", (5000, 5000), 128).save(sink, "JPEG", progressive=True)
    content = sink.getvalue()
    last = content.rfind(b"\xff\xda")
    return content[:-2] + content[last:-2] * 20_000 + content[-2:]


def zips(server: Server) -> Iterator[Attack]:
    """Zips that grow, nest, lie and lead elsewhere."""

    def sent(content: bytes) -> Answer:
        return lambda: predict(server, [("a.zip", content)])

    yield Attack("zip: 1 GiB of zeros in 1 MB", {"too large"}, [sent(zipped([("a.jpg", bytes(2**30))]))])
    flat = zipped([(f"{number}.jpg", bytes(31 * 2**20)) for number in range(60)])
    yield Attack("zip: 60 x 31 MiB of zeros, four at once", {"413", "503"}, [sent(flat)] * 4, 4)
    yield Attack("zip: 20,000 members", {"413"}, [sent(zipped([(f"{n}.jpg", b"") for n in range(20_000)]))])
    nested = zipped([("b.zip", zipped([("c.zip", zipped([("a.jpg", picture())]))]))])
    yield Attack("zip in a zip in a zip", {"an archive inside a zip, which is not opened"}, [sent(nested)])
    lying = bytearray(zipped([("a.jpg", bytes(64 * 2**20))]))
    place = lying.find(b"PK\x01\x02")
    lying[place + 24 : place + 28] = struct.pack("<I", 10)
    yield Attack("zip: 64 MiB that call themselves 10 bytes", {"too large", "damaged in its zip"}, [sent(bytes(lying))])
    packed = {"packed in a way that is not read", "too large"}
    lzma = bytearray(zipped([("a.jpg", bytes(30 * 2**20))], zipfile.ZIP_LZMA))
    start = 30 + len("a.jpg")
    lzma[start + 5 : start + 9] = b"\xff\xff\xff\x5f"  # a dictionary of 1.5 GiB
    slow = zipped([(f"{number}.jpg", bytes(31 * 2**20)) for number in range(20)], zipfile.ZIP_BZIP2)
    yield Attack("zip: LZMA that wants 1.5 GiB; bzip2", packed, [sent(bytes(lzma)), sent(slow)])
    link, device = zipfile.ZipInfo("link.jpg"), zipfile.ZipInfo("device.jpg")
    link.external_attr, device.external_attr = (stat.S_IFLNK | 0o777) << 16, (stat.S_IFCHR | 0o666) << 16
    yield Attack(
        "zip: links and devices",
        {"a link or device in a zip"},
        [sent(zipped([(i, b"/etc/passwd")])) for i in (link, device)],
    )
    paths = [
        "../a.jpg",
        "a/../../b.jpg",
        "/etc/passwd",
        "C:\\a.jpg",
        "C:a.jpg",
        "..\\..\\a.jpg",
        "\\\\host\\share\\a.jpg",
        "//host/a",
    ]
    yield Attack("zip: names that lead outside", {OUTSIDE}, [sent(zipped([(path, picture())])) for path in paths])
    odd = ["a\0b.jpg", "con.jpg", "a" * 60_000 + ".jpg", "\u202egpj.exe", "a\r\nX: y.jpg", "a//./b.jpg"]
    yield Attack(
        "zip: NUL, device, endless, turned names", {"answered"}, [sent(zipped([(name, picture())])) for name in odd]
    )
    rng = random.Random(0)
    sound = zipped([("a.jpg", picture()), ("b.jpg", picture(1))])
    torn = [_torn(sound, rng) for _ in range(100)]
    yield Attack("zip: 100 mutated", {"200"}, [lambda t=t: _two_hundred(predict(server, [("a.zip", t)])) for t in torn])


def _two_hundred(word: str) -> str:
    return word if word[:1] in "45" and word[:3].isdecimal() else "200"


def _torn(content: bytes, rng: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        data[rng.randrange(4, len(data))] = rng.randrange(256)
    return bytes(data[: rng.randint(20, len(data))] if rng.random() < 0.3 else data)


def names(server: Server) -> Iterator[Attack]:
    """Names of files and addresses that lead elsewhere."""
    tricks = [
        "../../../../etc/passwd",
        "/etc/passwd",
        "..\\..\\a.jpg",
        "C:\\a.jpg",
        "a\0.jpg",
        "\u202egpj.exe",
        "x" * 5000,
        "",
        ".",
    ]
    yield Attack(
        "file names that lead outside",
        {"answered"},
        [lambda t=t: predict(server, [(t, picture())]) for t in tricks if t],
    )
    paths = [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/%00",
        "/report/..%2frun.json",
        "/report/%2e%2e",
    ]
    paths += [
        "/api/titles/..%2f..%2fetc%2fpasswd/thumb.jpg",
        "/api/jobs/..%2f../0/thumb.jpg",
        "/api/titles/%00",
        "//evil.example/",
        "/\\evil",
    ]
    asked = [f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode() for path in paths]
    yield Attack("addresses that lead outside", {"404", "400"}, [lambda a=a: server.raw(a) for a in asked])

    def folders() -> str:
        with server.client() as client:
            job = client.post("/api/jobs", content=form([("a.jpg", picture())]), headers=MULTIPART).json()["job"]
            copies = [
                {"job": job, "row": 0, "name": t, "genres": ["../up", "/etc", "C:\\x", "con", "a\0b"]} for t in tricks
            ]
            answer = client.post("/api/folders", json=copies)
        inside = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
        bad = [
            name
            for name in inside
            if name.startswith("/") or ".." in name.split("/") or not name.isprintable() or "\\" in name
        ]
        return f"{answer.status_code} but {bad[0]!r}" if bad else str(answer.status_code)

    yield Attack("copies by genre with such names", {"200"}, [folders])

    def reference(value: str) -> Answer:
        def ask() -> str:
            with server.client() as client:
                return told(client.post("/api/explain", data={"poster": value}))

        return ask

    yield Attack(
        "posters by a path",
        {"404", "422"},
        [reference(v) for v in ("../../etc/passwd", "/etc/passwd", "a/0", "x/9999999", "tt\0")],
    )


def strangers(server: Server) -> Iterator[Attack]:
    """Pages of other sites, and other names for this machine."""

    def asked(method: str, path: str, headers: dict[str, str]) -> Answer:
        def ask() -> str:
            with server.client() as client:
                return told(client.request(method, path, headers=headers, content=b"{}" if method == "POST" else None))

        return ask

    hosts = [
        "evil.example",
        "127.0.0.1.evil.example",
        "evil.example:8765",
        "localhost.evil.example",
        "[::ffff:1.2.3.4]",
        "0.0.0.0",
    ]
    yield Attack(
        "a Host that is not this machine", {"421"}, [asked("GET", "/api/model", {"Host": host}) for host in hosts]
    )
    twice = b"GET /api/model HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    none = b"GET /api/model HTTP/1.1\r\nConnection: close\r\n\r\n"
    old = b"GET /api/model HTTP/1.0\r\n\r\n"
    yield Attack("two Hosts, or none", {"400", "421"}, [lambda b=b: server.raw(b) for b in (twice, none, old)])
    evil = [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ]
    calls = [
        ("POST", "/api/labels"),
        ("POST", "/api/jobs"),
        ("DELETE", "/api/labels/last"),
        ("GET", "/api/titles"),
        ("GET", "/api/model"),
    ]
    yield Attack("a page of another site", {"403"}, [asked(*call, headers) for call in calls for headers in evil])
    smuggled = b"POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"
    odd = [
        b"\x16\x03\x01\x02\x00" + bytes(50),
        b"GET\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        smuggled,
    ]
    odd += [
        b"CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    ]
    yield Attack(
        "requests that are none",
        {"400", "404", "405", "421", "422", "closed"},
        [lambda o=o: server.raw(o) for o in odd],
    )


def scripts(server: Server) -> Iterator[Attack]:
    """Script and formulas in names, titles and typed words, in every form an answer takes."""

    def safe(answer: httpx.Response) -> str:
        media = answer.headers.get("content-type", "")
        if SCRIPT in answer.text and "html" in media:
            return "script in a page"
        if answer.headers.get("x-content-type-options") != "nosniff" or "'unsafe" in answer.headers.get(
            "content-security-policy", "'unsafe"
        ):
            return "no policy"
        return "harmless"

    def got(path: str) -> Answer:
        def ask() -> str:
            with server.client() as client:
                return safe(client.get(path))

        return ask

    def sent(path: str, data: dict[str, str]) -> Answer:
        def ask() -> str:
            with server.client() as client:
                return safe(client.post(path, data=data))

        return ask

    quoted = SCRIPT.replace("<", "%3C").replace(">", "%3E").replace("/", "%2F")
    places = [
        "/",
        "/api",
        f"/{quoted}",
        f"/api/titles/{quoted}",
        f"/report/{quoted}",
        f"/api/titles?genre={quoted}",
        f"/api/titles?page={quoted}",
    ]
    places += ["/api/titles?size=200", "/api/map", "/api/facets", "/api/queue", "/api/openapi.json"]
    typed = [
        sent(path, {field: SCRIPT})
        for path in ("/api/predict", "/api/explain")
        for field in ("title", "year", "plot", "keywords", "genre", "poster")
    ]
    yield Attack("script in titles, names and addresses", {"harmless"}, [*(got(path) for path in places), *typed])
    cells = [FORMULA, "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1", SCRIPT]
    rows = [{"file": cell, "genres": [cell], "status": cell, "reason": cell, "scores": {cell: cell}} for cell in cells]

    def table(kind: str) -> Answer:
        def ask() -> str:
            with server.client() as client:
                answer = client.post("/api/table", json={"format": kind, "rows": rows})
            if answer.status_code != 200 or "attachment" not in answer.headers["content-disposition"]:
                return told(answer)
            if kind == "csv":
                lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
                bad = [
                    cell for line in lines for cell in line if cell[:1] in tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
                ]
            elif kind == "xlsx":
                from openpyxl import load_workbook

                sheet = load_workbook(io.BytesIO(answer.content))["posters"]
                bad = [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]
            else:
                bad = [row for row in answer.json()["rows"] if row["file"] not in cells]
            return f"a formula in {kind}" if bad else "harmless"

        return ask

    yield Attack("formulas in CSV, xlsx, JSON", {"harmless"}, [table(kind) for kind in ("csv", "xlsx", "json")])


def forms(server: Server) -> Iterator[Attack]:
    """Multipart bodies that are wrong in every place."""

    def sent(body: bytes, kind: str = MULTIPART["Content-Type"]) -> Answer:
        def ask() -> str:
            with server.client() as client:
                return told(client.post("/api/jobs", content=body, headers={"Content-Type": kind}))

        return ask

    whole = form([("a.jpg", picture())])
    refused = {"400", "422"}
    yield Attack(
        "form cut off at 40 places",
        refused,
        [sent(whole[:place]) for place in range(0, len(whole) - 4, max(1, len(whole) // 40))],
    )
    kinds = [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        'multipart/form-data; boundary="',
        "text/plain",
        "multipart/form-data; boundary=" + "y" * 9000,
    ]
    yield Attack("no boundary, or another", refused, [sent(whole, kind) for kind in kinds])
    head = b"POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: "
    short = head + b"20\r\n\r\n" + whole
    torn = head + str(len(whole) + 50).encode() + b"\r\n\r\n" + whole
    chunks = head.replace(b"Content-Length: ", b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nx")
    wrong = [
        lambda: server.raw(short),
        lambda: server.raw(torn, end=True),
        lambda: server.raw(head + b"-1\r\n\r\n"),
        lambda: server.raw(chunks),
    ]
    yield Attack("a length that is wrong", refused | {"closed"}, wrong)
    parts = (
        b"".join(b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' for _ in range(10_000)) + b"--x--\r\n"
    )
    headers = b'--x\r\nContent-Disposition: form-data; name="a"\r\n' + b"X: y\r\n" * 100_000 + b"\r\n1\r\n--x--\r\n"
    long = b'--x\r\nContent-Disposition: form-data; name="plot"\r\n\r\n' + b"w" * 5_000_000 + b"\r\n--x--\r\n"
    yield Attack(
        "10,000 parts, 100,000 headers, 5 MB of plot", {"400", "413"}, [sent(parts), sent(headers), sent(long)]
    )
    rng = random.Random(1)
    mutated = [_torn(whole, rng) for _ in range(200)]
    yield Attack("200 mutated forms", {"202", "400", "422"}, [sent(body) for body in mutated])


def crowd(server: Server) -> Iterator[Attack]:
    """A hundred clients at one time."""

    def own(number: int) -> Answer:
        def ask() -> str:
            with server.client() as client:
                answer = client.post(
                    "/api/predict", content=form([(f"{number}.jpg", picture(number))]), headers=MULTIPART
                )
            if answer.status_code != 200:
                return told(answer)
            return "own answer" if answer.json()["rows"][0]["file"] == f"{number}.jpg" else "another's answer"

        return ask

    def life() -> str:
        time.sleep(random.random())
        return "alive" if server.alive() < ALIVE_SECONDS else "no sign of life"

    yield Attack(
        "100 clients at one time, signs of life between",
        {"own answer", "503", "alive"},
        [*(own(n) for n in range(100)), *[life] * 10],
        110,
    )

    def left(number: int) -> Answer:
        def ask() -> str:
            with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
                body = form([(f"{number}.jpg", picture(number))])
                head = f"POST /api/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: {MULTIPART['Content-Type']}\r\nContent-Length: {len(body)}\r\n\r\n"
                line.sendall(head.encode() + body[: len(body) if number % 2 else 200])
            return "left"

        return ask

    yield Attack("100 clients that leave at once", {"left"}, [left(n) for n in range(100)], 100)


def slow(server: Server, most: float = 150.0) -> Row:
    """Clients that send a byte a second, whose headers never end, or that never read; others are served meanwhile."""
    began, lines, ended = time.monotonic(), [], []
    body = b"POST /api/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n--x\r\n"
    starts = [body] * 80 + [b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: "] * 250 + [b""] * 100
    starts += [b"GET /static/poster.js HTTP/1.1\r\nHost: localhost\r\n\r\n" * 200] * 20
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


GROUPS: dict[str, Callable[[Server], Iterator[Attack]]] = {
    "sizes": sizes,
    "pictures": pictures,
    "zips": zips,
    "names": names,
    "strangers": strangers,
    "scripts": scripts,
    "forms": forms,
    "crowd": crowd,
}


def make(folder: Path, titles: int) -> tuple[Path, Path, Path]:
    """A catalogue with hostile titles, a run and its model."""
    from genrelab.pipeline.catalog.table import load_catalog, save_catalog
    from genrelab.pipeline.cli import main as genrelab
    from genrelab.pipeline.demo.generate import generate_demo

    catalog = generate_demo(folder / "catalog", n_titles=titles, seed=3)
    table = load_catalog(catalog).titles
    table["title"] = [
        (SCRIPT, FORMULA, "a\u202eb")[row % 3] if row < 30 else name for row, name in enumerate(table["title"])
    ]
    save_catalog(table, folder / "catalog" / "catalog.parquet")
    (folder / "attack.toml").write_text(EXPERIMENT, "utf-8")
    run, model = folder / "run", folder / "model.joblib"
    shared = ["--catalog", str(folder / "catalog"), "--features", str(folder / "features"), "--jobs", "1"]
    settings = str(folder / "attack.toml")
    for words in (
        ["compare", settings, "--out", str(run), "--no-report", *shared],
        ["export", str(run), "--experiment", settings, "--out", str(model), *shared],
    ):
        if genrelab(words):
            raise RuntimeError(f"genrelab {words[0]} failed")
    return model, run, folder / "catalog"


def show(row: Row) -> None:
    """One line of the table, and what is wrong below it."""
    seen = ", ".join(f"{word} ({count})" if count > 1 else word for word, count in row.seen.most_common(4))
    memory = f"{row.memory / 2**20:,.0f}" if row.memory else ""
    print(
        f"{row.attack:<48} {row.tries:>6} {row.expected[:34]:<34} {seen[:60]:<60} {row.worst:>7.2f} {memory:>7}  "
        f"{'FAILS' if row.faults else 'holds'}",
        flush=True,
    )
    for fault in row.faults:
        print(f"    {fault}", flush=True)


def main(words: list[str] | None = None) -> int:
    """Attack, print the table, return 1 when something failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="default: a small one, made of a synthetic catalogue")
    parser.add_argument("--run", type=Path, help="of the model")
    parser.add_argument("--catalog", type=Path, help="its folder; labels.sqlite is written into it")
    parser.add_argument("--titles", type=int, default=200, help="of the catalogue that is made (default 200)")
    parser.add_argument("--kills", type=int, default=10, help="of the server while labels are written (default 10)")
    parser.add_argument("--only", nargs="+", choices=[*GROUPS, "slow", "labels", "port"], help="these attacks alone")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="the table as JSON")
    options = parser.parse_args(words)
    chosen, rows = options.only or [*GROUPS, "slow", "labels", "port"], []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        if options.model is None:
            options.model, options.run, options.catalog = make(folder, options.titles)
        said = [str(options.model.resolve())]
        said += ["--run", str(options.run.resolve())] if options.run else []
        said += ["--catalog", str(options.catalog.resolve())] if options.catalog else []
        print(f"{'attack':<48} {'tries':>6} {'expected':<34} {'seen':<60} {'worst s':>7} {'MiB':>7}")
        server = Server(said, folder).ready()

        def add(row: Row) -> None:
            rows.append(row)
            show(row)

        for name in (name for name in GROUPS if name in chosen):
            for attack in GROUPS[name](server):
                add(carry_out(server, attack))
        if "slow" in chosen:
            add(slow(server))
        if "port" in chosen:
            add(port_taken(server))
        server.stop()
        if left := [path.name for path in (folder / "tmp").iterdir()]:
            add(Row("the server's end", 1, "nothing left", Counter(left), 0.0, faults=[f"left: {', '.join(left[:5])}"]))
        if "labels" in chosen and options.catalog:
            add(labels(folder, said, options.catalog, options.kills, options.seed))
            add(two_servers(folder, said, options.catalog))
    failed = sum(bool(row.faults) for row in rows)
    print(f"{len(rows)} attacks, {sum(row.tries for row in rows):,} tries, {failed} failed")
    if options.out:
        content = [vars(row) | {"seen": dict(row.seen)} for row in rows]
        options.out.write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
