"""Models that give every title the same labels: they learnt nothing, whatever their score."""

import pandas as pd

from ..runs.read import KEYS, SPLIT, RunFolder


def collapsed_folds(run: RunFolder) -> pd.DataFrame:
    """Count the folds in which a configuration predicted one label set only.

    Parameters
    ----------
    run : RunFolder

    Returns
    -------
    DataFrame
        feature_set, model, balance, collapsed_folds; configurations without predictions are missing.
    """
    keys = [*KEYS, *SPLIT, "label"]
    parts = []
    for part in run.prediction_parts([*keys, "predicted"]):
        # Dictionary columns would make a row of every combination that does not occur.
        grouped = part.groupby(keys, observed=True)["predicted"].agg(["min", "max"])
        parts.append(grouped.reset_index().astype(dict.fromkeys([*KEYS, "label"], str)))
    if not parts:
        return pd.DataFrame(columns=[*KEYS, "collapsed_folds"])
    ranges = pd.concat(parts).groupby(keys).agg({"min": "min", "max": "max"}).reset_index()
    ranges["constant"] = ranges["min"] == ranges["max"]
    folds = ranges.groupby([*KEYS, *SPLIT])["constant"].all()
    return folds.groupby(KEYS).sum().astype(int).rename("collapsed_folds").reset_index()
