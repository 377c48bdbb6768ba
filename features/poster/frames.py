"""What the table of families calls for posters: frames by spec from one decode per poster."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from PIL import Image

from ..bounded import Refused
from ..store import FeatureStore
from .read import read_poster
from .single_pass import poster_features

IMAGE = "image"
_CHUNK = 512  # posters between two writes to the store


def poster_frames(
    paths: Sequence[Path | Refused | None],
    specs: Sequence[str],
    *,
    store: FeatureStore | None = None,
    n_jobs: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, pd.DataFrame]:
    """Frames of our poster families; `image` is one column, `image_path`, None where a poster cannot be read.

    Parameters
    ----------
    paths : sequence of n paths or None
        The posters; None for a title without one.
    specs : sequence of str
        Families of `poster_features`, and `image`.
    store, n_jobs, progress
        As in `poster_features`.

    Returns
    -------
    dict of str to DataFrame
        n rows each.

    Examples
    --------
    >>> poster_frames([None], ["image"])["image"]["image_path"].tolist()
    [None]
    """
    computed = [spec for spec in specs if spec != IMAGE]
    if IMAGE in specs and "posters" not in computed:
        computed.append("posters")
    frames = poster_features(paths, computed, store=store, n_jobs=n_jobs, progress=progress)
    if IMAGE in specs:
        readable = frames["posters"]["posters_status"].to_numpy() == "ok"
        files = [str(path) if ok else None for path, ok in zip(paths, readable, strict=True)]
        frames[IMAGE] = pd.DataFrame({"image_path": pd.Series(files, dtype=object)})
    return {spec: frames[spec] for spec in specs}


class each_poster:  # noqa: N801  (used like a function; a class, so that a family can be pickled)
    """The `compute` of a family that looks at one poster at a time.

    Posters are read by the safe reader, in threads; what was computed before is taken from the store, by the poster's
    content and `identity`.

    Parameters
    ----------
    function : callable
        `function(image)` with an upright RGB `PIL.Image` gives one number per column.
    columns : sequence of str
        Column names; each begins with the family's name and an underscore.
    identity : str
        Names function and version in the store, such as `edges;v1`: change it when the numbers change.

    Examples
    --------
    >>> compute = each_poster(lambda image: [image.width / image.height], ["shape_ratio"], "shape;v1")
    >>> compute([None], ["shape"])["shape"]
       shape_ratio
    0          NaN
    """

    def __init__(self, function: Callable[[Image.Image], Sequence[float]], columns: Sequence[str], identity: str):
        self.function, self.columns, self.identity = function, list(columns), identity

    def __call__(
        self,
        paths: Sequence[Path | Refused | None],
        specs: Sequence[str],
        *,
        store: FeatureStore | None = None,
        n_jobs: int | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> dict[str, pd.DataFrame]:
        """A float32 frame of n rows for the one spec; NaN in the row of a poster that cannot be read."""
        table = np.full((len(paths), len(self.columns)), np.nan, dtype=np.float32)
        with Parallel(n_jobs=-1 if n_jobs is None else n_jobs, prefer="threads") as parallel:
            for start in range(0, len(paths), _CHUNK):
                chunk = list(paths[start : start + _CHUNK])
                done = cast(list[tuple], parallel(delayed(self._row)(path, store) for path in chunk))
                rows = [(key, row) for key, row, _ in done]
                new = {key: row for key, row, computed in done if computed and key is not None}
                if store is not None and new:
                    store.put(self.identity, list(new), np.stack(list(new.values())))
                table[start : start + len(chunk)] = [row for _, row in rows]
                if progress:
                    progress(len(chunk))
        return {spec: pd.DataFrame(table, columns=self.columns) for spec in specs}

    def _row(self, path: Path | Refused | None, store: FeatureStore | None) -> tuple[str | None, np.ndarray, bool]:
        """The content hash, the row, and whether it was computed now."""
        nothing = np.full(len(self.columns), np.nan, dtype=np.float32)
        poster = read_poster(path)
        if poster.image is None:
            return poster.sha256, nothing, False
        if store is not None and poster.sha256 is not None:
            known, rows = store.get(self.identity, [poster.sha256])
            if known.any():
                return poster.sha256, np.asarray(rows, dtype=np.float32)[0], False
        row = np.asarray(self.function(poster.image), dtype=np.float32)
        if row.shape != nothing.shape:
            raise ValueError(
                f"{self.identity}: expected {len(self.columns)} numbers a poster, got an array of shape {row.shape}"
            )
        return poster.sha256, row, True
