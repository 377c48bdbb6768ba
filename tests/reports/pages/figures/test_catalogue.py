"""Charts of the catalogue."""

import re

from genrelab.reports.pages.figures.catalogue import plot_colours, plot_popularity
from genrelab.reports.pages.summary import Summary


def test_popularity_and_strips(multilabel_summary: Summary):
    summary = multilabel_summary
    bars = plot_popularity(summary.popularity)
    first = summary.popularity.iloc[0]
    assert f"{first['titles']} ({first['share']:.0%})" in bars and "Western" in bars
    assert summary.by_period is not None
    strips = plot_colours(summary.by_period, "by-period")
    assert "data:image/png;base64," in strips
    assert re.findall(r">(\d{4}s)<", strips) == summary.by_period.groups
