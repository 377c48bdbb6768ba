"""In which waves tasks run: all at once where they fit, or one feature set after the other; here or on a cluster."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import joblib
import pandas as pd

from ..fit.setting import Setting
from ..tasks import Task
from .pool import on_this_machine
from .schedule import Batch, Schedule, divide, schedule, side_by_side
from .workers import budget_of, disk_of


def waves(
    tasks: Sequence[Task],
    frames: Mapping[str, pd.DataFrame],
    setting: Setting,
    jobs: int,
    memory: float | None = None,
    disk: float | None = None,
) -> Iterator[Schedule]:
    """Plan tasks, wave by wave; what a wave may hold is told when its turn comes.

    Parameters
    ----------
    tasks : sequence of Task
        None of them networks.
    frames : dict of str to DataFrame
        As `Dataset.frames`.
    setting : Setting
    jobs : int
        Workers wanted on this machine; a cluster has as many as it has.
    memory : float, bytes, optional
        For everything here, or for every worker of a cluster; by default what is available here, and no limit there.
    disk : float, bytes, optional
        For mapped files.

    Yields
    ------
    Schedule
    """
    if not tasks:
        return
    here = on_this_machine()
    if here:
        batch = side_by_side(tasks, frames, setting, jobs, budget_of(memory), disk_of(disk))
        if batch is not None:
            yield Schedule((batch,), (), ())
            return
    workers = jobs if here else max(1, joblib.effective_n_jobs(-1))
    for name in dict.fromkeys(task.feature_set for task in tasks):
        own = divide([task for task in tasks if task.feature_set == name], workers)
        if here:
            yield schedule(own, frames, setting, jobs, budget_of(memory), disk_of(disk))
        elif memory is None:
            yield Schedule((Batch(tuple(own), jobs, None, disk),), (), ())
        else:
            plan = schedule(own, frames, setting, 1, memory, disk)
            yield replace(plan, batches=tuple(replace(batch, workers=jobs) for batch in plan.batches))
