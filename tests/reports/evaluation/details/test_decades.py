"""Decades against decades, from a run's folder."""

import json

import pandas as pd
import pytest

from genrelab.reports.evaluation.details.decades import decade_matrix, decades_told
from genrelab.reports.evaluation.leaderboard import choose_best, leaderboard
from genrelab.reports.evaluation.verdicts import configuration
from genrelab.reports.pages.report import Report
from genrelab.reports.pages.sections.training_titles import DECADES
from genrelab.reports.runs.read import read_run


@pytest.fixture
def run_dir(make_run):
    return make_run(titles=60, repeats=2, folds=2)


def best_of(run):
    table = leaderboard(run)
    return table, configuration(choose_best(table))


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
    parts = DECADES.parts(Report(run), DECADES.data(Report(run)))
    assert "trained on the row" in parts[0].markdown() and "1990s" in parts[-1].html()


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
