"""Charts of scores, one function each, from a summary's data to an SVG element."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...evaluation.curves import Calibration, Curve
from ...evaluation.sweeps import Sweep
from ...runs.read import KEYS, Configuration
from ..words.metric_names import metric_name
from .svg import INK, MARKERS, MUTED, PAPER, RULE, SERIES, as_svg, figure, in_two_lines, legend_below, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROWS = 20


def plot_feature_sets(feature_sets: pd.DataFrame, table: pd.DataFrame, metric: str) -> str:
    """The best model of every feature set with its interval, and the best trivial rule as a line.

    Parameters
    ----------
    feature_sets : DataFrame
        Leaderboard rows, best first.
    table : DataFrame
        The leaderboard, for the trivial rules.
    metric : str

    Returns
    -------
    str
        An `<svg>` element.
    """
    rows = feature_sets.head(_ROWS)
    labels = [in_two_lines(f"{row.feature_set} · {row.model}", 30) for row in rows.itertuples()]
    made, axes = figure(5.6, 0.8 + 0.34 * len(rows))
    y = np.arange(len(rows))
    reach = [(rows[metric] - rows[f"{metric}_low"]).fillna(0), (rows[f"{metric}_high"] - rows[metric]).fillna(0)]
    axes.errorbar(rows[metric], y, xerr=reach, fmt="o", color=SERIES[0], capsize=3, markersize=7, linewidth=1.6)
    axes.set_yticks(y, labels, fontsize=9 if any("\n" in label for label in labels) else 10)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    rules = table[table["trivial"]]
    right = float((rows[metric] + reach[1]).max())
    if not rules.empty:
        level = float(rules.iloc[0][metric])
        axes.axvline(level, color=SERIES[1], linestyle=(0, (4, 2)), linewidth=1.6)
        name = str(rules.iloc[0]["model"]).removeprefix("trivial:").replace("_", "-")
        place = "left" if level < right * 0.6 else "right"
        axes.annotate(
            f"trivial: {name} {level:.3f}",
            (level, 1),
            xycoords=("data", "axes fraction"),
            xytext=(4 if place == "left" else -4, 3),
            textcoords="offset points",
            ha=place,
            color=SERIES[1],
            fontsize=9.5,
        )
        right = max(right, level)
    axes.set_xlim(0, right * 1.06 if right > 0 else 1)
    _grid(axes, "x")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(f"{metric_name(metric)} of the best model, 95 % interval")
    return as_svg(made, "feature-sets", f"{metric_name(metric)} of the best model of each feature set")


def plot_precision_recall(curves: Sequence[Curve]) -> str:
    """Precision against recall, all genres together in black and the most frequent genres in colour."""
    made, axes = figure(5.2, 4.6)
    for k, curve in enumerate(curves):
        first = k == 0
        axes.plot(
            curve.recall,
            curve.precision,
            color=INK if first else SERIES[(k - 1) % len(SERIES)],
            linewidth=2.4 if first else 1.4,
            zorder=3 if first else 2,
            marker=None if first else MARKERS[k - 1],
            markevery=0.2,
            markersize=4.5,
            label=f"{shortened(curve.label, 18)}  AP {curve.average_precision:.2f}",
        )
    axes.axhline(curves[0].prevalence, color=MUTED, linestyle=(0, (1, 2)), linewidth=1.4, label="guessing, all genres")
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="recall", ylabel="precision")
    _grid(axes, "both")
    legend_below(axes)
    return as_svg(made, "precision-recall", "precision-recall curves of the best model")


def plot_calibration(calibration: Calibration) -> str:
    """Observed share against predicted probability; the area of a dot grows with the scores in its bin."""
    made, axes = figure(5.2, 4.6)
    bins = calibration.bins
    axes.plot([0, 1], [0, 1], color=MUTED, linestyle=(0, (1, 2)), linewidth=1.4, label="perfectly calibrated")
    axes.plot(bins["mean_score"], bins["observed"], color=SERIES[0], linewidth=1.6)
    share = bins["count"] / bins["count"].max()
    axes.scatter(
        bins["mean_score"],
        bins["observed"],
        s=18 + 130 * np.sqrt(share),
        color=SERIES[0],
        edgecolor=PAPER,
        zorder=3,
        label="best model; larger dot, more scores",
        clip_on=False,
    )
    axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="predicted probability", ylabel="share that came true")
    axes.text(
        0.03,
        0.96,
        f"calibration error {calibration.error:.3f}\nBrier score {calibration.brier:.3f}",
        va="top",
        transform=axes.transAxes,
        color=INK,
        fontsize=9.5,
    )
    _grid(axes, "both")
    legend_below(axes)
    return as_svg(made, "calibration", "calibration curve of the best model")


def plot_sweep(sweep: Sweep, name: str) -> str:
    """Score over a grid: the first parameter along the axis, a line for each value of the second."""
    made, axes = figure(5.2, 3.9)
    points, parameters = sweep.points, sweep.parameters
    horizontal = parameters[0] if parameters else None
    values = points[horizontal] if horizontal else pd.Series(["all"] * len(points))
    ticks = list(dict.fromkeys(values.sort_values() if pd.api.types.is_numeric_dtype(values) else values))
    place = {value: k for k, value in enumerate(ticks)}
    groups = points.groupby(list(parameters[1:]), sort=True) if len(parameters) > 1 else [((), points)]
    count = max(1, len(groups))
    for k, (key, group) in enumerate(groups):
        shift = (k - (count - 1) / 2) * min(0.12, 0.5 / count)
        at = [place[value] + shift for value in values.loc[group.index]]
        reach = [group["mean"] - group["minimum"], group["maximum"] - group["mean"]]
        axes.errorbar(
            at,
            group["mean"],
            yerr=reach,
            color=SERIES[k % len(SERIES)],
            marker=MARKERS[k % len(MARKERS)],
            markersize=6,
            linewidth=1.5,
            capsize=2.5,
            label=", ".join(f"{n} = {_tidy(v)}" for n, v in zip(parameters[1:], key, strict=True)) or None,
        )
    axes.set_xticks(range(len(ticks)), [_tidy(value) for value in ticks])
    axes.set(xlabel=horizontal or "", ylabel=f"{metric_name(sweep.metric)}, mean and range of the folds")
    _grid(axes, "y")
    if len(parameters) > 1:
        legend_below(axes, columns=2)
    label = f"{metric_name(sweep.metric)} of {sweep.base} over its grid"
    return as_svg(made, name, label)


def plot_explained_variance(table: pd.DataFrame) -> str:
    """Share of the pixels' variance kept by the first components, added up."""
    made, axes = figure(5.2, 3.9)
    for k, (name, group) in enumerate(table.groupby("feature_set", sort=False)):
        if k == len(SERIES):
            break
        colour = SERIES[k]
        if k == 0:
            axes.bar(group["component"], group["share"], color=colour, alpha=0.45, width=0.75)
        axes.plot(
            group["component"],
            group["cumulative"],
            color=colour,
            marker=MARKERS[k],
            markersize=4.5,
            linewidth=1.6,
            label=f"{shortened(str(name), 28)}: {group['cumulative'].iloc[-1]:.0%}",
        )
    most = int(table["component"].max())
    step = max(1, most // 10)
    axes.set_xticks(range(step, most + 1, step))
    axes.set(xlabel="component", ylabel="share of variance, added up", ylim=(0, 1.02), xlim=(0.3, most + 0.7))
    _grid(axes, "y")
    legend_below(axes, columns=1)
    return as_svg(made, "explained-variance", "explained variance of the pixel components")


def plot_seconds(table: pd.DataFrame) -> str:
    """Seconds to fit a fold, slowest configurations first; logarithmic, for they differ by powers of ten."""
    rows = table[~table["trivial"]].sort_values("fit_seconds", ascending=False, kind="stable").head(_ROWS)
    made, axes = figure(7.2, 0.8 + 0.3 * len(rows))
    y = np.arange(len(rows))
    seconds = rows["fit_seconds"].clip(lower=1e-3)
    left = 10.0 ** np.floor(np.log10(seconds.min() * 0.8))
    axes.barh(y, seconds - left, left=left, color=SERIES[0], height=0.62)
    for at, value in zip(y, seconds, strict=True):
        axes.text(value * 1.06, at, f"{value:.3g} s", va="center", color=INK, fontsize=9)
    axes.set_xscale("log")
    # The logarithmic formatter writes powers as mathematics, which these figures do not parse.
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_formatter("")
    axes.set_xlim(left, seconds.max() * 3)
    names = [str(Configuration(*row)) for row in rows[KEYS].itertuples(index=False)]
    axes.set_yticks(y, [shortened(name, 38) for name in names])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("seconds to fit one fold (logarithmic)")
    _grid(axes, "x")
    return as_svg(made, "seconds", "seconds to fit one fold")


def _grid(axes: "Axes", axis: str) -> None:
    axes.set_axisbelow(True)
    axes.grid(axis=axis, color=RULE, linewidth=0.7)


def _tidy(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
