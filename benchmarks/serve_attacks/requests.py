"""Hostile requests: too much, too many, from elsewhere, malformed, with script in them."""

import csv
import io
import random
import socket
import time
from collections.abc import Callable, Iterator

import httpx

from .server import ALIVE_SECONDS, FORM, MULTIPART, Answer, Attack, Server, form, head, picture, predict, told, torn

SCRIPT = "<script>document.title='owned'</script>"
FORMULA = '=HYPERLINK("http://evil.example","x")'


def sizes(server: Server) -> Iterator[Attack]:
    """Too much of everything."""
    large = 300 * 2**20

    def posted(path: str, content: bytes | Callable[[], Iterator[bytes]], headers: dict[str, str]) -> Answer:
        def ask() -> str:
            with server.client() as client:
                return told(client.post(path, content=content() if callable(content) else content, headers=headers))

        return ask

    def endless() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
        for _ in range(large // 2**18):
            yield bytes(2**18)

    announced = head("POST /api/jobs", FORM, f"Content-Length: {large}")
    digits = head("POST /api/jobs", FORM, "Content-Length: " + "9" * 5000)
    yield Attack("300 MiB announced", {"413"}, [lambda: server.raw(announced)] * 4)
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
    inside = b"0\r\n\r\n" + head("GET /").replace(b"localhost", b"evil.example")
    odd = [
        b"\x16\x03\x01\x02\x00" + bytes(50),
        b"GET\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        head("TRACE /"),
        head("CONNECT evil.example:80"),
        head("GET http://evil.example/").replace(b"localhost", b"evil.example"),
        head("POST /api/jobs", FORM, "Content-Length: 4", "Transfer-Encoding: chunked") + inside,
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
    short = head("POST /api/jobs", FORM, "Content-Length: 20") + whole
    cut = head("POST /api/jobs", FORM, f"Content-Length: {len(whole) + 50}") + whole
    chunks = head("POST /api/jobs", FORM, "Transfer-Encoding: chunked") + b"ZZ\r\nx"
    minus = head("POST /api/jobs", FORM, "Content-Length: -1")
    wrong = [
        lambda: server.raw(short),
        lambda: server.raw(cut, end=True),
        lambda: server.raw(minus),
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
    mutated = [torn(whole, rng) for _ in range(200)]
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
                start = head("POST /api/predict", FORM, f"Content-Length: {len(body)}")
                line.sendall(start + body[: len(body) if number % 2 else 200])
            return "left"

        return ask

    yield Attack("100 clients that leave at once", {"left"}, [left(n) for n in range(100)], 100)
