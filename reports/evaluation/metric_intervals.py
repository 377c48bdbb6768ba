"""One configuration by several metrics, each with its interval: had other titles been tested."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..runs.read import KEYS, SPLIT, Configuration, RunFolder
from .bootstrap.draws import METRICS, CodedPredictions
from .bootstrap.title_test import TitleTest
from .bootstrap.units import units_of
from .fold_test import default_ratio
from .intervals import score_interval
from .names import rule_name
from .significance import ALPHA, comparisons


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
    units, rows = units_of(run), []
    coded = None if units is None else CodedPredictions.of(run.predictions(configuration), units)
    for metric in [name for name in METRICS if name in table]:
        lead: list[object] = [None] * 4
        if metric == run.headline:
            value, ends = found.score(configuration), found.interval(configuration)
            if found.rule is not None:
                result = found.between(configuration, found.rule)
                lead = [rule_name(found.rule), result.difference, result.low, result.high]
        else:
            drawn = {} if coded is None else coded.draws(metric)
            value, ends = _interval(run, table, configuration, metric, drawn)
        rows.append([metric, value, *ends, *lead])
    return pd.DataFrame(rows, columns=columns)


def _interval(
    run: RunFolder, table: pd.DataFrame, configuration: Configuration, metric: str, drawn: dict[tuple, np.ndarray]
) -> tuple[float, tuple[float, float]]:
    row = table[(table[KEYS] == list(configuration)).all(axis=1)]
    value = float(row[metric].iloc[0])
    rows = run.results[(run.results["metric"] == metric) & run.results["label"].isna()]
    rows = rows[(rows[KEYS] == list(configuration)).all(axis=1)].set_index(SPLIT)["value"].sort_index()
    if not drawn or list(drawn) != list(rows.index):
        return value, (float("nan"), float("nan"))
    return value, drawn_interval(drawn, rows)


def drawn_interval(drawn: Mapping[tuple, np.ndarray], scores: pd.Series) -> tuple[float, float]:
    """The interval of one system's mean score: the same draws, widened in the same way, as for the headline.

    Parameters
    ----------
    drawn : mapping of (repeat, fold) to ndarray of shape (draws,)
        As `split_draws` returns it.
    scores : Series
        The scores themselves, indexed by the same splits in the same order.
    """
    test = TitleTest(  # a family of one
        np.stack(list(drawn.values()))[None],
        scores.to_numpy(dtype=np.float64)[None],
        scores.index.get_level_values("repeat").to_numpy(),
        default_ratio(scores.index),
        np.array([False]),
        ALPHA,
    )
    return score_interval(float(scores.mean()), *test.error(0))
