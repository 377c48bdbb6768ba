"""SIGTERM and Ctrl-C stop a run with its workers, and the same command continues it to the same bytes."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from genrelab.pipeline.cli import main
from genrelab.pipeline.interrupt import SENTENCE, Terminated, is_interrupt, stopping_on_sigterm

SLOW = """
title = "Long enough to be stopped"
seed = 1
[target]
name = "multilabel"
min_support = 15
[split]
folds = 2
[thresholds]
inner_folds = 2
[feature_sets]
metadata = ["metadata"]
[[grid]]
models = ["rf"]
parameters = { n_estimators = [10, 301, 302, 303] }
"""


def children(pid: int) -> list[int]:
    """Processes below one, from /proc."""
    below = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                below.setdefault(int((entry / "stat").read_text().rpartition(")")[2].split()[1]), []).append(
                    int(entry.name)
                )
            except (OSError, IndexError):
                continue
    found, todo = [], [pid]
    while todo:
        found += (more := below.get(todo.pop(), []))
        todo += more
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for children in /proc")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_stopped_run_leaves_no_worker_and_ends_as_an_undisturbed_one(number, status, demo_catalog, tmp_path):
    (tmp_path / "slow.toml").write_text(SLOW)
    out = tmp_path / "run"
    command = [sys.executable, "-m", "genrelab.pipeline", "compare", str(tmp_path / "slow.toml"), "--no-report"]
    command += ["--catalog", str(demo_catalog), "--features", str(tmp_path / "f"), "--jobs", "2", "--out"]
    process = subprocess.Popen([*command, str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + 120
    while len(list(out.glob("cells/*rf*.npz"))) < 1 and time.monotonic() < until and process.poll() is None:
        time.sleep(0.01)
    workers = children(process.pid)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == status, said
    assert SENTENCE in said and "Traceback" not in said
    assert len(workers) >= 2
    until = time.monotonic() + 5
    while any(map(alive, workers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [pid for pid in workers if alive(pid)]
    left = len(list(out.glob("cells/*rf*.npz")))
    assert left < 8, "it was stopped before its end"
    for folder in (out, tmp_path / "undisturbed"):
        subprocess.run([*command, str(folder)], check=True, capture_output=True)
    both = [pd.read_parquet(folder / "results.parquet") for folder in (out, tmp_path / "undisturbed")]
    both = [table.drop(columns=["fit_seconds", "predict_seconds"]) for table in both]
    pd.testing.assert_frame_equal(*both, check_exact=True)
    assert (out / "predictions.parquet").read_bytes() == (tmp_path / "undisturbed" / "predictions.parquet").read_bytes()


def test_sigterm_is_raised_once_and_the_old_handler_comes_back():
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Terminated), stopping_on_sigterm():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(1)
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize(
    ("error", "status"),
    [(KeyboardInterrupt(), 130), (Terminated(), 143), (ValueError("bad"), 2)],
    ids=["Ctrl-C", "SIGTERM", "a fault"],
)
def test_the_exit_status_and_the_sentence(error, status, monkeypatch, capsys):
    def stopped(arguments):
        raise error

    monkeypatch.setattr("genrelab.pipeline.commands.purge.run", stopped)
    assert main(["purge", "tmdb"]) == status
    assert (SENTENCE in capsys.readouterr().err) == (status != 2)


def test_ctrl_c_in_a_compiled_loop_is_an_interrupt(monkeypatch, capsys):
    """What numba makes of a KeyboardInterrupt that comes while it converts the arguments of a loop."""

    def stopped(arguments):
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as stop:
            raise SystemError("CPUDispatcher(<function loop>) returned a result with an exception set") from stop

    monkeypatch.setattr("genrelab.pipeline.commands.purge.run", stopped)
    assert main(["purge", "tmdb"]) == 130
    said = capsys.readouterr().err
    assert SENTENCE in said and "CPUDispatcher" not in said
    assert not is_interrupt(SystemError("a bug"))
