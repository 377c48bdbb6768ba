"""Models that give every title the same labels: they learnt nothing, whatever their score."""

import pandas as pd
import pyarrow as pa

from ..runs.once import once_per_run
from ..runs.read import KEYS, SPLIT, RunFolder


@once_per_run
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
    # A group would be every combination of a part's dictionaries in pandas; Arrow has those that occur.
    parts = [
        part.group_by(keys, use_threads=False).aggregate([("predicted", "min"), ("predicted", "max")])
        for part in run.prediction_parts([*keys, "predicted"])
    ]
    if not parts:
        return pd.DataFrame(columns=[*KEYS, "collapsed_folds"])
    found = pa.concat_tables(parts).to_pandas().astype(dict.fromkeys([*KEYS, "label"], str))
    ranges = found.groupby(keys).agg({"predicted_min": "min", "predicted_max": "max"})
    constant = ranges["predicted_min"] == ranges["predicted_max"]
    folds = constant.groupby([*KEYS, *SPLIT]).all()
    return folds.groupby(KEYS).sum().astype(int).rename("collapsed_folds").reset_index()
