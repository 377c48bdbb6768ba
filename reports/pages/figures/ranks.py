"""The comparison diagram: scores on a line each, bars over configurations without a shown difference."""

from ...evaluation.ranks import Ranks
from ...runs.metric_names import metric_name
from .svg import INK, RULE, SERIES, as_svg, figure, in_two_lines


def plot_ranks(ranks: Ranks) -> str:
    """A line per configuration, best first; each bar at the right joins, by its dots, those that may be equal.

    Demsar (2006) draws names at both ends of one axis; names as long as a feature set and a model need a line each.

    Parameters
    ----------
    ranks : Ranks

    Returns
    -------
    str
        An `<svg>` element.
    """
    systems, scores = list(ranks.scores.index), ranks.scores.to_numpy(dtype=float)
    made, (axes,) = figure(7.2, 0.9 + 0.36 * len(systems))
    axes.plot(scores, range(len(systems)), "o", color=SERIES[0], markersize=7)
    for place, score in enumerate(scores):
        axes.annotate(
            f"{score:.3f}", (score, place), (7, 0), textcoords="offset points", va="center", color=INK, fontsize=9
        )
    best, span = float(scores.max()), float(scores.max() - scores.min()) or 0.1
    for number, group in enumerate(ranks.groups):
        at = best + span * (0.2 + 0.05 * number)
        rows = [systems.index(member) for member in group]
        axes.plot([at, at], [min(rows), max(rows)], color=SERIES[1], linewidth=2.5, solid_capstyle="round")
        axes.plot([at] * len(rows), rows, "o", color=SERIES[1], markersize=5)
    labels = [in_two_lines(ranks.names.get(system, str(system)), 38) for system in systems]
    axes.set_yticks(range(len(systems)), labels, fontsize=9)
    axes.set_ylim(len(systems) - 0.5, -0.5)
    axes.set_xlim(float(scores.min()) - 0.05 * span, best + span * (0.25 + 0.05 * max(1, len(ranks.groups))))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_axisbelow(True)
    axes.grid(axis="x", color=RULE, linewidth=0.7)
    axes.set_xlabel(metric_name(ranks.metric))
    label = f"{metric_name(ranks.metric)} of each configuration; bars join those without a shown difference"
    return as_svg(made, "ranks", label)
