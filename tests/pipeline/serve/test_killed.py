"""A server that is killed: what it acknowledged is on the disk, what it kept is removed by the next."""

import os
import re
import sqlite3
import subprocess
import sys
import threading
import time

import httpx
import pandas as pd


def test_a_killed_server_has_lost_no_label_and_leaves_no_poster(serve_model, serve_catalog, tmp_path, make_jpeg):
    (tmp_path / "tmp").mkdir()
    words = [sys.executable, "-m", "genrelab.pipeline", "serve", str(serve_model), "--catalog", str(serve_catalog)]

    def start():
        env = os.environ | {"TMPDIR": str(tmp_path / "tmp")}
        options = ["--port", "0", "--who", "killed", "--features", str(tmp_path / "f")]
        child = subprocess.Popen([*words, *options], env=env, cwd=tmp_path, stderr=subprocess.PIPE, text=True)
        return child, re.search(r"http://\S+", child.stderr.readline())[0]

    first, url = start()
    written, ids = [], pd.read_parquet(serve_catalog / "catalog.parquet")["imdb_id"].tolist()

    def label(number):
        with httpx.Client(base_url=url, timeout=20, trust_env=False) as client:
            for turn in range(10_000):
                try:
                    answer = client.post(
                        "/api/labels", json={"imdb_id": ids[turn % 20], "genres": [f"G {number} {turn}"]}
                    )
                except httpx.HTTPError:
                    return
                written.append(answer.json()["id"])

    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        client.post("/api/jobs", files=[("files", ("a.jpg", make_jpeg()))]).raise_for_status()
    writers = [threading.Thread(target=label, args=(number,)) for number in range(3)]
    for writer in writers:
        writer.start()
    time.sleep(0.7)
    first.kill()
    first.communicate()
    for writer in writers:
        writer.join()
    base = sqlite3.connect(serve_catalog / "labels.sqlite")
    assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    kept = {row[0] for row in base.execute("SELECT id FROM decisions WHERE who = 'killed'")}
    base.close()
    assert written and set(written) <= kept
    second, url = start()
    assert len(list((tmp_path / "tmp").glob("genrelab-serve-*"))) == 1
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        assert client.get("/api/health").status_code == 200
    second.terminate()
    assert second.communicate(timeout=20)[1] == "" and second.returncode == 0  # the way a server ends is no fault
    assert list((tmp_path / "tmp").glob("genrelab-serve-*")) == []
