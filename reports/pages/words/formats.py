"""How numbers look on a page; a missing one is a dash."""

from typing import Any

import pandas as pd

DASH = "–"


def score(value: Any) -> str:
    """Three decimals, a true minus sign, no negative zero.

    Examples
    --------
    >>> score(0.41234), score(-0.0081), score(-0.0001), score(float("nan"))
    ('0.412', '−0.008', '0.000', '–')
    """
    return DASH if _missing(value) else _signed(f"{value:.3f}")


def hundredths(value: Any) -> str:
    """Two decimals, for the cells of a wide heat map.

    Examples
    --------
    >>> hundredths(0.41234), hundredths(None)
    ('0.41', '–')
    """
    return DASH if _missing(value) else _signed(f"{value:.2f}")


def share(value: Any) -> str:
    """A whole percentage without its sign, for the cells of a heat map.

    Examples
    --------
    >>> share(0.417), share(0.002), share(0.0)
    ('42', '<1', '0')
    """
    if _missing(value):
        return ""
    return "<1" if 0 < value < 0.005 else f"{100 * value:.0f}"


def spread(low: Any, high: Any) -> str:
    """An interval.

    Examples
    --------
    >>> spread(0.401, 0.4239), spread(float("nan"), float("nan"))
    ('0.401 to 0.424', '–')
    """
    return DASH if _missing(low) or _missing(high) else f"{score(low)} to {score(high)}"


def as_is(value: Any) -> str:
    """Text that is formatted already, in a column of numbers.

    Examples
    --------
    >>> as_is("0.401 to 0.424")
    '0.401 to 0.424'
    """
    return str(value)


def whole(value: Any) -> str:
    """A whole number with thousands apart.

    Examples
    --------
    >>> whole(5048.0)
    '5,048'
    """
    return DASH if _missing(value) else f"{value:,.0f}"


def seconds(value: Any) -> str:
    """Three significant digits; what is too short to matter says so.

    Examples
    --------
    >>> seconds(0.01234), seconds(187.2), seconds(12.0), seconds(0.00017)
    ('0.0123', '187', '12.0', '<0.01')
    """
    if _missing(value):
        return DASH
    if value < 0.01:
        return "<0.01"
    return f"{value:,.0f}" if value >= 100 else f"{value:#.3g}"


def _signed(text: str) -> str:
    return text.lstrip("-") if not text.strip("-0.") else text.replace("-", "−")


def _missing(value: Any) -> bool:
    return value is None or bool(pd.isna(value))
