"""Every metric of one configuration with its interval."""

from dataclasses import replace
from pathlib import Path

import pytest

from genrelab.reports.evaluation.leaderboard import leaderboard
from genrelab.reports.evaluation.metric_intervals import metric_intervals
from genrelab.reports.evaluation.significance import comparisons
from genrelab.reports.runs.read import read_run


def test_scores_lie_in_their_intervals_and_the_lead_is_that_of_the_verdict(multilabel_run: Path):
    run = read_run(multilabel_run)
    table, found = leaderboard(run), comparisons(run)
    assert found.leader is not None and found.rule is not None
    rows = metric_intervals(run, table, found.leader).set_index("metric")
    assert set(rows.index) == {"f1_macro", "f1_micro", "hamming_loss", "average_precision_macro"}
    assert (rows["low"] < rows["value"]).all() and (rows["value"] < rows["high"]).all()
    lead = found.between(found.leader, found.rule)
    assert rows.loc["f1_macro", ["gain", "gain_low", "gain_high"]].tolist() == [lead.difference, lead.low, lead.high]
    assert rows.at["f1_macro", "rule"] == "all-positive" and rows["rule"].notna().sum() == 1
    first = table[table["rank"] == 1].iloc[0]
    assert rows.loc["f1_macro", ["low", "high"]].tolist() == pytest.approx(
        [first["f1_macro_low"], first["f1_macro_high"]]
    )


def test_nothing_without_predictions_or_a_configuration(multilabel_run: Path):
    run = read_run(multilabel_run)
    bare = replace(run, path=run.path / "elsewhere")
    table = leaderboard(run)
    assert metric_intervals(run, table, None).empty
    assert metric_intervals(bare, table, comparisons(bare).leader).empty
