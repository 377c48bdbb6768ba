"""Run an experiment: every cell on every fold, resumable, each encoding made once.

A finished cell is a file; the run is finished when all are there. So a killed run continues where it was, progress
is what lies on disk, and workers may be threads, processes or machines that share the folder (joblib backends).
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import joblib
import numpy as np
import pandas as pd

from ...features.families import join_frames
from ...features.frozen.hub import at_hand
from ...features.store import FeatureStore
from ...reports.runs.cells import cell_file, failure_file, read_failure, write_failure
from ...reports.runs.format import INFO, TRIVIAL, Cell, Split
from ...reports.runs.write import write_info, write_results
from ..catalog.genres import SOURCES
from ..catalog.table import Catalog, load_catalog
from ..cluster.connect import use_cluster
from ..cluster.sight import a_poster, weight_files
from ..corrections.apply import read_corrections
from ..corrections.teach import teach, without_decisions
from ..places import FEATURES, RUNS
from ..progress import shows_progress
from .claim import claim, drop_damaged
from .dataset import Dataset, prepare
from .fit.estimator import takes_table, trivial_cells
from .fit.setting import Setting
from .fit.zero_shot import zero_shot_cells, zero_shot_notes
from .leader.genre_sets import write_conformal
from .leader.learning import measure_learning
from .memory.pool import on_this_machine, workers
from .memory.waves import waves
from .pictures import write_augmented
from .plan import FULL, Experiment, load_experiment
from .record import count_titles, describe_run, make_setting, run_identity, write_corrections, write_titles
from .run import Run, RunError
from .tasks import Place, Task, run_task

__all__ = ["RunError", "compare"]
LOG = logging.getLogger("genrelab.pipeline")
Announce = Callable[[int, int, Cell | None, Split | None, Path | None], None]


@shows_progress
def compare(
    experiment: Experiment | str,
    catalog: Catalog | Path | str,
    out: Path | str | None = None,
    *,
    features: Path | str | FeatureStore | None = FEATURES,
    weights: str = "imagenet",
    vectors: Path | None = None,
    jobs: int | None = None,
    memory: float | None = None,
    disk: float | None = None,
    limit: int | None = None,
    scale: str = FULL,
    genres: str | None = None,
    fresh: bool = False,
    cluster: str | None = None,
    corrections: Path | str | None = None,
    progress: Callable | bool | None = None,
    announce: Announce | None = None,
) -> Run:
    """Measure every cell of an experiment and write its results: what `genrelab compare` does.

    Parameters
    ----------
    experiment : Experiment or str
        The name of a shipped experiment, or the path of a TOML file.
    catalog : Catalog or path
    out : path, optional
        Folder of the run, by default artifacts/runs/EXPERIMENT. If it holds a part of the same run, the run goes on; if
        it holds another, it is refused.
    features : path, FeatureStore or None
        Cache for poster features; None keeps none.
    weights : str
        Of frozen networks: `imagenet`, `random`, or the path of a weights.json.
    vectors : Path, optional
        Word vectors in GloVe's text format, for networks that read texts.
    jobs : int, optional
        Worker processes; by default one per core. Every worker's numerical libraries use cores // jobs threads.
    memory : float, bytes, optional
        For this process and all workers together; by default 80 % of what is available. A cell that does not fit
        beside others runs with fewer workers, by a cheaper machine, or not at all, with a note; see docs/scale.md.
    disk : float, bytes, optional
        For the mapped files of kernels that memory does not hold; by default a fifth of what the temporary folder has
        free.
    limit : int, optional
        Measure on a seeded sample of this many titles.
    scale : str
        Of a named experiment: `full`, or a shorter run that its file describes.
    genres : {"tmdb", "imdb", "movielens", "own"}, optional
        Whose genres are the labels, in place of what the experiment says.
    fresh : bool
        Throw away what another run left in `out`.
    cluster : str, optional
        `tcp://HOST:PORT` of a Dask scheduler, or `local:N`; see `genrelab.pipeline.cluster.connect.use_cluster`. Poster
        features and cells are computed by its workers; `jobs` then says nothing of the cells, and `memory` is what each
        worker may hold.
    corrections : path, optional
        The labels.sqlite of `genrelab serve`: models learn from its decisions, scores are measured on the labels
        before them, and the report shows both. Titles without a label that a person gave one teach and test nothing.
    progress : bool or callable, optional
        Whether bars show what is done, on standard error; by default on a terminal and in a notebook. A callable is
        called while features are computed, as in `build_frames`.
    announce : callable, optional
        Called in place of bars whenever a cell is done, with `(cells done, cells in all, cell, split, its file)`.

    Returns
    -------
    Run
        Its `failures` list the cells that could not be fitted; the same call tries them again.

    Raises
    ------
    RunError
        When `out` holds a different run, or no cell could be fitted.
    """
    jobs, started = joblib.cpu_count() if jobs is None else jobs, time.monotonic()
    if isinstance(experiment, str):
        experiment = load_experiment(experiment, at_hand(weights), scale)
    if genres is not None:
        if genres not in SOURCES:
            raise ValueError(f"genres: expected one of {', '.join(SOURCES)}, got {genres!r}")
        experiment = replace(experiment, target=dict(experiment.target) | {"source": genres})
    catalog = catalog if isinstance(catalog, Catalog) else load_catalog(Path(catalog))
    # Absolute: a worker may have another working folder.
    out = (RUNS / experiment.name if out is None else Path(out)).absolute()
    store = FeatureStore(Path(features)) if isinstance(features, str | Path) else features
    if vectors is not None and not Path(vectors).is_file():
        raise RunError(f"--vectors: expected a file of word vectors at {vectors}, found none")
    limit = experiment.scale.get("titles") if limit is None else limit
    reads = [catalog.root, *([] if vectors is None else [Path(vectors)])]
    if cluster is not None:
        reads += [*weight_files(experiment.specs(), weights), *a_poster(catalog.poster_paths())]
    with use_cluster(cluster, [out, *([] if store is None else [store.root])], reads):
        computing = {"store": store, "weights": weights, "n_jobs": jobs, "progress": progress}
        data = prepare(experiment, catalog, limit=limit, **computing)
        if corrections is not None:
            data = teach(data, catalog, read_corrections(Path(corrections)), **computing)
        known = len(catalog)
        del catalog  # a million titles are half a gigabyte, and `data` has those that take part
        experiment, prepared = data.experiment, time.monotonic()
        asked = zero_shot_cells(experiment, weights)
        cells = [*trivial_cells(data.target.kind), *asked, *experiment.cells]
        data = replace(data, notes=(*data.notes, *zero_shot_notes(asked)))
        setting = make_setting(data, weights, None if vectors is None else Path(vectors))
        identity = run_identity(data, setting, limit)
        place = Place(claim(out, identity, experiment.toml, fresh), identity["fingerprint"])
        drop_damaged(place.folder, cells, data.splits, place.fingerprint)

        def execute(data: Dataset, cells: list[Cell], place: Place, announce: Announce | None = None) -> list[str]:
            tasks = _pending(data, cells, place.folder)
            return _run_tasks(tasks, data, setting, place, jobs, (memory, disk), cells, announce)

        notes = execute(data, cells, place, announce)
        fitted, ids = time.monotonic(), data.catalog.titles["imdb_id"]
        about = {"experiment": experiment.name, "fingerprint": place.fingerprint, "labels": data.target.labels}
        (out / INFO).unlink(missing_ok=True)  # what an earlier run said of itself, perhaps damaged
        notes += write_results(out, place.folder, about, cells, data.splits, ids, data.target.indicator())
        written = time.monotonic()
        if experiment.learning_curve:
            notes += measure_learning(out, data, place.fingerprint, execute)
        learnt = time.monotonic() - written
    for leftover in place.folder.glob(".*"):  # of a worker killed while it wrote; nobody writes now
        leftover.unlink(missing_ok=True)
    tested = without_decisions(data)
    write_titles(out, tested)
    write_corrections(out, data)
    write_augmented(out, data)
    described = describe_run(data, setting, notes, count_titles(tested, known, limit))
    kind_of_split = str(experiment.split["kind"])
    seconds = {"features": prepared - started, "fits": fitted - prepared}
    seconds |= {"learning": learnt} if experiment.learning_curve else {}
    del data, tested  # before all predictions of a configuration are read
    write_conformal(out, kind_of_split)
    seconds["results"] = time.monotonic() - fitted - learnt
    write_info(out, identity | described | {"seconds": {stage: round(value, 1) for stage, value in seconds.items()}})
    run = Run.open(out)
    if run.results["model"].str.startswith(TRIVIAL).all():
        raise RunError(f"{out}: no cell could be fitted; the first: {run.failures['reason'].iloc[0]}")
    return run


def _pending(data: Dataset, cells: list[Cell], folder: Path) -> list[Task]:
    """Tasks for what is not on disk yet: splits with the same training rows, and what is missing for all of them."""
    same_train: dict[bytes, list[Split]] = {}
    for split in data.splits:
        same_train.setdefault(np.asarray(split.train, dtype=np.int64).tobytes(), []).append(split)
    tasks = []
    for splits in same_train.values():
        for name, specs in {"-": (), **data.experiment.feature_sets}.items():
            left: dict[tuple[tuple[int, ...], bool], list[Cell]] = {}
            for cell in (cell for cell in cells if cell.feature_set == name):
                todo = tuple(i for i, split in enumerate(splits) if not cell_file(folder, cell, split).exists())
                left.setdefault((todo, takes_table(cell)), []).append(cell)
            tasks += [
                Task(tuple(splits[i] for i in todo), None if name == "-" else name, tuple(specs), tuple(same))
                for (todo, _), same in left.items()
                if todo
            ]
    return tasks


def _run_tasks(
    tasks: list[Task],
    data: Dataset,
    setting: Setting,
    place: Place,
    jobs: int,
    limits: tuple[float | None, float | None],
    cells: list[Cell],
    announce: Announce | None,
) -> list[str]:
    """Run tasks; what held them back, in sentences."""
    notes, cores = [], joblib.cpu_count()
    threads = max(1, cores // jobs) if on_this_machine() else 1
    tables: dict[str | None, pd.DataFrame | None] = {}

    def rows(task: Task) -> tuple[pd.DataFrame | None, np.ndarray, np.ndarray]:
        return tables[task.feature_set], data.target.y, data.groups

    with _Watcher(place.folder, cells, data.splits, announce):
        # Networks use every core (or the card) by themselves: one after the other, in this process.
        for task in (task for task in tasks if task.takes_table):
            tables = _tables([task], data, tables)
            run_task(task, setting, place, *rows(task), cores, learnt=data.learnt)
        for plan in waves([task for task in tasks if not task.takes_table], data.frames, setting, jobs, *limits):
            for cell, split, reason in plan.skipped:
                write_failure(place.folder, cell, split, reason, "")
            for note in plan.notes:
                LOG.warning(note)
            notes += plan.notes
            for batch in plan.batches:
                tables = _tables(batch.tasks, data, tables)
                run = partial(run_task, threads=threads, kernel=batch.kernel, disk=batch.disk, learnt=data.learnt)
                if batch.workers == 1 and on_this_machine():
                    for task in batch.tasks:
                        run(task, setting, place, *rows(task))
                else:
                    # Tasks one by one: they start in the order given, the longest first.
                    with workers(batch.workers, threads):
                        calls = (joblib.delayed(run)(task, setting, place, *rows(task)) for task in batch.tasks)
                        joblib.Parallel(batch_size=1)(calls)  # pyright: ignore[reportArgumentType]
    return notes


def _tables(tasks: Sequence[Task], data: Dataset, kept: dict[str | None, pd.DataFrame | None]) -> dict:
    """The joined table of every feature set of the tasks, none but these: pixels alone take 74 kB a title."""
    sets = data.experiment.feature_sets
    names = dict.fromkeys(task.feature_set for task in tasks)
    kept = {name: kept[name] for name in names if name in kept}
    for name in names:
        if name not in kept:
            kept[name] = None if name is None else join_frames(data.frames, sets[name])
    return kept


class _Watcher:
    """Says which cells are done by looking at the folder: true for threads, processes and other machines alike."""

    def __init__(self, folder: Path, cells: list[Cell], splits: list[Split], announce: Announce | None):
        self.folder, self.announce = folder, announce or (lambda *_: None)
        every = {cell_file(folder, cell, split): (cell, split) for cell in cells for split in splits}
        self.total = len(every)
        self.left = {path: key for path, key in every.items() if not path.exists()}
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "_Watcher":
        self.announce(self.total - len(self.left), self.total, None, None, None)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()
        self._look()

    def _watch(self) -> None:
        while not self.stop.wait(0.3):
            self._look()

    def _look(self) -> None:
        for path, (cell, split) in list(self.left.items()):
            failed = failure_file(self.folder, cell, split)
            if not path.exists() and not failed.exists():
                continue
            del self.left[path]
            if not path.exists():
                LOG.warning("%s, %s: not measured: %s", cell, split, read_failure(self.folder, cell, split))
            self.announce(self.total - len(self.left), self.total, cell, split, path if path.exists() else None)
