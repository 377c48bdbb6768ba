"""Charts of curves: precision and recall, calibration, grids, pixel components, and the training of networks."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from ...evaluation.details.curves import Calibration, Curve
from ...evaluation.learning.training_curves import TrainingCurve
from ...evaluation.sweeps import Sweep
from ...runs.metric_names import metric_name
from .svg import INK, MARKERS, MUTED, PAPER, RULE, SERIES, as_svg, figure, legend_below, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_precision_recall(curves: Sequence[Curve]) -> str:
    """Precision against recall, all genres together in black and the most frequent genres in colour."""
    made, (axes,) = figure(5.2, 4.6)
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
    made, (axes,) = figure(5.2, 4.6)
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
    made, (axes,) = figure(5.2, 3.9)
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
    made, (axes,) = figure(5.2, 3.9)
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


def plot_training(curve: TrainingCurve, name: str) -> str:
    """Loss and accuracy by epoch, and the hit rate where the network watched another than the accuracy.

    Lines are means over folds and bands their range; later stages begin at dotted lines; the ring marks the epoch whose
    weights were kept (the median over folds).
    """
    epochs = curve.epochs
    drawn: list[tuple[str, list[tuple[str, str]]]] = [
        ("loss", [("loss", "training"), ("validation_loss", "validation")]),
        ("accuracy", [("accuracy", "training"), ("validation_accuracy", "validation")]),
    ]
    if curve.watches_hits and not np.allclose(epochs["monitor"], epochs["validation_accuracy"], equal_nan=True):
        drawn.append(("hit rate", [("monitor", "validation")]))
    drawn = [(label, [line for line in lines if epochs[line[0]].notna().any()]) for label, lines in drawn]
    drawn = [(label, lines) for label, lines in drawn if lines]
    made, axes = figure(5.2, 1.8 + 1.6 * len(drawn), rows=len(drawn))
    panels = [(panel, lines, label) for panel, (label, lines) in zip(axes, drawn, strict=True)]
    kept = int(np.median(curve.kept))
    for panel, lines, label in panels:
        for column, words in lines:
            colour = SERIES[0 if words == "training" else 1]
            panel.fill_between(
                epochs["epoch"],
                epochs[f"{column}_low"],
                epochs[f"{column}_high"],
                color=colour,
                alpha=0.18,
                linewidth=0,
            )
            panel.plot(epochs["epoch"], epochs[column], color=colour, marker="o", markersize=4, label=words)
        for start in curve.stages:
            panel.axvline(start - 0.5, color=MUTED, linestyle=(0, (1, 2)), linewidth=1.2)
        level = float(epochs.loc[epochs["epoch"] == kept, lines[-1][0]].iloc[0])
        panel.plot([kept], [level], marker="o", markersize=10, markerfacecolor="none", markeredgecolor=INK)
        panel.set(ylabel=label, xlim=(epochs["epoch"].min() - 0.5, epochs["epoch"].max() + 0.5))
        panel.xaxis.get_major_locator().set_params(integer=True)  # pyright: ignore[reportCallIssue]
    panels[-1][0].set_xlabel("epoch (the ring marks the one that was kept)")
    legend_below(axes[0], columns=2)
    return as_svg(made, name, f"Training of {curve.configuration} by epoch")


def _grid(axes: "Axes", axis: Literal["both", "x", "y"]) -> None:
    axes.set_axisbelow(True)
    axes.grid(axis=axis, color=RULE, linewidth=0.7)


def _tidy(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
