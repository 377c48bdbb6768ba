"""Poster downloads against a real server on loopback: verified, resumable, named by content."""

import errno
import hashlib
import json
import time
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import Image

from genrelab.features.poster.read import read_poster
from genrelab.pipeline.sources import download as poster_download
from genrelab.pipeline.sources.download import LOG, download_posters, is_grey, purge_posters
from genrelab.pipeline.sources.http import GaveUpError

FAST = {"rate": 500, "concurrency": 4, "attempts": 4, "backoff": 0.02, "deadline": 0.5}


@pytest.fixture
def server(tmdb_server):
    with tmdb_server.TmdbServer(films={}) as running:
        yield running


def addresses(server, numbers):
    base = server.base_url.removesuffix("/3")
    return {f"tt{number:07d}": f"{base}/images/w342/poster{number}.jpg" for number in numbers}


def test_files_are_named_by_content_and_verified(server, tmp_path, tmdb_server):
    seen = []
    status = download_posters(addresses(server, range(1, 21)), tmp_path, progress=seen.append, **FAST)
    assert status["status"].eq("ok").all() and sum(seen) == 20
    for number, row in zip(range(1, 21), status.itertuples(), strict=True):
        content = (tmp_path / row.poster).read_bytes()
        assert content == tmdb_server.poster_bytes(number)
        assert row.poster == f"{row.sha256[:2]}/{row.sha256}.jpg" and row.bytes == len(content)
        assert row.sha256 == hashlib.sha256(content).hexdigest()
        assert (row.width, row.height) == (92, 138)
        assert row.grey == (number % 10 == 0)


def test_second_run_asks_for_nothing_and_a_lost_file_comes_back(server, tmp_path):
    urls = addresses(server, range(1, 9))
    first = download_posters(urls, tmp_path, **FAST)
    assert len(server.seen) == 8
    assert download_posters(urls, tmp_path, **FAST).equals(first) and len(server.seen) == 8
    (tmp_path / first["poster"][2]).unlink()
    (tmp_path / first["poster"][5]).write_bytes(b"cut")
    again = download_posters(urls, tmp_path, **FAST)
    assert len(server.seen) == 10 and again["poster"].equals(first["poster"])


@pytest.mark.parametrize("fault", ["503", "429", "reset", "cut", "html", "empty", "truncated gzip", "drip"])
def test_faults_are_survived(server, tmp_path, fault):
    server.fault = lambda number, key: fault if number in (2, 3, 7) else None
    status = download_posters(addresses(server, range(1, 9)), tmp_path, **FAST)
    assert status["status"].eq("ok").all()
    assert not server.repeated()


def test_failures_are_rows_with_a_status(server, tmp_path):
    urls = addresses(server, [1, 900_001, 2, 3])
    server.fault = lambda number, key: "html" if "poster2." in key else None
    status = download_posters(urls, tmp_path, **FAST)["status"].tolist()
    assert status[0] == status[3] == "ok"
    assert status[1] == "not there (404)"
    assert status[2].startswith("failed: ") and "expected a picture" in status[2] and "text/html" in status[2]
    before = len(server.seen)
    server.fault = lambda number, key: None
    assert download_posters(urls, tmp_path, **FAST)["status"].tolist() == ["ok", "not there (404)", "ok", "ok"]
    assert len(server.seen) == before + 1  # the 404 stands
    download_posters(urls, tmp_path, retry_failed=True, **FAST)
    assert len(server.seen) == before + 2


def test_addresses_that_moved_or_are_none(server, tmp_path):
    base = server.base_url.removesuffix("/3")
    urls = {
        "tt0000001": f"{base}/moved/images/w1/poster1.jpg",
        "tt0000002": "ftp://x/y.jpg",
        "tt0000003": "not an address",
    }
    status = download_posters(urls, tmp_path, **FAST)["status"].tolist()
    assert status[0] == "ok" and all("cannot be asked for" in one for one in status[1:])
    assert len(server.seen) == 2  # the address and where it points


def test_server_down_for_good_ends_the_run(server, tmp_path):
    server.fault = lambda number, key: "503" if number >= 10 else None
    with pytest.raises(GaveUpError, match=r"25 posters in a row.*same command again"):
        download_posters(addresses(server, range(1, 60)), tmp_path, **(FAST | {"attempts": 1}))
    server.fault = lambda number, key: None
    assert download_posters(addresses(server, range(1, 60)), tmp_path, **FAST)["status"].eq("ok").all()
    assert not server.repeated()


def test_log_line_cut_by_a_kill_is_asked_for_again(server, tmp_path):
    urls = addresses(server, range(1, 5))
    download_posters(urls, tmp_path, **FAST)
    log = tmp_path / LOG
    log.write_bytes(log.read_bytes()[:-30])
    assert download_posters(urls, tmp_path, **FAST)["status"].eq("ok").all()
    assert len(server.seen) == 5
    assert sum(1 for line in log.read_text().splitlines() if line.startswith("{") and line.endswith("}")) == 4
    download_posters(urls, tmp_path, **FAST)
    assert len(server.seen) == 5


def test_full_disk_stops_and_a_restart_goes_on(server, tmp_path, monkeypatch):
    urls = addresses(server, range(1, 13))
    real, written = poster_download.replacing, []

    @contextmanager
    def full_after_five(path):
        if len(written) >= 5:
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        written.append(path)
        with real(path) as temporary:
            yield temporary

    monkeypatch.setattr(poster_download, "replacing", full_after_five)
    with pytest.raises(OSError, match="No space left"):
        download_posters(urls, tmp_path, **FAST)
    monkeypatch.setattr(poster_download, "replacing", real)
    assert download_posters(urls, tmp_path, **FAST)["status"].eq("ok").all()
    assert len(server.repeated()) <= FAST["concurrency"]


def test_resize_as_the_study_does(server, tmp_path):
    urls = addresses(server, [1, 2])
    download_posters(urls, tmp_path, **FAST)
    status = download_posters(urls, tmp_path, resize=(128, 192), **FAST)
    assert len(server.seen) == 4  # other pixels were wanted
    for name in status["poster"]:
        poster = read_poster(tmp_path / name)
        assert poster.format == "png" and poster.image.size == (128, 192)


def test_purge_deletes_old_posters_only(server, tmp_path):
    status = download_posters(addresses(server, [1, 2, 3]), tmp_path, **FAST)
    lines = [json.loads(line) for line in (tmp_path / LOG).read_text().splitlines()]
    for line in lines:
        if line["imdb_id"] == "tt0000002":
            line["fetched"] -= 181 * 86_400
    (tmp_path / LOG).write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert purge_posters(tmp_path, 180 * 86_400.0, clock=time.time) == 1
    assert [(tmp_path / name).exists() for name in status["poster"]] == [True, False, True]
    assert purge_posters(tmp_path, -float("inf")) == 2


def test_grey_by_pixels():
    colour = np.zeros((20, 10, 3), np.uint8)
    colour[:2, :, 0] = 200
    assert not is_grey(colour)
    assert is_grey(np.asarray(Image.linear_gradient("L").convert("RGB")))
