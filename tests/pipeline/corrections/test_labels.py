"""Decisions outlive a killed process, and two writers at one time lose nothing."""

import os
import signal
import subprocess
import sys
import threading

from genrelab.pipeline.corrections.labels import Labels

WRITER = """
import sys
from pathlib import Path
from genrelab.pipeline.corrections.labels import Labels
labels = Labels(Path(sys.argv[1]), "killed")
for number in range(10_000):
    made = labels.decide(f"tt{number:07d}", "label", [], ["War"])
    print(made["id"], flush=True)
"""


def test_what_was_acknowledged_is_there_after_a_kill(tmp_path):
    file = tmp_path / "labels.sqlite"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        last = ""
        for _ in range(20):
            last = writer.stdout.readline().strip()
        os.kill(writer.pid, signal.SIGKILL)
    assert len(Labels(file, "me").standing()) >= int(last) == 20


def test_writers_at_one_time_lose_nothing(tmp_path):
    file = tmp_path / "labels.sqlite"

    def write(who):
        labels = Labels(file, who)
        for number in range(10):
            labels.decide(f"tt{number:07d}", "label", [], [who])

    threads = [threading.Thread(target=write, args=(who,)) for who in ("ann", "ben", "cia")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Labels(file, "me").standing()) == 30
    assert Labels(file, "me").undo() is None
    assert Labels(file, "ben").undo()["who"] == "ben"
    assert len(Labels(file, "me").standing()) == 29
