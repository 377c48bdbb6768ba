"""Ranks, resampled titles, genre sets and decades, from a run's folder."""

import json

import numpy as np
import pandas as pd
import pytest

from genrelab.reports.evaluation.answers import configuration
from genrelab.reports.evaluation.evidence import decade_matrix, decades_told, genre_sets, pooled_intervals, ranks
from genrelab.reports.evaluation.leaderboard import choose_best, leaderboard
from genrelab.reports.pages.markdown import render_markdown
from genrelab.reports.pages.page import render_html
from genrelab.reports.pages.summary import summarize
from genrelab.reports.runs.read import read_run


@pytest.fixture
def run_dir(make_run):
    return make_run(titles=60, repeats=2, folds=2)


def best_of(run):
    table = leaderboard(run)
    return table, configuration(choose_best(table))


def test_configurations_are_ranked_over_genres_and_the_worst_left_out(multilabel_run):
    run = read_run(multilabel_run)
    found = ranks(run, leaderboard(run))
    assert found is not None and len(found.test.ranks) == 12 and found.left_out > 0
    assert set(found.names) == set(found.test.ranks.index)
    assert not any("(" in system[1] or system[1].startswith("trivial") for system in found.names)


def test_one_model_goes_without_saying(run_dir):
    run = read_run(run_dir)
    own = run.results[run.results["model"].eq("rf") | run.results["model"].str.startswith("trivial")]
    one = type(run)(run.path, own, run.titles, run.info)
    found = ranks(one, leaderboard(one))
    assert found is not None and set(found.names.values()) == {"everything", "keywords"}
    assert set(found.names) == {("everything", "rf", "none"), ("keywords", "rf", "none")}


def test_pooled_scores_lie_in_their_intervals_and_lead_the_rule(run_dir):
    run = read_run(run_dir)
    table, best = best_of(run)
    found = pooled_intervals(run, table, run.predictions(best)).set_index("metric")
    assert (found["low"] <= found["value"]).all() and (found["value"] <= found["high"]).all()
    assert found.at["f1_macro", "rule"] == "all-positive"
    assert found.at["f1_macro", "gain_low"] > 0


def test_a_title_tested_on_several_cells_of_a_matrix_is_not_pooled(run_dir):
    run = read_run(run_dir)
    table, best = best_of(run)
    twice = pd.concat([run.predictions(best)] * 2)
    assert pooled_intervals(run, table, twice).empty


def test_decades_are_a_matrix_of_means_over_draws(run_dir):
    info = json.loads((run_dir / "run.json").read_text())
    cells = [("1980s to 1980s", 0), ("1980s to 1990s", 1)]
    info["splits"] = [{"repeat": r, "fold": f, "name": n, "train": 9, "test": 9} for r in (0, 1) for n, f in cells]
    (run_dir / "run.json").write_text(json.dumps(info))
    run = read_run(run_dir)
    _, best = best_of(run)
    matrix = decade_matrix(run, best)
    rows = run.results[(run.results["metric"] == "f1_macro") & (run.results["model"] == best.model)]
    rows = rows[(rows["feature_set"] == best.feature_set) & (rows["balance"] == best.balance)]
    assert matrix.index.tolist() == ["1980s"] and matrix.columns.tolist() == ["1980s", "1990s"]
    assert matrix.to_numpy().ravel() == pytest.approx(rows.groupby("fold")["value"].mean().to_numpy())
    summary = summarize(run_dir)
    assert "From decade to decade" in render_html(summary) and "From decade to decade" in render_markdown(summary)


def test_decades_are_told_by_their_distance():
    names = ["1980s", "1990s", "2000s"]
    matrix = pd.DataFrame([[0.6, 0.5, 0.2], [0.3, 0.4, 0.4], [0.4, 0.4, 0.8]], names, names)
    told = decades_told(matrix)
    assert told.endswith("the same decade: 0.600 on average; one decade apart: 0.400; 2 decades apart: 0.300.")
    assert decades_told(matrix.iloc[:1, :1]) == decades_told(pd.DataFrame()) == ""
    kinds = ["films", "series"]
    assert decades_told(pd.DataFrame([[0.5, 0.4], [0.3, 0.4]], kinds, kinds)) == ""


def test_plain_folds_make_no_matrix(run_dir):
    run = read_run(run_dir)
    named = type(run)(run.path, run.results, run.titles, run.info | {"splits": [{"repeat": 0, "fold": 0, "name": ""}]})
    assert decade_matrix(run, best_of(run)[1]).empty
    assert decade_matrix(named, best_of(run)[1]).empty


def test_genre_sets_are_read_and_shown(run_dir):
    assert all(table.empty for table in genre_sets(read_run(run_dir)))
    rows = []
    for risk in (0.1, 0.2):
        for scope in ("title", "genre"):
            whole = {"risk": risk, "scope": scope, "label": None, "titles": 60.0, "coverage": 1 - risk}
            rows.append(whole | {"low": 0.7, "high": 0.95, "set_size": 3.25, "all_found": 0.7})
            rows += [
                {"risk": risk, "scope": scope, "label": label, "titles": n, "coverage": 0.5, "listed": 0.4}
                for label, n in (("War", 5.0), ("Drama", 40.0))
            ]
    pd.DataFrame(rows).to_parquet(run_dir / "conformal.parquet")
    whole, genres = genre_sets(read_run(run_dir))
    assert whole["promise"].tolist() == pytest.approx([0.9, 0.9, 0.8, 0.8])
    assert genres["label"].tolist() == ["Drama", "War"]
    assert np.isclose(genres[["coverage", "listed", "genre_coverage"]], [[0.5, 0.4, 0.5]] * 2).all()
    page = render_html(summarize(run_dir))
    assert "Genre lists with a promise" in page and "3.2" in page and "for the promise of 90 %" in page
