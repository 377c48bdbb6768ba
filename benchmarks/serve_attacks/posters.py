"""Hostile files: pictures and zips that grow, lie and last, and names that lead elsewhere."""

import io
import random
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from PIL import Image

from .server import MULTIPART, Answer, Attack, Server, form, picture, predict, told, torn, zipped

OUTSIDE = "its name in the zip leads outside"


def _png(width: int, height: int, data: bytes, extra: bytes = b"") -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = [header, *([extra] if extra else []), b"IDAT" + data, b"IEND"]
    made = [struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) for part in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


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
    mutated = [torn(sound, rng) for _ in range(100)]
    yield Attack(
        "zip: 100 mutated", {"200"}, [lambda t=t: _two_hundred(predict(server, [("a.zip", t)])) for t in mutated]
    )


def _two_hundred(word: str) -> str:
    return word if word[:1] in "45" and word[:3].isdecimal() else "200"


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
        {"answered", "400"},
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
