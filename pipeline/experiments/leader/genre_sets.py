"""Conformal genre sets of a run's best cell, measured on titles that chose nothing."""

from pathlib import Path

import numpy as np
import pandas as pd

from ....models.multilabel.conformal import SCOPES, coverage, held_out_sets
from ....reports.evaluation.leaderboard import choose_best, ranking
from ....reports.evaluation.verdicts import configuration
from ....reports.runs.format import KEYS
from ....reports.runs.read import read_run
from ....reports.runs.tables import CONFORMAL
from ....reports.runs.write import write_table

RISKS = (0.1, 0.2)
# Where a title is tested once per repeat and the folds are drawn alike; decades and periods are not exchangeable.
SPLITS = ("kfold", "holdout")


def conformal_table(predictions: pd.DataFrame, labels: list[str]) -> pd.DataFrame:
    """Promised and measured coverage of genre sets, thresholds from the other folds.

    Parameters
    ----------
    predictions : DataFrame
        repeat, fold, imdb_id, label, truth, score (out of fold) of one multi-label system; the first repeat is used.
    labels : list of str

    Returns
    -------
    DataFrame
        risk, scope (`title`, `genre`), label (null for the whole), titles, coverage, low, high (95 %), set_size,
        all_found (whole only), listed, precision (genres only); no rows with fewer than two folds or with scores
        that are not finite.

    Examples
    --------
    >>> rows = [(0, k % 2, f"tt{k}", "War", 1, 0.5 + k / 100) for k in range(40)]
    >>> names = ["repeat", "fold", "imdb_id", "label", "truth", "score"]
    >>> table = conformal_table(pd.DataFrame(rows, columns=names), ["War"])
    >>> len(table), bool((table["coverage"] > 0.8).all())
    (8, True)
    """
    columns = [name for name in CONFORMAL.columns if name not in KEYS]
    first = predictions[predictions["repeat"] == predictions["repeat"].min()]
    if first["fold"].nunique() < 2 or not np.isfinite(first["score"]).all():
        return pd.DataFrame(columns=columns)
    titles, names = pd.factorize(first["imdb_id"], sort=True)
    places = titles, pd.Index(labels).get_indexer(first["label"])
    truth, score = (np.zeros((len(names), len(labels)), dtype=kind) for kind in (np.uint8, np.float64))
    truth[places], score[places] = first["truth"], first["score"]
    folds = np.zeros(len(names), dtype=np.int64)
    folds[titles] = first["fold"]
    rows = []
    for risk in RISKS:
        for scope in SCOPES:
            listed = held_out_sets(truth, score, folds, risk=risk, scope=scope)
            whole, per_genre = coverage(truth, listed, labels)
            rows.append({"risk": risk, "scope": scope, "label": None, **whole})
            rows += [{"risk": risk, "scope": scope, **row} for row in per_genre.reset_index().to_dict("records")]
    return pd.DataFrame(rows)[columns].astype({"label": "string", "titles": float})


def write_conformal(run: Path, kind_of_split: str | None = None) -> Path | None:
    """Measure the genre sets of a run's best cell from its predictions, and write `conformal.parquet`.

    Parameters
    ----------
    run : Path
        Folder with results.parquet and predictions.parquet.
    kind_of_split : str, optional
        As in `make_splits`; from run.json by default.

    Returns
    -------
    Path or None
        None, and no file, for a single-label run, without a model beside trivial rules, and for splits by time.
    """
    folder = read_run(run, titles=False)
    kind = kind_of_split or (folder.info.get("split") or {}).get("kind", "kfold")
    best = choose_best(ranking(folder)) if folder.kind == "multilabel" else None
    if best is None or kind not in SPLITS:
        return None
    cell = configuration(best)
    predictions = folder.predictions(cell)
    if predictions.empty:
        return None
    table = conformal_table(predictions, sorted(predictions["label"].unique()))
    if table.empty:
        return None
    for place, (key, value) in enumerate(zip(KEYS, cell, strict=True)):
        table.insert(place, key, value)
    return write_table(run, CONFORMAL, table)
