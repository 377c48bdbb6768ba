"""Which cells run side by side, which alone, which by a cheaper machine, which not: and that the budget is obeyed."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from genrelab.pipeline.experiments.fit.estimator import trivial_cells
from genrelab.pipeline.experiments.fit.setting import Setting
from genrelab.pipeline.experiments.folds.splits import Split
from genrelab.pipeline.experiments.memory.estimate import table_bytes, task_bytes
from genrelab.pipeline.experiments.memory.schedule import TABLES, Schedule, divide, schedule, side_by_side
from genrelab.pipeline.experiments.memory.workers import show_size
from genrelab.pipeline.experiments.plan import Cell
from genrelab.pipeline.experiments.tasks import Task

GIB = 2**30
SETTING = Setting("multilabel", ("Drama", "Comedy"))


def tasks(rows: int, models: tuple[str, ...] = ("ovr_svm",), folds: int = 5, spec: str = "embedding:x") -> list[Task]:
    train, test = np.arange(rows), np.arange(rows, rows)
    cells = tuple(Cell("posters", model, "none") for model in models)
    return [Task((Split(0, fold, train, test),), "posters", (spec,), cells) for fold in range(folds)]


def frames(rows: int, width: int = 300) -> dict[str, pd.DataFrame]:
    values = np.broadcast_to(np.float32(0), (rows, width))  # takes no memory, whatever its size
    return {"embedding:x": pd.DataFrame(values, copy=False)}


def shape(plan: Schedule) -> list[tuple[int, set[str]]]:
    """Workers and models of every batch."""
    return [(batch.workers, {cell.model for task in batch.tasks for cell in task.cells}) for batch in plan.batches]


def test_all_workers_run_where_they_fit_and_no_more_than_tasks():
    for folds, workers in ((5, 4), (2, 2)):
        plan = schedule(tasks(1000, folds=folds), frames(1000), SETTING, 4, 100 * GIB)
        assert shape(plan) == [(workers, {"ovr_svm"})]
        assert plan.notes == plan.skipped == ()
        assert plan.batches[0].kernel is not None and plan.batches[0].kernel >= 8 * 1000**2
    assert schedule([], {}, SETTING, 3, GIB) == Schedule((), (), ())


def test_fewer_workers_run_when_the_budget_is_small_and_the_user_is_told():
    several, table = tasks(4000), frames(4000)
    need = task_bytes(several[0], table, SETTING)
    budget = table_bytes(table, ["embedding:x"]) + 3 * need
    plan = schedule(several, table, SETTING, 4, budget)
    assert shape(plan) == [(3, {"ovr_svm"})]
    assert plan.notes == (
        f"posters, ovr_svm: 3 of 4 workers at a time, because each needs about {show_size(need)} and "
        f"{show_size(3 * need)} are free for them (--memory sets how much)",
    )
    assert plan.batches[0].kernel == pytest.approx(8 * 4000**2, rel=0.01)
    assert shape(schedule(several, table, SETTING, 4, budget - 10)) == [(2, {"ovr_svm"})]


def test_one_large_cell_leaves_the_others_their_workers():
    plan = schedule(tasks(15_000, ("glm", "ovr_svm", "knn")), frames(15_000, 20), SETTING, 4, 3 * GIB, 10 * GIB)
    assert shape(plan) == [(4, {"glm", "knn"}), (1, {"ovr_svm"})]
    assert plan.skipped == ()
    counted = [
        (split.fold, cell) for batch in plan.batches for t in batch.tasks for split in t.splits for cell in t.cells
    ]
    assert len(counted) == len(set(counted)) == 15  # every cell of every fold, once


def test_a_kernel_that_does_not_fit_runs_by_a_cheaper_machine():
    plan = schedule(tasks(15_000), frames(15_000, 20), SETTING, 2, GIB, 0)
    assert shape(plan) == [(1, {"ovr_svm"})]
    [batch] = plan.batches
    assert batch.kernel is not None and 0 < batch.kernel < GIB  # less than its 1.7 GiB: the machine takes another way
    assert batch.disk == 0


def test_past_the_size_of_the_exact_kernel_its_approximation_is_what_counts():
    [task] = tasks(100_000, folds=1)
    assert task_bytes(task, frames(100_000, 20), SETTING) < 4 * GIB


def test_what_cannot_fit_is_not_started_and_says_why():
    pixels = {"pixels": pd.DataFrame(np.broadcast_to(np.uint8(0), (3000, 20_000)), copy=False)}
    plan = schedule(tasks(3000, ("gbm",), 2, "pixels"), pixels, SETTING, 1, GIB // 4)
    assert plan.batches == ()
    assert [(cell.model, split.fold) for cell, split, _ in plan.skipped] == [("gbm", 0), ("gbm", 1)]
    assert plan.skipped[0][2].startswith("not started: needs about ")
    assert plan.skipped[0][2].endswith(
        "and 256 MiB of memory are left for it; --memory sets how much, --limit measures fewer titles"
    )
    assert plan.notes == ("posters: 2 fits are not started, because they need more memory than is left for them",)


def every_cell(tasks) -> list[tuple]:
    return [(task.feature_set, split.fold, cell) for task in tasks for split in task.splits for cell in task.cells]


@pytest.mark.parametrize(("workers", "expected"), [(1, 3), (2, 4), (3, 3), (4, 4), (5, 5), (8, 8), (100, 9)])
def test_no_worker_waits_for_want_of_tasks(workers, expected):
    whole = tasks(1000, ("glm", "rf", "ovr_svm"), folds=3)
    divided = divide(whole, workers)
    assert len(divided) == expected  # a multiple of the workers, or a task for every model of every fold
    assert sorted(every_cell(divided), key=str) == sorted(every_cell(whole), key=str)


def test_balancings_of_a_model_share_what_they_compute():
    [task] = tasks(1000, (), folds=1)
    cells = tuple(Cell("posters", model, balance) for model in ("ovr_svm", "glm") for balance in ("none", "log"))
    divided = divide([Task(task.splits, task.feature_set, task.specs, cells)], 4)
    assert [[cell.model for cell in piece.cells] for piece in divided] == [["ovr_svm"] * 2, ["glm"] * 2]


def test_feature_sets_run_at_once_where_all_fit_and_one_after_the_other_where_not():
    few = tasks(1000, ("glm", "ovr_svm"), folds=3)
    wide = [Task(t.splits, "both", ("embedding:x", "embedding:y"), t.cells) for t in few]
    rules = [Task(t.splits, None, (), tuple(trivial_cells("multilabel"))) for t in few]
    table = frames(1000) | {"embedding:y": frames(1000)["embedding:x"]}
    batch = side_by_side([*rules, *few, *wide], table, SETTING, 2, 100 * GIB)
    assert batch is not None and batch.workers == 2
    assert sorted(every_cell(batch.tasks), key=str) == sorted(every_cell([*rules, *few, *wide]), key=str)
    order = [task.feature_set for task in batch.tasks]
    assert order == sorted(order, key=["both", "posters", None].index)  # the widest first
    assert batch.kernel is not None and batch.kernel >= 8 * 1000**2  # the exact machine, as alone
    tables = table_bytes(table, ["embedding:x"]) + table_bytes(table, wide[0].specs)
    assert side_by_side([*few, *wide], table, SETTING, 2, tables / TABLES - 1) is None
    large = tasks(15_000, ("ovr_svm",), folds=2)
    assert side_by_side(large, frames(15_000, 20), SETTING, 2, 3 * GIB) is None
    assert side_by_side(large, frames(15_000, 20), SETTING, 1, 3 * GIB) is not None
    assert side_by_side([], {}, SETTING, 2, GIB) is None


def test_trivial_rules_always_run():
    rule = Task((Split(0, 0, np.arange(10), np.arange(10, 12)),), None, (), tuple(trivial_cells("multilabel")))
    assert [batch.workers for batch in schedule([rule, rule], {}, SETTING, 2, GIB).batches] == [2]
    assert [batch.workers for batch in schedule([rule, rule], {}, SETTING, 2, 0).batches] == [1]


RUN = """
import json, sys
import numpy as np, pandas as pd
from pathlib import Path
from genrelab.pipeline.experiments.fit.setting import Setting
from genrelab.pipeline.experiments.folds.splits import Split
from genrelab.pipeline.experiments.memory.schedule import schedule
from genrelab.pipeline.experiments.memory.workers import budget_of
from genrelab.pipeline.experiments.plan import Cell
from genrelab.pipeline.experiments.tasks import Place, Task, run_task
from genrelab.reports.runs.cells import read_cell
folder, memory, disk = Path(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
rng = np.random.default_rng(0)
X = pd.DataFrame(rng.normal(size=(6600, 20)).astype(np.float32)).add_prefix("x_")
Y = (X.to_numpy()[:, :2] + rng.normal(size=(6600, 2)) > 1).astype(np.uint8)
split, cell = Split(0, 0, np.arange(6000), np.arange(6000, 6600)), Cell("posters", "ovr_svm", "none")
setting = Setting("multilabel", ("Drama", "Comedy"), feature_sets={"posters": ["embedding:x"]})
tasks = [Task((split,), "posters", ("embedding:x",), (cell,))]
[batch] = schedule(tasks, {"embedding:x": X}, setting, 1, budget_of(memory), disk).batches
run_task(tasks[0], setting, Place(folder, "f"), X, Y, np.arange(6600), 1, batch.kernel, batch.disk)
print(json.dumps(read_cell(folder, cell, split, "f").notes))
"""


def held(pid: int) -> int:
    """Bytes that a process holds and that the system cannot take back, by the system's own account."""
    facts = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return sum(int(facts[name].split()[0]) for name in ("Pss_Anon", "Pss_Shmem")) * 1024


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the system keeps no such account")
@pytest.mark.parametrize(
    ("memory", "disk", "words"),
    [
        (6e8, 0, "ran as Nyström (2,000 landmarks), because the exact kernel of 6,000 training rows needs 274.7 MiB"),
        (6e8, 1e9, "its kernel is kept in mapped files, because 6,000 training rows need 274.7 MiB"),
    ],
)
def test_the_budget_is_obeyed_by_the_systems_own_account(tmp_path, memory, disk, words):
    command = [sys.executable, "-c", RUN, str(tmp_path), str(memory), str(disk)]
    peak = 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=os.environ | {"OMP_NUM_THREADS": "1"}
    ) as process:
        while process.poll() is None:
            try:
                peak = max(peak, held(process.pid))
            except (OSError, ValueError, KeyError):  # it has just ended
                continue
            time.sleep(0.02)
        assert process.stdout is not None
        notes = json.loads(process.stdout.read())
    assert process.returncode == 0
    assert any(words in note for note in notes), notes
    assert 0 < peak <= memory, f"{show_size(peak)} held"
