"""Charts of scores genre by genre, and of what balancing does to them."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ...runs.metric_names import metric_name
from .svg import INK, MARKERS, MUTED, RULE, SERIES, as_svg, figure, legend_below, shortened

_ROWS = 40


def plot_genres(genres: pd.DataFrame, metric: str = "f1") -> str:
    """A score genre by genre with its fold interval, and what giving the genre to every title would score.

    Parameters
    ----------
    genres : DataFrame
        As `genre_table` returns it, in row order.
    metric : str
        The column to draw; `f1_low`, `f1_high` and `always_f1` go with `f1`.
    """
    rows = genres.head(_ROWS)
    made, (axes,) = figure(5.6, 0.8 + 0.25 * len(rows))
    y = np.arange(len(rows))
    if "always_f1" in rows:
        bars = axes.barh(y, rows["always_f1"], color=SERIES[1], height=0.62, alpha=0.45)
        bars.set_label("giving the genre to every title")
    # Fold intervals may reach beyond what the metric can be.
    low = (rows[metric] - rows[f"{metric}_low"].clip(0, 1)).fillna(0).clip(0)
    high = (rows[f"{metric}_high"].clip(0, 1) - rows[metric]).fillna(0).clip(0)
    label = "best model, 95 % fold interval"
    style = {"fmt": "o", "color": SERIES[0], "capsize": 2.5, "markersize": 5.5, "linewidth": 1.4, "label": label}
    axes.errorbar(rows[metric], y, xerr=[low, high], **style)
    _named(axes, [str(label) for label in rows["label"]], metric_name(metric))
    legend_below(axes)
    return as_svg(made, "genres-picture", f"{metric_name(metric)} of the best model, genre by genre")


def plot_systems(table: pd.DataFrame, coin: Mapping[str, float], name: str) -> str:
    """F1 genre by genre of several systems side by side, and of a coin toss.

    Parameters
    ----------
    table : DataFrame of float
        Genres by systems.
    coin : mapping of genre to float
        F1 of giving the genre to every second title.
    name : str
        Letters and hyphens, one per page.
    """
    rows = table.head(_ROWS)
    made, (axes,) = figure(5.6, 0.9 + 0.3 * len(rows))
    y = np.arange(len(rows))
    tosses = [coin.get(str(label), np.nan) for label in rows.index]
    axes.barh(y, tosses, color=MUTED, height=0.7, alpha=0.25, label="coin toss")
    for k, system in enumerate(rows):
        shift = (k - (rows.shape[1] - 1) / 2) * 0.16
        style = {"marker": MARKERS[k % len(MARKERS)], "color": SERIES[k % len(SERIES)], "markersize": 6}
        axes.plot(rows[system], y + shift, linestyle="none", label=shortened(str(system), 30), **style)
    _named(axes, [str(label) for label in rows.index], "F1")
    legend_below(axes)
    return as_svg(made, name, "F1 of several systems, genre by genre, beside a coin toss")


def plot_balance(points: pd.DataFrame, across: str, up: str) -> str:
    """What balancing does: one arrow a model, from no balancing to each strategy.

    Parameters
    ----------
    points : DataFrame
        system (feature set and model), balance, x, y; `none` is where arrows start.
    across, up : str
        Names of the two metrics.
    """
    made, (axes,) = figure(5.6, 4.2)
    strategies = [name for name in dict.fromkeys(points["balance"]) if name != "none"]
    starts = points[points["balance"] == "none"]
    begins = {str(row[0]): (float(row[1]), float(row[2])) for row in starts[["system", "x", "y"]].to_numpy()}
    axes.plot(starts["x"], starts["y"], "o", color=MUTED, markersize=5, label="no balancing", linestyle="none")
    for k, strategy in enumerate(strategies):
        ends = points[points["balance"] == strategy]
        colour = SERIES[k % len(SERIES)]
        for system, x, y in ends[["system", "x", "y"]].itertuples(index=False, name=None):
            if system in begins:
                arrow = {"arrowstyle": "->", "color": colour, "alpha": 0.55, "linewidth": 1.1}
                axes.annotate("", (x, y), begins[system], arrowprops=arrow)
        style = {"marker": MARKERS[k % len(MARKERS)], "color": colour, "markersize": 6.5, "linestyle": "none"}
        axes.plot(ends["x"], ends["y"], label=strategy, **style)
    axes.set(xlabel=across, ylabel=up)
    axes.set_axisbelow(True)
    axes.grid(color=RULE, linewidth=0.7)
    axes.tick_params(labelcolor=INK)
    legend_below(axes, columns=3)
    return as_svg(made, "balance-picture", f"{up} against {across} for every way of balancing")


def _named(axes, names: list[str], across: str) -> None:
    axes.set_yticks(range(len(names)), [shortened(name, 24) for name in names])
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, 1)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(across)
    axes.set_axisbelow(True)
    axes.grid(axis="x", color=RULE, linewidth=0.7)
