"""What an exported model carries of its run: curves that make its probabilities come true, and which titles it saw."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from ...models.multilabel.calibration import Calibrated, calibrate_labels
from ...reports.runs.format import SPLIT, Cell
from ...reports.runs.matrices import matrices
from ..experiments.dataset import Dataset
from ..experiments.run import Run


def calibration(run: Run, cell: Cell, ids: Sequence[str] | None = None) -> Calibrated | None:
    """Curves from scores to probabilities, by the run's out-of-fold predictions.

    Parameters
    ----------
    run : Run
    cell : Cell
    ids : sequence of str, optional
        Titles that count; all by default.

    Returns
    -------
    Calibrated or None
        None where no predictions were kept.
    """
    table = run.predictions(cell)
    if ids is not None:
        table = table[table["imdb_id"].isin(list(ids))]
    if table.empty or run.titles is None:
        return None
    labels = list(run.info["labels"])
    parts = [matrices(part, ["truth", "score"], labels) for _, part in table.groupby(SPLIT, sort=True)]
    titles = np.concatenate([part[0].to_numpy() for part in parts])
    truth, scores = (np.concatenate(rows) for rows in zip(*(part[2] for part in parts), strict=True))
    groups = run.titles.set_index("imdb_id")["group"].reindex(titles).to_numpy()
    return calibrate_labels(truth.astype(np.uint8), scores.astype(np.float64), groups)


def describe_calibration(found: Calibrated, labels: Sequence[str]) -> dict[str, Any]:
    """What the manifest says about calibration: the sentence, the means, and every genre's figures."""
    means = {name: [round(value, 6) for value in found.mean(name)] for name in ("brier", "log_loss", "error")}
    genres = dict(zip(labels, found.measured, strict=True))
    return {"detail": found.words, **means, "scores_per_genre": found.rows, "genres": genres}


def fingerprints(data: Dataset, rows: np.ndarray | None = None) -> dict[str, Any]:
    """What tells whether the model saw a title: short hashes of ids and of posters, so small that lists stay small.

    Returns
    -------
    dict
        `titles` and `posters`: sorted lists of 12 hexadecimal digits; one in 280 billion pairs agrees by chance.
    """
    rows = np.arange(len(data.catalog)) if rows is None else rows
    ids = data.catalog.titles["imdb_id"].iloc[rows]
    posters = data.frames["posters"]["posters_sha256"].iloc[rows].dropna()
    return {
        "titles": sorted({short_hash(name) for name in ids}),
        "posters": sorted({str(name)[:12] for name in posters if name}),
    }


def short_hash(text: str) -> str:
    """The first 12 hexadecimal digits of a text's sha256.

    Examples
    --------
    >>> short_hash("tt0000001")
    'ad6e7ac37950'
    """
    return hashlib.sha256(text.encode()).hexdigest()[:12]
