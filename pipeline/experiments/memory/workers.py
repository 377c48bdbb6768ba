"""One memory budget for all workers of a run: as many at once as fit.

The budget is a share of what the machine has available when a feature set's turn comes, or what `--memory` says. From
it goes the feature table, which all workers map from one file in memory; the rest is for the workers, each of which
needs what `task_memory.task_bytes` estimates. So workers are started as long as the largest tasks fit side by side.
"""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from ....models.kernel.storage import plan_memory
from ..cell import Setting
from ..tasks import Task
from .estimate import kernel_bytes, table_bytes, task_bytes

SHARE = 0.8
UNKNOWN = 4 * 2**30  # where the system does not tell
UNITS = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3, "t": 1000**4, "ki": 2**10, "mi": 2**20, "gi": 2**30, "ti": 2**40}


def parse_size(text: str) -> int:
    """Read a size with its unit.

    Parameters
    ----------
    text : str
        A number and B, kB, MB, GB, TB or KiB, MiB, GiB, TiB, in any case; without the B, too.

    Returns
    -------
    int
        Bytes.

    Raises
    ------
    ValueError
        For anything else.

    Examples
    --------
    >>> parse_size("8GB"), parse_size("1.5 gib")
    (8000000000, 1610612736)
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmgt]?i?)b?", text.strip().lower())
    if not found or found[2] not in UNITS or not float(found[1]):
        raise ValueError(f"memory: expected a size such as 8GB or 500MiB, found {text!r}")
    return int(float(found[1]) * UNITS[found[2]])


def show_size(size: float) -> str:
    """Write a size for a reader.

    Examples
    --------
    >>> show_size(3 * 2**30), show_size(5 * 2**20)
    ('3.0 GiB', '5 MiB')
    """
    return f"{size / 2**30:.1f} GiB" if size >= 2**30 else f"{max(0, size) / 2**20:.0f} MiB"


def available_memory(root: Path = Path("/")) -> int:
    """Bytes that programs can take now without pushing others out.

    The least of what the kernel says is available and what is left under the limits of the control groups that this
    process is in (a container, a batch job). Without `/proc` it is half of the machine's memory, or 4 GiB where even
    that is unknown.

    Parameters
    ----------
    root : Path
        Where `proc` and `sys` are.

    Returns
    -------
    int

    Examples
    --------
    >>> available_memory() > 0
    True
    """
    try:
        lines = (root / "proc/meminfo").read_text().splitlines()
        found = [int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")]
    except OSError:
        found = []
    if not found:
        known = hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names
        found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2 if known else UNKNOWN]
    return max(0, min(found + _left_in_groups(root)))


def _left_in_groups(root: Path) -> list[int]:
    """What is left under each limit, in version 2 of control groups and in version 1."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    left = []
    for line in lines:
        _, controllers, place = line.split(":", 2)
        if controllers == "":
            mount, limit, used, idle = root / "sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"
        elif "memory" in controllers.split(","):
            mount, limit, used = root / "sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes"
            idle = "total_inactive_file"
        else:
            continue
        folder = mount / place.strip("/")
        # Inside a container the path may be the host's, while the mount shows the container's own group.
        for group in [folder, *(parent for parent in folder.parents if parent == mount or mount in parent.parents)]:
            try:
                most, now = (group / limit).read_text().strip(), int((group / used).read_text())
                if most.isdigit():
                    facts = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
                    left.append(int(most) - now + int(facts.get(idle, 0)))
            except (OSError, ValueError):
                continue
    return left


def fitting_jobs(
    tasks: Sequence[Task],
    frames: Mapping[str, pd.DataFrame],
    setting: Setting,
    jobs: int,
    budget: float | None = None,
) -> tuple[int, str | None]:
    """Say how many workers may run at once on the tasks of one feature set.

    Parameters
    ----------
    tasks : sequence of Task
        Of one feature set.
    frames : dict of str to DataFrame
        As `Dataset.frames`.
    setting : Setting
    jobs : int
        Workers wanted.
    budget : float, bytes, optional
        For the workers and the table they share; by default 80 % of `available_memory()`.

    Returns
    -------
    jobs : int
        At least 1 and at most `jobs` and the number of tasks.
    note : str or None
        A sentence for the user when fewer run than wanted, or when not even one fits.

    Examples
    --------
    >>> import numpy as np
    >>> from ...reports.runs.format import Cell
    >>> from .splits import Split
    >>> rows = np.arange(4000)
    >>> cells = (Cell("posters", "ovr_svm", "none"),)
    >>> tasks = [Task((Split(0, fold, rows, rows[:1]),), "posters", ("embedding:x",), cells) for fold in range(5)]
    >>> frames = {"embedding:x": pd.DataFrame(np.zeros((4000, 500), np.float32))}
    >>> setting = Setting("multilabel", ("Drama",))
    >>> fitting_jobs(tasks, frames, setting, 4, budget=2**40)
    (4, None)
    >>> fitting_jobs(tasks, frames, setting, 4, budget=2**30)[0]
    2
    """
    wanted = max(1, min(jobs, len(tasks)))
    if not tasks:
        return wanted, None
    name = tasks[0].feature_set or "trivial rules"
    budget = SHARE * available_memory() if budget is None else budget
    left = budget - (table_bytes(frames, tasks[0].specs) if wanted > 1 else 0)
    needs = sorted((task_bytes(task, frames, setting) for task in tasks), reverse=True)
    fitting = max((count for count in range(1, wanted + 1) if sum(needs[:count]) <= left), default=0)
    if fitting == wanted:
        return wanted, None
    if fitting:
        return fitting, (
            f"{name}: {fitting} of {wanted} workers at a time, because each needs about {show_size(needs[0])} and "
            f"{show_size(left)} are free for them (--memory sets how much)"
        )
    return 1, f"{name}: one worker needs about {show_size(needs[0])}, more than the {show_size(budget)} allowed. " + (
        _advice(max(tasks, key=lambda task: task_bytes(task, frames, setting)), setting, needs[0], budget)
    )


def _advice(task: Task, setting: Setting, need: float, budget: float) -> str:
    """What to do about a task that does not fit alone."""
    square = kernel_bytes(task, setting)
    rest = budget - (need - square)
    if square > max(rest, need / 2):
        # The largest single matrix is half of what the machines hold: distances, and the Gram matrix of as many rows.
        return plan_memory(len(task.splits[0].train), itemsize=4, limit=max(rest, 0) / 2).sentence
    return "It is tried, alone; if it fails, measure fewer titles (--limit), leave pixels out, or raise --memory."
