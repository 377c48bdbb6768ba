"""Genre sets, from a run's folder to the page."""

import numpy as np
import pandas as pd
import pytest

from genrelab.reports.evaluation.details.sets import genre_sets
from genrelab.reports.pages.report import Report
from genrelab.reports.pages.sections.probabilities import SETS
from genrelab.reports.runs.read import read_run


def test_genre_sets_are_read_and_shown(make_run):
    run_dir = make_run(titles=60, repeats=2, folds=2)
    assert all(table.empty for table in genre_sets(read_run(run_dir)))
    rows = []
    for risk in (0.1, 0.2):
        for scope in ("title", "genre"):
            whole = {"risk": risk, "scope": scope, "label": None, "titles": 60.0, "coverage": 1 - risk}
            rows.append(whole | {"low": 0.7, "high": 0.95, "set_size": 3.25, "all_found": 0.7})
            rows += [
                {"risk": risk, "scope": scope, "label": label, "titles": n, "coverage": 0.5, "listed": 0.4}
                for label, n in (("War", 5.0), ("Drama", 40.0))
            ]
    cell = {"feature_set": "everything", "model": "rf", "balance": "none", "precision": 0.5}
    pd.DataFrame(rows).assign(**cell).to_parquet(run_dir / "conformal.parquet")
    whole, genres = genre_sets(read_run(run_dir))
    assert whole["promise"].tolist() == pytest.approx([0.9, 0.9, 0.8, 0.8])
    assert genres["label"].tolist() == ["Drama", "War"]
    assert np.isclose(genres[["coverage", "listed", "genre_coverage"]], [[0.5, 0.4, 0.5]] * 2).all()
    report = Report(read_run(run_dir))
    html = "".join(part.html() for part in SETS.parts(report, SETS.data(report)))
    assert "3.2" in html and "for the promise of 90 %" in html
