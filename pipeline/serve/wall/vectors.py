"""Where every title lies: its embedding or colours, its nearest titles, its hue, its place on the map."""

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from ....features.bounded import Refused
from ....features.families import NETWORKS, build_frames, parse_spec
from ....features.files import replacing
from ....features.poster.read import read_poster
from ....features.store import FeatureStore
from ...catalog.table import Catalog
from ..answers import Answers

_PIECE = 64
_SMALL = (6, 9)
_HUES = 36
GREY = -1.0
Place = Path | Refused | None


class Vectors:
    """Vectors of all posters, computed in the background, kept on disk for the next start.

    Parameters
    ----------
    catalog : Catalog
    answers : Answers
        Its model says which network to use, and its lock keeps this work behind a person's questions.
    folder : Path
        Where features are kept.
    identity : str
        Changes when the catalogue does.

    Attributes
    ----------
    by : str
        What nearness means, in words.
    values : ndarray of shape (n, d), float32, or None
        Rows of length 1, NaN for a title without a readable poster; None until all are there.
    hues : ndarray of shape (n,), float32
        Degrees from 0 to 360; -1 for grey posters, NaN for none.
    plane : ndarray of shape (n, 2), float32
        The two first principal components, brought to 0 to 1; NaN without a vector.
    """

    def __init__(self, catalog: Catalog, answers: Answers, folder: Path, identity: str):
        self.paths: list[Place] = list(catalog.poster_paths())
        self.answers, self.store = answers, FeatureStore(folder)
        specs = [spec for spec in answers.model.specs if parse_spec(spec)[0] in NETWORKS]
        self.spec = specs[0] if specs else None
        self.by = f"what the network {parse_spec(specs[0])[1][0]} sees" if specs else "colours and where they are"
        backbones = sorted(answers.model.backbones.items())
        key = hashlib.sha256(f"2|{self.spec}|{backbones}|{identity}".encode()).hexdigest()[:16]
        self.file = folder / "serve" / f"vectors-{key}.npz"
        self.done, self.fault = 0, ""
        self.values: np.ndarray | None = None
        self.hues = np.full(len(self.paths), np.nan, np.float32)
        self.plane = np.full((len(self.paths), 2), np.nan, np.float32)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="genrelab-vectors", daemon=True)

    def start(self) -> None:
        """Load what an earlier start computed, or begin to compute it."""
        if not self._load():
            self._thread.start()

    def stop(self) -> None:
        """End the background work after its present piece."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(10)

    def state(self) -> dict[str, Any]:
        """Progress for the page."""
        ready = self.values is not None
        return {
            "ready": ready,
            "done": len(self.paths) if ready else self.done,
            "of": len(self.paths),
            "by": self.by,
            "fault": self.fault,
        }

    def of(self, paths: Sequence[Place]) -> np.ndarray:
        """Vectors of posters: (n, d) float32, rows of length 1 or NaN."""
        return self._network(paths) if self.spec else _unit(np.stack([colours(path)[0] for path in paths]))

    def nearest(self, vector: np.ndarray, count: int, without: int | None = None) -> list[tuple[int, float]]:
        """Rows of the most similar titles, and the cosine of the angle between them.

        Parameters
        ----------
        vector : ndarray of shape (d,)
        count : int
        without : int, optional
            A row to leave out: the title itself.

        Returns
        -------
        list of (int, float)
            Most similar first; none while the vectors are not computed, or for a poster that cannot be read.
        """
        if self.values is None or np.isnan(vector).any():
            return []
        alike = np.nan_to_num(self.values @ vector, nan=-2.0)
        if without is not None:
            alike[without] = -2.0
        count = min(count, len(alike))
        rows = np.argpartition(-alike, count - 1)[:count] if count else np.array([], dtype=int)
        ordered = rows[np.argsort(-alike[rows], kind="stable")]
        return [(int(row), float(alike[row])) for row in ordered if alike[row] > -2.0]

    def _network(self, paths: Sequence[Place]) -> np.ndarray:
        rows = pd.DataFrame({"imdb_id": pd.array([pd.NA] * len(paths), dtype="string")})
        weights = self.answers.weights or self.answers.model.weights
        with self.answers.model_lock:
            frames = build_frames(
                rows,
                list(paths),  # pyright: ignore[reportArgumentType]
                [str(self.spec)],
                store=self.store,
                weights=weights,
                n_jobs=self.answers.threads,
            )
        return _unit(frames[str(self.spec)].to_numpy(dtype=np.float32))

    def _run(self) -> None:
        parts = []
        try:
            for start in range(0, len(self.paths), _PIECE):
                piece = self.paths[start : start + _PIECE]
                while self.answers.waiting() and not self._stopped.wait(0.05):
                    pass  # a person's posters go first
                if self._stopped.is_set():
                    return
                seen = [colours(path) for path in piece]
                self.hues[start : start + len(piece)] = [hue for _, hue in seen]
                parts.append(self._network(piece) if self.spec else _unit(np.stack([layout for layout, _ in seen])))
                self.done = start + len(piece)
            values = np.concatenate(parts) if parts else np.zeros((0, 1), np.float32)
            self.plane = plane(values)
            self.values = values
            self._save()
        except Exception as fault:  # the rest of the page works without look-alikes
            self.fault = f"look-alikes and map could not be computed ({type(fault).__name__}: {fault})"

    def _load(self) -> bool:
        try:
            with np.load(self.file, allow_pickle=False) as kept:
                values, hues, places = kept["values"], kept["hues"], kept["plane"]
        except (OSError, ValueError, KeyError, EOFError):
            return False
        if len(values) != len(self.paths):
            return False
        self.values, self.hues, self.plane = values, hues, places
        return True

    def _save(self) -> None:
        try:
            with replacing(self.file) as temporary:
                np.savez(temporary, values=self.values, hues=self.hues, plane=self.plane)  # pyright: ignore[reportArgumentType]
        except OSError:
            pass  # computed again at the next start


def colours(path: Place) -> tuple[np.ndarray, float]:
    """A poster as 6 x 9 mean colours, and its hue.

    Returns
    -------
    layout : ndarray of shape (162,), float32
        Centred at 0; NaN where the poster cannot be read.
    hue : float
        In degrees; -1 for grey, NaN for none.
    """
    poster = read_poster(path, draft=(48, 72))
    if poster.image is None:
        return np.full(3 * _SMALL[0] * _SMALL[1], np.nan, np.float32), float("nan")
    small = poster.image.convert("RGB").resize((24, 36), Image.Resampling.BOX)
    layout = np.asarray(small.resize(_SMALL, Image.Resampling.BOX), dtype=np.float32).ravel() / 127.5 - 1
    return layout, hue_of(np.asarray(small))


def hue_of(pixels: np.ndarray) -> float:
    """The hue that colours a picture most: saturation times value, summed by hue; -1 where there is little colour.

    Parameters
    ----------
    pixels : uint8 ndarray of shape (height, width, 3)

    Returns
    -------
    float
        0 to 360.

    Examples
    --------
    >>> hue_of(np.full((4, 4, 3), (0, 0, 200), np.uint8)), hue_of(np.full((4, 4, 3), 90, np.uint8))
    (240.0, -1.0)
    """
    hsv = np.asarray(Image.fromarray(pixels).convert("HSV"), dtype=np.float64).reshape(-1, 3)
    weight = hsv[:, 1] * hsv[:, 2] / 255**2
    if weight.mean() < 0.06:
        return GREY
    sums = np.bincount((hsv[:, 0] * _HUES / 256 + 0.5).astype(int) % _HUES, weight, _HUES)
    smooth = sums + (np.roll(sums, 1) + np.roll(sums, -1)) / 2
    return float(smooth.argmax() * 360 / _HUES)


def plane(values: np.ndarray) -> np.ndarray:
    """Project vectors onto two principal components, each brought to 0 to 1 by its 0.2 % and 99.8 % point.

    Parameters
    ----------
    values : ndarray of shape (n, d)
        Rows with NaN come back as NaN.

    Returns
    -------
    ndarray of shape (n, 2), float32
    """
    places = np.full((len(values), 2), np.nan, np.float32)
    known = ~np.isnan(values).any(axis=1)
    if known.sum() < 3 or values.shape[1] < 2:
        return places
    from sklearn.decomposition import PCA

    found = PCA(2, svd_solver="covariance_eigh" if values.shape[1] <= 2000 else "randomized", random_state=0)
    flat = found.fit_transform(values[known])
    low, high = np.quantile(flat, [0.002, 0.998], axis=0)
    places[known] = np.clip((flat - low) / np.maximum(high - low, 1e-9), 0, 1)
    return places


def _unit(values: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(values, axis=1, keepdims=True)
    return (values / np.maximum(length, 1e-9)).astype(np.float32)
