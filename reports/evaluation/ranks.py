"""Do systems rank differently over genres? Friedman's test, Nemenyi's critical difference."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ..runs.read import KEYS, TRIVIAL


@dataclass(frozen=True)
class RankTest:
    """Mean ranks of systems over genres, and which of them cannot be told apart.

    Parameters
    ----------
    ranks : Series of float
        Mean rank per system, best (smallest) first; its name is the metric.
    genres : int
        How many genres were ranked on.
    p_value : float
        Friedman's test that all systems are equal.
    critical_difference : float
        Two mean ranks closer than this cannot be told apart.
    cliques : tuple of tuples
        Largest sets of neighbouring systems within the critical difference, two members or more each.
    """

    ranks: pd.Series
    genres: int
    p_value: float
    critical_difference: float
    cliques: tuple[tuple, ...]


def label_scores(results: pd.DataFrame, metric: str = "average_precision") -> pd.DataFrame:
    """Per-genre scores as a table of genres by systems, averaged over splits.

    Parameters
    ----------
    results : DataFrame
        Of a run, long form.
    metric : str
        `f1` or `average_precision`, say. Genres without a value for every system are left out, and so are
        trivial rules.

    Returns
    -------
    DataFrame
        Index `label`, columns (feature_set, model, balance).

    Examples
    --------
    >>> rows = [("t", m, "none", 0, 0, "f1", g, v) for m, v in (("a", 0.1), ("b", 0.2)) for g in ("Crime", "War")]
    >>> names = ["feature_set", "model", "balance", "repeat", "fold", "metric", "label", "value"]
    >>> label_scores(pd.DataFrame(rows, columns=names), "f1").shape
    (2, 2)
    """
    rows = results[results["label"].notna() & (results["metric"] == metric)]
    rows = rows[~rows["model"].str.startswith(TRIVIAL)]
    return rows.pivot_table(index="label", columns=KEYS, values="value", observed=True).dropna()


def rank_systems(scores: pd.DataFrame, alpha: float = 0.05, *, metric: str = "") -> RankTest:
    """Rank systems over genres.

    Friedman's test on the ranks, ties corrected; then Nemenyi's critical difference
    q(alpha, k) sqrt(k (k + 1) / (6 N)) for k systems on N genres, q being the studentised range quantile for infinite
    degrees of freedom over the square root of 2 (Demsar 2006, "Statistical comparisons of classifiers over multiple
    data sets"). Genres of one catalogue share titles, so the test is a guide to consistency, not a proof.

    Parameters
    ----------
    scores : DataFrame of N genres by k systems
        Higher is better; no nulls.
    alpha : float
    metric : str
        Kept for the diagram.

    Returns
    -------
    RankTest

    Raises
    ------
    ValueError
        With fewer than two systems or two genres, or with nulls.

    Examples
    --------
    >>> test = rank_systems(pd.DataFrame({"a": [0.9, 0.8, 0.9], "b": [0.5, 0.4, 0.3], "c": [0.1, 0.3, 0.2]}))
    >>> test.ranks.to_dict(), round(float(test.critical_difference), 2)
    ({'a': 1.0, 'b': 2.0, 'c': 3.0}, 1.91)
    """
    genres, systems = scores.shape
    if systems < 2 or genres < 2:
        raise ValueError(f"expected at least two systems and two genres, found {systems} and {genres}")
    if scores.isna().to_numpy().any():
        raise ValueError("expected a score of every system on every genre, found nulls")
    ranked = stats.rankdata(-scores.to_numpy(dtype=np.float64), axis=1)
    ranks = pd.Series(ranked.mean(axis=0), index=scores.columns, name=metric or None).sort_values(kind="stable")
    values = scores.to_numpy(dtype=np.float64)
    if (values == values[:, :1]).all():
        p_value = 1.0
    elif systems > 2:
        p_value = float(stats.friedmanchisquare(*values.T).pvalue)
    else:
        # With two systems Friedman's test is the sign test.
        p_value = _sign_test(values)
    quantile = float(stats.studentized_range.ppf(1 - alpha, systems, np.inf)) / np.sqrt(2)
    width = float(quantile * np.sqrt(systems * (systems + 1) / (6 * genres)))
    return RankTest(ranks, genres, p_value, width, _cliques(ranks, width))


def _sign_test(scores: np.ndarray) -> float:
    wins, losses = int((scores[:, 0] > scores[:, 1]).sum()), int((scores[:, 0] < scores[:, 1]).sum())
    return float(stats.binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0


def _cliques(ranks: pd.Series, width: float) -> tuple[tuple, ...]:
    values, names = ranks.to_numpy(), list(ranks.index)
    last = np.searchsorted(values, values + width, side="right")
    found, reached = [], 0
    for first, end in enumerate(last.tolist()):
        if end > reached and end - first > 1:
            found.append(tuple(names[first:end]))
        reached = max(reached, end)
    return tuple(found)
