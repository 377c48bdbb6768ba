"""Sweeps over a grid, such as `rf(max_features=4)` and `rf(max_features=8)`, and what nested searches chose.

The points are scored on the folds that would choose among them, so the best of them is lucky by construction. A
sweep is shown as a sweep: its points never lead, and carry neither interval nor verdict. A model that chose its
parameters inside the training folds, `rf tuned`, is a configuration like any other.
"""

import re
from dataclasses import dataclass

import pandas as pd

from ..runs.format import CHOSEN
from ..runs.read import ENCODER, KEYS, SPLIT, RunFolder

CHOICES = [*KEYS, *SPLIT, "chosen", "inner", "outer", "optimism"]
_PATTERN = re.compile(r"^(?P<base>[^()]+)\((?P<parameters>[^()]*)\)$")


@dataclass(frozen=True)
class Sweep:
    """One learner over its grid.

    Attributes
    ----------
    feature_set, base, balance : str
    metric : str
    parameters : tuple of str
        Those that vary: the first is the horizontal axis, the second tells lines apart.
    points : DataFrame
        One column per parameter, then mean, minimum, maximum (over the folds), folds.
    """

    feature_set: str
    base: str
    balance: str
    metric: str
    parameters: tuple[str, ...]
    points: pd.DataFrame


def parse_model(model: str) -> tuple[str, dict[str, str]]:
    """Split a model's string into its name and parameters.

    Examples
    --------
    >>> parse_model("rf(max_features=4,n_estimators=200)")
    ('rf', {'max_features': '4', 'n_estimators': '200'})
    >>> parse_model("trivial:majority")
    ('trivial:majority', {})
    """
    match = _PATTERN.match(model)
    if not match:
        return model, {}
    pairs = (part.partition("=") for part in match["parameters"].split(",") if part)
    return match["base"], {key.strip(): value.strip() for key, _, value in pairs}


def grid_points(configurations: pd.DataFrame) -> pd.Series:
    """Which configurations are points of a grid: at least two of a learner that differ in parameters only.

    Parameters
    ----------
    configurations : DataFrame
        Columns feature_set, model, balance.

    Returns
    -------
    Series of bool, same index.

    Examples
    --------
    >>> models = ["rf", "rf(a=1)", "rf(a=2)", "knn(k=5)"]
    >>> grid_points(pd.DataFrame({"feature_set": "x", "model": models, "balance": "none"})).tolist()
    [False, True, True, False]
    """
    parsed = [parse_model(model) for model in configurations["model"]]
    frame = configurations[["feature_set", "balance"]].assign(
        base=[base for base, _ in parsed], varied=[bool(parameters) for _, parameters in parsed]
    )
    count = frame.groupby(["feature_set", "balance", "base"])["varied"].transform("sum")
    return frame["varied"] & (count >= 2)


def find_sweeps(run: RunFolder) -> list[Sweep]:
    """The grids of a run, with accuracy (single-label) or macro F1 at every point."""
    metric = "accuracy" if run.kind == "single" else run.headline
    chosen = run.results[(run.results["metric"] == metric) & run.results["label"].isna()]
    stats = chosen.groupby(KEYS, sort=True)["value"].agg(["mean", "min", "max", "count"]).reset_index()
    stats = stats[grid_points(stats)]
    if stats.empty:
        return []
    parsed = [parse_model(model) for model in stats["model"]]
    stats = stats.assign(
        base=[base for base, _ in parsed], parameters=pd.Series([one[1] for one in parsed], index=stats.index)
    )
    groups = stats.groupby(["feature_set", "base", "balance"], sort=True)
    return [_sweep(metric, group) for _, group in groups]


def _sweep(metric: str, group: pd.DataFrame) -> Sweep:
    feature_set, base, balance = (str(group[name].iloc[0]) for name in ("feature_set", "base", "balance"))
    grid = pd.DataFrame(group["parameters"].tolist()).apply(_numbers)
    points = grid.assign(
        mean=group["mean"].to_numpy(),
        minimum=group["min"].to_numpy(),
        maximum=group["max"].to_numpy(),
        folds=group["count"].to_numpy(),
    )
    varying = sorted((str(name) for name in grid if grid[name].nunique() > 1), key=lambda name: -grid[name].nunique())
    points = points.sort_values(varying, key=_sortable, ignore_index=True)
    return Sweep(feature_set, base, balance, metric, tuple(varying), points)


def _numbers(column: pd.Series) -> pd.Series:
    """As numbers where all are numbers, else as text (`sqrt`, `None`)."""
    numbers = pd.to_numeric(column, errors="coerce")
    return column.astype(str) if numbers.isna().any() else numbers


def _sortable(column: pd.Series) -> pd.Series:
    return column if pd.api.types.is_numeric_dtype(column) else column.astype(str)


def explained_variance(run: RunFolder) -> pd.DataFrame:
    """Share of the pixels' variance that each component explains, mean over folds.

    Returns
    -------
    DataFrame
        feature_set, component (from 1), share, cumulative; feature sets with equal curves appear once.
        No rows when the run has no pixel PCA.
    """
    rows = run.results
    rows = rows[(rows["metric"] == "explained_variance_ratio") & (rows["model"] == ENCODER)]
    columns = ["feature_set", "component", "share", "cumulative"]
    if rows.empty:
        return pd.DataFrame(columns=columns)
    mean = rows.groupby(["feature_set", "label"], sort=True)["value"].mean().reset_index(name="share")
    mean["component"] = mean["label"].str.extract(r"(\d+)$", expand=False).astype(int)
    mean = mean.sort_values(["feature_set", "component"], ignore_index=True)
    mean["cumulative"] = mean.groupby("feature_set")["share"].cumsum()
    seen: set[tuple] = set()
    kept = []
    for name, group in mean.groupby("feature_set", sort=True):
        curve = tuple(group["share"].round(9))
        if curve not in seen:
            kept.append(name)
            seen.add(curve)
    return mean.loc[mean["feature_set"].isin(kept), columns].reset_index(drop=True)


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
        return pd.DataFrame(columns=CHOICES)
    outer = run.results[(run.results["metric"] == run.headline) & run.results["label"].isna()]
    table = rows[[*KEYS, *SPLIT, "label", "value"]].rename(columns={"label": "chosen", "value": "inner"})
    table = table.merge(outer[[*KEYS, *SPLIT, "value"]].rename(columns={"value": "outer"}), on=[*KEYS, *SPLIT])
    return table.assign(optimism=table["inner"] - table["outer"])[CHOICES]


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
