"""One configuration by several metrics, each with its interval: had other titles been tested."""

import pandas as pd

from ..runs.read import KEYS, Configuration, RunFolder
from .bootstrap import METRICS, split_draws, units_of
from .intervals import score_interval
from .names import rule_name
from .significance import comparisons

_QUANTILE = 1.959964


def metric_intervals(run: RunFolder, table: pd.DataFrame, configuration: Configuration | None) -> pd.DataFrame:
    """Intervals of a configuration's scores, and of its lead over the best trivial rule by the headline metric.

    Parameters
    ----------
    run : RunFolder
    table : DataFrame
        As `leaderboard` returns it.
    configuration : Configuration or None

    Returns
    -------
    DataFrame
        metric, value, low, high, rule, gain, gain_low, gain_high; the last four for the headline metric only, from
        the run's `Comparisons`, as everywhere. No rows where titles cannot be drawn.
    """
    columns = ["metric", "value", "low", "high", "rule", "gain", "gain_low", "gain_high"]
    empty = pd.DataFrame(columns=columns)
    if configuration is None or run.headline not in table:
        return empty
    found = comparisons(run)
    if found.method != "titles" or configuration not in found.systems:
        return empty
    rows = []
    for metric in [name for name in METRICS if name in table]:
        lead: list[object] = [None] * 4
        if metric == run.headline:
            value, ends = found.score(configuration), found.interval(configuration)
            if found.rule is not None:
                result = found.between(configuration, found.rule)
                lead = [rule_name(found.rule), result.difference, result.low, result.high]
        else:
            value, ends = _interval(run, table, configuration, metric)
        rows.append([metric, value, *ends, *lead])
    return pd.DataFrame(rows, columns=columns)


def _interval(
    run: RunFolder, table: pd.DataFrame, configuration: Configuration, metric: str
) -> tuple[float, tuple[float, float]]:
    row = table[(table[KEYS] == list(configuration)).all(axis=1)]
    value = float(row[metric].iloc[0])
    units = units_of(run)
    drawn = {} if units is None else split_draws(run, configuration, metric, units)
    if not drawn:
        return value, (float("nan"), float("nan"))
    error = float((sum(drawn.values()) / len(drawn)).std(ddof=1))
    return value, score_interval(value, error, _QUANTILE)
