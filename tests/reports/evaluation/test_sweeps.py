"""Grids and pixel components."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from genrelab.reports.evaluation.sweeps import explained_variance, find_sweeps
from genrelab.reports.runs.read import read_run


def test_the_grid_is_found_with_its_parameters(single_run: Path):
    run = read_run(single_run)
    (sweep,) = find_sweeps(run)
    assert (sweep.feature_set, sweep.base, sweep.metric) == ("everything", "rf", "accuracy")
    assert sweep.parameters == ("max_features", "n_estimators")
    assert sweep.points["max_features"].tolist() == [2, 2, 4, 4, 8, 8]
    rows = run.results[run.results["model"] == "rf(max_features=4,n_estimators=200)"]
    expected = rows.loc[rows["metric"] == "accuracy", "value"].mean()
    assert sweep.points["mean"].iloc[3] == pytest.approx(expected)


def test_values_that_are_words_stay_words(single_run: Path):
    run = read_run(single_run)
    renamed = run.results["model"].str.replace("max_features=4", "max_features=sqrt")
    (sweep,) = find_sweeps(replace(run, results=run.results.assign(model=renamed)))
    assert set(sweep.points["max_features"]) == {"2", "sqrt", "8"}


def test_explained_variance_adds_up_and_equal_curves_appear_once(multilabel_run: Path):
    run = read_run(multilabel_run)
    twin = run.results[run.results["model"] == "encoder"].assign(feature_set="twin")
    table = explained_variance(replace(run, results=pd.concat([run.results, twin])))
    assert table["feature_set"].unique().tolist() == ["everything"]
    assert table["cumulative"].to_numpy() == pytest.approx(1 - 0.5 ** np.arange(1, 9))


def test_a_run_without_pixels_has_none(multilabel_run: Path):
    run = read_run(multilabel_run)
    assert explained_variance(replace(run, results=run.results[run.results["model"] != "encoder"])).empty
