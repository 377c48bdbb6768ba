"""The estimate of a task's memory: its arithmetic, and what a task was seen to take."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from genrelab.models.encode.row_blocks import BLOCK_BYTES
from genrelab.pipeline.experiments.fit.setting import Setting
from genrelab.pipeline.experiments.folds.splits import Split
from genrelab.pipeline.experiments.memory.estimate import (
    BASE,
    MIB,
    SLACK,
    kernel_bytes,
    table_bytes,
    task_bytes,
    vocabulary,
)
from genrelab.pipeline.experiments.plan import Cell
from genrelab.pipeline.experiments.tasks import Place, Task, run_task

SETTING = Setting("multilabel", ("Drama", "Comedy"))


def task(rows: int, cells: list[Cell], *specs: str) -> Task:
    split = Split(0, 0, np.arange(rows), np.arange(rows, rows + rows // 4))
    return Task((split,), "x", specs, tuple(cells))


def cell(model: str, balance: str = "none", **parameters) -> Cell:
    return Cell("x", model, balance, tuple(parameters.items()))


def flat(rows: int, width: int, kind: type = np.float32) -> pd.DataFrame:
    return pd.DataFrame(np.broadcast_to(kind(0), (rows, width)), copy=False)


def need(rows: int, cells: list[Cell], setting: Setting = SETTING, **frames: pd.DataFrame) -> int:
    named = {name.replace("__", ":"): frame for name, frame in frames.items()}
    return task_bytes(task(rows, cells, *named), named, setting)


def test_a_kernel_grows_with_the_square_of_the_rows():
    sizes = [need(rows, [cell("ovr_svm")], embedding__x=flat(rows * 2, 8)) - BASE for rows in (10_000, 20_000)]
    assert sizes[1] / sizes[0] == pytest.approx(4, rel=0.02)
    assert sizes[0] == pytest.approx(SLACK * 8 * 10_000**2, rel=0.02)
    own = task(1000, [cell("ovr_svm"), cell("glm")], "embedding:x")
    assert kernel_bytes(own, SETTING) == 8 * 1000**2
    double = task(1000, [cell("ovr_svm", precision="float64")], "embedding:x")
    assert kernel_bytes(double, SETTING) == 12 * 1000**2


def test_which_machines_share_a_kernel():
    def square(model: str, balance: str = "none", kind: str = "multilabel", spec: str = "metadata") -> bool:
        return kernel_bytes(task(100, [cell(model, balance)], spec), replace(SETTING, kind=kind)) > 0

    assert square("svm_rbf")
    assert square("svm_rbf", "balanced")
    assert not square("svm_rbf", kind="single")  # libsvm, one against one
    assert not square("svm_rbf", "smote")  # libsvm, label by label
    assert square("ovr_svm", kind="single")
    assert square("stack", spec="embedding:x")
    assert not square("stack")
    assert not square("rf")


def test_pixels_are_copied_and_made_single_precision_block_by_block():
    pixels = flat(1000, 1200, np.uint8)  # all rows are one block
    assert need(1000, [cell("gbm")], pixels=pixels) - BASE == pytest.approx(SLACK * 13 * 1000 * 1200, rel=0.02)
    pixels = flat(4000, 12_000, np.uint8)
    blocks = 3 * BLOCK_BYTES
    assert need(4000, [cell("gbm")], pixels=pixels) - BASE == pytest.approx(SLACK * (4000 * 12_000 + blocks), rel=0.02)


def test_styles_are_reduced_and_networks_bring_their_library():
    style = flat(2000, 2000)
    assert need(1500, [cell("glm")], style__x=style) - BASE == pytest.approx(SLACK * 37 * 1500 * 2000, rel=0.02)
    assert need(1500, [cell("fc_head")], metadata=flat(2000, 9)) > 8 * BASE


def test_the_largest_cell_counts_not_the_sum():
    embedding = flat(3000, 400)
    one = need(2000, [cell("ovr_svm")], embedding__x=embedding)
    assert need(2000, [cell("glm"), cell("ovr_svm"), cell("gbm")], embedding__x=embedding) == one
    assert need(2000, [cell("glm")], embedding__x=embedding) < one


def test_more_trees_more_labels_and_resampling_cost_more():
    table = flat(3000, 9)
    few = need(2000, [cell("rf", n_estimators=10)], metadata=table)
    assert need(2000, [cell("rf", n_estimators=400)], metadata=table) > few
    many = replace(SETTING, labels=tuple(map(str, range(40))))
    assert need(2000, [cell("rf")], many, metadata=table) > need(2000, [cell("rf")], metadata=table)
    wide = flat(3000, 2000)
    assert need(2000, [cell("glm", "smote")], metadata=wide) > need(2000, [cell("glm")], metadata=wide)


def test_a_stack_holds_what_all_its_members_say():
    table, many = flat(3000, 9), replace(SETTING, labels=tuple(map(str, range(42))))
    more = need(2000, [cell("stack")], many, metadata=table) - need(2000, [cell("stack")], metadata=table)
    assert more == pytest.approx(SLACK * 32 * 8 * 2000 * 40, rel=0.02)


def test_texts_are_counted_and_dense_learners_pay_for_the_zeros():
    words = [" ".join(f"w{(row * 7 + k) % 5000}" for k in range(20)) for row in range(4000)]
    texts = {"overview_text": pd.Series(words, dtype="str")}
    terms, values = vocabulary(pd.DataFrame(texts))
    assert (terms, values) == (5000, 80_000)
    overview = pd.DataFrame(texts)
    linear = need(3000, [cell("glm")], overview=overview)
    assert linear < BASE + 30 * MIB
    assert need(3000, [cell("ovr_svm")], overview=overview) > BASE + SLACK * (8 * 3000**2 + 12 * 3000 * 5000)
    assert table_bytes({"overview": overview}, ["overview"]) > 80_000 * 3


@pytest.mark.parametrize(
    ("model", "spec", "frame"),
    [
        ("ovr_svm", "embedding:x", (1500, 1000, np.float32)),
        ("knn", "embedding:x", (800, 2000, np.float32)),
        ("knn", "pixels", (600, 6000, np.uint8)),
    ],
)
def test_a_task_takes_what_was_estimated(tmp_path, model, spec, frame):
    rows, width, kind = frame
    random = np.random.default_rng(0)
    values = random.integers(1, 200, (rows, width)).astype(kind)
    prefix = spec.rpartition(":")[2]
    X = pd.DataFrame(values, columns=[f"{prefix}_{column:05d}" for column in range(width)])
    y = (random.random((rows, 2)) < 0.3).astype(np.uint8)

    def of(train: int, test: int) -> Task:
        split = Split(0, train, np.arange(train), np.arange(train, train + test))
        return Task((split,), "x", (spec,), (cell(model),))

    own, setting = of(rows * 4 // 5, rows // 5), replace(SETTING, feature_sets={"x": (spec,)})
    place = Place(tmp_path, "")
    run_task(of(100, 10), setting, place, X, y, np.arange(rows))  # what is loaded late is no part of the estimate
    tracemalloc.start()
    run_task(own, setting, place, X, y, np.arange(rows))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    estimate = (task_bytes(own, {spec: X}, setting) - BASE) / SLACK
    assert 1 / 1.5 < estimate / peak < 1.5
