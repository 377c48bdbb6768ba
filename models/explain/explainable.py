"""What an explanation needs of a model: the part of `GenreModel` that it uses."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from ...features.bounded import Refused
from ...features.store import FeatureStore


class Explainable(Protocol):
    """A fitted model that makes feature columns of catalogue rows, and scores of them."""

    pipeline: Any
    kind: str
    specs: tuple[str, ...]
    columns: tuple[str, ...]
    labels: tuple[str, ...]

    def calibrated(self, scores: np.ndarray) -> np.ndarray:
        """Scores on the scale of the model's answers."""
        ...

    def needs(self) -> set[str]:
        """Families the model reads."""
        ...

    def reads_posters(self) -> bool:
        """Whether any family looks at posters."""
        ...

    def features(
        self,
        titles: pd.DataFrame,
        paths: Sequence[Path | Refused | None],
        *,
        store: FeatureStore | None = None,
        weights: str | None = None,
        n_jobs: int | None = None,
    ) -> pd.DataFrame:
        """Feature columns of n rows."""
        ...

    def scores(self, features: pd.DataFrame) -> np.ndarray:
        """Scores of shape (n, L)."""
        ...

    def decide(self, probabilities: np.ndarray) -> np.ndarray:
        """Genres that count as predicted."""
        ...
