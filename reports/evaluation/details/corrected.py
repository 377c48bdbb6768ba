"""Scores on the labels before and after a person corrected some, without those a model picked out for correction."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

from ...runs.format import SPLIT
from ...runs.matrices import matrices
from ...runs.read import KEYS, Configuration, RunFolder


def corrected_scores(run: RunFolder, cells: Sequence[Configuration]) -> pd.DataFrame:
    """Macro F1 of configurations on the labels before correction and after it.

    A title that was corrected because a model doubted its labels is left out of the last two columns: taking the
    model's side and then scoring it would be a gain by selection.

    Parameters
    ----------
    run : RunFolder
        Multi-label, with corrections.
    cells : sequence of Configuration

    Returns
    -------
    DataFrame
        feature_set, model, balance; `original`: on all titles; `original_kept` and `corrected`: on the titles that no
        model doubted, with the labels before and after. Means over splits. No rows without corrections or predictions.
    """
    table = run.corrections()
    given = pd.DataFrame() if table is None else table.set_index("imdb_id")
    rows = []
    for cell in cells if len(given) else ():
        frame = run.predictions(cell)
        if frame.empty:
            continue
        decided = frame["imdb_id"].isin(given.index).to_numpy()
        genres = given["genres"].map(set).to_dict()
        after = frame["truth"].to_numpy(copy=True)
        after[decided] = [
            label in genres[key] for key, label in zip(frame["imdb_id"][decided], frame["label"][decided], strict=True)
        ]
        kept = ~frame["imdb_id"].isin(given.index[given["doubted"]]).to_numpy()
        frame = frame.assign(corrected=after)
        rows.append(
            dict(zip(KEYS, cell, strict=True))
            | {
                "original": _mean_f1(frame, "truth"),
                "original_kept": _mean_f1(frame[kept], "truth"),
                "corrected": _mean_f1(frame[kept], "corrected"),
            }
        )
    return pd.DataFrame(rows, columns=[*KEYS, "original", "original_kept", "corrected"])


def _mean_f1(frame: pd.DataFrame, truth: str) -> float:
    """Mean over splits of macro F1; every split has all labels of all its titles."""
    labels = sorted(frame["label"].unique())
    scores = []
    for _, part in frame.groupby(SPLIT):
        _, _, (has, given) = matrices(part, [truth, "predicted"], labels)
        scores.append(f1_score(has, given, average="macro", zero_division=0))  # pyright: ignore[reportArgumentType]
    return float(np.mean(scores)) if scores else float("nan")
