"""Do systems rank differently over genres? Friedman's test, Nemenyi's critical difference, and its diagram."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from ..pages.figures.svg import INK, MUTED, SERIES
from ..runs.read import KEYS, TRIVIAL

if TYPE_CHECKING:
    from matplotlib.figure import Figure


_FONT = 9.5


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


def draw_critical_difference(
    test: RankTest, names: Mapping[object, str] | None = None, *, width: float = 10.0
) -> "Figure":
    """Draw mean ranks on a line, with bars over the systems that cannot be told apart.

    Parameters
    ----------
    test : RankTest
    names : mapping of system to str, optional
        What to write for each system.
    width : float
        Inches.

    Returns
    -------
    matplotlib Figure
        Made without pyplot, so nothing stays open.

    Examples
    --------
    >>> scores = pd.DataFrame({"a": [0.9, 0.8], "b": [0.5, 0.4], "c": [0.1, 0.3]})
    >>> len(draw_critical_difference(rank_systems(scores)).axes)
    1
    """
    from matplotlib.figure import Figure

    ranks = test.ranks
    written = {system: (names or {}).get(system, str(system)) for system in ranks.index}
    count, half = len(ranks), (len(ranks) + 1) // 2
    row, bar = 0.26, 0.10
    below = 0.18 + bar * len(test.cliques)
    # One unit of height is an inch. The names take the room they need, the axis the rest.
    figure = Figure(figsize=(width, 0.7 + below + row * half))
    axes = figure.add_axes((0, 0, 1, 1))
    low, high = 1, max(count, 2)
    span = high - low
    room = 0.35 + max(_inches(f"{name}  {count:.2f}") for name in written.values())
    margin = span * room / max(width - 2 * room, 0.25 * width)
    axes.set_xlim(low - margin, high + margin)
    axes.set_ylim(-(below + row * half), 0.7)
    axes.axis("off")
    grey, ink, accent = MUTED, INK, SERIES[0]
    axes.plot([low, high], [0, 0], color=ink, linewidth=1)
    step = max(1, -(-span // 12))
    for tick in range(low, high + 1, step):
        axes.plot([tick, tick], [0, 0.06], color=ink, linewidth=1)
        axes.text(tick, 0.09, str(tick), ha="center", va="bottom", fontsize=_FONT, color=ink)
    if test.critical_difference < span:
        axes.plot([low, low + test.critical_difference], [0.42, 0.42], color=accent, linewidth=2)
        label = f"critical difference {test.critical_difference:.2f}"
        axes.text(low + test.critical_difference + 0.02 * span, 0.42, label, va="center", fontsize=_FONT, color=accent)
    for number, clique in enumerate(test.cliques):
        ends = [ranks[clique[0]] - 0.012 * span, ranks[clique[-1]] + 0.012 * span]
        level = -(0.11 + bar * number)
        axes.plot(ends, [level, level], color=accent, linewidth=3, solid_capstyle="round")
    for place, (system, rank) in enumerate(ranks.items()):
        left = place < half
        line = place if left else count - 1 - place
        level = -(below + row * line + 0.12)
        edge = low - 0.03 * span if left else high + 0.03 * span
        axes.plot([rank, rank, edge], [0, level, level], color=grey, linewidth=0.8)
        axes.plot([rank], [0], marker="o", markersize=3.5, color=ink)
        text = f"{written[system]}  {rank:.2f}" if left else f"{rank:.2f}  {written[system]}"
        side = edge - 0.015 * span if left else edge + 0.015 * span
        axes.text(side, level, text, ha="right" if left else "left", va="center", fontsize=_FONT, color=ink)
    return figure


def _inches(text: str) -> float:
    from matplotlib.textpath import TextPath

    return TextPath((0, 0), text, size=_FONT).get_extents().width / 72
