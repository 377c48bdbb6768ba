"""Every configuration and every trivial rule in one table, with fold intervals."""

import pandas as pd

from ..runs.read import ENCODER, KEYS, SPLIT, Configuration, RunFolder
from ..studies.printed import S1_BY_MODEL, SYSTEMS
from .collapse import collapsed_folds
from .intervals import five_numbers, fold_interval, half_width
from .sweeps import grid_points


def leaderboard(run: RunFolder) -> pd.DataFrame:
    """Mean and interval over folds of every whole-set metric, best first.

    Parameters
    ----------
    run : RunFolder

    Returns
    -------
    DataFrame
        rank (Int64; 1 = best by macro F1; trivial rules have one like all others, points of a grid have none
        unless there is nothing else), feature_set, model, balance,
        trivial, grid_point, folds, then for each metric `<metric>`, `<metric>_low`, `<metric>_high`, then
        fit_seconds and predict_seconds (mean per fold), collapsed_folds (folds in which every title got the
        same labels).
    """
    whole = run.results[run.results["label"].isna() & (run.results["model"] != ENCODER)]
    stats = whole.groupby([*KEYS, "metric"], sort=True)["value"].agg(["mean", "std", "count"])
    half = half_width(stats["std"], stats["count"])
    stats = stats.assign(low=stats["mean"] - half, high=stats["mean"] + half)
    metrics = sorted(whole["metric"].unique(), key=lambda name: (name != run.headline, name))
    wide = stats.unstack("metric")
    table = wide["mean"].index.to_frame(index=False)
    table["trivial"] = [Configuration(*row).trivial for row in table[KEYS].itertuples(index=False)]
    table["grid_point"] = grid_points(table)
    table["folds"] = wide["count"].max(axis=1).to_numpy().astype(int)
    for metric in metrics:
        for name, column in (("", "mean"), ("_low", "low"), ("_high", "high")):
            table[metric + name] = wide[column][metric].to_numpy()
    table = table.merge(_seconds(whole), on=KEYS, how="left").merge(collapsed_folds(run), on=KEYS, how="left")
    table["collapsed_folds"] = table["collapsed_folds"].fillna(0).astype(int)
    order = run.headline if run.headline in table else metrics[0]
    table = table.sort_values([order, *KEYS], ascending=[False, True, True, True], ignore_index=True)
    ranked = table["trivial"] | first_configurations(table)
    table.insert(0, "rank", ranked.cumsum().where(ranked).astype("Int64"))
    return table


def first_configurations(table: pd.DataFrame, most: int | None = None) -> pd.Series:
    """Which rows of a sorted leaderboard are its first configurations, by the rule of `choose_best`.

    Parameters
    ----------
    table : DataFrame
    most : int, optional
        All by default.

    Returns
    -------
    Series of bool, index as the table's.
    """
    models = ~table["trivial"]
    chosen = models & ~table["grid_point"]
    chosen = chosen if chosen.any() else models
    return chosen if most is None else chosen & (chosen.cumsum() <= most)


def choose_best(table: pd.DataFrame) -> pd.Series | None:
    """The best row that is not a trivial rule; points of a grid count only where there is nothing else.

    A grid is read off the test folds, so its best point is too lucky to be the winner.
    """
    chosen = table[first_configurations(table)]
    return None if chosen.empty else chosen.iloc[0]


def best_per(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """The best row of each feature set or model, best first; trivial rules and grid points left out."""
    return table[first_configurations(table)].drop_duplicates(column).reset_index(drop=True)


def fold_values(run: RunFolder, configuration: Configuration, metric: str) -> pd.Series:
    """A metric of one configuration, indexed by (repeat, fold)."""
    rows = run.results
    mask = (rows["metric"] == metric) & rows["label"].isna()
    for key, value in zip(KEYS, configuration, strict=True):
        mask &= rows[key] == value
    return rows[mask].set_index(SPLIT)["value"].sort_index()


def difference(run: RunFolder, one: Configuration, other: Configuration, metric: str) -> dict[str, float]:
    """How much better one configuration is than another on the same folds.

    Returns
    -------
    dict
        mean, low, high (fold interval of the paired differences), folds, wins (folds in which `one` is higher).
    """
    paired = (fold_values(run, one, metric) - fold_values(run, other, metric)).dropna()
    return fold_interval(paired)._asdict() | {"wins": int((paired > 0).sum())}


def five_number_table(run: RunFolder) -> pd.DataFrame:
    """S1's summary per configuration: accuracy for single-label targets, macro F1 else.

    Returns
    -------
    DataFrame
        feature_set, model, balance, trivial, metric, folds, minimum .. maximum; best mean first. For the
        experiment `feature_table` also study_system and printed_minimum .. printed_maximum: S1's table, on
        other titles and with other splits.
    """
    metric = "accuracy" if run.kind == "single" else run.headline
    rows = run.results[(run.results["metric"] == metric) & run.results["label"].isna()]
    records = []
    for key, group in rows.groupby(KEYS, sort=True):
        record = dict(zip(KEYS, key, strict=True)) | {"trivial": Configuration(*key).trivial, "metric": metric}
        records.append(record | {"folds": len(group)} | five_numbers(group["value"])._asdict())
    table = pd.DataFrame(records)
    if table.empty:
        return table
    table = table[~grid_points(table)].sort_values(["mean", *KEYS], ascending=[False, True, True, True])
    if run.results["experiment"].eq("feature_table").any() and metric == "accuracy":
        table = pd.concat([table.reset_index(drop=True), _printed(table["model"])], axis=1)
    return table.reset_index(drop=True)


def _printed(models: pd.Series) -> pd.DataFrame:
    rows = []
    for model in models:
        system = SYSTEMS.get(S1_BY_MODEL.get(model, ""))
        numbers = system.spread._asdict() if system and system.spread else {}
        rows.append({"study_system": system.name if system else None} | {f"printed_{k}": v for k, v in numbers.items()})
    return pd.DataFrame(rows)


def _seconds(whole: pd.DataFrame) -> pd.DataFrame:
    cells = whole.drop_duplicates([*KEYS, *SPLIT])
    return cells.groupby(KEYS, sort=True)[["fit_seconds", "predict_seconds"]].mean().reset_index()
