"""The leaderboard against plain pandas."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from genrelab.reports.evaluation.leaderboard import best_per, choose_best, five_number_table, leaderboard
from genrelab.reports.evaluation.significance import comparisons
from genrelab.reports.runs.read import Configuration, read_run

RF = Configuration("keywords", "rf", "none")


def test_means_and_the_interval_of_the_headline(multilabel_run: Path):
    run = read_run(multilabel_run)
    table = leaderboard(run)
    row = table[(table[["feature_set", "model", "balance"]] == list(RF)).all(axis=1)].iloc[0]
    rows = run.results.query("feature_set == 'keywords' and model == 'rf' and balance == 'none'")
    for metric in ("f1_macro", "hamming_loss"):
        assert row[metric] == pytest.approx(rows.loc[rows["metric"] == metric, "value"].mean())
    assert (row["f1_macro_low"], row["f1_macro_high"]) == comparisons(run).interval(RF)
    assert 0 < row["f1_macro_low"] < row["f1_macro"] < row["f1_macro_high"] < 1
    assert [name for name in table if str(name).endswith("_low")] == ["f1_macro_low"]
    assert row["folds"] == 6


def test_marks_are_those_of_the_comparisons(multilabel_run: Path):
    run = read_run(multilabel_run)
    table, found = leaderboard(run), comparisons(run)
    first = table[table["rank"] == 1].iloc[0]
    assert first["same_as_leader"]
    for row in table.to_dict("records"):
        system = Configuration(row["feature_set"], row["model"], row["balance"])
        if row["trivial"] or row["grid_point"]:
            assert pd.isna(row["same_as_leader"]) and pd.isna(row["beats_rule"])
        else:
            assert row["beats_rule"] == (found.between(system, found.rule).verdict == "better")
    knn = table[table["model"] == "knn"].iloc[0]
    assert knn["collapsed_folds"] == 6 and not knn["beats_rule"] and not knn["same_as_leader"]


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


def test_points_of_a_sweep_are_never_chosen_and_carry_no_interval(multilabel_run: Path):
    run = read_run(multilabel_run)
    lucky = run.results["value"].where(
        ~run.results["model"].str.startswith("rf(") | (run.results["metric"] != "f1_macro"), 1.0
    )
    table = leaderboard(replace(run, results=run.results.assign(value=lucky)))
    points = table[table["grid_point"]]
    assert table.iloc[0]["grid_point"] and points["f1_macro_low"].isna().all() and points["beats_rule"].isna().all()
    best = choose_best(table)
    assert best is not None and best["model"] == "rf" and best["feature_set"] == "everything"
    alone = leaderboard(replace(run, results=run.results[run.results["model"].str.contains(r"rf\(|trivial")]))
    assert choose_best(alone) is None and alone.loc[~alone["trivial"], "rank"].isna().all()


def test_trivial_rules_alone_have_no_best(multilabel_run: Path):
    run = read_run(multilabel_run)
    table = leaderboard(replace(run, results=run.results[run.results["model"].str.startswith("trivial")]))
    assert choose_best(table) is None and best_per(table, "model").empty


def test_best_per_feature_set(multilabel_run: Path):
    table = best_per(leaderboard(read_run(multilabel_run)), "feature_set")
    assert table["feature_set"].is_unique and not table["trivial"].any()
    assert table["feature_set"].iloc[0] == "everything"


def test_five_numbers_stand_beside_the_printed_ones(single_run: Path, multilabel_run: Path):
    table = five_number_table(read_run(single_run))
    assert set(table["metric"]) == {"accuracy"}
    glm = table[table["model"] == "glm"].iloc[0]
    assert glm["study_system"] == "S1-GLM" and glm["printed_mean"] == 0.3644 and glm["printed_maximum"] == 0.3719
    assert table.loc[table["model"] == "knn", "printed_mean"].isna().all()
    assert table["model"].str.startswith("trivial").any()
    other = five_number_table(read_run(multilabel_run))
    assert set(other["metric"]) == {"f1_macro"} and "printed_mean" not in other
