"""The fault matrix: after each trouble a restart gives the catalogue of an undisturbed run."""

import asyncio
import logging
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote_plus

import pandas as pd
import pytest
from tmdb_server import FAULTS, TOKEN, TmdbServer, poster_bytes

from genrelab.pipeline.sources.http import GaveUpError
from genrelab.pipeline.sources.tmdb.client import TokenError
from genrelab.pipeline.sources.tmdb.crawl import Plan
from genrelab.pipeline.sources.tmdb.source import fetch
from genrelab.pipeline.sources.tmdb.store import AnswerStore, StoreError

PLAN = Plan(genres=("Comedy", "Drama"), per_genre=25, first_year=1998, last_year=2002)
FAST = {"rate": 400, "concurrency": 4, "attempts": 6, "backoff": 0.02, "deadline": 2.0}
PATIENT = {"deadline": 30.0}  # where nothing hangs: on a busy machine an answer may take more than two seconds


def crawl(server, path, plan=PLAN, **manners):
    with AnswerStore(path) as store:
        return asyncio.run(fetch(TOKEN, store, plan, "w342", server.base_url, **(FAST | manners)))


def same(left, right):
    pd.testing.assert_frame_equal(left.titles, right.titles)
    parts = [
        {key: address.rpartition("/")[2] for key, address in one.poster_urls.items()} for one in (left, right)
    ]  # the port differs
    assert parts[0] == parts[1]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    with TmdbServer() as server:
        fetched = crawl(server, tmp_path_factory.mktemp("quiet") / "answers.sqlite", **PATIENT)
        assert not server.repeated()
    assert len(fetched.titles) > 35
    return fetched


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_survived(fault, undisturbed, tmp_path):
    with TmdbServer() as server:
        server.fault = lambda number, key: fault if number % 11 == 3 else None
        fetched = crawl(server, tmp_path / "answers.sqlite")
        hits = [one for one in server.seen if one.fault]
        assert len(hits) >= 4
        assert all(server.answered()[hit.key] == 1 for hit in hits)  # none was taken for an answer
        assert not server.repeated()
    same(fetched, undisturbed)


@pytest.mark.parametrize("fault", ["500", "502", "503"])
def test_burst_of_server_errors(fault, undisturbed, tmp_path):
    with TmdbServer() as server:
        server.fault = lambda number, key: fault if 10 <= number < 22 else None
        same(crawl(server, tmp_path / "answers.sqlite", **PATIENT), undisturbed)
        assert not server.repeated()


def test_retry_after_holds_everybody_back(undisturbed, tmp_path):
    with TmdbServer() as server:
        server.retry_after = 0.8
        server.fault = lambda number, key: "429 with Retry-After" if number == 20 else None
        same(crawl(server, tmp_path / "answers.sqlite"), undisturbed)
        refused = server.seen[20].at
        inside = [one for one in server.seen if 0 < one.at - refused < server.retry_after]
    assert len(inside) <= 2 * FAST["concurrency"]  # those already on their way


def test_slow_drip_ends_at_the_deadline(undisturbed, tmp_path):
    with TmdbServer() as server:
        server.drip_seconds = 30.0
        server.fault = lambda number, key: "drip" if number == 9 else None
        began = time.monotonic()
        same(crawl(server, tmp_path / "answers.sqlite"), undisturbed)
        assert time.monotonic() - began < 8


def test_everything_at_once(undisturbed, tmp_path):
    chooser = random.Random(7)
    quick = [fault for fault in FAULTS if fault not in ("drip", "429 with Retry-After", "429 with a date")]
    with TmdbServer() as server:
        server.fault = lambda number, key: chooser.choice(quick) if chooser.random() < 0.3 else None
        same(crawl(server, tmp_path / "answers.sqlite", attempts=14), undisturbed)
        assert not server.repeated()


def test_expired_token_stops_with_one_sentence_and_loses_nothing(undisturbed, tmp_path):
    store = tmp_path / "answers.sqlite"
    with TmdbServer() as server:

        def expire(number, key):
            if number == 25:
                server.token = "another"

        server.fault = expire
        with pytest.raises(TokenError, match=r"refuses the token.*same command again") as caught:
            crawl(server, store)
        assert TOKEN not in str(caught.value)
        answered = sum(server.answered().values())
        assert answered >= 20
        with AnswerStore(store) as kept:
            assert len(kept) == answered
        server.token, server.fault = TOKEN, lambda number, key: None
        same(crawl(server, store), undisturbed)
        assert not server.repeated()


def test_title_without_a_good_answer_is_told_and_asked_for_again(undisturbed, tmp_path):
    bad = int(undisturbed.titles["tmdb_id"].iloc[5])
    with TmdbServer() as server:
        server.fault = lambda number, key: "missing fields" if key.startswith(f"/movie/{bad}?") else None
        partial = crawl(server, tmp_path / "answers.sqlite", attempts=2)
        assert partial.report.dropped == {"no good answer (run again to retry)": 1}
        assert any(f"title {bad}" in note and "lacks 'id'" in note for note in partial.report.notes)
        assert set(undisturbed.titles["tmdb_id"]) - set(partial.titles["tmdb_id"]) == {bad}
        server.fault = lambda number, key: None
        same(crawl(server, tmp_path / "answers.sqlite"), undisturbed)
        assert not server.repeated()


def test_server_down_for_good_ends_the_run(tmp_path, undisturbed):
    with TmdbServer() as server:
        server.fault = lambda number, key: "503" if key.startswith("/movie/") else None
        with pytest.raises(GaveUpError, match=r"10 titles in a row.*same command again later"):
            crawl(server, tmp_path / "answers.sqlite", attempts=2)
        server.fault = lambda number, key: None
        same(crawl(server, tmp_path / "answers.sqlite"), undisturbed)
        assert not server.repeated()


def test_server_that_asks_for_a_day_is_not_waited_for(tmp_path):
    with TmdbServer() as server:
        server.fault = lambda number, key: "429 with Retry-After"
        with pytest.raises(GaveUpError, match="asks to wait"), AnswerStore(tmp_path / "a.sqlite") as store:
            asyncio.run(fetch(TOKEN, store, PLAN, None, server.base_url, **FAST, longest_retry_after=0.05))


def test_full_disk_stops_and_a_restart_goes_on(undisturbed, tmp_path):
    path = tmp_path / "answers.sqlite"
    with TmdbServer() as server:
        with AnswerStore(path, max_bytes=24_000) as store, pytest.raises(StoreError, match="make room"):
            asyncio.run(fetch(TOKEN, store, PLAN, "w342", server.base_url, **FAST))
        with AnswerStore(path) as store:
            kept = len(store)
        assert kept > 5
        same(crawl(server, path), undisturbed)
        # What was answered but could not be written, at most one answer per connection, is asked for once more.
        assert len(server.repeated()) <= FAST["concurrency"]


def test_rate_is_never_exceeded(tmp_path):
    with TmdbServer(allowed_rate=40) as server:
        chooser = random.Random(1)
        server.fault = lambda number, key: "500" if chooser.random() < 0.2 else None
        began = time.monotonic()
        crawl(server, tmp_path / "a.sqlite", Plan(("Drama",), 20, 1998, 2002), rate=20, concurrency=16)
        elapsed = time.monotonic() - began
        assert server.rate_exceeded == 0
        assert server.busiest(1.0) <= 21  # 20 spaced evenly, and one at the window's edge
        assert len(server.seen) <= 20 * elapsed + 1


def test_answers_expire_after_180_days(undisturbed, tmp_path):
    path = tmp_path / "answers.sqlite"
    with TmdbServer() as server:
        crawl(server, path)
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE answers SET fetched = fetched - ?", (181 * 86_400,))
        connection.close()
        same(crawl(server, path), undisturbed)
        assert set(server.answered().values()) == {2}


def test_token_is_nowhere_but_in_the_header(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    with TmdbServer() as server:
        server.fault = lambda number, key: "500" if number == 3 else None
        crawl(server, tmp_path / "answers.sqlite")
        assert all(f"authorization: Bearer {TOKEN}".lower() in head.lower() for head in server.headers)
        assert not any(TOKEN in one.key for one in server.seen)
    assert TOKEN not in caplog.text
    for file in tmp_path.iterdir():
        assert TOKEN.encode() not in file.read_bytes()


def kept_requests(path):
    """The requests whose answers a store holds, spelled as the server spells them."""
    if not path.exists():
        return set()
    with AnswerStore(path) as store:
        return {unquote_plus(row[0]) for row in store.connection.execute("SELECT request FROM answers")}


@pytest.mark.slow
def test_killed_at_random_moments(undisturbed, tmp_path):
    """SIGKILL again and again: the last run's catalogue is that of an undisturbed one."""
    from genrelab.pipeline.catalog.table import load_catalog, save_catalog

    store, out = tmp_path / "answers.sqlite", tmp_path / "catalog.parquet"
    chooser = random.Random(3)
    kills, concurrency, kept_at_kill = 0, 4, []
    with TmdbServer() as server:
        server.delay = 0.02
        command = [
            *(sys.executable, "-m", "genrelab.pipeline", "fetch", "tmdb", "--i-have-read-tmdb-terms", "--quiet"),
            *(
                "--genres",
                "Comedy,Drama",
                "--per-genre",
                "25",
                "--years",
                "1998:2002",
                "--rate",
                "40",
                "--posters",
                "w342",
            ),
            *("--concurrency", str(concurrency), "--base-url", server.base_url),
            *("--store", str(store), "--out", str(out)),
        ]
        environment = {"TMDB_TOKEN": TOKEN, "GENRELAB_CONFIG": str(tmp_path), "PATH": "/usr/bin:/bin"}
        for _ in range(20):
            had = len(server.seen)
            process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            wanted = had + chooser.randint(8, 35)
            while process.poll() is None and len(server.seen) < wanted:
                time.sleep(0.002)
            time.sleep(chooser.random() * 0.03)
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                kills += 1
                process.wait()
                kept_at_kill.append((len(server.seen), kept_requests(store)))
            said = process.communicate()[0].decode()
            if process.returncode != -signal.SIGKILL:
                assert process.returncode == 0, said
                break
        assert out.exists() and kills >= 3  # of the crawl and of the download
        assert len(kept_at_kill[-1][1]) > 30 and kept_at_kill[-1][1] <= {one.key for one in server.seen}
        for had, kept in kept_at_kill:
            assert not kept & {one.key for one in server.seen[had:]}
        # An answer that was under way when the process died cannot have been kept.
        again = sum(server.repeated().values()) - len(server.repeated())
        assert again <= kills * concurrency
        assert server.busiest(1.0) <= 42
    expected = load_catalog(save_catalog(undisturbed.titles, tmp_path / "expected.parquet")).titles
    catalog = load_catalog(out)
    pd.testing.assert_frame_equal(catalog.titles.drop(columns="poster"), expected.drop(columns="poster"))
    for key, number, poster in zip(expected["imdb_id"], expected["tmdb_id"], catalog.poster_paths(), strict=True):
        assert (poster is not None) == (key in undisturbed.poster_urls)
        assert poster is None or Path(str(poster)).read_bytes() == poster_bytes(number)
    assert TOKEN not in said
