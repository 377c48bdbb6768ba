"""Popularity and co-occurrence against plain loops."""

from dataclasses import replace
from pathlib import Path

import pytest

from genrelab.reports.evaluation.details.catalogue import co_occurrence, popularity, source_genres, title_labels
from genrelab.reports.runs.read import read_run


def test_popularity_counts_titles(multilabel_run: Path):
    run = read_run(multilabel_run)
    table = popularity(run)
    assert run.titles is not None
    for row in table.itertuples():
        assert row.titles == sum(row.label in labels for labels in run.titles["labels"])
    assert table["titles"].is_monotonic_decreasing
    assert table["share"].iloc[0] == table["titles"].iloc[0] / 120


def test_co_occurrence_is_a_share_of_the_row(multilabel_run: Path):
    run = read_run(multilabel_run)
    assert run.titles is not None
    labels = [set(row) for row in run.titles["labels"]]
    found = co_occurrence(title_labels(run), ["Drama", "Western"])
    both, western = sum({"Drama", "Western"} <= row for row in labels), sum("Western" in row for row in labels)
    assert found.loc["Western", "Drama"] == pytest.approx(both / western)
    assert found.isna().sum().sum() == 2


def test_nothing_to_see(single_run: Path):
    run = read_run(single_run)
    assert co_occurrence(title_labels(run), ["Ho"]).empty
    assert popularity(replace(run, titles=None)).empty
    assert run.titles is not None
    assert popularity(replace(run, titles=run.titles.drop(columns="labels"))).empty


def test_genres_of_the_source_are_counted_under_a_target_of_classes(single_run: Path):
    run = read_run(single_run)
    assert run.titles is not None and source_genres(run).empty
    lists = [["Drama", "Romance"] if k % 2 else ["Drama"] for k in range(len(run.titles))]
    known = replace(run, titles=run.titles.assign(genres_imdb=lists))
    table = popularity(known, source_genres(known))
    assert table.set_index("label")["titles"].to_dict() == {"Drama": 120, "Romance": 60}
