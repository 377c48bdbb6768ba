"""Which cells run side by side, which alone, which by a cheaper machine, and which not at all: by arithmetic.

A batch is a set of tasks that as many workers run as fit into the budget. Where the tables of all feature sets are
small and the largest cells fit side by side, one batch holds every task, the widest table first: so a worker waits
once, at the end, and not once a feature set. Else feature sets follow one another. Then the cells of a task that fit
beside the cells of the others go first, with all workers; the larger ones follow in a batch of their own with fewer.
So one large cell costs its feature set one more encoding and not its workers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd

from ....models.cost import approximation
from ....reports.runs.format import Cell, Split
from ..fit.setting import Setting
from ..tasks import Task
from .estimate import BASE, SLACK, kernel_bytes, table_bytes, task_bytes
from .workers import show_size

TABLES = 0.1  # of the budget: what the tables of all feature sets may take to lie in memory at once


@dataclass(frozen=True)
class Batch:
    """Tasks that run together.

    Parameters
    ----------
    tasks : tuple of Task
    workers : int
        At once.
    kernel : float or None
        Bytes that the square matrices of one fit may take in each worker; None where nobody says.
    disk : float or None
        Bytes that mapped files of one worker may take; None where nobody says.
    """

    tasks: tuple[Task, ...]
    workers: int
    kernel: float | None
    disk: float | None


@dataclass(frozen=True)
class Schedule:
    """What runs, what does not with the reason, and the sentences that the user reads."""

    batches: tuple[Batch, ...]
    skipped: tuple[tuple[Cell, Split, str], ...]
    notes: tuple[str, ...]


def divide(tasks: Sequence[Task], workers: int) -> list[Task]:
    """Cut tasks by model where workers would wait for work: 3 folds on 2 workers are 4 tasks, on 16 up to 16.

    A piece costs one more encoding, on a worker that had nothing to do; the balancings of a model stay in one piece,
    because they share what they compute.

    Parameters
    ----------
    tasks : sequence of Task
        The longest first; they are cut first.
    workers : int
        At least 1.

    Returns
    -------
    list of Task
        In the same order; as many as fill the last round of the workers, or fewer where models are fewer.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.arange(8)
    >>> cells = tuple(Cell("table", model, balance) for model in ("glm", "rf") for balance in ("none", "log"))
    >>> tasks = [Task((Split(0, fold, rows, rows[:1]),), "table", ("metadata",), cells) for fold in range(3)]
    >>> [(task.splits[0].fold, [cell.model for cell in task.cells]) for task in divide(tasks, 2)][:2]
    [(0, ['glm', 'glm']), (0, ['rf', 'rf'])]
    >>> len(divide(tasks, 2)), len(divide(tasks, 3)), len(divide(tasks, 16))
    (4, 3, 6)
    """
    extra = -len(tasks) % workers
    divided = []
    for place, task in enumerate(tasks):
        models = list(dict.fromkeys(cell.model for cell in task.cells))
        number = min(len(models), 1 + extra // len(tasks) + (place < extra % len(tasks)))
        pieces = [set(models[start::number]) for start in range(number)]
        divided += [replace(task, cells=tuple(cell for cell in task.cells if cell.model in own)) for own in pieces]
    return divided


def side_by_side(
    tasks: Sequence[Task],
    frames: Mapping[str, pd.DataFrame],
    setting: Setting,
    jobs: int,
    budget: float,
    disk: float | None = None,
) -> Batch | None:
    """One batch of the tasks of all feature sets, where it fits.

    Parameters
    ----------
    tasks : sequence of Task
        None of them networks.
    frames, setting, jobs, budget, disk
        As for `schedule`.

    Returns
    -------
    Batch or None
        None without tasks, and where the tables take more than `TABLES` of the budget or the largest cells do not fit
        beside one another.
    """
    sets = {task.feature_set: task.specs for task in tasks}
    tables = sum(table_bytes(frames, specs) for specs in sets.values())
    if not tasks or tables > TABLES * budget:
        return None
    ordered = divide(sorted(tasks, key=lambda task: -len(task.specs)), jobs)
    workers = max(1, min(jobs, len(ordered)))
    needs = _needs(ordered, frames, setting, disk)
    left = budget - tables
    if sum(_largest(ordered, needs)[:workers]) > left:
        return None
    return _batch(ordered, needs, workers, left, disk, fits=True)


def schedule(
    tasks: Sequence[Task],
    frames: Mapping[str, pd.DataFrame],
    setting: Setting,
    jobs: int,
    budget: float,
    disk: float | None = None,
) -> Schedule:
    """Plan the tasks of one feature set.

    Parameters
    ----------
    tasks : sequence of Task
        Of one feature set, none of them networks.
    frames : dict of str to DataFrame
        As `Dataset.frames`.
    setting : Setting
    jobs : int
        Workers wanted.
    budget : float, bytes
        For the workers and the table they share.
    disk : float, bytes, optional
        For the mapped files of all workers.

    Returns
    -------
    Schedule
        Every cell of every split is in one batch or among the skipped.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.arange(4000)
    >>> cells = (Cell("posters", "glm", "none"), Cell("posters", "ovr_svm", "none"))
    >>> tasks = [Task((Split(0, fold, rows, rows[:1]),), "posters", ("embedding:x",), cells) for fold in range(4)]
    >>> frames = {"embedding:x": pd.DataFrame(np.zeros((4000, 500), np.float32))}
    >>> plan = schedule(tasks, frames, Setting("multilabel", ("Drama",)), 4, budget=1.3e9)
    >>> [(batch.workers, batch.tasks[0].cells[0].model) for batch in plan.batches], plan.skipped
    ([(4, 'glm'), (3, 'ovr_svm')], ())
    """
    if not tasks:
        return Schedule((), (), ())
    wanted = max(1, min(jobs, len(tasks)))
    if tasks[0].feature_set is None:
        return Schedule((Batch(tuple(tasks), max(1, min(wanted, int(budget // BASE))), 0.0, disk),), (), ())
    name = tasks[0].feature_set
    left = budget - (table_bytes(frames, tasks[0].specs) if wanted > 1 else 0)
    needs = _needs(tasks, frames, setting, disk)
    side, alone, skipped = [], [], []
    everything = sum(_largest(tasks, needs)[:wanted]) <= left
    for task in tasks:
        fits = [cell for cell in task.cells if everything or needs[_key(task, cell)].exact <= left / wanted]
        later = [cell for cell in task.cells if cell not in fits and needs[_key(task, cell)].least <= left]
        side += [replace(task, cells=tuple(fits))] if fits else []
        alone += [replace(task, cells=tuple(later))] if later else []
        for cell in task.cells:
            if cell not in fits and cell not in later:
                least = show_size(needs[_key(task, cell)].least)
                text = (
                    f"not started: needs about {least}, and {show_size(left)} of memory are left for it; "
                    "--memory sets how much, --limit measures fewer titles"
                )
                skipped += [(cell, split, text) for split in task.splits]
    batches = [_batch(side, needs, wanted, left, disk, fits=True)] if side else []
    notes = []
    if alone:
        most = max(needs[_key(task, cell)].exact for task in alone for cell in task.cells)
        batch = _batch(alone, needs, max(1, min(wanted, int(left // most))), left, disk, fits=most <= left)
        batches.append(batch)
        models = ", ".join(dict.fromkeys(cell.name for task in alone for cell in task.cells))
        if batch.workers < wanted:
            notes.append(
                f"{name}, {models}: {batch.workers} of {wanted} workers at a time, because each needs about "
                f"{show_size(most)} and {show_size(left)} are free for them (--memory sets how much)"
            )
    if skipped:
        notes.append(
            f"{name}: {len(skipped)} fits are not started, because they need more memory than is left for them"
        )
    return Schedule(tuple(batches), tuple(skipped), tuple(notes))


class _Need(NamedTuple):
    """Bytes of one cell: as it is, without its kernel, and with the cheapest machine in place of the kernel."""

    exact: float
    rest: float
    least: float


_Needs = Mapping[tuple, _Need]


def _needs(
    tasks: Sequence[Task], frames: Mapping[str, pd.DataFrame], setting: Setting, disk: float | None
) -> dict[tuple, _Need]:
    known: dict[str, tuple[int, int]] = {}
    return {_key(task, cell): _need(task, cell, frames, setting, disk, known) for task in tasks for cell in task.cells}


def _largest(tasks: Sequence[Task], needs: _Needs) -> list[float]:
    """The largest cell of every task, the largest of all first."""
    return sorted((max(needs[_key(task, cell)].exact for cell in task.cells) for task in tasks), reverse=True)


def _need(
    task: Task,
    cell: Cell,
    frames: Mapping[str, pd.DataFrame],
    setting: Setting,
    disk: float | None,
    known: dict[str, tuple[int, int]],
) -> _Need:
    if task.feature_set is None:  # a trivial rule
        return _Need(BASE, BASE, BASE)
    one = replace(task, cells=(cell,))
    exact, kernel = task_bytes(one, frames, setting, known), kernel_bytes(one, setting)
    rest = exact - SLACK * kernel
    mapped = disk is not None and kernel <= disk
    instead = 0.0 if mapped else approximation(len(task.splits[0].train))
    return _Need(exact, rest, rest + SLACK * min(kernel, instead))


def _key(task: Task, cell: Cell) -> tuple:
    return id(task.splits), task.feature_set, cell.name, cell.balance


def _batch(tasks: list[Task], needs: _Needs, workers: int, left: float, disk: float | None, fits: bool) -> Batch:
    """Workers on these tasks; what the largest leaves of a worker's share is for its kernel."""
    workers = min(workers, len(tasks))
    of_cells = [needs[_key(task, cell)] for task in tasks for cell in task.cells]
    kernel = (left / workers - max(need.rest for need in of_cells)) / SLACK
    if fits:  # the largest tasks side by side, though not every one of them in an equal share
        kernel = max(kernel, *((need.exact - need.rest) / SLACK for need in of_cells))
    return Batch(tuple(tasks), workers, max(0.0, kernel), None if disk is None else disk / workers)
