"""Every configuration and every trivial rule in one table, marked by the run's one family of tests."""

import pandas as pd

from ..runs.read import ENCODER, KEYS, SPLIT, TRIVIAL, Configuration, RunFolder
from ..studies.read import printed_by_model
from .collapse import collapsed_folds
from .intervals import five_numbers
from .significance import comparisons
from .sweeps import grid_points


def leaderboard(run: RunFolder) -> pd.DataFrame:
    """Mean over folds of every whole-set metric, best first, with the interval and the marks of the headline.

    Parameters
    ----------
    run : RunFolder

    Returns
    -------
    DataFrame
        rank (Int64; 1 = best by macro F1; trivial rules have one like all others, points of a sweep have none),
        feature_set, model, balance, trivial, grid_point, folds, then every metric, after the headline its interval
        `f1_macro_low` and `f1_macro_high`, then fit_seconds and predict_seconds (mean per fold), collapsed_folds
        (folds in which every title got the same labels), and two marks (boolean, null for points of a sweep and
        where there is nothing to compare with): `same_as_leader`, the leader is not shown to be better;
        `beats_rule`, shown to be better than the best trivial rule.
    """
    return _marked(run, ranking(run))


def ranking(run: RunFolder) -> pd.DataFrame:
    """The leaderboard without intervals and marks, whose bootstrap takes seconds: enough to tell which is best.

    Parameters
    ----------
    run : RunFolder

    Returns
    -------
    DataFrame
        The columns of `leaderboard` up to `collapsed_folds`; the ends of the interval are NaN.
    """
    whole = run.results[run.results["label"].isna() & (run.results["model"] != ENCODER)]
    groups = whole.groupby([*KEYS, "metric"], sort=True)["value"]
    means, counts = groups.mean().unstack("metric"), groups.count().unstack("metric")
    metrics = sorted(whole["metric"].unique(), key=lambda name: (name != run.headline, name))
    table = means.index.to_frame(index=False)
    table["trivial"] = [Configuration(*row).trivial for row in table[KEYS].itertuples(index=False)]
    table["grid_point"] = grid_points(table)
    table["folds"] = counts.max(axis=1).to_numpy().astype(int)
    for metric in metrics:
        table[metric] = means[metric].to_numpy()
        if metric == run.headline:
            table[[f"{metric}_low", f"{metric}_high"]] = float("nan")
    table = table.merge(_seconds(whole), on=KEYS, how="left").merge(collapsed_folds(run), on=KEYS, how="left")
    # Where no cell collapsed, the column is one of objects.
    table["collapsed_folds"] = pd.to_numeric(table["collapsed_folds"]).fillna(0).astype(int)
    order = run.headline if run.headline in table else metrics[0]
    table = table.sort_values([order, *KEYS], ascending=[False, True, True, True], ignore_index=True)
    ranked = table["trivial"] | first_configurations(table)
    table.insert(0, "rank", ranked.cumsum().where(ranked).astype("Int64"))
    return table


def _marked(run: RunFolder, table: pd.DataFrame) -> pd.DataFrame:
    marks = pd.DataFrame(index=table.index, columns=["same_as_leader", "beats_rule"], dtype="boolean")
    found = comparisons(run) if run.headline in table else None
    for place, row in enumerate(table[KEYS].itertuples(index=False)):
        system = Configuration(*row)
        if found is None or system not in found.systems:
            continue
        ends = [f"{run.headline}_low", f"{run.headline}_high"]
        table.loc[place, ends] = found.interval(system)
        if system.trivial:
            continue
        marks.loc[place, "same_as_leader"] = found.same_as_leader(system)
        if found.rule is not None:
            marks.loc[place, "beats_rule"] = found.between(system, found.rule).verdict == "better"
    return pd.concat([table, marks], axis=1)


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
    chosen = ~table["trivial"] & ~table["grid_point"]
    return chosen if most is None else chosen & (chosen.cumsum() <= most)


def choose_best(table: pd.DataFrame) -> pd.Series | None:
    """The best row that is neither a trivial rule nor a point of a sweep; None where there is none.

    A sweep's best point is picked on the folds that it is scored on: too lucky to be a winner.
    """
    chosen = table[first_configurations(table)]
    return None if chosen.empty else chosen.iloc[0]


def best_per(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """The best row of each feature set or model, best first; trivial rules and points of sweeps left out."""
    return table[first_configurations(table)].drop_duplicates(column).reset_index(drop=True)


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
    for _, group in rows.groupby(KEYS, sort=True):
        names = {key: str(group[key].iloc[0]) for key in KEYS}
        record = names | {"trivial": names["model"].startswith(TRIVIAL), "metric": metric}
        records.append(record | {"folds": len(group)} | five_numbers(group["value"])._asdict())
    table = pd.DataFrame(records)
    if table.empty:
        return table
    table = table[~grid_points(table)].sort_values(["mean", *KEYS], ascending=[False, True, True, True])
    if run.results["experiment"].eq("feature_table").any() and metric == "accuracy":
        table = pd.concat([table.reset_index(drop=True), _printed(table["model"])], axis=1)
    return table.reset_index(drop=True)


def _printed(models: pd.Series) -> pd.DataFrame:
    rows, known = [], printed_by_model("feature_table")
    for model in models:
        system = known.get(model)
        numbers = system.spread._asdict() if system and system.spread else {}
        rows.append({"study_system": system.name if system else None} | {f"printed_{k}": v for k, v in numbers.items()})
    return pd.DataFrame(rows)


def _seconds(whole: pd.DataFrame) -> pd.DataFrame:
    cells = whole.drop_duplicates([*KEYS, *SPLIT])
    return cells.groupby(KEYS, sort=True)[["fit_seconds", "predict_seconds"]].mean().reset_index()
