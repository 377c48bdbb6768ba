"""The model that is handed over: catalogue rows or feature columns in, genre probabilities out."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from ..features.families import build_frames, feature_specs, join_frames, parse_spec, reads_posters
from ..features.store import FeatureStore


class GenreModel:
    """A fitted pipeline with the names it needs to run on raw catalogue rows.

    Parameters
    ----------
    pipeline : Pipeline
        Fitted steps `encode` (feature columns to a matrix) and `classify`.
    specs : sequence of str
        Feature families the pipeline was fitted on.
    columns : sequence of str
        The feature columns, in the order the encoder saw them.
    labels : sequence of L str
        Genres, or classes for a single-label model.
    kind : {"multilabel", "single"}
    weights : str
        Where the embeddings' weights come from: `imagenet`, `random` or the path of a weights.json.
    backbones : mapping of str to str
        Identity of every backbone the model uses, with the hash of its weights. The weights are not inside.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        specs: Sequence[str],
        columns: Sequence[str],
        labels: Sequence[str],
        kind: str,
        weights: str = "imagenet",
        backbones: Mapping[str, str] | None = None,
    ):
        self.pipeline = pipeline
        self.specs = tuple(specs)
        self.columns = tuple(columns)
        self.labels = tuple(labels)
        self.kind = kind
        self.weights = weights
        self.backbones = dict(backbones or {})

    @property
    def thresholds(self) -> np.ndarray:
        """Probability from which a genre counts as predicted: shape (L,), float64, 0.5 unless they were chosen."""
        classifier = self.pipeline.named_steps["classify"]
        return np.asarray(getattr(classifier, "thresholds_", np.full(len(self.labels), 0.5)), dtype=np.float64)

    def needs(self) -> set[str]:
        """Families the model reads, such as `{"metadata", "embedding"}`."""
        return {parse_spec(spec)[0] for spec in self.specs}

    def reads_posters(self) -> bool:
        """Whether any family of the model looks at the poster."""
        return any(map(reads_posters, self.specs))

    def features(
        self,
        titles: pd.DataFrame,
        paths: Sequence[Path | None],
        *,
        store: FeatureStore | None = None,
        weights: str | None = None,
        n_jobs: int | None = None,
    ) -> pd.DataFrame:
        """Compute the model's feature columns, and `posters_status`, for catalogue rows.

        Parameters
        ----------
        titles : DataFrame of n rows
        paths : sequence of n poster paths or None
        store : FeatureStore, optional
        weights : str, optional
            Where the embeddings' weights lie here, if elsewhere than at training.
        n_jobs : int, optional

        Returns
        -------
        DataFrame of n rows
            The columns in `columns`, then `posters_status` if the model reads posters.

        Raises
        ------
        ValueError
            When the weights found here are not the ones the model was trained on.
        """
        weights = weights or self.weights
        self._check_weights(weights)
        specs = feature_specs(self.specs)
        extra = ["posters"] if self.reads_posters() else []
        frames = build_frames(titles, paths, [*specs, *extra], store=store, weights=weights, n_jobs=n_jobs)
        table = join_frames(frames, specs)
        if extra and "posters" not in specs:
            table = table.assign(posters_status=frames["posters"]["posters_status"])
        return table

    def _check_weights(self, weights: str) -> None:
        if not self.backbones:
            return
        from ..features.frozen.style import resolve_network
        from ..features.frozen.weights import locate

        for name, identity in self.backbones.items():
            found = locate(resolve_network(name, weights)).identity()
            if found != identity:
                raise ValueError(
                    f"network {name!r}: the model was trained with {identity}, the weights here are {found}; "
                    "name the right file with --weights"
                )

    def predict_proba(
        self, X: pd.DataFrame, *, root: str | Path = ".", store: FeatureStore | None = None
    ) -> np.ndarray:
        """Probability of every genre.

        Parameters
        ----------
        X : DataFrame of n rows
            Feature columns (all of `columns`), or catalogue rows, whose features are computed first.
        root : path
            Folder that the `poster` column of catalogue rows starts from.
        store : FeatureStore, optional

        Returns
        -------
        ndarray of shape (n, L), float64
            Independent probabilities for a multi-label model; rows that sum to 1 for a single-label one.
        """
        missing = [name for name in self.columns if name not in X.columns]
        if missing:
            posters = X["poster"] if "poster" in X else [None] * len(X)
            paths = [None if pd.isna(name) else Path(root) / str(name) for name in posters]
            X = self.features(X, paths, store=store)
        probabilities = np.asarray(self.pipeline.predict_proba(X[list(self.columns)]), dtype=np.float64)
        if self.kind == "multilabel":
            return probabilities
        scores = np.zeros((len(X), len(self.labels)))
        scores[:, np.asarray(self.pipeline.classes_, dtype=int)] = probabilities
        return scores

    def branch_use(self, X: pd.DataFrame) -> pd.DataFrame | None:
        """What a network with gates used of poster, text and metadata for each title; None for other models.

        Parameters
        ----------
        X : DataFrame of n rows
            Feature columns.

        Returns
        -------
        DataFrame of n rows, or None
            One column a branch; rows sum to 1, a branch that a title lacks is 0.
        """
        classifier = self.pipeline.named_steps["classify"]
        return classifier.branch_use(X[list(self.columns)]) if hasattr(classifier, "branch_use") else None

    def decide(self, probabilities: np.ndarray) -> np.ndarray:
        """Genres that count as predicted: (n, L) uint8, by the thresholds, or the most probable class."""
        if self.kind == "multilabel":
            return (probabilities >= self.thresholds).astype(np.uint8)
        return np.eye(len(self.labels), dtype=np.uint8)[probabilities.argmax(axis=1)]

    def predict(self, X: pd.DataFrame, *, root: str | Path = ".") -> np.ndarray:
        """Predicted genres as an (n, L) uint8 matrix; parameters as in `predict_proba`."""
        return self.decide(self.predict_proba(X, root=root))
