"""An interval for the F1 of every genre."""

from dataclasses import replace
from pathlib import Path

from genrelab.reports.evaluation.details.genre_intervals import genre_intervals
from genrelab.reports.runs.read import Configuration, read_run

BEST = Configuration("everything", "rf", "none")


def test_every_genre_has_an_interval_around_its_score(multilabel_run: Path):
    run = read_run(multilabel_run)
    rows = run.results.query("feature_set == 'everything' and model == 'rf' and balance == 'none' and metric == 'f1'")
    means = rows.groupby("label")["value"].mean()
    for kept in (run, replace(run, path=run.path / "elsewhere")):
        found = genre_intervals(kept, BEST)
        assert set(found) == set(means.index)
        assert all(0 <= low <= means[label] <= high <= 1 for label, (low, high) in found.items())
    assert genre_intervals(run, Configuration("no", "such", "none")) == {}
