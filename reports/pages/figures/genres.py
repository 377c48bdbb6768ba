"""The chart of scores genre by genre."""

import numpy as np
import pandas as pd

from ..words.metric_names import metric_name
from .svg import RULE, SERIES, as_svg, figure, legend_below, shortened

_ROWS = 40


def plot_genres(genres: pd.DataFrame, metric: str = "f1") -> str:
    """A score genre by genre with its fold interval, and what giving the genre to every title would score.

    Parameters
    ----------
    genres : DataFrame
        As `per_genre.genre_table` returns it, in row order.
    metric : str
        The column to draw; `f1_low`, `f1_high` and `always_f1` go with `f1`.
    """
    rows = genres.head(_ROWS)
    made, axes = figure(5.6, 0.8 + 0.25 * len(rows))
    y = np.arange(len(rows))
    if "always_f1" in rows:
        bars = axes.barh(y, rows["always_f1"], color=SERIES[1], height=0.62, alpha=0.45)
        bars.set_label("giving the genre to every title")
    half = (rows[f"{metric}_high"] - rows[metric]).fillna(0)
    axes.errorbar(
        rows[metric],
        y,
        xerr=half,
        fmt="o",
        color=SERIES[0],
        capsize=2.5,
        markersize=5.5,
        linewidth=1.4,
        label="best model, 95 % fold interval",
    )
    axes.set_yticks(y, [shortened(str(label), 24) for label in rows["label"]])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, 1)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(metric_name(metric))
    axes.set_axisbelow(True)
    axes.grid(axis="x", color=RULE, linewidth=0.7)
    legend_below(axes)
    return as_svg(made, "genres-picture", f"{metric_name(metric)} of the best model, genre by genre")
