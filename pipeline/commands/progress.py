"""Progress on the screen: a bar with rate and time left, and one line per finished cell."""

import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from tqdm import tqdm

from ...reports.runs.metrics import HEADLINE
from ..experiments.plan import Cell
from ..experiments.splits import Split


def feature_bar(name: str, total: int) -> Callable[[int], None]:
    """A bar for one pass over the posters.

    Parameters
    ----------
    name : str
        What is computed.
    total : int
        Posters.

    Returns
    -------
    callable
        Takes the number of newly finished posters.
    """
    bar = tqdm(total=total, desc=name, unit=" posters", file=sys.stderr, leave=False)

    def finished(count: int) -> None:
        bar.update(count)
        if bar.n >= total:
            bar.close()

    return finished


class _Lines(logging.Handler):
    """Writes a message above the bars, at most one in some seconds."""

    def __init__(self, seconds: float):
        super().__init__(logging.INFO)
        self.seconds, self.last = seconds, -seconds

    def emit(self, record: logging.LogRecord) -> None:
        now = time.monotonic()
        if record.levelno > logging.INFO or now - self.last >= self.seconds:
            self.last = now
            tqdm.write(f"  {record.getMessage()}", file=sys.stderr)


@contextmanager
def log_lines(seconds: float = 5.0) -> Iterator[None]:
    """Show warnings, and how the training of networks goes: one line in `seconds` at most.

    Parameters
    ----------
    seconds : float
    """
    logger, handler = logging.getLogger("genrelab"), _Lines(seconds)
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


class CellLines:
    """Print a line for every finished cell, above a bar with the time left."""

    def __init__(self):
        self.bar: tqdm | None = None

    def __call__(self, done: int, total: int, cell: Cell | None, split: Split | None, file: Path | None) -> None:
        if self.bar is None:
            self.bar = tqdm(total=total, initial=done, unit=" cells", file=sys.stderr, leave=False)
            if done:
                tqdm.write(f"{done} of {total} cells were there already", file=sys.stdout)
        if cell is None or split is None or file is None:
            return
        self.bar.update(done - self.bar.n)
        with np.load(file) as content:
            rows = json.loads(str(content["record"]))["rows"]
            seconds = float(content["seconds"].sum())
        value = next(value for name, label, value in rows if name == HEADLINE and label is None)
        place = f"[{done:>{len(str(total))}}/{total}]"
        where = f"fold {split.fold}" if split.repeat == 0 else f"repeat {split.repeat} fold {split.fold}"
        tqdm.write(
            f"{place} {cell.feature_set:<24} {cell.name:<24} {cell.balance:<12} {where:<8} "
            f"macro F1 {value:.3f}  {seconds:6.1f} s",
            file=sys.stdout,
        )

    def close(self) -> None:
        """Take the bar off the screen."""
        if self.bar is not None:
            self.bar.close()
