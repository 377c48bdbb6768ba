"""The critical-difference diagram: mean ranks, and which of them cannot be told apart."""

from collections.abc import Mapping

from ...evaluation.ranks import RankTest
from .svg import INK, RULE, SERIES, as_svg, figure, in_two_lines


def plot_ranks(test: RankTest, names: Mapping[tuple, str]) -> str:
    """A line per system, best first; a bar at the right joins those closer than the critical difference.

    Demsar (2006) draws names at both ends of one axis; names as long as a feature set and a model need a line each.

    Parameters
    ----------
    test : RankTest
    names : mapping of system to str

    Returns
    -------
    str
        An `<svg>` element.
    """
    ranks = test.ranks
    systems = list(ranks.index)
    made, (axes,) = figure(7.2, 0.9 + 0.36 * len(systems))
    axes.plot(ranks.to_numpy(), range(len(systems)), "o", color=SERIES[0], markersize=7)
    for place, rank in enumerate(ranks):
        axes.annotate(
            f"{rank:.2f}", (rank, place), (7, 0), textcoords="offset points", va="center", color=INK, fontsize=9
        )
    last = float(ranks.max())
    for number, clique in enumerate(test.cliques):
        at = last + 0.75 + 0.22 * number
        ends = [systems.index(clique[0]) - 0.25, systems.index(clique[-1]) + 0.25]
        axes.plot([at, at], ends, color=SERIES[1], linewidth=4, solid_capstyle="round")
    labels = [in_two_lines(names.get(system, str(system)), 38) for system in systems]
    axes.set_yticks(range(len(systems)), labels, fontsize=9)
    axes.set_ylim(len(systems) - 0.5, -0.5)
    axes.set_xlim(min(1.0, float(ranks.min())) - 0.1, last + 0.95 + 0.22 * len(test.cliques))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_axisbelow(True)
    axes.grid(axis="x", color=RULE, linewidth=0.7)
    axes.set_xlabel("mean rank over genres (1 is best)")
    return as_svg(made, "ranks", "mean rank over genres of each configuration")
