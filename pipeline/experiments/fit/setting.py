"""What decides a fit beside the cell and its rows, and the seed of all that is fitted on some rows."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Setting:
    """All that decides a fit beside the cell and its rows; a run folder keeps it.

    Parameters
    ----------
    kind : str
        `multilabel`, or the kind of a single-label target.
    labels : tuple of str
    seed : int
    objective : str
        What thresholds maximise on inner folds.
    inner_folds : int
        0 leaves thresholds at 0.5.
    weights : str
        `imagenet`, `random`, or the path of a weights.json.
    scale : mapping
        Of a shorter run: `epochs`, `batch_size`, `shrink` of networks.
    vectors, vectors_sha256 : str or None
        File of word vectors for networks that read texts, and its hash.
    feature_sets : mapping of name to specs
    """

    kind: str
    labels: tuple[str, ...]
    seed: int = 0
    objective: str = "f1"
    inner_folds: int = 3
    weights: str = "imagenet"
    scale: Mapping[str, Any] = field(default_factory=dict)
    vectors: str | None = None
    vectors_sha256: str | None = None
    feature_sets: Mapping[str, Sequence[str]] = field(default_factory=dict)


def fold_seed(seed: int, train: np.ndarray) -> int:
    """The seed of everything fitted on these rows.

    It depends on the rows alone: no cell depends on which others ran before it, and models are compared on the same
    inner folds and the same synthetic rows.
    """
    rows = hashlib.sha256(np.asarray(train, dtype=np.int64).tobytes()).hexdigest()
    return int.from_bytes(hashlib.sha256(f"{seed}|{rows}".encode()).digest()[:4], "big") >> 1
