"""What a finished run trained on and tested, as its files say."""

import numpy as np
import pandas as pd

from ...reports.runs.format import Split
from ..experiments.folds.splits import make_splits
from ..experiments.run import Run, RunError


def run_splits(run: Run) -> list[Split]:
    """What a run trained on and tested.

    The splits that its settings give, if they test the rows that the run tested. Folds made otherwise are taken
    from the predictions: what a fold does not test it trained on, and so it did with what other folds of the same
    repeat test, whether this fold tests it or not.

    Parameters
    ----------
    run : Run

    Returns
    -------
    list of Split

    Raises
    ------
    RunError
        When the tested rows are not those of the settings and the kind of split does not say what the others are.
    """
    titles, labels = run.titles, run.info["labels"]
    assert titles is not None
    y = np.array([[label in set(names) for label in labels] for names in titles["labels"]], dtype=np.uint8)
    position = pd.Index(titles["imdb_id"])
    tested = {key: np.sort(position.get_indexer(pd.Index(ids))) for key, ids in run.tested().items()}
    settings = run.info["split"]
    groups = titles["group"].to_numpy() if "group" in titles else None
    made = make_splits(y=y, groups=groups, titles=titles, seed=run.info["seed"], **settings)
    same = {(split.repeat, split.fold): split.test for split in made}
    if same.keys() == tested.keys() and all(np.array_equal(same[key], rows) for key, rows in tested.items()):
        return made
    if settings["kind"] not in ("kfold", "holdout"):
        raise RunError(f"{run.path}: expected the tested titles that its split settings give, found others")
    splits = []
    for (repeat, fold), test in tested.items():
        others = [rows for (r, f), rows in tested.items() if r == repeat and f != fold]
        train = np.setdiff1d(np.arange(len(titles)), test)
        splits.append(Split(repeat, fold, np.unique(np.concatenate([train, *others])).astype(np.int64), test))
    return splits
