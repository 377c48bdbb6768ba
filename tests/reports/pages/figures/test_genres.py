"""The chart genre by genre."""

import re

import pandas as pd

from genrelab.reports.pages.figures.genres import plot_genres


def test_every_genre_and_the_bar_are_drawn(multilabel_summary):
    svg = plot_genres(multilabel_summary.genres)
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert set(multilabel_summary.genres["label"]) <= set(texts)
    assert "giving the genre to every title" in texts


def test_without_a_bar_there_is_none():
    rows = {"label": ["War", "$x$"], "f1": [0.2, 0.4], "f1_low": [float("nan")] * 2, "f1_high": [float("nan")] * 2}
    assert "giving the genre" not in plot_genres(pd.DataFrame(rows))
