"""The leading cell fitted on parts of the training titles: what a learning curve is drawn from."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from ....reports.evaluation.leaderboard import choose_best, ranking
from ....reports.evaluation.verdicts import configuration
from ....reports.runs.format import CELLS, LEARNING, Cell, Split
from ....reports.runs.read import read_run
from ....reports.runs.write import write_learning
from ..claim import drop_damaged
from ..dataset import Dataset
from ..fit.setting import fold_seed
from ..tasks import Place

LOG = logging.getLogger("genrelab.pipeline")
SHARES = (0.125, 0.25, 0.5)


def parts_of(splits: list[Split], groups: np.ndarray, seed: int) -> list[tuple[float, Split, Split]]:
    """Nested parts of the training rows of every split of the first repeat, whole groups at a time.

    Parameters
    ----------
    splits : list of Split
    groups : ndarray of shape (m,)
    seed : int

    Returns
    -------
    list of (share, split as it is fitted, split of the run)
        A larger part holds every smaller one; the test rows are the run's. The `repeat` of the first split is the
        number of the share.

    Examples
    --------
    >>> split = Split(0, 0, np.arange(16), np.arange(16, 20))
    >>> parts = parts_of([split], np.arange(20) // 2, 0)
    >>> [(share, len(part.train)) for share, part, _ in parts]
    [(0.125, 2), (0.25, 4), (0.5, 8)]
    """
    parts = []
    for split in (split for split in splits if split.repeat == splits[0].repeat):
        present = np.unique(groups[split.train])
        drawn = np.random.default_rng(fold_seed(seed, split.train)).permutation(present)
        for number, share in enumerate(SHARES):
            kept = np.isin(groups[split.train], drawn[: max(1, round(share * len(drawn)))])
            parts.append((share, Split(number, split.fold, split.train[kept], split.test, split.name), split))
    return parts


def measure_learning(
    out: Path, data: Dataset, fingerprint: str, execute: Callable[[Dataset, list[Cell], Place], list[str]]
) -> list[str]:
    """Fit the leading cell on parts of the training titles, and write `learning.parquet`.

    Parameters
    ----------
    out : Path
        Folder of the run, with its results.
    data : Dataset
        Of the run.
    fingerprint : str
        Of the run.
    execute : function of (data, cells, place)
        Runs what is missing of some cells on the splits of a data set, and says what held it back.

    Returns
    -------
    list of str
        What a reader must know: fits that failed.
    """
    best = choose_best(ranking(read_run(out)))
    known = {cell.key: cell for cell in data.experiment.cells}
    cell = None if best is None else known.get(configuration(best).key)
    if cell is None:
        return ["no learning curve: there is no leading configuration"]
    place = Place(out / LEARNING / CELLS, fingerprint)
    place.folder.mkdir(parents=True, exist_ok=True)
    parts = parts_of(data.splits, data.groups, data.experiment.seed)
    fitted = [part for _, part, _ in parts]
    drop_damaged(place.folder, [cell], fitted, fingerprint)
    shares = ", ".join(f"{share:.1%}" for share in SHARES)
    LOG.info("learning curve: %s on %s of the training titles, %d fits", cell, shares, len(parts))
    notes = execute(replace(data, splits=fitted), [cell], place)
    about = {"experiment": data.experiment.name, "fingerprint": fingerprint, "labels": data.target.labels}
    ids, truth = data.catalog.titles["imdb_id"], data.target.indicator()
    return notes + write_learning(out, place.folder, about, cell, parts, ids, truth)
