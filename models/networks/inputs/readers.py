"""From a feature table to what a network reads: posters from disk, word numbers, or encoded columns in branches."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse as sp

from ...encode.encoder import encoder_blocks, make_encoder
from ..architecture import FEATURES, POSTER, TEXT, Network
from .stream import stream_posters

IMAGE, OVERVIEW = "image_path", "overview_text"
BRANCHES: dict[str, tuple[str, ...]] = {
    "poster": ("embedding", "style", "brightness", "palette", "pixels"),
    "text": ("overview", "keywords"),
    "metadata": ("metadata",),
}
TEXT_OPTIONS = {"vocabulary": 120_000, "length": 76, "stem": True, "vectors": None}
Batches = Iterator[tuple[np.ndarray, np.ndarray]]


class PosterSource:
    """Posters of n titles, decoded batch by batch; a title without one, or with an unreadable one, is passed over."""

    def __init__(self, paths: np.ndarray, size: tuple[int, int]):
        self.paths, self.size = paths, size
        self.known = np.array([isinstance(path, str) and path != "" for path in paths], dtype=bool)

    def batches(self, rows: np.ndarray, batch_size: int, workers: int) -> Batches:
        rows = rows[self.known[rows]]
        for places, images in stream_posters(self.paths[rows].tolist(), self.size, batch_size, workers=workers):
            yield rows[places], images

    def content(self) -> list[Any]:
        return [self.paths.tolist(), list(self.size)]


class MatrixSource:
    """Rows of a matrix, which stays sparse until a batch of it is asked for, with dense columns after it."""

    def __init__(self, matrix: Any, known: np.ndarray, after: np.ndarray | None = None):
        self.matrix = matrix.tocsr() if sp.issparse(matrix) else np.asarray(matrix)
        self.known, self.after = known, after

    def batches(self, rows: np.ndarray, batch_size: int, workers: int) -> Batches:
        rows = rows[self.known[rows]]
        for start in range(0, len(rows), batch_size):
            own = rows[start : start + batch_size]
            chosen = self.matrix[own]
            dense: np.ndarray = chosen.toarray() if sp.issparse(chosen) else chosen  # pyright: ignore[reportAttributeAccessIssue]
            yield own, dense if self.after is None else np.concatenate([dense, self.after[own]], axis=1)

    def content(self) -> list[Any]:
        matrix = self.matrix
        parts: list[Any] = [matrix]
        if sp.issparse(matrix):
            parts = [matrix.data, matrix.indices, matrix.indptr]  # pyright: ignore[reportAttributeAccessIssue]
        return parts if self.after is None else [*parts, self.after]


class PosterReader:
    """Reads the column `image_path`; nothing is learnt.

    Parameters
    ----------
    size : (int, int)
        Height and width in pixels.
    """

    what = "a readable poster"

    def __init__(self, size: tuple[int, int]):
        self.size = size
        self.shape = (*size, 3)
        self.notes: list[str] = []

    def fit(self, table: pd.DataFrame) -> "PosterReader":
        _column(table, IMAGE, "image")
        return self

    def known(self, table: pd.DataFrame) -> np.ndarray:
        """Rows that have a path."""
        return self.source(table).known

    def build_options(self) -> dict[str, Any]:
        """The builder needs no more than the shape."""
        return {}

    def source(self, table: pd.DataFrame) -> PosterSource:
        """The posters of a table's titles."""
        paths = _column(table, IMAGE, "image")
        texts = [None if pd.isna(path) else str(path) for path in paths]
        return PosterSource(np.array(texts, dtype=object), self.size)


class TextReader:
    """Reads the column `overview_text` as numbers of words, learnt on the training rows."""

    what = "an overview"

    def __init__(self, vocabulary: int, length: int, stem: bool, vectors: Any):
        from .sequences import WordSequences

        self.words: Any = WordSequences(vocabulary=vocabulary, length=length, stem=stem, vectors=vectors)
        self.shape = (length,)
        self.notes: list[str] = []

    def fit(self, table: pd.DataFrame) -> "TextReader":
        texts, known = self._texts(table)
        self.words.fit([text for text, there in zip(texts, known, strict=True) if there])
        self.notes = [self.words.note_]
        return self

    def known(self, table: pd.DataFrame) -> np.ndarray:
        """Rows that have a text."""
        return self._texts(table)[1]

    def build_options(self) -> dict[str, Any]:
        """Hand the vectors over; the network keeps them from then on."""
        vectors, self.words.vectors_ = self.words.vectors_, None
        return {"vocabulary": int(self.words.vocabulary_size_), "vectors": vectors}

    def source(self, table: pd.DataFrame) -> MatrixSource:
        texts, known = self._texts(table)
        return MatrixSource(np.asarray(self.words.transform(texts), dtype=np.int32), known)

    @staticmethod
    def _texts(table: pd.DataFrame) -> tuple[list[str], np.ndarray]:
        texts = [text if isinstance(text, str) else "" for text in _column(table, OVERVIEW, "overview")]
        return texts, np.array([bool(text.strip()) for text in texts], dtype=bool)


class FeatureReader:
    """Reads feature columns through an encoder fitted on the training rows.

    Parameters
    ----------
    specs : sequence of str
        Feature families of the table.
    branches : bool
        Order the columns by branch (`BRANCHES`) and put a 0/1 column per branch behind them: whether the title has
        anything of it.
    """

    what = "features"

    def __init__(self, specs: Sequence[str], branches: bool):
        families = {spec: spec.partition(":")[0] for spec in specs if spec != "image"}
        self.branches: dict[str, list[str]] = {}
        if branches:
            for branch, own in BRANCHES.items():
                members = [spec for spec, family in families.items() if family in own]
                if members:
                    self.branches[branch] = members
        self.specs = [spec for own in self.branches.values() for spec in own] if branches else list(families)
        if not self.specs:
            raise ValueError(f"specs: expected feature families for the network to read, found {tuple(specs)}")
        self.notes: list[str] = []

    def fit(self, table: pd.DataFrame) -> "FeatureReader":
        self.encoder = make_encoder(self.specs, list(table.columns)).fit(table)
        positions = encoder_blocks(self.encoder)
        joined = {branch: np.concatenate([positions[spec] for spec in own]) for branch, own in self.branches.items()}
        self.blocks = {branch: [(int(own[0]), int(own[-1]) + 1)] for branch, own in joined.items() if len(own)}
        self.shape = (sum(len(block) for block in positions.values()) + len(self.blocks),)
        return self

    def known(self, table: pd.DataFrame) -> np.ndarray:
        """Every row: the encoder fills gaps."""
        return np.ones(len(table), dtype=bool)

    def build_options(self) -> dict[str, Any]:
        """Where each branch's columns lie."""
        return {"blocks": self.blocks} if self.branches else {}

    def source(self, table: pd.DataFrame) -> MatrixSource:
        matrix = self.encoder.transform(table).astype(np.float32, copy=False)
        known = self.known(table)
        if not self.branches:
            return MatrixSource(matrix, known)
        raw = {spec: columns for spec, _, columns in self.encoder.transformers_ if spec != "remainder"}
        there = [
            np.any([_has_any(table, raw[spec], spec) for spec in self.branches[branch]], axis=0)
            for branch in self.blocks
        ]
        return MatrixSource(matrix, known, np.column_stack(there).astype(np.float32))


def make_reader(network: Network, options: dict[str, Any], specs: Sequence[str] | None, shrink: float) -> Any:
    """The reader of what a network reads, not yet fitted.

    Parameters
    ----------
    network : Network
    options : dict
        The network's options; those that the reader answers to are taken out.
    specs : sequence of str or None
        Feature families, for networks that read features.
    shrink : float
        Ratio of the posters' sides to the study's.

    Returns
    -------
    PosterReader, TextReader or FeatureReader
    """
    if network.reads == POSTER:
        if network.size is None:
            raise ValueError(f"network {network.name}: expected the height and width of its posters, found none")
        height, width = (max(1, round(side * shrink)) for side in network.size)
        return PosterReader((height, width))
    if network.reads == TEXT:
        return TextReader(**{name: options.pop(name, default) for name, default in TEXT_OPTIONS.items()})
    if network.reads != FEATURES:
        raise ValueError(f"network {network.name}: expected to read poster, text or features, found {network.reads!r}")
    if specs is None:
        raise ValueError(f"network {network.name}: expected specs, the feature families it shall read, found None")
    grouped = "blocks" in options
    options.pop("blocks", None)
    return FeatureReader(specs, grouped)


def _column(table: pd.DataFrame, name: str, spec: str) -> np.ndarray:
    if name not in table.columns:
        raise ValueError(f"feature {spec!r}: expected a column {name}, found none in the table")
    return table[name].to_numpy(dtype=object)


def _has_any(table: pd.DataFrame, columns: Any, spec: str) -> np.ndarray:
    own = table.iloc[:, columns] if isinstance(columns, slice) else table.loc[:, list(columns)]
    if spec.partition(":")[0] == "pixels":  # a poster that cannot be read is a row of zeros
        return np.asarray(own.to_numpy().any(axis=1))
    return np.asarray(own.notna().to_numpy().any(axis=1))
