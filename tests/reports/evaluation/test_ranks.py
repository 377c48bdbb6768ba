"""Groups without a shown difference, against every subset tried; ranks over genres against pandas."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from genrelab.reports.evaluation.leaderboard import leaderboard
from genrelab.reports.evaluation.ranks import groups, label_scores, mean_ranks, ranks
from genrelab.reports.evaluation.significance import comparisons
from genrelab.reports.runs.read import read_run


def test_groups_are_the_largest_sets_without_a_shown_difference(multilabel_run: Path):
    found = comparisons(read_run(multilabel_run))
    systems = [system for system in found.systems if not system.trivial][:10]
    level = {
        frozenset(pair) for pair in combinations(systems, 2) if found.between(*pair).verdict not in ("better", "worse")
    }
    sets = [
        set(subset)
        for size in range(2, 11)
        for subset in combinations(systems, size)
        if all(frozenset(pair) in level for pair in combinations(subset, 2))
    ]
    largest = [one for one in sets if not any(one < other for other in sets)]
    made = groups(found, systems)
    assert sorted(map(sorted, made)) == sorted(map(sorted, largest)) and made
    joined = {frozenset(pair) for group in made for pair in combinations(group, 2)}
    assert joined == level
    assert all(list(group) == sorted(group, key=systems.index) for group in made)


def test_the_best_are_shown_and_the_rest_counted(multilabel_run: Path):
    run = read_run(multilabel_run)
    found = ranks(run, leaderboard(run))
    assert found is not None and len(found.scores) == 12 and found.left_out == 9
    assert found.scores.is_monotonic_decreasing and list(found.names) == list(found.scores.index)
    assert found.genres == 6 and found.genre_ranks.between(1, 12).all()
    assert not any("(" in system.model or system.trivial for system in found.names)


def test_one_model_goes_without_saying(make_run):
    run = read_run(make_run(titles=60, folds=2))
    one = replace(
        run, results=run.results[run.results["model"].eq("rf") | run.results["model"].str.startswith("trivial")]
    )
    found = ranks(one, leaderboard(one))
    assert found is not None and set(found.names.values()) == {"everything", "keywords"}


def test_one_configuration_has_no_diagram(make_run):
    run = read_run(make_run(titles=60, folds=2))
    alone = replace(run, results=run.results[run.results["model"].eq("glm")])
    assert ranks(alone, leaderboard(alone)) is None


def test_scores_come_from_results_without_rules():
    rows = [
        ("all", model, "none", 0, fold, "f1", label, value)
        for model, value in (("rf", 0.4), ("gbm", 0.6), ("trivial:majority", 0.0))
        for fold in (0, 1)
        for label in ("Crime", "War")
    ]
    names = ["feature_set", "model", "balance", "repeat", "fold", "metric", "label", "value"]
    table = label_scores(pd.DataFrame(rows, columns=names), "f1")
    assert table.index.tolist() == ["Crime", "War"]
    assert table["all", "rf", "none"].tolist() == [0.4, 0.4]
    assert table.shape == (2, 2)


def test_mean_ranks_are_those_of_pandas():
    scores = pd.DataFrame(np.random.default_rng(0).integers(0, 4, (12, 4)), columns=list("abcd"))
    expected = scores.rank(axis=1, ascending=False).mean()
    assert mean_ranks(scores).to_dict() == pytest.approx(expected.to_dict())
    assert mean_ranks(pd.DataFrame()).empty
