"""Charts of the catalogue: titles per genre and poster colours."""

import numpy as np
import pandas as pd

from ...evaluation.details.colours import ColourStrips
from .svg import INK, RULE, SERIES, as_svg, figure, shortened

_ROWS = 40


def plot_popularity(table: pd.DataFrame, name: str = "popularity") -> str:
    """Titles per genre as bars, most first.

    Parameters
    ----------
    table : DataFrame
        label, titles, share.
    name : str
        Letters and hyphens, one per page.

    Returns
    -------
    str
        An `<svg>` element.
    """
    rows = table.head(_ROWS)
    made, (axes,) = figure(5.2, 0.7 + 0.24 * len(rows))
    y = np.arange(len(rows))
    axes.barh(y, rows["titles"], color=SERIES[0], height=0.7)
    for at, titles, share in zip(y, rows["titles"], rows["share"], strict=True):
        axes.annotate(
            f"{titles:,} ({share:.0%})",
            (titles, at),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            color=INK,
            fontsize=9,
        )
    axes.set_yticks(y, [shortened(str(label), 24) for label in rows["label"]])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, rows["titles"].max() * 1.28)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_axisbelow(True)
    axes.grid(axis="x", color=RULE, linewidth=0.7)
    axes.set_xlabel("titles")
    return as_svg(made, name, "titles per genre")


def plot_colours(strips: ColourStrips, name: str) -> str:
    """A strip of poster colours per group, by hue: a wide band is a frequent hue.

    Parameters
    ----------
    strips : ColourStrips
    name : str
        Letters and hyphens, one per page.
    """
    count = len(strips.groups)
    made, (axes,) = figure(5.2, 0.5 + 0.3 * count)
    # Rows of colour with gaps between: the gap rows are transparent.
    thick, gap = 6, 2
    picture = np.zeros((count * (thick + gap) - gap, strips.strips.shape[1], 4), dtype=np.uint8)
    for k, strip in enumerate(strips.strips):
        top = k * (thick + gap)
        picture[top : top + thick, :, :3] = strip
        picture[top : top + thick, :, 3] = 255
    axes.imshow(picture, aspect="auto", interpolation="nearest")
    middle = np.arange(count) * (thick + gap) + (thick - 1) / 2
    axes.set_yticks(middle, [shortened(group, 20) for group in strips.groups])
    for at, posters in zip(middle, strips.counts, strict=True):
        axes.annotate(
            f"{posters:,}",
            (1, at),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            color=INK,
            fontsize=9,
        )
    axes.set_xticks([])
    axes.tick_params(axis="y", length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("colours by hue; at the right how many")
    return as_svg(made, name, "poster colours per group, sorted by hue")
