"""Which differences between systems are real: tests on paired folds, and sentences about them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ..runs.metric_names import LOWER_IS_BETTER
from ..runs.read import KEYS, SPLIT

ROPE = 0.01
ALPHA = 0.05
_COLUMNS = ["first", "second", "first_mean", "second_mean", "difference", "low", "high", "p_value"]
_COLUMNS += ["first_worse", "same", "first_better"]


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


def corrected_t_test(differences: Sequence[float], test_train_ratio: float, alpha: float = ALPHA) -> PairedTest:
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


def bayesian_t_test(
    differences: Sequence[float], test_train_ratio: float, rope: float = ROPE
) -> tuple[float, float, float]:
    """Probabilities that the first system is worse, practically the same, or better.

    The Bayesian correlated t-test: the posterior of the mean difference is a Student t with n - 1 degrees of
    freedom whose scale counts the correlation of folds, n_test / (n_test + n_train) (Benavoli, Corani, Demsar,
    Zaffalon 2017, "Time for a change: a tutorial for comparing multiple classifiers through Bayesian analysis").

    Parameters
    ----------
    differences : sequence of n floats
        Score of the first system minus the second's, per split.
    test_train_ratio : float
        Test titles per training title.
    rope : float
        Half-width of the region of practical equivalence, in units of the metric.

    Returns
    -------
    tuple of three floats
        Worse by more than `rope`, within it, better by more; they sum to 1. A third each with fewer than two splits.

    Examples
    --------
    >>> worse, same, better = bayesian_t_test([0.02, 0.03, 0.01, 0.02, 0.02], 0.25)
    >>> round(same, 2), round(better, 2)
    (0.05, 0.95)
    """
    values = np.asarray(differences, dtype=np.float64)
    count = len(values)
    if count < 2:
        return 1 / 3, 1 / 3, 1 / 3
    mean = float(values.mean())
    correlation = test_train_ratio / (1 + test_train_ratio)
    scale = float(np.sqrt((1 / count + correlation / (1 - correlation)) * values.var(ddof=1)))
    if scale < 1e-12:
        return float(mean < -rope), float(abs(mean) <= rope), float(mean > rope)
    worse = float(stats.t.cdf(-rope, count - 1, loc=mean, scale=scale))
    better = float(stats.t.sf(rope, count - 1, loc=mean, scale=scale))
    return worse, max(0.0, 1 - worse - better), better


def holm(p_values: Sequence[float]) -> np.ndarray:
    """Adjust p-values for their number (Holm 1979, "A simple sequentially rejective multiple test procedure").

    Parameters
    ----------
    p_values : sequence of m floats

    Returns
    -------
    ndarray of shape (m,), float64
        In the order given; compare each with alpha.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    raised = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(raised, 1.0)
    return adjusted


def fold_scores(results: pd.DataFrame, metric: str = "f1_macro") -> pd.DataFrame:
    """Whole-set scores as a table of splits by systems.

    Parameters
    ----------
    results : DataFrame
        Of a run, long form.
    metric : str

    Returns
    -------
    DataFrame
        One row per (repeat, fold), one column per (feature_set, model, balance), best mean first. Hamming and log
        loss count as negative, so that more is better everywhere.

    Raises
    ------
    ValueError
        When the results do not hold the metric; the message names those they hold.

    Examples
    --------
    >>> rows = [("t", m, "none", 0, f, "f1_macro", None, v + f) for m, v in (("a", 0.1), ("b", 0.2)) for f in (0, 1)]
    >>> names = ["feature_set", "model", "balance", "repeat", "fold", "metric", "label", "value"]
    >>> fold_scores(pd.DataFrame(rows, columns=names)).columns.tolist()
    [('t', 'b', 'none'), ('t', 'a', 'none')]
    """
    whole = results[results["label"].isna()]
    rows = whole[whole["metric"] == metric]
    if rows.empty:
        known = ", ".join(sorted(whole["metric"].unique())) or "none"
        raise ValueError(f"metric {metric!r}: expected one of {known}")
    table = rows.pivot_table(index=SPLIT, columns=KEYS, values="value", observed=True)
    if metric in LOWER_IS_BETTER:
        table = -table
    order = sorted(table.columns, key=lambda system: (-table[system].mean(), system))
    return table[order]


def default_ratio(index: pd.MultiIndex) -> float:
    """Test titles per training title of plain folds: one over their number less one; 0.25 for single hold-outs.

    Examples
    --------
    >>> default_ratio(pd.MultiIndex.from_product([[0, 1], [0, 1, 2]], names=["repeat", "fold"]))
    0.5
    """
    folds = index.get_level_values("fold").nunique()
    return 1 / (folds - 1) if folds > 1 else 0.25


def compare_systems(
    results: pd.DataFrame,
    metric: str = "f1_macro",
    *,
    pairs: Sequence[tuple] | str = "best",
    test_train_ratio: float | None = None,
    rope: float = ROPE,
    alpha: float = ALPHA,
) -> pd.DataFrame:
    """Test pairs of systems on the splits that both have.

    Parameters
    ----------
    results : DataFrame
        Of a run, long form.
    metric : str
    pairs : "best", "all" or a sequence of (system, system)
        `best`: the best mean against every other. A system is a tuple (feature_set, model, balance).
    test_train_ratio : float, optional
        From the number of folds when not given.
    rope : float
        Half-width of the region of practical equivalence.
    alpha : float
        Level of the tests after Holm's adjustment over all pairs.

    Returns
    -------
    DataFrame
        One row per pair: `first`, `second`, `first_mean`, `second_mean`, `difference`, `low`, `high`, `p_value`,
        `p_holm`, `first_worse`, `same`, `first_better` (posterior probabilities), `splits`, and `verdict`:
        `better`, `worse`, `same` (95 % of the posterior within the region) or `cannot tell`.

    Examples
    --------
    >>> rows = [("t", m, "none", 0, f, "f1_macro", None, v * f) for m, v in (("a", 1), ("b", 1.1)) for f in (1, 2)]
    >>> names = ["feature_set", "model", "balance", "repeat", "fold", "metric", "label", "value"]
    >>> compare_systems(pd.DataFrame(rows, columns=names))["verdict"].tolist()
    ['cannot tell']
    """
    table = fold_scores(results, metric)
    systems = list(table.columns)
    if isinstance(pairs, str):
        if pairs not in ("best", "all"):
            raise ValueError(f"pairs: expected 'best', 'all' or pairs of systems, found {pairs!r}")
        ends = 1 if pairs == "best" else len(systems)
        chosen = [(systems[i], systems[j]) for i in range(ends) for j in range(i + 1, len(systems))]
    else:
        chosen = [(tuple(one), tuple(other)) for one, other in pairs]
        for system in {system for pair in chosen for system in pair} - set(systems):
            raise ValueError(f"system {system}: expected one with {metric} in these results, found none")
    ratio = default_ratio(table.index) if test_train_ratio is None else test_train_ratio
    rows = []
    for one, other in chosen:
        differences = (table[one] - table[other]).dropna().to_numpy()
        test = corrected_t_test(differences, ratio, alpha)
        worse, same, better = bayesian_t_test(differences, ratio, rope)
        means = table[one].mean(), table[other].mean()
        rows.append([one, other, *means, test.mean, test.low, test.high, test.p_value, worse, same, better])
    found = pd.DataFrame(rows, columns=_COLUMNS)
    found.insert(8, "p_holm", holm(found["p_value"].astype(float)))
    found["splits"] = [int((table[one] - table[other]).notna().sum()) for one, other in chosen]
    real = found["p_holm"] < alpha
    found["verdict"] = np.select(
        [found["same"] >= 1 - ALPHA, real & (found["difference"] > 0), real],
        ["same", "better", "worse"],
        "cannot tell",
    )
    return found
