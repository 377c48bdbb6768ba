"""Figures as SVG for the inside of a page: they take the page's text colour, so they work light and dark."""

import io
import re
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Stand-ins that a page's style replaces; matplotlib itself knows no currentColor.
INK, MUTED, RULE, PAPER = "#010203", "#040506", "#070809", "#0a0b0c"
# Okabe and Ito's colours, told apart with every common colour blindness; yellow is too pale on paper.
SERIES = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
MARKERS = ("o", "s", "^", "D", "v", "P")
_STYLED = {INK: "currentColor", MUTED: "var(--muted, #666)", RULE: "var(--rule, #ccc)", PAPER: "var(--paper, #fff)"}
_STYLED |= {colour: f"var(--series-{k}, {colour})" for k, colour in enumerate(SERIES, 1)}
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.parse_math": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
}


def figure(width: float = 5.2, height: float = 3.6, rows: int = 1) -> "tuple[Figure, list[Axes]]":
    """A figure with one set of axes or several in a column, made without pyplot: no global state, no windows.

    Parameters
    ----------
    width, height : float, inches
        5.2 inches is half of a wide page and all of a narrow one.
    rows : int
    """
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context(_SETTINGS):
        made = Figure(figsize=(width, height), layout="constrained")
        panels = [made.add_subplot(rows, 1, place + 1) for place in range(rows)]
    for axes in panels:
        axes.spines[["top", "right"]].set_visible(False)
    return made, panels


def as_svg(made: "Figure", name: str, label: str) -> str:
    """The figure as an `<svg>` element.

    Parameters
    ----------
    made : Figure
    name : str
        Letters and hyphens; goes before every id, so that several figures live in one page.
    label : str
        What a screen reader says.

    Returns
    -------
    str
        The same bytes for the same figure.
    """
    import matplotlib

    buffer = io.StringIO()
    with matplotlib.rc_context({**_SETTINGS, "svg.hashsalt": name}):
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        made.savefig(buffer, format="svg", transparent=True, metadata=nothing)
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    for colour, styled in _STYLED.items():
        text = text.replace(colour, styled)
    text = re.sub(r'\bid="', f'id="{name}-', text)
    text = re.sub(r'href="#', f'href="#{name}-', text)
    text = re.sub(r"url\(#", f"url(#{name}-", text)
    text = re.sub(r"font: ([\d.]+px) [^;\"]*", r"font: \1 var(--sans, sans-serif)", text)
    width = made.get_figwidth() * 96
    return re.sub(
        r'^<svg [^>]*?(viewBox="[^"]*")[^>]*>',
        lambda found: (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {found[1]} '
            f'role="img" aria-label="{escape(label)}" style="max-width: {width:.0f}px">'
        ),
        text,
        count=1,
        flags=re.DOTALL,
    )


def legend_below(axes: "Axes", columns: int = 2) -> None:
    """A legend under the axes, where it hides nothing."""
    axes.figure.legend(
        *axes.get_legend_handles_labels(),
        loc="outside lower center",
        ncols=columns,
        frameon=False,
        labelcolor=INK,
        fontsize=9.5,
        handlelength=1.8,
        columnspacing=1.4,
    )


def in_two_lines(text: str, most: int = 28) -> str:
    """A label broken at a space where it is longer than a line; what two lines cannot hold is cut.

    Examples
    --------
    >>> in_two_lines("without poster networks · stack", 24)
    'without poster\\nnetworks · stack'
    >>> in_two_lines("keywords · glm", 24)
    'keywords · glm'
    """
    if len(text) <= most:
        return text
    words = text.split(" ")
    cuts = [" ".join(words[:k]) for k in range(1, len(words))]
    fitting = [head for head in cuts if len(head) <= most]
    if not fitting:
        return shortened(text, most)
    head = min(fitting, key=lambda part: max(len(part), len(text) - len(part) - 1))
    return f"{head}\n{shortened(text[len(head) + 1 :], most)}"


def shortened(text: str, most: int = 34) -> str:
    """A label that fits; the full text is in the table.

    Examples
    --------
    >>> shortened("metadata · rf(max_features=4,n_estimators=200)", 20)
    'metadata · rf(max_f…'
    """
    return text if len(text) <= most else text[: most - 1] + "…"
