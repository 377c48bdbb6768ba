"""A poster's colours: the five top ones, and how bright the dominant one is (BT.709 luma and its level)."""

import numpy as np
import pandas as pd

from .fingerprint import GREY_SPREAD

__all__ = [
    "COLOURS",
    "HIGH_FROM",
    "LEVELS",
    "LOW_BELOW",
    "brightness",
    "brightness_level",
    "luma",
    "palette",
    "palette_array",
    "top_colours",
]

COLOURS = 5
LEVELS = ("Low", "Medium", "High")
LOW_BELOW, HIGH_FROM = 85.0, 170.0  # thirds of the range 0 to 255


def luma(red: np.ndarray | float, green: np.ndarray | float, blue: np.ndarray | float) -> np.ndarray | float:
    """Weigh the channels as the eye does: Y = 0.2126 R + 0.7152 G + 0.0722 B.

    Parameters
    ----------
    red, green, blue : float or ndarray
        0 to 255.

    Returns
    -------
    float or ndarray
        0 to 255.

    References
    ----------
    Recommendation ITU-R BT.709-6, section 3.

    Examples
    --------
    >>> round(luma(255, 0, 0), 3)
    54.213
    """
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def brightness_level(value: float) -> str | None:
    """Name the level of a luma: Low below 85, High from 170, Medium between.

    Parameters
    ----------
    value : float
        Luma, 0 to 255; NaN where there is no poster.

    Returns
    -------
    str or None
        None for NaN.

    Examples
    --------
    >>> [brightness_level(value) for value in (84.9, 85, 169.9, 170)]
    ['Low', 'Medium', 'Medium', 'High']
    """
    if np.isnan(value):
        return None
    return "Low" if value < LOW_BELOW else "Medium" if value < HIGH_FROM else "High"


def brightness(colours: np.ndarray) -> pd.DataFrame:
    """Tabulate the brightness of posters' dominant colours.

    Parameters
    ----------
    colours : float ndarray of shape (n, k, 3) with k >= 1
        Palettes, most important colour first, 0 to 255; NaN where there is none.

    Returns
    -------
    DataFrame of n rows
        float32 `brightness_red`, `brightness_green`, `brightness_blue`, `brightness_luma` (0 to 255; NaN
        without a colour), str `brightness_level` (High, Medium, Low; missing without a colour).

    Examples
    --------
    >>> brightness(np.array([[[250.0, 240.0, 230.0]]])).round(1).to_dict("records")[0]["brightness_level"]
    'High'
    """
    dominant = np.asarray(colours, dtype=np.float32)[:, 0]
    red, green, blue = dominant.T.astype(np.float64)
    values = np.asarray(luma(red, green, blue), dtype=np.float32)
    return pd.DataFrame(
        {
            "brightness_red": dominant[:, 0],
            "brightness_green": dominant[:, 1],
            "brightness_blue": dominant[:, 2],
            "brightness_luma": values,
            "brightness_level": pd.Series([brightness_level(value) for value in values], dtype="str"),
        }
    )


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


def top_colours(table: pd.DataFrame) -> list[list[float] | None]:
    """The colours of a palette table, poster by poster, as a run folder keeps them.

    Parameters
    ----------
    table : DataFrame of n rows
        As `palette` returns it.

    Returns
    -------
    list of n lists
        Red, green, blue, red, ... of up to five colours, most important first, 0 to 255; None without a colour.

    Examples
    --------
    >>> top_colours(palette(palette_array([(204, 28, 44), (100, 110, 100)])[None]))
    [[204.0, 28.0, 44.0, 100.0, 110.0, 100.0]]
    """
    names = [f"palette_{k + 1}_{channel}" for k in range(COLOURS) for channel in ("red", "green", "blue")]
    rows = table[names].to_numpy(dtype=np.float64)
    return [row[~np.isnan(row)].tolist() or None for row in rows]
