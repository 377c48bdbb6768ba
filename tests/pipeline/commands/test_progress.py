"""Progress: one line on a terminal, a few in a log, none where nothing is done or --quiet was said."""

import io
import logging

import numpy as np
import pytest

from genrelab.pipeline.commands import progress as module
from genrelab.pipeline.commands.progress import CellProgress, Progress, duration, log_lines
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
