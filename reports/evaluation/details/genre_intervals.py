"""An interval for the F1 of every genre of one configuration, by the same draws of titles as all other intervals."""

import numpy as np
from scipy import stats

from ...runs.read import KEYS, SPLIT, Configuration, RunFolder
from ..bootstrap.draws import f1_by_label
from ..bootstrap.units import units_of
from ..fold_test import default_ratio
from ..intervals import score_interval
from ..significance import ALPHA, LEAST_UNITS


def genre_intervals(run: RunFolder, configuration: Configuration) -> dict[str, tuple[float, float]]:
    """The 95 % interval of each genre's F1, mean over splits.

    Titles are drawn again where the run kept predictions; else the corrected variance over folds is used.

    Parameters
    ----------
    run : RunFolder
    configuration : Configuration

    Returns
    -------
    dict of genre to (low, high)
        NaN where there is one split only and no predictions. Empty where no genre was measured.
    """
    rows = run.results[(run.results["metric"] == "f1") & run.results["label"].notna()]
    for key, value in zip(KEYS, configuration, strict=True):
        rows = rows[rows[key] == value]
    means = rows.groupby("label")["value"].mean()
    units = units_of(run)
    drawn = f1_by_label(run, configuration, units) if units is not None and units.count >= LEAST_UNITS else {}
    if set(means.index) <= set(drawn):
        quantile = float(stats.norm.ppf(1 - ALPHA / 2))
        errors = {label: (float(drawn[label].std(ddof=1)), quantile) for label in means.index}
    else:
        errors = {label: _over_folds(group.set_index(SPLIT)["value"]) for label, group in rows.groupby("label")}
    return {str(label): score_interval(float(means[label]), *errors[label]) for label in means.index}


def _over_folds(values) -> tuple[float, float]:
    if len(values) < 2:
        return float("nan"), float("nan")
    variance = (1 / len(values) + default_ratio(values.index)) * values.var(ddof=1)
    return float(np.sqrt(variance)), float(stats.t.ppf(1 - ALPHA / 2, len(values) - 1))
