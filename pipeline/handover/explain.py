"""An explanation as pictures: the poster, and beside it where covering it changes the score."""

import re
from pathlib import Path

from ...features.files import replacing
from ...features.poster.read import read_poster
from ...models.explain.occlusion import OcclusionMap
from ...models.explain.title import TitleExplanation

_SOFTWARE = "genrelab map"


def draw_maps(explanation: TitleExplanation, out: Path) -> list[Path]:
    """Write a picture per genre.

    A map that does not say where is not drawn over the poster; its sentence stands in its place.

    Parameters
    ----------
    explanation : TitleExplanation
        With maps.
    out : Path
        Folder; files are named `<id or file>-<genre>.png`.

    Returns
    -------
    list of Path

    Raises
    ------
    ValueError
        When the title has no poster that can be read, or a file in the way is no earlier map.
    """
    if explanation.poster is None or not explanation.maps:
        raise ValueError(f"--out: a map needs a poster that can be read, {explanation.key} has none")
    paths = [out / f"{_plain(explanation.key)}-{_plain(made.label).lower()}.png" for made in explanation.maps]
    for path in paths:
        if path.exists() and not _is_map(path):
            raise ValueError(f"{path} exists and is no earlier map; choose another --out")
    for made, path in zip(explanation.maps, paths, strict=True):
        with replacing(path) as temporary:
            _draw(made, explanation.poster, temporary)
    return paths


def _plain(text: str) -> str:
    return re.sub(r"[^\w.]+", "-", text).strip("-.") or "map"


def _is_map(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return _SOFTWARE.encode() in file.read(512)


def _draw(made: OcclusionMap, poster: Path, path: Path) -> None:
    from matplotlib.figure import Figure

    image = read_poster(poster).image
    if image is None:
        raise ValueError(f"{poster}: expected the poster that was read before, found it gone")
    height, width = made.lost.shape
    picture = image.convert("RGB").resize((width, height))
    figure = Figure(figsize=(2 * 3.2 * max(width / height, 0.5) + 1.4, 3.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.imshow(picture)
    right.imshow(picture.convert("L"), cmap="gray")
    for axes in (left, right):
        axes.axis("off")
    if not made.flat:
        largest = float(abs(made.lost).max())
        shown = right.imshow(made.lost, cmap="RdBu_r", vmin=-largest, vmax=largest, alpha=0.6)
        figure.colorbar(shown, ax=right, shrink=0.8, label="score lost when covered")
    figure.suptitle(f"{made.label}: score {made.score:.2f}\n{made.in_words()}", fontsize=8, wrap=True)
    figure.savefig(path, format="png", dpi=120, metadata={"Software": _SOFTWARE})
