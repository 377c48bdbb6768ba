"""Run an experiment: every cell on every fold, resumable, each encoding made once.

A finished cell is a file; the run is finished when all are there. So a killed run goes on where it was, progress
is what lies on disk, and workers may be threads, processes or machines that share the folder (joblib backends).
"""

import json
import logging
import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np
from threadpoolctl import threadpool_limits

from ...features.families import join_frames
from ...features.store import FeatureStore
from ...reports.runs.write import finished_cells, write_json, write_results
from ..catalog.table import Catalog
from .cell import Setting, Task, cell_file, run_task, takes_table, trivial_cells
from .dataset import Dataset, prepare
from .genre_sets import write_conformal
from .memory import fitting_jobs
from .pictures import write_augmented
from .plan import Cell, Experiment
from .record import describe_run, run_identity, write_titles
from .splits import Split

LOG = logging.getLogger("genrelab.pipeline")
Announce = Callable[[int, int, Cell | None, Split | None, Path | None], None]


class RunError(RuntimeError):
    """A run that cannot start or go on; the message says what to do."""


def run_experiment(
    experiment: Experiment,
    catalog: Catalog,
    out: Path,
    *,
    store: FeatureStore | None = None,
    weights: str = "imagenet",
    vectors: Path | None = None,
    n_jobs: int | None = None,
    memory: float | None = None,
    limit: int | None = None,
    fresh: bool = False,
    progress: Callable | None = None,
    announce: Announce | None = None,
) -> Path:
    """Measure every cell of an experiment and write its results.

    Parameters
    ----------
    experiment : Experiment
    catalog : Catalog
    out : Path
        Folder of the run. If it holds a part of the same run, the run goes on; if it holds another, it is refused.
    store : FeatureStore, optional
        Cache for poster features.
    weights : str
        `imagenet`, `random`, or the path of a weights.json.
    vectors : Path, optional
        Word vectors in GloVe's text format, for networks that read texts.
    n_jobs : int, optional
        Worker processes; by default one per core. Every worker's numerical libraries use cores // n_jobs threads.
    memory : float, bytes, optional
        For all workers together; by default 80 % of what is available. Fewer workers run where not all fit.
    limit : int, optional
        Measure on a seeded sample of this many titles.
    fresh : bool
        Throw away what another run left in `out`.
    progress, announce : callable, optional
        Called while features are computed (as in `build_frames`), and whenever a cell is done with
        `(cells done, cells in all, cell, split, its file)`.

    Returns
    -------
    Path
        `out`, with `results.parquet`, `predictions.parquet`, `titles.parquet`, `run.json` and, for a multi-label
        run on folds, `conformal.parquet`.

    Raises
    ------
    RunError
        When `out` holds a different run.
    """
    jobs = n_jobs or os.cpu_count() or 1
    data = prepare(experiment, catalog, store=store, weights=weights, limit=limit, n_jobs=jobs, progress=progress)
    experiment = data.experiment
    cells = [*trivial_cells(data.target.kind), *experiment.cells]
    identity = run_identity(experiment, data, weights, limit, vectors)
    folder = _claim(out, identity, fresh)
    setting = Setting(
        folder=folder,
        kind=data.target.kind,
        labels=data.target.labels,
        seed=experiment.seed,
        objective=experiment.thresholds["objective"],
        inner_folds=int(experiment.thresholds["inner_folds"]),
        threads=max(1, (os.cpu_count() or 1) // jobs),
        weights=weights,
        scale=experiment.scale,
        vectors=None if vectors is None else str(vectors),
    )
    tasks = _pending(experiment, data, cells, folder)
    notes = _run_tasks(tasks, experiment, data, setting, jobs, memory, cells, announce)
    notes += write_results(
        out,
        experiment.name,
        finished_cells(folder, cells, data.splits),
        data.catalog.titles["imdb_id"],
        data.target.indicator(),
        data.target.labels,
    )
    for leftover in folder.glob(".*"):  # of a worker killed while it wrote; every cell is done, so nobody writes now
        leftover.unlink(missing_ok=True)
    write_titles(out, data)
    write_conformal(out, str(experiment.split["kind"]))
    write_augmented(out, data)
    about = out / "run.json"
    kept = json.loads(about.read_text("utf-8")).get("audit") if about.exists() else None
    audit = {"audit": kept} if kept else {}
    write_json(about, identity | describe_run(experiment, data, weights, notes, len(catalog)) | audit)
    return out


def _pending(experiment: Experiment, data: Dataset, cells: list[Cell], folder: Path) -> list[Task]:
    """Tasks for what is not on disk yet: splits with the same training rows, and what is missing for all of them."""
    same_train: dict[bytes, list[Split]] = {}
    for split in data.splits:
        same_train.setdefault(np.asarray(split.train, dtype=np.int64).tobytes(), []).append(split)
    tasks = []
    for splits in same_train.values():
        for name in ("-", *experiment.feature_sets):
            left: dict[tuple[tuple[int, ...], bool], list[Cell]] = {}
            for cell in cells:
                if cell.feature_set == name:
                    todo = tuple(i for i, split in enumerate(splits) if not cell_file(folder, cell, split).exists())
                    left.setdefault((todo, takes_table(cell)), []).append(cell)
            for (todo, _), own in left.items():
                if todo:
                    specs = () if name == "-" else tuple(experiment.feature_sets[name])
                    tasks.append(Task(tuple(splits[i] for i in todo), None if name == "-" else name, specs, tuple(own)))
    return tasks


def _run_tasks(
    tasks: list[Task],
    experiment: Experiment,
    data: Dataset,
    setting: Setting,
    jobs: int,
    memory: float | None,
    cells: list[Cell],
    announce: Announce | None,
) -> list[str]:
    """Run tasks, feature set by feature set; what held them back, in sentences."""
    notes = []
    watcher = _Watcher(setting.folder, cells, data.splits, announce)
    with watcher:
        names = list(dict.fromkeys(task.feature_set for task in tasks))
        for name in names:
            # One joined table at a time: pixels alone take 74 kB a title.
            X = None if name is None else join_frames(data.frames, experiment.feature_sets[name])
            own = [task for task in tasks if task.feature_set == name and not task.takes_table]
            # Networks use every core (or the card) by themselves: one after the other, in this process.
            alone = replace(setting, threads=os.cpu_count() or 1)
            for task in tasks:
                if task.feature_set == name and task.takes_table:
                    run_task(task, alone, X, data.target.y, data.groups)
            if not own:
                continue
            workers, note = (
                fitting_jobs(own, data.frames, setting, jobs, memory) if _on_this_machine() else (jobs, None)
            )
            if note:
                LOG.warning(note)
                notes.append(note)
            if workers == 1:
                with threadpool_limits(setting.threads):
                    for task in own:
                        run_task(task, setting, X, data.target.y, data.groups)
                continue
            with _workers(workers, setting.threads):
                joblib.Parallel()(
                    joblib.delayed(run_task)(task, setting, X, data.target.y, data.groups) for task in own
                )
    return notes


def _on_this_machine() -> bool:
    """Whether workers are processes here: the caller may have chosen a joblib backend of its own (a Dask cluster)."""
    backend, _ = joblib.parallel.get_active_backend()
    return isinstance(backend, joblib.parallel.ThreadingBackend | joblib.parallel.LokyBackend)


def _workers(jobs: int, threads: int) -> joblib.parallel_config:
    if _on_this_machine():
        return joblib.parallel_config("loky", n_jobs=jobs, inner_max_num_threads=threads)
    return joblib.parallel_config(n_jobs=-1)


class _Watcher:
    """Tells of finished cells by looking at the folder: true for threads, processes and other machines alike."""

    def __init__(self, folder: Path, cells: list[Cell], splits: list[Split], announce: Announce | None):
        self.announce = announce
        self.left = {cell_file(folder, cell, split): (cell, split) for cell in cells for split in splits}
        self.total = len(self.left)
        self.left = {path: key for path, key in self.left.items() if not path.exists()}
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "_Watcher":
        if self.announce:
            self.announce(self.total - len(self.left), self.total, None, None, None)
            self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        if self.announce:
            self.thread.join()
            self._look()

    def _watch(self) -> None:
        while not self.stop.wait(0.3):
            self._look()

    def _look(self) -> None:
        for path in [path for path in self.left if path.exists()]:
            cell, split = self.left.pop(path)
            if self.announce:
                self.announce(self.total - len(self.left), self.total, cell, split, path)


def _claim(out: Path, identity: dict, fresh: bool) -> Path:
    """The folder of finished cells, after making sure that they belong to this very run."""
    folder, marker = out / "cells", out / "identity.json"
    if marker.exists():
        found = json.loads(marker.read_text("utf-8"))
        if found["fingerprint"] != identity["fingerprint"]:
            if not fresh:
                changed = [key for key in identity if key != "fingerprint" and found.get(key) != identity[key]]
                what = f"({', '.join(changed)} differ)" if changed else "(its titles, posters or labels differ)"
                raise RunError(
                    f"{out} holds a run with other settings or data {what}; choose another --out, "
                    "or --fresh to replace it"
                )
            for path in [*folder.glob("*.npz"), *out.glob("*.parquet"), out / "run.json"]:
                path.unlink(missing_ok=True)
            shutil.rmtree(out / "training", ignore_errors=True)
    elif out.exists() and any(out.iterdir()):
        raise RunError(f"{out} is not empty and holds no run; choose another --out")
    folder.mkdir(parents=True, exist_ok=True)
    write_json(marker, identity)
    return folder
