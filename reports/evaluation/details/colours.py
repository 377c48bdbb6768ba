"""Poster colours by genre and by period: the pictures of the second study."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...runs.read import RunFolder
from .catalogue import title_labels

# The column of a poster's top colours, which runs of earlier versions lack: a flat list of red, green, blue, red, …
TOP_COLOURS = "colours"
GREY_SPREAD = 24  # largest minus smallest channel, 0 to 255, up to which a colour is grey: as features have it
_WIDTH = 160
_FEWEST = 5
_MOST_CROSSED = 4


@dataclass(frozen=True)
class ColourStrips:
    """A strip of colours per group, sorted by hue.

    Attributes
    ----------
    groups : list of str
    counts : list of int
        Colours of the group.
    greys : list of int
        Colours of the group that were left out as grey.
    strips : ndarray of shape (groups, 160, 3), uint8
        Evenly spaced picks of the group's colours in the order of their hues: a wide band is a frequent hue.
    """

    groups: list[str]
    counts: list[int]
    greys: list[int]
    strips: np.ndarray


def colours_by_genre(run: RunFolder, labels: Sequence[str], *, greys: bool = False) -> ColourStrips | None:
    """Strips per genre, with or without grey colours; None where dominant colours are not recorded."""
    colours = _colours(run)
    if colours is None:
        return None
    merged = title_labels(run).merge(colours, on="imdb_id")
    return _strips(merged.rename(columns={"label": "group"}), list(labels), greys=greys)


def colours_by_period(run: RunFolder) -> ColourStrips | None:
    """Strips per decade; None where dominant colours or years are not recorded."""
    dated = _dated(run, _colours(run))
    return None if dated is None else _strips(dated.assign(group=dated["decade"]), sorted(dated["decade"].unique()))


def colours_by_genre_and_period(run: RunFolder, labels: Sequence[str]) -> ColourStrips | None:
    """Strips per genre and decade, as in Angappan et al. (2017); None with more than four genres, or one decade.

    They are made of all recorded colours of a poster, its top five where the run kept them.
    """
    dated = _dated(run, _colours(run, every=True))
    if dated is None or not 2 <= len(labels) <= _MOST_CROSSED or dated["decade"].nunique() < 2:
        return None
    dated = dated.merge(title_labels(run), on="imdb_id")
    dated["group"] = dated["label"].astype(str) + ", " + dated["decade"]
    return _strips(dated, [f"{label}, {name}" for label in labels for name in sorted(dated["decade"].unique())])


def has_top_colours(run: RunFolder) -> bool:
    """Whether titles.parquet keeps more of a poster's colours than the dominant one."""
    return run.titles is not None and TOP_COLOURS in run.titles and bool(run.titles[TOP_COLOURS].notna().any())


def is_grey(colours: np.ndarray) -> np.ndarray:
    """Which colours read as grey, black or white.

    Parameters
    ----------
    colours : ndarray of shape (n, 3), 0 to 255

    Returns
    -------
    ndarray of shape (n,), bool

    Examples
    --------
    >>> is_grey(np.array([[120, 125, 118], [200, 40, 30]])).tolist()
    [True, False]
    """
    return colours.max(axis=1) - colours.min(axis=1) <= GREY_SPREAD


def by_hue(colours: np.ndarray) -> np.ndarray:
    """Sort colours by hue, then by luma, starting at red.

    Examples
    --------
    >>> by_hue(np.array([[0, 0, 250], [250, 0, 0], [0, 250, 0]])).tolist()
    [[250, 0, 0], [0, 250, 0], [0, 0, 250]]
    """
    red, green, blue = colours.astype(float).T
    hue = np.arctan2(np.sqrt(3) * (green - blue), 2 * red - green - blue) % (2 * np.pi)
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return colours[np.lexsort((luma, (hue * 12 / np.pi).round()))]


def _colours(run: RunFolder, *, every: bool = False) -> pd.DataFrame | None:
    """imdb_id, red, green, blue, is_grey: the dominant colour of each poster, or every one that was kept."""
    names = ["red", "green", "blue"]
    if run.titles is None or not set(names) <= set(run.titles.columns):
        return None
    frame = run.titles.dropna(subset=names)
    if every and has_top_colours(run):
        frame = frame.dropna(subset=[TOP_COLOURS])
        kept = [np.asarray(list(values), dtype=float).reshape(-1, 3) for values in frame[TOP_COLOURS]]
        repeated = frame.loc[frame.index.repeat([len(part) for part in kept])]
        frame = repeated.assign(**dict(zip(names, np.concatenate(kept).T, strict=True))) if kept else frame.iloc[:0]
    if frame.empty:
        return None
    grey = is_grey(frame[names].to_numpy(dtype=float))
    if "grey" in frame:
        grey |= frame["grey"].eq(True).fillna(False).to_numpy(dtype=bool)
    return frame[["imdb_id", *names]].assign(is_grey=grey)


def _dated(run: RunFolder, colours: pd.DataFrame | None) -> pd.DataFrame | None:
    if colours is None or run.titles is None or "year" not in run.titles:
        return None
    dated = run.titles[["imdb_id", "year"]].dropna().merge(colours, on="imdb_id")
    return dated.assign(decade=(dated["year"].astype(int) // 10 * 10).astype(str) + "s")


def _strips(frame: pd.DataFrame, groups: list[str], *, greys: bool = False) -> ColourStrips | None:
    kept, counts, left_out, strips = [], [], [], []
    for group in groups:
        rows = frame[frame["group"] == group]
        used = rows if greys else rows[~rows["is_grey"]]
        colours = used[["red", "green", "blue"]].to_numpy(dtype=float).round().astype(np.uint8)
        if len(colours) < _FEWEST:
            continue
        picks = np.linspace(0, len(colours) - 1, _WIDTH).round().astype(int)
        strips.append(by_hue(colours)[picks])
        kept.append(group)
        counts.append(len(colours))
        left_out.append(len(rows) - len(used))
    return ColourStrips(kept, counts, left_out, np.stack(strips)) if kept else None
