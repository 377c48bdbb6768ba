"""Where on a poster a genre is seen: cover a patch, score again, and map what was lost."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from ...features.poster.read import read_poster
from .explainable import Explainable

LEAST, LEAST_SHARE = 0.02, 0.1  # less than either, as a score or as a share of it, is no more than noise


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

    @property
    def flat(self) -> bool:
        """Whether the map tells nothing of where: little is lost anywhere, or about the same everywhere."""
        most = float(np.abs(self.lost).max())
        return most < self._least or float(self.lost.max() - self.lost.min()) < most / 2

    @property
    def _least(self) -> float:
        return max(LEAST, LEAST_SHARE * self.score)

    def in_words(self) -> str:
        """One sentence: where the score comes from, or that the map does not say.

        Examples
        --------
        >>> lost = np.zeros((90, 60))
        >>> lost[70:, :10] = 0.3
        >>> OcclusionMap("War", 0.8, lost, pd.DataFrame()).in_words()
        'covering the lower left loses most of the score (0.30 of 0.80)'
        >>> OcclusionMap("War", 0.8, np.full((9, 6), 0.2), pd.DataFrame()).in_words()
        'covering any part loses about as much (0.20 to 0.20 of 0.80): the whole picture counts, no place on it'
        """
        low, high = float(self.lost.min()), float(self.lost.max())
        if max(abs(low), abs(high)) < self._least:
            return f"covering any part changes the score by less than {self._least:.2f}: the map says nothing of where"
        if self.flat:
            verb = "loses" if high > 0 else "adds"
            least, most = sorted((abs(low), abs(high)))
            return (
                f"covering any part {verb} about as much ({least:.2f} to {most:.2f} of {self.score:.2f}): "
                "the whole picture counts, no place on it"
            )
        if high < self._least:
            return f"no part speaks for it: covering the {_place(-self.lost)} raises the score by {-low:.2f}"
        return f"covering the {_place(self.lost)} loses most of the score ({high:.2f} of {self.score:.2f})"


def _place(lost: np.ndarray) -> str:
    rows, columns = np.nonzero(lost >= lost.max() - 1e-12)
    height, width = lost.shape
    down = ("upper", "middle", "lower")[min(2, int(3 * (rows.mean() + 0.5) / height))]
    across = ("left", "middle", "right")[min(2, int(3 * (columns.mean() + 0.5) / width))]
    return "middle" if down == across == "middle" else f"{down} {across}"


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
    score: Callable[[Sequence[Path]], np.ndarray], poster: Path, label: str, **options: float
) -> OcclusionMap:
    """The map of one label; see `occlusion_maps`.

    Parameters
    ----------
    score : callable
        Paths of n pictures to n scores of the label.
    poster : Path
    label : str
        For the reader.
    **options
        `patch`, `stride`, `longest`.

    Returns
    -------
    OcclusionMap
    """
    return occlusion_maps(lambda paths: np.asarray(score(paths))[:, None], poster, [label], **options)[0]


def occlusion_maps(
    score: Callable[[Sequence[Path]], np.ndarray],
    poster: Path,
    labels: Sequence[str],
    *,
    patch: float = 0.3,
    stride: float = 0.15,
    longest: float = 480,
) -> list[OcclusionMap]:
    """Cover a poster patch by patch with its mean colour, and see how the scores fall.

    Occlusion sensitivity (Zeiler and Fergus 2014, "Visualizing and understanding convolutional networks", section 4.2).

    Parameters
    ----------
    score : callable
        Paths of n pictures to scores of shape (n, L). It is called once, with the whole poster first.
    poster : Path
    labels : L names
        For the reader.
    patch, stride : float
        Shares of the shorter side.
    longest : float
        The poster is first reduced to this many pixels on its longer side.

    Returns
    -------
    list of L OcclusionMap

    Raises
    ------
    ValueError
        When the poster cannot be read; the message says why.
    """
    read = read_poster(poster)
    if read.image is None:
        raise ValueError(f"{poster}: expected a poster that can be read, found: {read.status}")
    picture = read.image.convert("RGB")
    picture.thumbnail((int(longest), int(longest)))
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
    lost, seen = np.zeros((len(labels), height, width)), np.zeros((height, width))
    for (top, left, bottom, right), values in zip(grid, scores[1:], strict=True):
        lost[:, top:bottom, left:right] += (scores[0] - values)[:, None, None]
        seen[top:bottom, left:right] += 1
    frame = pd.DataFrame(grid, columns=["top", "left", "bottom", "right"])
    return [
        OcclusionMap(label, float(scores[0, place]), lost[place] / seen, frame.assign(score=scores[1:, place]))
        for place, label in enumerate(labels)
    ]


def model_occlusion(
    model: Explainable, title: pd.DataFrame, poster: Path, label: str, *, weights: str | None = None, **options: float
) -> OcclusionMap:
    """The map of one label of a genre model; see `model_maps`."""
    return model_maps(model, title, poster, [label], weights=weights, **options)[0]


def model_maps(
    model: Explainable,
    title: pd.DataFrame,
    poster: Path,
    labels: Sequence[str],
    *,
    weights: str | None = None,
    **options: float,
) -> list[OcclusionMap]:
    """Occlusion maps for labels of a genre model, from one pass; the title's other features stay as they are.

    Parameters
    ----------
    model : GenreModel
    title : DataFrame of 1 row
        A catalogue row.
    poster : Path
    labels : sequence of str
    weights : str, optional
        As in `GenreModel.features`.
    **options
        `patch`, `stride`, `longest` of `occlusion_maps`.

    Returns
    -------
    list of OcclusionMap

    Raises
    ------
    ValueError
        When the model reads no posters or does not know a label.
    """
    if not model.reads_posters():
        raise ValueError(f"expected a model that reads posters, found one on {', '.join(model.specs)}")
    for label in labels:
        if label not in model.labels:
            raise ValueError(f"label: expected one of {', '.join(model.labels)}, found {label!r}")
    columns = [list(model.labels).index(label) for label in labels]

    def score(paths: Sequence[Path]) -> np.ndarray:
        rows = pd.concat([title] * len(paths), ignore_index=True)
        return model.scores(model.features(rows, paths, weights=weights))[:, columns]

    return occlusion_maps(score, poster, labels, **options)
