"""Where on a poster a genre is seen: cover a patch, score again, and map what was lost."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from ...features.poster.read import read_poster
from ..genre_model import GenreModel


@dataclass(frozen=True)
class OcclusionMap:
    """How much of a score each place of a poster holds.

    Parameters
    ----------
    label : str
    score : float
        Of the whole poster.
    lost : ndarray of shape (height, width), float64
        Mean score lost when a patch covers this pixel; negative where the score rose.
    patches : DataFrame
        top, left, bottom, right (pixels) and score of every covered poster.
    """

    label: str
    score: float
    lost: np.ndarray
    patches: pd.DataFrame


def patch_grid(height: int, width: int, patch: float, stride: float) -> list[tuple[int, int, int, int]]:
    """Patches that cover a picture whole, the last ones moved in from the border.

    Parameters
    ----------
    height, width : int
        Pixels.
    patch, stride : float
        Side of the square patch and step between patches, as shares of the shorter side.

    Returns
    -------
    list of (top, left, bottom, right)

    Examples
    --------
    >>> patch_grid(3, 2, 1.0, 0.5)
    [(0, 0, 2, 2), (1, 0, 3, 2)]
    """
    if not 0 < stride <= patch <= 1:
        raise ValueError(f"expected 0 < stride <= patch <= 1, found stride {stride} and patch {patch}")
    side = max(1, round(patch * min(height, width)))
    step = max(1, round(stride * min(height, width)))

    def starts(length: int) -> list[int]:
        return sorted({*range(0, length - side, step), length - side})

    return [(top, left, top + side, left + side) for top in starts(height) for left in starts(width)]


def occlusion_map(
    score: Callable[[Sequence[Path]], np.ndarray],
    poster: Path,
    label: str,
    *,
    patch: float = 0.3,
    stride: float = 0.15,
    longest: int = 480,
) -> OcclusionMap:
    """Cover a poster patch by patch with its mean colour, and see how the score falls.

    Occlusion sensitivity (Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks", section 4.2).

    Parameters
    ----------
    score : callable
        Paths of n pictures to n scores of the label. It is called once, with the whole poster first.
    poster : Path
    label : str
        For the reader.
    patch, stride : float
        Shares of the shorter side.
    longest : int
        The poster is first reduced to this many pixels on its longer side.

    Returns
    -------
    OcclusionMap

    Raises
    ------
    ValueError
        When the poster cannot be read; the message says why.
    """
    read = read_poster(poster)
    if read.image is None:
        raise ValueError(f"{poster}: expected a poster that can be read, found: {read.status}")
    picture = read.image.convert("RGB")
    picture.thumbnail((longest, longest))
    pixels = np.asarray(picture)
    height, width = pixels.shape[:2]
    mean = pixels.reshape(-1, 3).mean(axis=0).round().astype(np.uint8)
    grid = patch_grid(height, width, patch, stride)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / "whole.png"]
        picture.save(paths[0])
        for number, (top, left, bottom, right) in enumerate(grid):
            covered = pixels.copy()
            covered[top:bottom, left:right] = mean
            paths.append(Path(folder) / f"{number:05d}.png")
            Image.fromarray(covered).save(paths[-1])
        scores = np.asarray(score(paths), dtype=np.float64)
    lost, seen = np.zeros((height, width)), np.zeros((height, width))
    for (top, left, bottom, right), value in zip(grid, scores[1:], strict=True):
        lost[top:bottom, left:right] += scores[0] - value
        seen[top:bottom, left:right] += 1
    patches = pd.DataFrame(grid, columns=["top", "left", "bottom", "right"]).assign(score=scores[1:])
    return OcclusionMap(label, float(scores[0]), lost / seen, patches)


def model_occlusion(
    model: GenreModel, title: pd.DataFrame, poster: Path, label: str, *, weights: str | None = None, **options: float
) -> OcclusionMap:
    """An occlusion map for one label of a genre model; the title's other features stay as they are.

    Parameters
    ----------
    model : GenreModel
    title : DataFrame of 1 row
        A catalogue row.
    poster : Path
    label : str
    weights : str, optional
        As in `GenreModel.features`.
    **options
        `patch`, `stride`, `longest` of `occlusion_map`.

    Returns
    -------
    OcclusionMap

    Raises
    ------
    ValueError
        When the model reads no posters or does not know the label.
    """
    if not model.reads_posters():
        raise ValueError(f"expected a model that reads posters, found one on {', '.join(model.specs)}")
    if label not in model.labels:
        raise ValueError(f"label: expected one of {', '.join(model.labels)}, found {label!r}")
    column = list(model.labels).index(label)

    def score(paths: Sequence[Path]) -> np.ndarray:
        rows = pd.concat([title] * len(paths), ignore_index=True)
        return model.scores(model.features(rows, paths, weights=weights))[:, column]

    return occlusion_map(score, poster, label, **options)
