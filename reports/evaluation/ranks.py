"""Which configurations form a group without a shown difference: the data of the comparison diagram."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from ..runs.read import KEYS, TRIVIAL, Configuration, RunFolder
from .names import system_names
from .significance import Comparisons, comparisons

MOST_RANKED = 12


@dataclass(frozen=True)
class Ranks:
    """The best configurations by score, and the groups within which no pair is shown to differ.

    Parameters
    ----------
    metric : str
    scores : Series of float
        Score of each configuration, best first.
    groups : tuple of tuples of Configuration
        Every largest set in which no pair differs by the run's `Comparisons`: what a group joins may be equal, what
        no group joins is different. Single configurations form none.
    genre_ranks : Series of float
        Mean rank over genres of each configuration, 1 for the best: a description of how evenly its lead is spread,
        no test, for genres share titles. Empty where genres were not measured.
    genres : int
        How many genres were ranked on.
    names : dict of Configuration to str
    left_out : int
        Configurations below those shown.
    """

    metric: str
    scores: pd.Series
    groups: tuple[tuple[Configuration, ...], ...]
    genre_ranks: pd.Series
    genres: int
    names: dict[Configuration, str]
    left_out: int


def ranks(run: RunFolder, table: pd.DataFrame) -> Ranks | None:
    """The best configurations, their groups, and their ranks over genres; points of a sweep take no part.

    Parameters
    ----------
    run : RunFolder
    table : DataFrame
        As `leaderboard` returns it.

    Returns
    -------
    Ranks or None
        None with fewer than two configurations.
    """
    if run.headline not in table:
        return None
    found = comparisons(run)
    learnt = [system for system in found.systems if not system.trivial]
    if len(learnt) < 2:
        return None
    shown = learnt[:MOST_RANKED]
    scores = pd.Series([found.score(system) for system in shown], index=pd.Index(shown, tupleize_cols=False))
    by_genre = label_scores(run.results)
    by_genre = by_genre[[system for system in shown if system in by_genre.columns]].dropna()
    return Ranks(
        run.headline,
        scores,
        groups(found, shown),
        mean_ranks(by_genre),
        len(by_genre),
        _names(shown),
        len(learnt) - len(shown),
    )


def groups(found: Comparisons, systems: list[Configuration]) -> tuple[tuple[Configuration, ...], ...]:
    """The largest sets of configurations in which no pair is shown to differ, best member first.

    They are the maximal cliques of the graph that joins two configurations without a shown difference (Bron and
    Kerbosch 1973, algorithm 457), so members need not be neighbours by score.
    """
    same = {
        one: {
            other for other in systems if other != one and found.between(one, other).verdict not in ("better", "worse")
        }
        for one in systems
    }
    order = {system: place for place, system in enumerate(systems)}
    cliques: list[tuple[Configuration, ...]] = []

    def extend(clique: set[Configuration], candidates: set[Configuration], done: set[Configuration]) -> None:
        if not candidates and not done and len(clique) > 1:
            cliques.append(tuple(sorted(clique, key=order.__getitem__)))
        for one in sorted(candidates, key=order.__getitem__):
            extend(clique | {one}, candidates & same[one], done & same[one])
            candidates, done = candidates - {one}, done | {one}

    extend(set(), set(systems), set())
    return tuple(sorted(cliques, key=lambda clique: [order[system] for system in clique]))


def label_scores(results: pd.DataFrame, metric: str = "average_precision") -> pd.DataFrame:
    """Per-genre scores as a table of genres by configurations, averaged over splits.

    Parameters
    ----------
    results : DataFrame
        Of a run, long form.
    metric : str
        `f1` or `average_precision`, say. Trivial rules are left out.

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
    return rows.pivot_table(index="label", columns=KEYS, values="value", observed=True)


def mean_ranks(scores: pd.DataFrame) -> pd.Series:
    """Mean rank of each column over the rows, 1 for the highest score of a row, ties sharing their ranks.

    Examples
    --------
    >>> mean_ranks(pd.DataFrame({"a": [0.9, 0.8], "b": [0.5, 0.9]})).to_dict()
    {'a': 1.5, 'b': 1.5}
    """
    if scores.empty:
        return pd.Series(dtype=np.float64)
    ranked = stats.rankdata(-scores.to_numpy(dtype=np.float64), axis=1)
    return pd.Series(ranked.mean(axis=0), index=scores.columns)


def _names(systems: list[Configuration]) -> dict[Configuration, str]:
    """Short names; where there is one model, it goes without saying."""
    if len({system.model for system in systems}) > 1:
        return system_names(systems)
    return {
        system: system.feature_set + ("" if system.balance == "none" else f" ({system.balance})") for system in systems
    }
