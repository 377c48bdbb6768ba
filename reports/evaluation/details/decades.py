"""Trained on one decade, or kind, and tested on another: a matrix of scores and one sentence about it."""

import re

import pandas as pd

from ...runs.read import KEYS, SPLIT, Configuration, RunFolder

_DECADES = re.compile(r"(\d{4}s|films|series) to (\d{4}s|films|series)")


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
    parts = [
        f"{words.get(int(k), f'{k} decades apart')}: {mean:.3f}" for k, mean in zip(means.index, means, strict=True)
    ]
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
