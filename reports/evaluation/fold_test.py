"""The corrected resampled t-test: what other training sets would have changed, from the scores of folds alone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ..runs.metric_names import LOWER_IS_BETTER
from ..runs.read import ENCODER, KEYS, SPLIT, RunFolder
from .sweeps import grid_points


@dataclass(frozen=True)
class PairedTest:
    """Outcome of a test on paired differences.

    Parameters
    ----------
    mean, low, high : float
        Mean difference and its confidence interval.
    statistic, p_value : float
        Two-sided.
    """

    mean: float
    low: float
    high: float
    statistic: float
    p_value: float


def corrected_t_test(differences: Sequence[float], test_train_ratio: float, alpha: float = 0.05) -> PairedTest:
    """The corrected resampled t-test: a paired t-test that knows training sets of folds overlap.

    The variance of the mean is (1/n + n_test/n_train) times the sample variance instead of 1/n times it
    (Nadeau and Bengio 2003, "Inference for the generalization error"; for repeated folds Bouckaert and Frank 2004).

    Parameters
    ----------
    differences : sequence of n floats
        Score of one system minus the other's, per split.
    test_train_ratio : float
        Test titles per training title, 0.25 for five folds.
    alpha : float
        One minus the level of the interval.

    Returns
    -------
    PairedTest
        With fewer than two splits the p-value is 1 and the interval everything; without any spread the p-value
        is 1 for no difference and 0 for a constant one.

    Examples
    --------
    >>> round(corrected_t_test([0.02, 0.03, 0.01, 0.02, 0.02], 0.25).p_value, 4)
    0.0135
    """
    values = np.asarray(differences, dtype=np.float64)
    count = len(values)
    mean = float(values.mean()) if count else float("nan")
    if count < 2:
        return PairedTest(mean, -np.inf, np.inf, float("nan"), 1.0)
    scale = float(np.sqrt((1 / count + test_train_ratio) * values.var(ddof=1)))
    if scale < 1e-12:
        same = abs(mean) < 1e-12
        return PairedTest(mean, mean, mean, 0.0 if same else float(np.sign(mean) * np.inf), float(same))
    statistic = mean / scale
    half = float(stats.t.ppf(1 - alpha / 2, count - 1)) * scale
    p_value = float(2 * stats.t.sf(abs(statistic), count - 1))
    return PairedTest(mean, mean - half, mean + half, statistic, p_value)


def default_ratio(index: pd.Index) -> float:
    """Test titles per training title of plain folds: one over their number less one; 0.25 for single hold-outs.

    Examples
    --------
    >>> default_ratio(pd.MultiIndex.from_product([[0, 1], [0, 1, 2]], names=["repeat", "fold"]))
    0.5
    """
    folds = index.get_level_values("fold").nunique()
    return 1 / (folds - 1) if folds > 1 else 0.25


class FoldTest:
    """Intervals and p-values from the spread over folds, for runs that kept no predictions.

    Parameters
    ----------
    values : ndarray of shape (systems, splits)
        NaN where a system has no score on a split.
    ratio : float
        Test titles per training title.
    pairs : int
        How many pairs the family holds (Bonferroni).
    alpha : float
    """

    def __init__(self, values: np.ndarray, ratio: float, pairs: int, alpha: float):
        self.values, self.ratio, self.pairs, self.alpha = values, ratio, max(pairs, 1), alpha

    def error(self, place: int) -> tuple[float, float]:
        """Standard error of a system's mean score and the quantile for its interval; NaN with fewer than two splits."""
        kept = self.values[place][~np.isnan(self.values[place])]
        if len(kept) < 2:
            return float("nan"), float("nan")
        error = float(np.sqrt((1 / len(kept) + self.ratio) * kept.var(ddof=1)))
        return error, float(stats.t.ppf(1 - self.alpha / 2, len(kept) - 1))

    def test(self, one: int, other: int, difference: float) -> tuple[float, float, float, float]:
        """Low, high, p-value and adjusted p-value of the difference of two systems on the splits that both have."""
        values = self.values[one] - self.values[other]
        found = corrected_t_test(values[~np.isnan(values)].tolist(), self.ratio, self.alpha / self.pairs)
        return found.low, found.high, found.p_value, min(1.0, found.p_value * self.pairs)


def split_scores(run: RunFolder, metric: str, splits: Collection[tuple[int, int]] | None = None) -> pd.DataFrame:
    """Whole-set scores as a table of splits by configurations, best mean first, without points of sweeps.

    Returns
    -------
    DataFrame
        One row per (repeat, fold), one column per (feature_set, model, balance); losses are negative, so that more
        is better everywhere.

    Raises
    ------
    ValueError
        When the results do not hold the metric; the message names those they hold.
    """
    whole = run.results[run.results["label"].isna() & (run.results["model"] != ENCODER)]
    rows = whole[whole["metric"] == metric]
    if rows.empty:
        known = ", ".join(sorted(whole["metric"].unique())) or "none"
        raise ValueError(f"metric {metric!r}: expected one of {known}")
    table = rows.pivot_table(index=SPLIT, columns=KEYS, values="value", observed=True)
    table = -table if metric in LOWER_IS_BETTER else table
    if splits is not None:
        table = table[table.index.isin(list(splits))]
    swept = grid_points(table.columns.to_frame(index=False)[KEYS]).to_numpy()
    kept = [column for column, point in zip(table.columns, swept, strict=True) if not point]
    means = table[kept].mean()
    return table[sorted(kept, key=lambda system: (-means[system], system))]
