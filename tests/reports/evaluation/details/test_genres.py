"""Genre tables against plain pandas."""

from dataclasses import replace
from pathlib import Path

import pytest

from genrelab.reports.evaluation.details.genres import coin_toss, genre_by_feature_set, genre_table
from genrelab.reports.runs.read import Configuration, read_run

BEST = Configuration("everything", "rf", "none")
LABELS = ["Western", "Drama"]


def test_values_support_and_the_bar(multilabel_run: Path):
    run = read_run(multilabel_run)
    table = genre_table(run, BEST, LABELS).set_index("label")
    assert list(table.index) == LABELS
    rows = run.results.query("feature_set == 'everything' and model == 'rf' and balance == 'none' and label == 'Drama'")
    for metric in ("precision", "recall", "f1", "average_precision"):
        assert table.loc["Drama", metric] == pytest.approx(rows.loc[rows["metric"] == metric, "value"].mean())
    true = run.predictions(BEST).query("label == 'Drama' and repeat == 0")["truth"].sum()
    assert table.loc["Drama", "support"] == true
    rule = run.results.query("model == 'trivial:all_positive' and label == 'Drama' and metric == 'f1'")["value"].mean()
    assert table.loc["Drama", "always_f1"] == pytest.approx(rule)


def test_the_bar_follows_from_support_without_the_rule(single_run: Path):
    table = genre_table(read_run(single_run), BEST, ["Ho"]).iloc[0]
    share = table["support"] / 120
    assert table["always_f1"] == pytest.approx(2 * share / (1 + share))


def test_nothing_measured_per_label_is_no_table(multilabel_run: Path):
    run = read_run(multilabel_run)
    assert genre_table(replace(run, results=run.results[run.results["label"].isna()]), BEST, LABELS).empty


def test_genres_by_feature_set(multilabel_run: Path):
    run = read_run(multilabel_run)
    table = genre_by_feature_set(run, [BEST, Configuration("metadata", "glm", "none")], LABELS)
    assert table.columns.tolist() == ["everything", "metadata"] and table.index.tolist() == LABELS
    assert genre_by_feature_set(run, [Configuration("no", "such", "one")], LABELS).empty


def test_a_coin_toss_scores_what_it_would(multilabel_run: Path):
    run = read_run(multilabel_run)
    assert run.titles is not None
    share = sum("Drama" in labels for labels in run.titles["labels"]) / len(run.titles)
    precision, recall = share, 0.5
    assert coin_toss(run, ["Drama"]) == {"Drama": pytest.approx(2 * precision * recall / (precision + recall))}
