"""Charts of curves say what they should."""

import re
from dataclasses import replace

from genrelab.reports.evaluation.details.curves import calibration, precision_recall
from genrelab.reports.evaluation.sweeps import explained_variance, find_sweeps
from genrelab.reports.pages.figures import curves
from genrelab.reports.pages.report import Report


def texts(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_curves(multilabel_report: Report):
    predictions = multilabel_report.predictions
    told = texts(curves.plot_precision_recall(precision_recall(predictions, multilabel_report.labels)))
    assert sum("AP" in text for text in told) == 7
    known = calibration(predictions)
    assert known is not None and any("Brier" in text for text in texts(curves.plot_calibration(known)))


def test_sweeps_of_one_and_two_parameters(multilabel_report: Report):
    (sweep,) = find_sweeps(multilabel_report.run)
    told = texts(curves.plot_sweep(sweep, "grid-0"))
    assert {"2", "4", "8", "max_features", "n_estimators = 100", "n_estimators = 200"} <= set(told)
    flat = replace(sweep, parameters=("max_features",), points=sweep.points.query("n_estimators == 100"))
    assert "n_estimators = 100" not in texts(curves.plot_sweep(flat, "grid-1"))


def test_explained_variance(multilabel_report: Report):
    table = explained_variance(multilabel_report.run)
    assert "everything: 100%" in texts(curves.plot_explained_variance(table))
