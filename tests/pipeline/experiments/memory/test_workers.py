"""The memory budget: what the machine has, how many workers fit, and what the user is told."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from genrelab.pipeline.experiments.cell import Setting, trivial_cells
from genrelab.pipeline.experiments.folds.splits import Split
from genrelab.pipeline.experiments.memory.estimate import table_bytes, task_bytes
from genrelab.pipeline.experiments.memory.workers import available_memory, fitting_jobs, parse_size, show_size
from genrelab.pipeline.experiments.plan import Cell
from genrelab.pipeline.experiments.tasks import Task

GIB = 2**30
SETTING = Setting("multilabel", ("Drama", "Comedy"))


def tasks(rows: int, folds: int = 5, model: str = "ovr_svm", spec: str = "embedding:x") -> list[Task]:
    train, test = np.arange(rows), np.arange(rows, rows)
    return [
        Task((Split(0, fold, train, test),), "posters", (spec,), (Cell("posters", model, "none"),))
        for fold in range(folds)
    ]


def frames(rows: int, width: int = 300) -> dict[str, pd.DataFrame]:
    values = np.broadcast_to(np.float32(0), (rows, width))  # takes no memory, whatever its size
    return {"embedding:x": pd.DataFrame(values, copy=False)}


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("8GB", 8 * 10**9),
        ("500 MiB", 500 * 2**20),
        ("1.5g", 1.5 * 10**9),
        ("123", 123),
        ("2tib", 2**41),
        ("7 kB", 7000),
    ],
)
def test_sizes_are_read_with_their_unit(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "much", "-1GB", "0", "8 GBit", "80%", "1.2.3GB", "8iB"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ValueError, match=f"expected a size such as 8GB or 500MiB, found '{text}'"):
        parse_size(text)


def machine(root: Path, available: int, groups: str = "", **files: str) -> Path:
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/meminfo").write_text(f"MemTotal: 99999999 kB\nMemAvailable: {available // 1024} kB\n")
    (root / "proc/self/cgroup").write_text(groups)
    for name, content in files.items():
        path = root / "sys/fs/cgroup" / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


def test_the_kernel_says_what_is_available(tmp_path):
    assert available_memory(machine(tmp_path, 5 * GIB)) == 5 * GIB


def test_a_control_group_of_version_2_can_leave_less(tmp_path):
    root = machine(
        tmp_path,
        50 * GIB,
        "0::/job/step\n",
        job__memory_dot_max=str(8 * GIB),
        job__memory_dot_current=str(6 * GIB),
        job__memory_dot_stat=f"anon 5\ninactive_file {GIB}\n",
        job__step__memory_dot_max="max\n",
        job__step__memory_dot_current=str(GIB),
        job__step__memory_dot_stat="inactive_file 0\n",
    )
    assert available_memory(root) == 3 * GIB  # 8 less 6, of which 1 is cache that can go


def test_a_control_group_of_version_1_and_a_path_that_only_the_host_sees(tmp_path):
    root = machine(
        tmp_path,
        50 * GIB,
        "5:cpu:/x\n4:memory:/docker/abc\n0::/\n",
        memory__memory_dot_limit_in_bytes=str(4 * GIB),
        memory__memory_dot_usage_in_bytes=str(GIB),
        memory__memory_dot_stat="total_inactive_file 0\n",
    )
    assert available_memory(root) == 3 * GIB


def test_without_proc_there_is_still_an_answer(tmp_path):
    assert available_memory(tmp_path) > 0


def test_all_workers_run_where_they_fit_and_no_more_than_tasks():
    assert fitting_jobs(tasks(1000), frames(1000), SETTING, 4, budget=100 * GIB) == (4, None)
    assert fitting_jobs(tasks(1000, folds=2), frames(1000), SETTING, 4, budget=100 * GIB) == (2, None)
    assert fitting_jobs(tasks(1000), frames(1000), SETTING, 1) == (1, None)  # the machine's own memory
    assert fitting_jobs([], {}, SETTING, 3) == (1, None)


def test_fewer_workers_run_when_the_budget_is_small_and_the_user_is_told():
    own, table = tasks(4000), frames(4000)
    need = task_bytes(own[0], table, SETTING)
    budget = table_bytes(table, ["embedding:x"]) + 3 * need
    assert fitting_jobs(own, table, SETTING, 3, budget) == (3, None)
    jobs, note = fitting_jobs(own, table, SETTING, 4, budget)
    assert jobs == 3
    assert note == (
        f"posters: 3 of 4 workers at a time, because each needs about {show_size(need)} and {show_size(3 * need)} are "
        "free for them (--memory sets how much)"
    )
    assert fitting_jobs(own, table, SETTING, 4, budget - 1)[0] == 2


def test_the_largest_tasks_are_the_ones_that_must_fit_side_by_side():
    table = frames(6000)
    mixed = [*tasks(500, folds=3), *tasks(6000, folds=1)]
    shared = table_bytes(table, ["embedding:x"])
    small, large = (task_bytes(task, table, SETTING) for task in (mixed[0], mixed[-1]))
    assert small < large
    assert fitting_jobs(mixed, table, SETTING, 2, shared + large + small)[0] == 2
    assert fitting_jobs(mixed, table, SETTING, 2, shared + 2 * small)[0] == 1


def test_a_kernel_that_does_not_fit_alone_gets_its_plan():
    jobs, note = fitting_jobs(tasks(100_000, folds=2), frames(100_000, 20), SETTING, 2, budget=8 * GIB)
    assert jobs == 1
    assert note is not None
    assert note.startswith("posters: one worker needs about 9")
    assert "100,000 rows need a 37.3 GiB matrix, more than the limit of" in note
    assert "NystroemSVC" in note


def test_another_model_that_does_not_fit_alone_gets_other_advice():
    pixels = {"pixels": pd.DataFrame(np.broadcast_to(np.uint8(0), (3000, 20_000)), copy=False)}
    jobs, note = fitting_jobs(tasks(3000, model="gbm", spec="pixels"), pixels, SETTING, 2, budget=GIB // 4)
    assert jobs == 1
    assert note is not None
    assert "more than the 256 MiB allowed" in note
    assert "--limit" in note


def test_trivial_rules_need_next_to_nothing():
    rule = Task((Split(0, 0, np.arange(10), np.arange(10, 12)),), None, (), tuple(trivial_cells("multilabel")))
    assert fitting_jobs([rule, rule], {}, SETTING, 2, budget=GIB) == (2, None)
