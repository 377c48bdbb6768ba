"""The one family of tests: what it compares, what it refuses, and that intervals and verdicts agree."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from genrelab.reports.evaluation.fold_test import corrected_t_test, split_scores
from genrelab.reports.evaluation.significance import Comparisons, comparisons
from genrelab.reports.runs.read import KEYS, Configuration, RunFolder, read_run

BEST = Configuration("everything", "rf", "none")
RULE = Configuration("-", "trivial:all_positive", "none")


def no_predictions(run: RunFolder) -> RunFolder:
    return replace(run, path=run.path / "elsewhere")


def test_the_family_is_every_pair_without_sweeps_and_without_pairs_of_rules(multilabel_run: Path):
    run = read_run(multilabel_run)
    found = comparisons(run)
    learnt = [system for system in found.systems if not system.trivial]
    assert len(learnt) == 21 and len(found.systems) == 23
    assert found.pairs == 21 * 20 // 2 + 21 * 2
    assert not any("(" in system.model for system in found.systems)
    assert found.leader == learnt[0] and found.rule == RULE and found.others == learnt[1:]
    assert found.method == "titles"
    assert "all 252 pairs" in found.words and "1,999 draws" in found.words


def test_a_difference_is_that_of_the_results(multilabel_run: Path):
    run = read_run(multilabel_run)
    found = comparisons(run)
    wide = split_scores(run, "f1_macro")
    result = found.between(BEST, RULE)
    paired = wide[tuple(BEST)] - wide[tuple(RULE)]
    assert result.difference == pytest.approx(paired.mean())
    assert (result.ahead, result.splits) == ((paired > 0).sum(), 6)
    assert result.verdict == "better" and 0 < result.low < result.difference < result.high
    assert result.folds == corrected_t_test(paired.tolist(), 0.5)
    turned = found.between(RULE, BEST)
    assert turned.verdict == "worse" and (turned.low, turned.high) == (-result.high, -result.low)


@pytest.mark.parametrize("kept", [True, False])
def test_verdicts_follow_from_the_intervals_alone(multilabel_run: Path, kept: bool):
    run = read_run(multilabel_run) if kept else no_predictions(read_run(multilabel_run))
    found = comparisons(run)
    assert found.method == ("titles" if kept else "folds")
    for one in found.systems[:8]:
        for other in found.systems[8:]:
            result = found.between(one, other)
            assert result.low <= result.difference <= result.high
            assert (result.low > 0 or result.high < 0) == (result.adjusted <= 0.05)
            assert result.p <= result.adjusted
            if result.verdict == "better":
                assert result.low > 0 and result.high > found.rope
            if result.verdict == "practically the same":
                assert -found.rope <= result.low and result.high <= found.rope


def test_a_configuration_and_its_copy_are_practically_the_same(multilabel_run: Path):
    run = read_run(multilabel_run)
    twin = run.results[(run.results[KEYS] == list(BEST)).all(axis=1)].assign(model="twin")
    both = replace(run, results=pd.concat([run.results, twin]))

    class Copied(RunFolder):
        def predictions(self, configuration: Configuration) -> pd.DataFrame:
            return run.predictions(BEST if configuration.model == "twin" else configuration)

    found = Comparisons(Copied(both.path, both.results, both.titles, both.info))
    result = found.between(BEST, Configuration("everything", "twin", "none"))
    assert found.method == "titles"
    assert (result.low, result.difference, result.high, result.verdict) == (0, 0, 0, "practically the same")


def test_points_of_a_sweep_and_strangers_are_refused(multilabel_run: Path):
    found = comparisons(read_run(multilabel_run))
    point = Configuration("everything", "rf(max_features=2,n_estimators=100)", "none")
    for system in (point, Configuration("no", "such", "none")):
        with pytest.raises(ValueError, match="expected a configuration with f1_macro that is no point of a sweep"):
            found.between(BEST, system)


def test_without_predictions_the_folds_are_tested_and_the_page_says_so(multilabel_run: Path):
    run = no_predictions(read_run(multilabel_run))
    found = comparisons(run)
    result = found.between(BEST, RULE)
    assert result.adjusted == pytest.approx(min(1.0, found.pairs * result.folds.p_value))
    assert "kept no predictions" in found.words and "Bonferroni" in found.words
    low, high = found.interval(BEST)
    assert 0 < low < found.score(BEST) < high < 1


def test_few_groups_are_not_drawn(multilabel_run: Path):
    run = read_run(multilabel_run)
    assert run.titles is not None
    few = replace(run, titles=run.titles.assign(group=[f"g{k % 19}" for k in range(len(run.titles))]))
    assert comparisons(few).method == "folds"


def test_predictions_of_one_configuration_missing_means_folds_for_all(multilabel_run: Path):
    run = read_run(multilabel_run)
    odd = run.results[(run.results[KEYS] == list(BEST)).all(axis=1)].assign(model="odd")
    assert comparisons(replace(run, results=pd.concat([run.results, odd]))).method == "folds"


def test_one_split_can_be_tested_by_its_titles_not_by_folds(multilabel_run: Path):
    run = read_run(multilabel_run)
    one = replace(run, results=run.results.query("repeat == 0 and fold == 0"))
    assert comparisons(one).between(BEST, RULE).verdict == "better"
    folds = comparisons(no_predictions(one))
    assert folds.between(BEST, RULE).verdict == "not shown" and np.isnan(folds.interval(BEST)).all()


def test_losses_count_as_negative_and_scores_keep_their_sign(multilabel_run: Path):
    run = read_run(multilabel_run)
    found = Comparisons(run, "hamming_loss", draws=199)
    assert found.scores.to_numpy().max() < 0 < found.score(BEST)
    low, high = found.interval(BEST)
    assert low < found.score(BEST) < high
    knn = Configuration("metadata", "knn", "none")
    assert found.between(BEST, knn).difference > 0
    assert Comparisons(run, "subset_accuracy").method == "folds"


def test_chosen_splits_and_an_unknown_metric(multilabel_run: Path):
    run = read_run(multilabel_run)
    found = Comparisons(run, splits=[(0, 0), (1, 2)], draws=199)
    assert found.scores.index.tolist() == [(0, 0), (1, 2)] and found.between(BEST, RULE).splits == 2
    with pytest.raises(ValueError, match="metric 'accuracy': expected one of average_precision_macro, f1_macro"):
        Comparisons(run, "accuracy")


def test_rules_alone_have_no_leader(multilabel_run: Path):
    run = read_run(multilabel_run)
    found = comparisons(replace(run, results=run.results[run.results["model"].str.startswith("trivial")]))
    assert found.leader is None and found.others == [] and found.pairs == 0


def test_made_once_for_a_run_and_again_for_another(multilabel_run: Path):
    run = read_run(multilabel_run)
    assert comparisons(run) is comparisons(run)
    again = comparisons(read_run(multilabel_run))
    assert again is not comparisons(run)
    assert again.between(BEST, RULE) == comparisons(run).between(BEST, RULE)
