"""What a worker needs in memory for one task, by arithmetic, before anything is fitted.

With n training rows, a table of w columns, p encoded columns and L labels, in bytes:

| part | bytes |
|---|---|
| interpreter and libraries | 160 MiB |
| the task's rows, copied from the table, which is mapped once for all workers | n * w * itemsize |
| an embedding, a style while it is scaled | 25 n w, 33 n w |
| pixels while their components are learnt, block by block | 12 n w, 96 MiB at most |
| encoded rows, training and test, and once more while parts are joined | 4 a value; CSR 8 a stored value |
| a fit | see `genrelab.models.cost`; each model's record says which formula |

Encoding and fitting come one after the other, so the larger counts, and a quarter is added for what the allocator
keeps. Cells of a task are fitted one after the other: the largest counts.

Measured on 5,020 real titles (4,016 for training, 22 labels), peak of a worker's own memory in MiB, the mapped table
not counted:

| feature set, model | estimate | measured | ratio |
|---|---|---|---|
| one embedding (2,048), `ovr_svm` | 444 | 437 | 1.02 |
| four embeddings (5,632), `ovr_svm` | 664 | 674 | 0.99 |
| pixels (73,728), `gbm` | 2,278 | 1,844 | 1.24 |
| four embeddings, `mlp` | 618 | 483 | 1.28 |
| four embeddings, `knn` | 618 | 468 | 1.32 |
| metadata (9), `gbm` | 162 | 163 | 0.99 |
| metadata, `rf` | 320 | 260 | 1.23 |
| keywords and overview by TF-IDF (16,233 terms), `glm` | 167 | 135 | 1.24 |
| the same, `ovr_svm` | 1,248 | 918 | 1.36 |

Styles, `svm_linear`, libsvm's kernel, stacks, resampling and networks follow the same arithmetic, not measured.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from ....features.families import EMBEDDING, family_of, feature_spec, feature_specs, parse_spec
from ....models.balance.reuse import LIMIT as RESAMPLED_LIMIT
from ....models.cost import Fit
from ....models.encode.steps import find_step, vocabulary
from ....models.recipes import RECIPES
from ....models.stack.joint import JOINT_WEIGHTS, MERGED
from ....reports.runs.format import Cell
from ..fit.setting import Setting
from ..tasks import Task

MIB = 2**20
BASE = 160 * MIB
NETWORK_BASE = 1536 * MIB  # TensorFlow with a small network
SLACK = 1.25
SPARSE_BELOW = 0.3  # density from which scikit-learn's ColumnTransformer makes an array


@dataclass(frozen=True)
class Encoding:
    """What encoding makes of a task's rows.

    `dense` and `terms` are columns; `stored` is the number of text values that are not zero. `peak` is the most that
    encoding holds, `size` what stays; `embedding` the columns of all embeddings; `kernels` whether a stack of these
    blocks holds a kernel.
    """

    rows: int
    dense: int
    terms: int
    stored: int
    embedding: int
    peak: float
    size: float
    kernels: bool

    @property
    def width(self) -> int:
        """All columns."""
        return self.dense + self.terms

    @property
    def sparse(self) -> bool:
        """Whether the matrix is CSR."""
        return bool(self.terms) and self.values < SPARSE_BELOW * self.rows * self.width

    @property
    def values(self) -> int:
        """Values stored for the training rows."""
        return self.rows * self.dense + self.stored


def table_bytes(frames: Mapping[str, pd.DataFrame], specs: Iterable[str]) -> int:
    """Bytes of the feature table of a feature set, texts included.

    Examples
    --------
    >>> table_bytes({"metadata": pd.DataFrame({"metadata_year": [1999.0, 2001.0]})}, ["metadata"])
    16
    """
    return sum(_frame_bytes(frames[spec]) for spec in feature_specs(specs))


def task_bytes(
    task: Task, frames: Mapping[str, pd.DataFrame], setting: Setting, known: dict[str, tuple[int, int]] | None = None
) -> int:
    """Estimate the largest amount of memory that a task holds at once.

    Parameters
    ----------
    task : Task
    frames : dict of str to DataFrame
        As `Dataset.frames`; only their shapes, types and texts are looked at.
    setting : Setting
    known : dict, optional
        What counting the terms of a frame of texts gave, by its spec; filled, for the next task of the same frames.

    Returns
    -------
    int
        Bytes of a worker's own: the mapped table is not among them.

    Examples
    --------
    >>> import numpy as np
    >>> from ..folds.splits import Split
    >>> rows = np.arange(4000)
    >>> task = Task((Split(0, 0, rows, rows[:0]),), "x", ("embedding:x",), (Cell("x", "ovr_svm", "none"),))
    >>> setting = Setting("multilabel", ("Drama",))
    >>> frames = {"embedding:x": pd.DataFrame(np.zeros((4000, 500), np.float32))}
    >>> round(task_bytes(task, frames, setting) / MIB)
    341
    """
    rows = len(task.splits[0].train)
    tested = sum(len(test) for test in task.tests())
    if not task.specs:  # trivial rules
        return BASE
    table = table_bytes(frames, task.specs) / max(1, len(frames[feature_spec(task.specs[0])])) * rows
    if any(_is_network(cell) for cell in task.cells):
        return int(NETWORK_BASE + SLACK * 2 * table)
    encoding = _encoding(task.specs, frames, rows, tested, table, {} if known is None else known)
    largest = max(_cell_bytes(cell, encoding, setting) for cell in task.cells)
    return int(BASE + SLACK * max(encoding.peak, encoding.size + largest))


def kernel_bytes(task: Task, setting: Setting) -> int:
    """The part of `task_bytes` that grows with the square of the rows; 0 where no machine shares a kernel.

    Parameters
    ----------
    task : Task
    setting : Setting

    Returns
    -------
    int
    """
    rows = len(task.splits[0].train)
    encoding = Encoding(rows, 0, 0, 0, 0, 0.0, 0.0, holds_kernel(task.specs))
    return int(max((RECIPES[cell.model].square(_fit(cell, encoding, setting)) for cell in task.cells), default=0))


def _frame_bytes(frame: pd.DataFrame) -> int:
    kinds = frame.dtypes.to_list()
    counted = Counter(kinds)
    numeric = {kind for kind in counted if pd.api.types.is_numeric_dtype(kind)}
    numbers = sum(kind.itemsize * counted[kind] for kind in numeric)
    texts = [place for place, kind in enumerate(kinds) if kind not in numeric]
    return numbers * len(frame) + int(frame.iloc[:, texts].memory_usage(index=False, deep=True).sum())


def _encoding(
    specs: Iterable[str],
    frames: Mapping[str, pd.DataFrame],
    rows: int,
    tested: int,
    table: float,
    known: dict[str, tuple[int, int]],
) -> Encoding:
    dense = terms = stored = embedding = 0
    peak = made = 0.0
    for spec in dict.fromkeys(specs):
        name, options = parse_spec(spec)
        step = find_step(family_of(spec).encoder_of(options))
        frame = frames[feature_spec(spec)]
        share = rows / max(1, len(frame))
        width = frame.shape[1]
        columns = step.width(width)
        if step.terms:
            if spec not in known:
                known[spec] = vocabulary(frame)
            own, values = known[spec]
            terms, stored = terms + own, stored + int(share * values)
            work = 64.0 * share * values  # Python's lists of numbers
        else:
            work = min(step.most, step.work(getattr(frame.dtypes.iloc[0], "itemsize", 8)) * rows * width)
        if name == EMBEDDING:
            embedding += width
        dense += columns
        peak = max(peak, made + work)
        made += 4.0 * rows * columns
    found = Encoding(rows, dense, terms, stored, embedding, 0.0, 0.0, holds_kernel(specs))
    each = 8.0 if found.sparse else 4.0
    values = found.values if found.sparse else rows * found.width
    peak = table + max(peak, 2 * each * values)
    return replace(found, peak=peak, size=each * values * (1 + tested / max(1, rows)))


def holds_kernel(specs: Iterable[str]) -> bool:
    """Whether a stack of these blocks holds a kernel: of vectors, or of several blocks in its joint machine.

    Examples
    --------
    >>> holds_kernel(["metadata"]), holds_kernel(["metadata", "overview"]), holds_kernel(["sentences:minilm"])
    (False, True, True)
    """
    blocks = {spec: family_of(spec).block for spec in specs}
    joint = [spec for spec, kind in blocks.items() if kind in JOINT_WEIGHTS]
    return len(joint) > 1 or any(kind in MERGED for kind in blocks.values())


def _is_network(cell: Cell) -> bool:
    return cell.model in RECIPES and RECIPES[cell.model].takes_table


def _fit(cell: Cell, encoding: Encoding, setting: Setting) -> Fit:
    return Fit(
        setting.kind,
        cell.balance,
        len(setting.labels),
        encoding.rows,
        encoding.dense,
        encoding.terms,
        encoding.stored,
        encoding.embedding,
        encoding.sparse,
        encoding.kernels,
        dict(cell.parameters) | {name: _largest(values) for name, values in cell.search},
    )


def _largest(values: Sequence[Any]) -> Any:
    """The largest number that a search tries; its first value where none is a number."""
    numbers = [value for value in values if isinstance(value, int | float)]
    return max(numbers) if numbers else values[0]


def _cell_bytes(cell: Cell, encoding: Encoding, setting: Setting) -> float:
    fit = _fit(cell, encoding, setting)
    extra = 0.0
    if fit.resampled:
        more = 1.5 * 4.0 * encoding.values
        extra = min(float(RESAMPLED_LIMIT), len(setting.labels) * more) + 2 * more
    return extra + RECIPES[cell.model].memory(fit)
