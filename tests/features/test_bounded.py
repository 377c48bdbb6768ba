"""A pass over posters neither hangs nor eats memory, whatever lies where a poster should."""

import hashlib
import io
import os
import struct
import threading
import time
from pathlib import Path

import pytest
from PIL import Image

from genrelab.features import bounded
from genrelab.features.bounded import Refused, hash_file, pixels_at_once, read_file
from genrelab.features.poster.read import read_poster
from genrelab.features.poster.single_pass import poster_features


def many_scans(size: int, scans: int) -> bytes:
    """A sound progressive JPEG with one of its scans repeated: small as a file, long to decode."""
    sink = io.BytesIO()
    Image.new("L", (size, size), 90).save(sink, "JPEG", progressive=True)
    content = sink.getvalue()
    starts = []
    place = 2
    while content[place : place + 2] != b"\xff\xd9":  # walk the segments; a scan's data lasts to the next marker
        length = struct.unpack(">H", content[place + 2 : place + 4])[0]
        end = place + 2 + length
        if content[place + 1] == 0xDA:
            while not (content[end] == 0xFF and content[end + 1] not in (0, *range(0xD0, 0xD8))):
                end += 1
            starts.append((place, end))
        place = end
    last = content[starts[-1][0] : starts[-1][1]]
    return content[:-2] + last * scans + b"\xff\xd9"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_what_is_no_regular_file_gets_its_status_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    began = time.monotonic()
    paths = [tmp_path / "pipe.jpg", Path("/dev/zero"), tmp_path, tmp_path / "none.jpg", None, Refused("/etc/passwd")]
    frame = poster_features(paths, ["posters"], n_jobs=1)["posters"]
    assert frame["posters_status"].tolist() == [
        "not a file",
        "not a file",
        "not a file",
        "missing",
        "missing",
        "outside the catalogue's folder",
    ]
    assert time.monotonic() - began < 5


def test_a_file_is_never_read_past_the_limit(tmp_path):
    path = tmp_path / "big"
    path.write_bytes(b"x" * 1000)
    assert read_file(path, 1000) == (b"x" * 1000, "ok")
    assert read_file(path, 999) == (None, "too large")
    # A file that reports no size and has content all the same, as files in /proc do.
    if Path("/proc/self/maps").exists():
        assert read_file("/proc/self/maps", 100) == (None, "too large")
        assert read_file("/proc/self/status")[1] == "ok"


def test_the_hash_of_a_large_file_is_taken_without_keeping_it(tmp_path):
    path, content = tmp_path / "file", os.urandom(3 * 2**20)
    path.write_bytes(content)
    key = hashlib.sha256(content).hexdigest()
    assert hash_file(path) == (key, None)
    assert hash_file(path, keep=len(content)) == (key, content)
    assert hash_file(path, max_bytes=10) == (None, None)


def test_threads_hold_no_more_pixels_than_allowed(monkeypatch):
    monkeypatch.setattr(bounded, "_PIXELS", bounded._Budget(100))
    held, most, lock = 0, 0, threading.Lock()

    def work(pixels):
        nonlocal held, most
        with pixels_at_once(pixels):
            with lock:
                held += min(pixels, 100)
                most = max(most, held)
            time.sleep(0.002)
            with lock:
                held -= min(pixels, 100)

    threads = [threading.Thread(target=work, args=(pixels,)) for pixels in [60, 30, 500, 10, 99, 1] * 8]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
        assert not thread.is_alive()
    assert 60 <= most <= 100


def test_a_small_file_that_takes_long_to_decode_is_given_up():
    content = many_scans(2000, 3000)
    assert len(content) < 2**20
    began = time.thread_time()
    assert read_poster(content, max_seconds=0.3).status == "too slow"
    assert time.thread_time() - began < 3
    assert read_poster(many_scans(200, 2)).status == "ok"
