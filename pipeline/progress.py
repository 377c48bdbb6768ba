"""Progress: one line with the time left where somebody watches, sparse lines in a log, a line a cell with --verbose."""

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, TextIO, TypeVar, cast

from tqdm import tqdm

from ..reports.runs.cells import cell_summary
from ..reports.runs.format import Cell, Split

SPARSE_SHARE, SPARSE_SECONDS = 0.1, 30.0
# The first pause of so many seconds, and longer than all before it, is a warm-up: a network is loaded. It says nothing
# of the time left.
WARM_UP = 1.0
FIRST = 0.5  # of what follows, all that is finished within so many seconds is the first batch


class Progress:
    """Says how far a long loop is.

    On a terminal and in a notebook it is a bar with rate and time left, gone when the loop ends. In a log it is a line
    at every tenth, or after half a minute. Nothing is shown of an empty loop. Where the first batch was long in coming,
    the time left is told by what followed it alone.

    Parameters
    ----------
    name : str
        What is done.
    total : int
    unit : str
    done : int
        What was there already.
    quiet : bool
        Show nothing.

    Examples
    --------
    >>> import io
    >>> log = io.StringIO()
    >>> with Progress("posters", 20, "posters", stream=log) as progress:
    ...     for _ in range(20):
    ...         progress.add(1)
    >>> len(log.getvalue().splitlines())
    10
    >>> log.getvalue().splitlines()[-1].startswith("posters: 20 of 20 posters, 0 s")
    True
    """

    def __init__(self, name: str, total: int, unit: str, done: int = 0, *, quiet: bool = False, stream=None):
        self.name, self.total, self.unit, self.done = name, total, unit, done
        self.stream = stream or sys.stderr
        self.hidden = quiet or total <= done
        self.started = self.said = time.monotonic()
        self.said_done = done
        self.counted = self.started  # when something was done
        self.warm: float | None = None  # when the first batch came
        self.base = self.started, done  # from when and what on the rate is measured
        self.bar = None if self.hidden or not is_watched(self.stream) else self._new_bar()

    def _new_bar(self) -> tqdm:
        return tqdm(
            total=self.total,
            initial=self.done,
            desc=self.name,
            unit=f" {self.unit}",
            file=self.stream,
            leave=False,
            dynamic_ncols=True,
        )

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, count: int) -> None:
        """Count what is newly done."""
        if self.hidden or not count:
            self.done += count
            return
        now = time.monotonic()
        self.done += count
        if self.warm is None and now - self.counted > max(WARM_UP, self.counted - self.started):
            self.warm = now
        self.counted = now
        warming = self.warm is not None and now - self.warm < FIRST
        if warming:
            self.base = now, self.done
        if self.bar is not None:
            if warming:  # a bar that begins now has no warm-up in its rate
                self.bar.close()
                self.bar = self._new_bar()
            else:
                self.bar.update(count)
        else:
            enough = self.done - self.said_done >= SPARSE_SHARE * self.total
            if enough or self.done >= self.total or now - self.said >= SPARSE_SECONDS:
                self.said, self.said_done = now, self.done
                print(f"{self.name}: {self.done} of {self.total} {self.unit}, {self._times(now)}", file=self.stream)
                self.stream.flush()
        if self.done >= self.total:
            self.close()

    def _times(self, now: float) -> str:
        (since, first), spent = self.base, duration(now - self.started)
        if self.done in (first, self.total):
            return spent
        return f"{spent}, about {duration((now - since) / (self.done - first) * (self.total - self.done))} left"

    def close(self) -> None:
        """Take the bar off the screen."""
        if self.bar is not None:
            self.bar.close()
            self.bar = None
        self.hidden = True


def is_watched(stream: Any) -> bool:
    """Whether somebody sees what is written there as it comes: a terminal, or a notebook's output."""
    return stream.isatty() or type(stream).__module__.startswith("ipykernel.")


def duration(seconds: float) -> str:
    """Seconds for a reader.

    Examples
    --------
    >>> duration(7.4), duration(200), duration(7300)
    ('7 s', '3 min 20 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def feature_bar(name: str, total: int, *, quiet: bool = False) -> Callable[[int], None]:
    """Progress of one pass over posters or texts, as `build_frames` wants it: a function of newly finished ones."""
    return Progress(name, total, "texts" if name.startswith("sentences") else "posters", quiet=quiet).add


class CellProgress:
    """Progress over cells, as `compare` announces them.

    Parameters
    ----------
    verbose : bool
        A line for every cell, with its score.
    quiet : bool
        Nothing.
    stream : file, optional
        Where lines go; standard output by default.
    """

    def __init__(self, *, verbose: bool = False, quiet: bool = False, stream: TextIO | None = None):
        self.verbose, self.quiet, self.stream = verbose, quiet, stream
        self.progress: Progress | None = None

    def __call__(self, done: int, total: int, cell: Cell | None, split: Split | None, file: Path | None) -> None:
        if self.progress is None:
            self.progress = Progress("cells", total, "cells", done, quiet=self.quiet)
            if done:
                self._say(f"{done} of {total} cells were there already")
        if cell is None or split is None:
            return
        self.progress.add(done - self.progress.done)
        if self.verbose and file is not None:
            value, seconds = cell_summary(file)
            place = f"[{done:>{len(str(total))}}/{total}]"
            self._say(
                f"{place} {cell.feature_set:<24} {cell.name:<24} {cell.balance:<12} {split!s:<8} "
                f"macro F1 {value:.3f}  {seconds:6.1f} s"
            )

    def close(self) -> None:
        """Take the bar off the screen."""
        if self.progress is not None:
            self.progress.close()

    def _say(self, line: str) -> None:
        tqdm.write(line, file=self.stream or sys.stdout)


class _Lines(logging.Handler):
    """Writes a message above the bars, at most one in some seconds; warnings always."""

    def __init__(self, seconds: float, quiet: bool):
        super().__init__(logging.WARNING if quiet else logging.INFO)
        self.seconds, self.last = seconds, -seconds

    def emit(self, record: logging.LogRecord) -> None:
        now = time.monotonic()
        if record.levelno > logging.INFO or now - self.last >= self.seconds:
            self.last = now
            tqdm.write(f"  {record.getMessage()}", file=sys.stderr)


@contextmanager
def log_lines(seconds: float = 5.0, *, quiet: bool = False) -> Iterator[None]:
    """Show warnings, and how the training of networks goes.

    Parameters
    ----------
    seconds : float
        The least between two lines that are no warnings.
    quiet : bool
        Warnings only.
    """
    logger, handler = logging.getLogger("genrelab"), _Lines(seconds, quiet)
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


Compare = TypeVar("Compare", bound=Callable[..., Any])


def shows_progress(compare: Compare) -> Compare:
    """Let a function with `progress` and `announce` show them by itself.

    Where neither is a function to call, `progress` says whether bars are shown on standard error: True, False, or None
    for where somebody watches.
    """

    @wraps(compare)
    def showing(*given: Any, progress: Callable | bool | None = None, announce: Callable | None = None, **options: Any):
        if callable(progress) or announce is not None:
            return compare(*given, progress=progress if callable(progress) else None, announce=announce, **options)
        if not (is_watched(sys.stderr) if progress is None else progress):
            return compare(*given, **options)
        cells = CellProgress(stream=sys.stderr)
        try:
            with log_lines():
                return compare(*given, progress=feature_bar, announce=cells, **options)
        finally:
            cells.close()

    return cast(Compare, showing)
