"""The five top colours of a poster, greys flagged."""

import numpy as np
import pandas as pd

from .fingerprint import GREY_SPREAD

__all__ = ["COLOURS", "palette", "palette_array"]

COLOURS = 5


def palette_array(colours: list[tuple[int, int, int]]) -> np.ndarray:
    """Bring a palette to the width of the table.

    Parameters
    ----------
    colours : list of (int, int, int)
        Most important first, as `dominant_palette` gives them.

    Returns
    -------
    ndarray, float32, shape (5, 3)
        NaN in the rows beyond the last colour.

    Examples
    --------
    >>> palette_array([(204, 28, 44)])[:2]
    array([[204.,  28.,  44.],
           [ nan,  nan,  nan]], dtype=float32)
    """
    values = np.full((COLOURS, 3), np.nan, dtype=np.float32)
    if colours:
        values[: len(colours)] = colours[:COLOURS]
    return values


def palette(colours: np.ndarray) -> pd.DataFrame:
    """Tabulate the top colours of posters.

    Parameters
    ----------
    colours : float ndarray of shape (n, 5, 3)
        Palettes, most important colour first, 0 to 255; NaN where there is none.

    Returns
    -------
    DataFrame of n rows, float32
        `palette_1_red`, `palette_1_green`, `palette_1_blue` (0 to 255), `palette_1_grey` (1 where the
        channels are at most 24 apart, else 0), and so on to `palette_5_grey`; NaN where there are fewer.

    Raises
    ------
    ValueError
        For another shape.

    Examples
    --------
    >>> table = palette(palette_array([(204, 28, 44), (100, 110, 100)])[None])
    >>> table.filter(like="grey").to_numpy()
    array([[ 0.,  1., nan, nan, nan]], dtype=float32)
    """
    colours = np.asarray(colours, dtype=np.float32)
    if colours.shape[1:] != (COLOURS, 3):
        raise ValueError(f"expected palettes of shape (n, {COLOURS}, 3), found {colours.shape}")
    spread = colours.max(axis=2, keepdims=True) - colours.min(axis=2, keepdims=True)
    grey = np.where(np.isnan(spread), np.nan, spread <= GREY_SPREAD).astype(np.float32)
    values = np.concatenate([colours, grey], axis=2).reshape(len(colours), -1)
    fields = ("red", "green", "blue", "grey")
    return pd.DataFrame(values, columns=[f"palette_{k + 1}_{name}" for k in range(COLOURS) for name in fields])
