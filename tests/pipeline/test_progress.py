"""Progress: one line on a terminal, a few in a log, none where nothing is done or --quiet was said."""

import io
import logging

import numpy as np
import pytest

from genrelab.pipeline import progress as module
from genrelab.pipeline.progress import CellProgress, Progress, duration, log_lines, shows_progress
from genrelab.reports.runs.format import Cell, Split


class Terminal(io.StringIO):
    """A stream that says it is a screen."""

    def isatty(self) -> bool:
        return True


def lines(total: int, stream: io.StringIO, **settings) -> list[str]:
    with Progress("cells", total, "cells", stream=stream, **settings) as progress:
        for _ in range(total - settings.get("done", 0)):
            progress.add(1)
    return stream.getvalue().splitlines()


def test_a_log_gets_a_line_at_every_tenth():
    said = lines(1000, io.StringIO())
    assert [line.split(" cells")[0] for line in said] == [f"cells: {n} of 1000" for n in range(100, 1001, 100)]
    assert "left" in said[0] and "left" not in said[-1]


def test_a_slow_log_gets_a_line_every_half_minute(monkeypatch):
    now = iter(range(0, 10_000, 16))
    monkeypatch.setattr(module.time, "monotonic", lambda: next(now))
    assert len(lines(100, io.StringIO())) == 50


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_loading_a_network_says_nothing_of_the_time_left(stream, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    shown = stream()
    with Progress("embedding", 200, "posters", stream=shown) as progress:
        progress.add(5)  # these were in the store
        now[0] = 40.0  # the network is loaded, and its first batch is done
        for _ in range(27):
            progress.add(1)
        first = shown.getvalue().replace("\r", "\n").splitlines()[-1]
        assert first == "embedding: 26 of 200 posters, 40 s" or "32/200 [00:00<?" in first
        assert "left" not in first
        for _ in range(2):
            now[0] += 1.6  # a batch of 32
            for _ in range(32):
                progress.add(1)
    if stream is io.StringIO:  # 65 seconds, were the 40 counted
        assert shown.getvalue().splitlines()[-1] == "embedding: 86 of 200 posters, 43 s, about 7 s left"


def test_a_terminal_gets_one_line_that_goes_away():
    shown = Terminal()
    lines(50, shown)
    assert "\n" not in shown.getvalue() and shown.getvalue().endswith("\r")


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_nothing_is_said_of_nothing(stream):
    assert lines(0, stream()) == [] == lines(40, stream(), quiet=True) == lines(7, stream(), done=7)


def test_durations():
    assert [duration(s) for s in (0.2, 59.4, 60, 3725)] == ["0 s", "59 s", "1 min 0 s", "1 h 2 min"]


def test_warnings_are_shown_even_when_quiet(capsys):
    for quiet in (False, True):
        with log_lines(quiet=quiet):
            logging.getLogger("genrelab.test").warning("read this")
            logging.getLogger("genrelab.test").info("by the way")
        said = capsys.readouterr().err
        assert "read this" in said and "by the way" not in said


def test_cells_that_were_there_are_counted_even_when_quiet(capsys):
    cells = CellProgress(quiet=True)
    cells(3, 4, None, None, None)
    cells(4, 4, Cell("a", "rf", "none"), Split(0, 0, np.arange(1), np.arange(1)), None)
    cells.close()
    said = capsys.readouterr()
    assert said.out == "3 of 4 cells were there already\n" and said.err == ""


class Notebook(io.StringIO):
    """What a notebook's kernel puts in place of standard error: no terminal."""


Notebook.__module__ = "ipykernel.iostream"


@shows_progress
def measure(count, *, progress=None, announce=None):
    """Two posters and two cells, as `compare` does it."""
    if progress is not None:
        progress("posters", 2)(2)
    if announce is not None:
        announce(0, 2, None, None, None)
        announce(2, 2, Cell("a", "rf", "none"), Split(0, 0, np.arange(1), np.arange(1)), None)
    return count


@pytest.mark.parametrize(
    ("stream", "given", "shown"),
    [
        (io.StringIO, {}, False),
        (Terminal, {}, True),
        (Notebook, {}, True),
        (io.StringIO, {"progress": True}, True),
        (Terminal, {"progress": False}, False),
        (Terminal, {"announce": lambda *_: None}, False),
        (Terminal, {"progress": lambda name, total: lambda count: None}, False),
    ],
)
def test_progress_is_shown_where_somebody_watches(stream, given, shown, monkeypatch, capsys):
    screen = stream()
    monkeypatch.setattr("sys.stderr", screen)
    assert measure(3, **given) == 3
    said = screen.getvalue()
    assert [name in said for name in ("posters: ", "cells: ")] == [shown, shown]
    assert capsys.readouterr().out == ""


def test_what_the_caller_gives_is_called():
    told = []
    measure(
        1,
        progress=lambda name, total: told.append((name, total)) or told.append,
        announce=lambda *it: told.append(it[:2]),
    )
    assert told == [("posters", 2), 2, (0, 2), (2, 2)]
