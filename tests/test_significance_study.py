"""The verdicts' calibration, in a small size: false verdicts stay few, true differences are found."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import f1_score

FILE = Path(__file__).resolve().parents[1] / "benchmarks" / "significance_study.py"
if not FILE.is_file():
    pytest.skip("the benchmarks are not part of an installed package", allow_module_level=True)
spec = importlib.util.spec_from_file_location("genrelab_significance_study", FILE)
assert spec is not None and spec.loader is not None
made = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = made
spec.loader.exec_module(made)


@pytest.mark.parametrize("learner", ["linear", "tree"])
def test_false_verdicts_are_few(learner: str):
    repeats = 60
    outcome = made.study(made.Case(300, 3, 5, learner, 0.0, repeats))
    # More than this many of 60 would happen once in two hundred times if one in twenty were false.
    assert outcome.wrong * repeats <= stats.binom.ppf(0.995, repeats, 0.05)
    assert outcome.covered > 0.95


def test_a_large_difference_is_found_where_folds_find_little():
    outcome = made.study(made.Case(1000, 3, 5, "linear", 0.5, 15))
    assert outcome.difference > 0.05
    assert outcome.found > 0.7 > outcome.found_folds
    assert outcome.wrong <= 1 / 15


def test_the_study_measures_what_scikit_learn_measures():
    catalogue = made.make_catalogue(made.Case(300, 3, 2), 5)
    groups = int(catalogue.group.max()) + 1
    scores = made.drawn_scores(catalogue, np.ones((1, groups), dtype=np.float32))[:, :, 0]
    for fold in range(3):
        rows = catalogue.fold == fold
        expected = f1_score(catalogue.truth[rows], catalogue.said[1][rows], average="macro", zero_division=0)
        assert scores[1, fold] == pytest.approx(expected, abs=1e-6)


def test_groups_stay_in_one_fold_and_genres_have_their_shares():
    catalogue = made.make_catalogue(made.Case(1000, 5, 2), 1)
    for group in np.unique(catalogue.group):
        assert len(set(catalogue.fold[catalogue.group == group])) == 1
    assert catalogue.truth.mean(axis=0) == pytest.approx(made.SHARES, abs=0.002)


def test_the_tables_hold_every_case():
    outcomes = [
        made.Outcome(made.Case(300, 3, 2), 0.04, 0.02, 0.03, 0.0, 0.0, 0.96),
        made.Outcome(made.Case(300, 3, 10, edge=0.2), 0.01, 0.5, 0.03, 0.1, 0.04, 0.97),
    ]
    text = made.table(outcomes)
    assert "| linear | 300 | 3 | 2 | 200 | 4.0% | 3.0% |" in text
    assert "| 300 | 3 | 10 | 0.040 | 50% | 10% | 97.0% | 1.0% |" in text
    assert made.draw(outcomes).startswith("<svg")
