"""Evidence beyond means over folds: ranks over genres, resampled titles, genre sets, decades."""

import re
from dataclasses import dataclass

import pandas as pd

from ..runs.read import KEYS, SPLIT, Configuration, RunFolder
from .bootstrap import bootstrap_interval, pool
from .leaderboard import first_configurations
from .ranks import RankTest, label_scores, rank_systems
from .verdicts import system_names

MOST_RANKED = 12
BOOTSTRAPPED = ("f1_macro", "f1_micro", "average_precision_macro")
DRAWS = 300
_DECADES = re.compile(r"(\d{4}s|films|series) to (\d{4}s|films|series)")


@dataclass(frozen=True)
class Ranks:
    """Systems ranked over genres, with their short names.

    Attributes
    ----------
    test : RankTest
    names : dict of system to str
    left_out : int
        Systems below those ranked.
    """

    test: RankTest
    names: dict[tuple, str]
    left_out: int


def ranks(run: RunFolder, table: pd.DataFrame) -> Ranks | None:
    """Rank the best configurations by average precision (else F1) over genres; grid points take no part.

    Parameters
    ----------
    run : RunFolder
    table : DataFrame
        As `leaderboard` returns it.

    Returns
    -------
    Ranks or None
        None with fewer than two configurations or two genres that all of them have a score for.
    """
    own = table[first_configurations(table)]
    systems = [tuple(row) for row in own[KEYS].itertuples(index=False, name=None)]
    chosen = systems[:MOST_RANKED]
    for metric in ("average_precision", "f1"):
        scores = label_scores(run.results, metric)
        columns = [system for system in chosen if system in scores.columns]
        if len(columns) >= 2 and len(scores) >= 2:
            return Ranks(rank_systems(scores[columns], metric=metric), _names(columns), len(systems) - len(columns))
    return None


def _names(systems: list[tuple]) -> dict[tuple, str]:
    """Short names; where there is one model, it goes without saying."""
    if len({system[1] for system in systems}) > 1:
        return system_names(systems)
    return {system: system[0] + ("" if system[2] == "none" else f" ({system[2]})") for system in systems}


def pooled_intervals(run: RunFolder, table: pd.DataFrame, predictions: pd.DataFrame) -> pd.DataFrame:
    """Bootstrap intervals of a configuration, and of its lead over the best trivial rule, by drawing titles.

    Parameters
    ----------
    run : RunFolder
    table : DataFrame
        As `leaderboard` returns it.
    predictions : DataFrame
        Of the configuration.

    Returns
    -------
    DataFrame
        metric, value, low, high, rule, gain, gain_low, gain_high; groups of titles are drawn whole where they are
        recorded. No rows where a title is tested more than once a repeat, as on a matrix of decades.
    """
    columns = ["metric", "value", "low", "high", "rule", "gain", "gain_low", "gain_high"]
    if predictions.empty or predictions.duplicated(["repeat", "imdb_id", "label"]).any():
        return pd.DataFrame(columns=columns)
    own = pool(predictions)
    groups = title_groups(run, predictions)
    rules = table[table["trivial"]]
    rows = []
    for metric in [name for name in BOOTSTRAPPED if name in table]:
        row = [metric, *bootstrap_interval(own, metric, groups=groups, draws=DRAWS), None, None, None, None]
        known = rules.dropna(subset=[metric]) if metric in rules else rules.iloc[:0]
        if not known.empty:
            rule = known.loc[known[metric].idxmax()]
            other = run.predictions(Configuration(*(str(rule[key]) for key in KEYS)))
            if not other.empty:
                gain = bootstrap_interval(own, metric, other=pool(other), groups=groups, draws=DRAWS)
                row[4:] = [str(rule["model"]).partition(":")[2].replace("_", "-"), *gain]
        rows.append(row)
    return pd.DataFrame(rows, columns=columns)


def title_groups(run: RunFolder, predictions: pd.DataFrame) -> list | None:
    """The group of every predicted title, in the order of `pool`; None where groups are not recorded."""
    if run.titles is None or "group" not in run.titles:
        return None
    group = run.titles.set_index(run.titles["imdb_id"].astype(str))["group"]
    ids = sorted(predictions["imdb_id"].unique())
    return group.reindex(ids).tolist() if set(ids) <= set(group.index) else None


def genre_sets(run: RunFolder) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Conformal genre sets as conformal.parquet records them.

    Returns
    -------
    whole : DataFrame
        promise (1 - risk), scope, titles, coverage, low, high, set_size, all_found.
    per_genre : DataFrame
        For the smallest risk: label, titles, coverage and listed (share of all titles) when the promise is for
        titles, genre_coverage and genre_listed when it is for every genre; most frequent first. Both empty where
        the file is absent.
    """
    path = run.path / "conformal.parquet"
    if not path.exists():
        return pd.DataFrame(), pd.DataFrame()
    table = pd.read_parquet(path)
    columns = ["promise", "scope", "titles", "coverage", "low", "high", "set_size", "all_found"]
    whole = table[table["label"].isna()].assign(promise=1 - table["risk"])[columns].reset_index(drop=True)
    genres = table[table["label"].notna() & (table["risk"] == table["risk"].min())]
    parts = [
        genres[genres["scope"] == scope].set_index("label")[names]
        for scope, names in (("title", ["titles", "coverage", "listed"]), ("genre", ["coverage", "listed"]))
    ]
    wide = parts[0].join(parts[1].add_prefix("genre_"), how="left").reset_index()
    return whole, wide.sort_values(["titles", "label"], ascending=[False, True], ignore_index=True)


def decades_told(matrix: pd.DataFrame) -> str:
    """Mean score by the distance between the decades of training and test, in one sentence.

    Parameters
    ----------
    matrix : DataFrame
        As `decade_matrix` returns it.

    Returns
    -------
    str
        Empty where the rows and columns are not decades, or there is one distance only.

    Examples
    --------
    >>> decades_told(pd.DataFrame([[0.4, 0.3], [0.2, 0.5]], ["1980s", "1990s"], ["1980s", "1990s"]))
    'Trained and tested on the same decade: 0.450 on average; one decade apart: 0.250.'
    """
    names = [*matrix.index, *matrix.columns]
    if not names or not all(re.fullmatch(r"\d{4}s", str(name)) for name in names):
        return ""
    long = matrix.stack()
    apart = [abs(int(trained[:4]) - int(tested[:4])) // 10 for trained, tested in long.index]
    means = long.groupby(apart).mean()
    if 0 not in means.index or len(means) < 2:
        return ""
    words = {0: "the same decade", 1: "one decade apart"}
    parts = [f"{words.get(int(k), f'{k} decades apart')}: {mean:.3f}" for k, mean in means.items()]
    return f"Trained and tested on {parts[0]} on average; {'; '.join(parts[1:])}."


def decade_matrix(run: RunFolder, best: Configuration | None) -> pd.DataFrame:
    """Headline score of the best configuration, trained on the row's decade and tested on the column's.

    Returns
    -------
    DataFrame
        Decades by decades, mean over draws; empty where run.json names no such splits.
    """
    splits = run.info.get("splits")
    if best is None or not isinstance(splits, list):
        return pd.DataFrame()
    names = {(s.get("repeat"), s.get("fold")): str(s.get("name", "")) for s in splits if isinstance(s, dict)}
    pairs = {key: found.groups() for key, name in names.items() if (found := _DECADES.fullmatch(name))}
    rows = run.results[(run.results["metric"] == run.headline) & run.results["label"].isna()]
    for key, value in zip(KEYS, best, strict=True):
        rows = rows[rows[key] == value]
    rows = rows[[tuple(row) in pairs for row in rows[SPLIT].itertuples(index=False, name=None)]]
    if rows.empty:
        return pd.DataFrame()
    trained, tested = zip(*(pairs[row] for row in rows[SPLIT].itertuples(index=False, name=None)), strict=True)
    return rows.assign(trained=trained, tested=tested).pivot_table(index="trained", columns="tested", values="value")
