"""Charts of the catalogue."""

import re

from genrelab.reports.evaluation.details.catalogue import popularity
from genrelab.reports.evaluation.details.colours import colours_by_period
from genrelab.reports.pages.figures.catalogue import plot_colours, plot_popularity
from genrelab.reports.pages.report import Report


def test_popularity_and_strips(multilabel_report: Report):
    table = popularity(multilabel_report.run)
    bars, first = plot_popularity(table), table.iloc[0]
    assert f"{first['titles']} ({first['share']:.0%})" in bars and "Western" in bars
    periods = colours_by_period(multilabel_report.run)
    assert periods is not None
    strips = plot_colours(periods, "by-period")
    assert "data:image/png;base64," in strips
    assert re.findall(r">(\d{4}s)<", strips) == periods.groups
