"""Do the probabilities of each genre come true?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .curves import calibration


def genre_calibration(predictions: pd.DataFrame, labels: Sequence[str], bins: int = 10) -> pd.DataFrame:
    """Brier score and expected calibration error of every genre, from out-of-fold scores.

    The Brier score is the mean squared error of the probabilities (Brier 1950, "Verification of forecasts expressed in
    terms of probability"); beside it that of always saying the genre's share, the bar to clear. The expected
    calibration error is the mean absolute gap between probability and share that came true, over bins of equal width
    weighted by their size.

    Parameters
    ----------
    predictions : DataFrame
        label, truth (0/1), score (probability), of one system; repeats are pooled.
    labels : sequence of str
        Row order; labels without scores are left out.
    bins : int

    Returns
    -------
    DataFrame
        label, share (of titles that have it), mean_score, brier, brier_share (of always saying the share), error; no
        rows where scores are no probabilities.

    Examples
    --------
    >>> frame = pd.DataFrame({"label": "War", "truth": [0, 1, 1, 1], "score": [0.1, 0.9, 0.9, 0.1]})
    >>> genre_calibration(frame, ["War"]).round(3).values.tolist()
    [['War', 0.75, 0.5, 0.21, 0.188, 0.25]]
    """
    columns = ["label", "share", "mean_score", "brier", "brier_share", "error"]
    rows = []
    groups = dict(iter(predictions.dropna(subset=["score"]).groupby("label", observed=True)))
    for label in labels:
        found = calibration(groups[label], bins) if label in groups else None
        if found is None:
            continue
        truth, score = groups[label]["truth"].to_numpy(np.float64), groups[label]["score"].to_numpy(np.float64)
        share = float(truth.mean())
        rows.append([label, share, float(score.mean()), found.brier, share * (1 - share), found.error])
    return pd.DataFrame(rows, columns=columns)
