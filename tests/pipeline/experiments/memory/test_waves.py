"""One wave where everything fits, one for each feature set where not, and on a cluster."""

import joblib
import numpy as np
import pandas as pd
import pytest

from genrelab.pipeline.experiments.fit.setting import Setting
from genrelab.pipeline.experiments.folds.splits import Split
from genrelab.pipeline.experiments.memory.waves import waves
from genrelab.pipeline.experiments.plan import Cell
from genrelab.pipeline.experiments.tasks import Task

GIB = 2**30
SETTING = Setting("multilabel", ("Drama", "Comedy"))
ROWS = np.arange(1000)
FRAMES = {"embedding:x": pd.DataFrame(np.broadcast_to(np.float32(0), (1000, 300)), copy=False)}


def tasks(names=("one", "two"), folds=3):
    cells = {name: tuple(Cell(name, model, "none") for model in ("glm", "rf")) for name in names}
    splits = [(Split(0, fold, ROWS, ROWS[:0]),) for fold in range(folds)]
    return [Task(own, name, ("embedding:x",), cells[name]) for name in names for own in splits]


def names(plan):
    return [{task.feature_set for task in batch.tasks} for batch in plan.batches]


def test_one_wave_where_everything_fits():
    [plan] = waves(tasks(), FRAMES, SETTING, 2, 100 * GIB, GIB)
    assert names(plan) == [{"one", "two"}] and plan.batches[0].workers == 2
    assert list(waves([], FRAMES, SETTING, 2, 100 * GIB, GIB)) == []


def test_a_wave_for_each_feature_set_where_the_tables_are_large_beside_the_budget():
    many = np.broadcast_to(np.float32(0), (10**7, 300))  # 12 GB by arithmetic, none in memory
    large = {"embedding:x": pd.DataFrame(many, copy=False)}
    plans = list(waves(tasks(), large, SETTING, 2, 100 * GIB, GIB))
    assert [names(plan) for plan in plans] == [[{"one"}], [{"two"}]]
    assert [len(batch.tasks) for plan in plans for batch in plan.batches] == [4, 4]  # 3 folds on 2 workers


@pytest.mark.parametrize("memory", [None, 4 * GIB])
def test_workers_elsewhere_get_one_feature_set_after_the_other(memory):
    with joblib.parallel_config("multiprocessing"):  # any backend that is not ours
        workers = joblib.effective_n_jobs(-1)
        plans = list(waves(tasks(), FRAMES, SETTING, 1, memory, GIB))
    assert [names(plan) for plan in plans] == [[{"one"}], [{"two"}]]
    for plan in plans:
        number = sum(len(batch.tasks) for batch in plan.batches)
        assert number == min(6, -(-3 // workers) * workers)
