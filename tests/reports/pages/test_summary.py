"""Everything a report shows, with and without its parts."""

from pathlib import Path

import pytest

from genrelab.reports.pages.summary import Summary, summarize
from genrelab.reports.runs.read import RunFolderError


def test_multilabel(multilabel_summary: Summary):
    summary = multilabel_summary
    assert summary.kind == "multilabel" and summary.title == "Synthetic run"
    assert summary.labels[0] == "Drama" and summary.labels[-1] == "Western"
    assert summary.best is not None and summary.best.feature_set == "everything"
    assert summary.confusion.index.name == "truth" and summary.confusion.columns.name == "wrongly predicted"
    assert summary.weights == dict.fromkeys(("poster network", "everything"), "mobilenet_v2, random weights")
    assert summary.is_evidence


def test_single(single_summary: Summary):
    summary = single_summary
    assert summary.confusion.columns.name == "predicted"
    assert summary.confusion.sum(axis=1).round(9).eq(1).all()
    assert summary.sweeps and summary.co_occurrence.empty


def test_results_alone_are_enough(make_run):
    run = make_run(titles=40, seed=9)
    for name in ("predictions.parquet", "titles.parquet", "run.json"):
        (run / name).unlink()
    summary = summarize(run)
    assert summary.title == "multilabel" and summary.curves == [] and summary.calibration is None
    assert summary.confusion.empty and summary.by_genre is None and summary.best_titles == []
    assert not summary.leaderboard.empty and not summary.genres.empty


def test_no_run(tmp_path: Path):
    with pytest.raises(RunFolderError, match="found no file"):
        summarize(tmp_path)
