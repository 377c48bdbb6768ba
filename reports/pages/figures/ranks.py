"""The comparison diagram: scores on a line, bars over configurations without a shown difference."""

from typing import TYPE_CHECKING

from ...evaluation.ranks import Ranks
from ..words.metric_names import metric_name
from .svg import INK, MUTED, SERIES, as_svg, shortened

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_FONT = 9.5


def plot_ranks(ranks: Ranks) -> str:
    """The diagram as an `<svg>` element: each bar joins, by its dots, configurations that may be equal."""
    label = f"{metric_name(ranks.metric)} of each configuration; bars join those without a shown difference"
    return as_svg(draw_ranks(ranks), "ranks", label)


def draw_ranks(ranks: Ranks, *, width: float = 10.0) -> "Figure":
    """Draw scores on a line, best on the left, and a bar with dots for every group without a shown difference.

    Parameters
    ----------
    ranks : Ranks
    width : float
        Inches.

    Returns
    -------
    matplotlib Figure
        Made without pyplot, so nothing stays open.
    """
    from matplotlib.figure import Figure

    scores = ranks.scores
    written = {system: shortened(ranks.names[system], 34) for system in scores.index}
    count, half = len(scores), (len(scores) + 1) // 2
    row, bar = 0.26, 0.13
    below = 0.18 + bar * len(ranks.groups)
    # One unit of height is an inch. The names take the room they need, the axis the rest.
    figure = Figure(figsize=(width, 0.7 + below + row * half))
    axes = figure.add_axes((0, 0, 1, 1))
    best, worst = float(scores.max()), float(scores.min())
    span = (best - worst) or 0.01
    room = 0.35 + max(_inches(f"{name}  0.000") for name in written.values())
    margin = span * room / max(width - 2 * room, 0.25 * width)
    axes.set_xlim(best + margin, worst - margin)
    axes.set_ylim(-(below + row * half), 0.7)
    axes.axis("off")
    axes.plot([best, best - span], [0, 0], color=INK, linewidth=1)
    for step in range(5):
        tick = best - span * step / 4
        axes.plot([tick, tick], [0, 0.06], color=INK, linewidth=1)
        axes.text(tick, 0.09, f"{tick:.3f}", ha="center", va="bottom", fontsize=_FONT, color=INK)
    axes.text(best - span / 2, 0.42, metric_name(ranks.metric), ha="center", va="center", fontsize=_FONT, color=INK)
    for number, group in enumerate(ranks.groups):
        places, level = [float(scores[system]) for system in group], -(0.11 + bar * number)
        axes.plot([max(places), min(places)], [level, level], color=SERIES[0], linewidth=1.6)
        axes.plot(places, [level] * len(places), "o", color=SERIES[0], markersize=5)
    for place, (system, score) in enumerate(scores.items()):
        left = place < half
        level = -(below + row * (place if left else count - 1 - place) + 0.12)
        edge = best + 0.03 * span if left else worst - 0.03 * span
        axes.plot([score, score, edge], [0, level, level], color=MUTED, linewidth=0.8)
        axes.plot([score], [0], marker="o", markersize=3.5, color=INK)
        text = f"{written[system]}  {score:.3f}" if left else f"{score:.3f}  {written[system]}"
        side = edge + 0.015 * span if left else edge - 0.015 * span
        axes.text(side, level, text, ha="right" if left else "left", va="center", fontsize=_FONT, color=INK)
    return figure


def _inches(text: str) -> float:
    from matplotlib.textpath import TextPath

    return TextPath((0, 0), text, size=_FONT).get_extents().width / 72
