"""The chart of a learning curve: scores and seconds by number of training titles."""

import numpy as np

from ...evaluation.learning.learning_curve import LearningCurve
from ...runs.metric_names import metric_name
from .svg import MARKERS, MUTED, PAPER, RULE, SERIES, as_svg, figure, legend_below


def plot_learning(curve: LearningCurve) -> str:
    """Every metric with its intervals, the law through them, and a hollow mark for what it says of twice the titles."""
    made, (axes,) = figure(5.2, 4.2)
    points = curve.points
    for k, doubling in enumerate(curve.doublings):
        name, colour = doubling.metric, SERIES[k]
        reach = [points[name] - points[f"{name}_low"], points[f"{name}_high"] - points[name]]
        axes.errorbar(
            points["titles"],
            points[name],
            yerr=reach,
            color=colour,
            marker=MARKERS[k],
            markersize=6,
            linestyle="none",
            capsize=2.5,
            label=metric_name(name),
        )
        if doubling.law is None or doubling.forecast is None:
            continue
        twice = 2 * points["titles"].iloc[-1]
        along = np.geomspace(points["titles"].iloc[0], twice, 60)
        line = np.array([doubling.law.at(one)[0] for one in along])
        inside = along <= points["titles"].iloc[-1]
        axes.plot(along[inside], line[inside], color=colour, linewidth=1.5)
        axes.plot(along[~inside], line[~inside], color=colour, linewidth=1.5, linestyle=(0, (3, 2)))
        axes.plot(
            [twice],
            [points[name].iloc[-1] + doubling.forecast[0]],
            color=colour,
            marker=MARKERS[k],
            markersize=7,
            markerfacecolor=PAPER,
            linestyle="none",
            label=f"{metric_name(name)}, extrapolated",
        )
    _by_titles(axes, points)
    axes.set_ylabel("score")
    legend_below(axes)
    return as_svg(made, "learning", "scores by number of training titles")


def plot_cost(curve: LearningCurve) -> str:
    """Seconds of one fit by number of training titles, and what a power law says of twice as many."""
    made, (axes,) = figure(5.2, 4.2)
    points = curve.points
    axes.plot(
        points["titles"], points["fit_seconds"], color=SERIES[0], marker="o", markersize=6, label="seconds of one fit"
    )
    if np.isfinite(curve.fit_seconds):
        twice = [points["titles"].iloc[-1], 2 * points["titles"].iloc[-1]]
        axes.plot(twice, [points["fit_seconds"].iloc[-1], curve.fit_seconds], color=SERIES[0], linestyle=(0, (3, 2)))
        axes.plot(
            twice[1:],
            [curve.fit_seconds],
            color=SERIES[0],
            marker="o",
            markersize=7,
            markerfacecolor=PAPER,
            linestyle="none",
            label="extrapolated",
        )
    _by_titles(axes, points)
    axes.set(ylabel="seconds", ylim=(0, None))
    legend_below(axes)
    return as_svg(made, "learning-cost", "seconds of one fit by number of training titles")


def _by_titles(axes, points) -> None:
    ticks = [*points["titles"], 2 * points["titles"].iloc[-1]]
    axes.set_xscale("log")
    axes.set_xticks(ticks, [f"{one:,.0f}" for one in ticks], fontsize=9)
    axes.minorticks_off()
    axes.set_xlabel("training titles")
    axes.set_axisbelow(True)
    axes.grid(axis="y", color=RULE, linewidth=0.7)
    axes.axvline(points["titles"].iloc[-1], color=MUTED, linestyle=(0, (1, 2)), linewidth=1.2)
