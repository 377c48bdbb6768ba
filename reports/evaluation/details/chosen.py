"""What models that were tuned inside the training folds chose, and what the choice promised too much."""

import pandas as pd

from ...runs.format import CHOSEN, KEYS, SPLIT
from ...runs.read import RunFolder

COLUMNS = [*KEYS, *SPLIT, "chosen", "inner", "outer", "optimism"]


def chosen_parameters(run: RunFolder) -> pd.DataFrame:
    """One row per tuned configuration and fold.

    The inner score is the best of many on rows that also chose the thresholds, so it is too high; the outer score is of
    titles that took no part. Their difference is the optimism (Varma and Simon 2006, "Bias in error estimation when
    using cross-validation for model selection").

    Parameters
    ----------
    run : RunFolder

    Returns
    -------
    DataFrame
        feature_set, model, balance, repeat, fold, chosen (such as "C=1.0, gamma=scale"), inner and outer (macro F1),
        optimism (inner - outer); no rows where nothing was tuned.
    """
    rows = run.results[run.results["metric"] == CHOSEN]
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    outer = run.results[(run.results["metric"] == run.headline) & run.results["label"].isna()]
    table = rows[[*KEYS, *SPLIT, "label", "value"]].rename(columns={"label": "chosen", "value": "inner"})
    table = table.merge(outer[[*KEYS, *SPLIT, "value"]].rename(columns={"value": "outer"}), on=[*KEYS, *SPLIT])
    return table.assign(optimism=table["inner"] - table["outer"])[COLUMNS]


def summarize_choices(table: pd.DataFrame) -> pd.DataFrame:
    """One row per tuned configuration, in the order of `table`.

    Returns
    -------
    DataFrame
        feature_set, model, balance, chosen (each combination with the number of folds that chose it, most frequent
        first), inner, outer, optimism (means over folds), folds.
    """
    rows = []
    for key, group in table.groupby(KEYS, sort=False):
        counts = group["chosen"].value_counts(sort=True)
        words = "; ".join(f"{name} ({count} of {len(group)} folds)" for name, count in counts.items())
        means = group[["inner", "outer", "optimism"]].mean()
        rows.append([*key, words, *means, len(group)])  # pyright: ignore[reportGeneralTypeIssues]
    return pd.DataFrame(rows, columns=[*KEYS, "chosen", "inner", "outer", "optimism", "folds"])
