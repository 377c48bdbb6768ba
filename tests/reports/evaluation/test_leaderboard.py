"""The leaderboard against plain pandas."""

from dataclasses import replace
from pathlib import Path

import pytest

from genrelab.reports.evaluation.intervals import fold_interval
from genrelab.reports.evaluation.leaderboard import (
    best_per,
    choose_best,
    difference,
    five_number_table,
    fold_values,
    leaderboard,
)
from genrelab.reports.runs.read import Configuration, read_run

RF = Configuration("keywords", "rf", "none")
RULE = Configuration("-", "trivial:all_positive", "none")


def test_means_and_intervals(multilabel_run: Path):
    run = read_run(multilabel_run)
    table = leaderboard(run)
    row = table[(table[["feature_set", "model", "balance"]] == list(RF)).all(axis=1)].iloc[0]
    rows = run.results.query("feature_set == 'keywords' and model == 'rf' and balance == 'none'")
    for metric in ("f1_macro", "hamming_loss"):
        expected = fold_interval(rows.loc[rows["metric"] == metric, "value"])
        assert [row[metric], row[f"{metric}_low"], row[f"{metric}_high"]] == pytest.approx(list(expected[:3]))
    assert row["folds"] == 6


def test_everything_is_in_it_once_best_first(multilabel_run: Path):
    run = read_run(multilabel_run)
    table = leaderboard(run)
    systems = run.results[run.results["model"] != "encoder"][["feature_set", "model", "balance"]].drop_duplicates()
    assert len(table) == len(systems)
    assert table["f1_macro"].is_monotonic_decreasing
    assert table["trivial"].sum() == 2
    ranks = table["rank"].dropna()
    assert ranks.tolist() == list(range(1, len(ranks) + 1))
    assert table.loc[table["rank"].isna(), "grid_point"].all()


def test_grid_points_are_not_chosen_unless_alone(multilabel_run: Path):
    run = read_run(multilabel_run)
    lucky = run.results["value"].where(
        ~run.results["model"].str.startswith("rf(") | (run.results["metric"] != "f1_macro"), 1.0
    )
    table = leaderboard(replace(run, results=run.results.assign(value=lucky)))
    assert table.iloc[0]["grid_point"]
    best = choose_best(table)
    assert best is not None and best["model"] == "rf" and best["feature_set"] == "everything"
    alone = leaderboard(replace(run, results=run.results[run.results["model"].str.contains(r"rf\(|trivial")]))
    best = choose_best(alone)
    assert best is not None and best["grid_point"] and best["rank"] == 1


def test_trivial_rules_alone_have_no_best(multilabel_run: Path):
    run = read_run(multilabel_run)
    table = leaderboard(replace(run, results=run.results[run.results["model"].str.startswith("trivial")]))
    assert choose_best(table) is None and best_per(table, "model").empty


def test_best_per_feature_set(multilabel_run: Path):
    table = best_per(leaderboard(read_run(multilabel_run)), "feature_set")
    assert table["feature_set"].is_unique and not table["trivial"].any()
    assert table["feature_set"].iloc[0] == "everything"


def test_difference_is_paired_by_fold(multilabel_run: Path):
    run = read_run(multilabel_run)
    found = difference(run, RF, RULE, "f1_macro")
    paired = fold_values(run, RF, "f1_macro") - fold_values(run, RULE, "f1_macro")
    assert found["mean"] == pytest.approx(paired.mean())
    assert found["wins"] == (paired > 0).sum() and found["folds"] == 6


def test_five_numbers_stand_beside_the_printed_ones(single_run: Path, multilabel_run: Path):
    table = five_number_table(read_run(single_run))
    assert set(table["metric"]) == {"accuracy"}
    rf = table[table["model"] == "rf"].iloc[0]
    assert rf["study_system"] == "S1-RF" and rf["printed_mean"] == 0.4240 and rf["printed_maximum"] == 0.4400
    assert table.loc[table["model"] == "knn", "printed_mean"].isna().all()
    assert table["model"].str.startswith("trivial").any()
    other = five_number_table(read_run(multilabel_run))
    assert set(other["metric"]) == {"f1_macro"} and "printed_mean" not in other
